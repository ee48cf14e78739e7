#include "history_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace belljar::cli {
namespace {

// An absolute path from the environment; "" when there is none. The XDG specification has relative ones ignored.
std::string absolute_from(const char* variable) {
  const char* path = std::getenv(variable);
  return path && *path == '/' ? path : "";
}

// What one types may be private.
Status make_folder(const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    if (mkdir(path.substr(0, end).c_str(), 0700) != 0 && errno != EEXIST) {
      return Error{ErrorCode::kIo, "cannot make the folder " + path + ": " + std::strerror(errno), ""};
    }
    if (end == std::string::npos) return Ok{};
  }
}

}  // namespace

Result<std::string> history_file() {
  std::string state = absolute_from("XDG_STATE_HOME");
  if (state.empty()) {
    state = absolute_from("HOME");
    if (state.empty()) return Error{ErrorCode::kIo, "neither XDG_STATE_HOME nor HOME names a folder", ""};
    state += "/.local/state";
  }
  BELLJAR_TRY(make_folder(state + "/belljar"));
  return state + "/belljar/history";
}

}  // namespace belljar::cli
