// The Python programs that a build of an image runs, as text in the executable.
#ifndef BELLJAR_PACKAGES_SCRIPTS_H_
#define BELLJAR_PACKAGES_SCRIPTS_H_

#include <string_view>

namespace belljar::packages {

std::string_view resolve_script();  ///< resolve.py, for the host's Python
std::string_view unpack_script();   ///< unpack.py, for a sandbox
std::string_view scan_script();     ///< scan.py, for the same sandbox
std::string_view ctypes_module();   ///< ctypes_sizes.py, for images whose packages import ctypes

}  // namespace belljar::packages

#endif  // BELLJAR_PACKAGES_SCRIPTS_H_
