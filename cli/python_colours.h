// Colours for Python source while it is typed.
#ifndef BELLJAR_CLI_PYTHON_COLOURS_H_
#define BELLJAR_CLI_PYTHON_COLOURS_H_

#include <string>
#include <string_view>

namespace belljar::cli {

/// `source` with SGR sequences around keywords, strings, numbers, comments and decorators. Nothing else changes; what
/// is not finished is coloured as far as it goes.
std::string colour_python(std::string_view source);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_PYTHON_COLOURS_H_
