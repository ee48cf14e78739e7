#include "session/imports.h"

#include <vector>

namespace belljar {

std::span<const engine::Import> guest_imports() {
  static const std::vector<engine::Import> imports = [] {
    const std::span<const engine::Import> wasi = wasi_imports();
    std::vector<engine::Import> all(wasi.begin(), wasi.end());
    all.push_back(engine::bind<&GuestImports::reply>("belljar", "reply"));
    all.push_back(engine::bind<&GuestImports::display>("belljar", "display"));
    all.push_back(engine::bind<&GuestImports::tool_call>("belljar", "tool_call"));
    all.push_back(engine::bind<&GuestImports::tool_start>("belljar", "tool_start"));
    all.push_back(engine::bind<&GuestImports::tool_wait>("belljar", "tool_wait"));
    all.push_back(engine::bind<&GuestImports::tool_answer>("belljar", "tool_answer"));
    all.push_back(engine::bind<&GuestImports::tool_cancel>("belljar", "tool_cancel"));
    return all;
  }();
  return imports;
}

}  // namespace belljar
