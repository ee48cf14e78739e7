// The whole command line as a function: of the executable, and of the Python package.
#ifndef BELLJAR_CLI_COMMAND_LINE_H_
#define BELLJAR_CLI_COMMAND_LINE_H_

#include <string>
#include <vector>

namespace belljar::cli {

/// The exit code. `arguments` do not begin with the program's name. The process is the command's own: it uses the standard
/// streams and SIGINT.
int command_line(std::vector<std::string> arguments);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_COMMAND_LINE_H_
