// Names and signatures of tools become Python source in the guest: what would be something else there is refused here.
#ifndef BELLJAR_TOOLS_SIGNATURE_H_
#define BELLJAR_TOOLS_SIGNATURE_H_

#include <string_view>

namespace belljar {

/// An identifier of Python in ASCII that is not a keyword.
bool is_tool_name(std::string_view name);

/// "" for `(...)` or `(...) -> ...` on one line, as far as can be told without a parser: brackets and quotes pair up,
/// and nothing follows that could end the line of a `def`. Else what is wrong.
std::string_view check_signature(std::string_view signature);

}  // namespace belljar

#endif  // BELLJAR_TOOLS_SIGNATURE_H_
