#include "packages/scripts.h"

extern "C" {
extern const char belljar_resolve_script[], belljar_resolve_script_end[];
extern const char belljar_unpack_script[], belljar_unpack_script_end[];
extern const char belljar_scan_script[], belljar_scan_script_end[];
extern const char belljar_ctypes_module[], belljar_ctypes_module_end[];
}

namespace belljar::packages {
namespace {

std::string_view between(const char* begin, const char* end) { return {begin, static_cast<size_t>(end - begin)}; }

}  // namespace

std::string_view resolve_script() { return between(belljar_resolve_script, belljar_resolve_script_end); }
std::string_view unpack_script() { return between(belljar_unpack_script, belljar_unpack_script_end); }
std::string_view scan_script() { return between(belljar_scan_script, belljar_scan_script_end); }
std::string_view ctypes_module() { return between(belljar_ctypes_module, belljar_ctypes_module_end); }

}  // namespace belljar::packages
