#include "session/imports.h"

#include <vector>

namespace belljar {

std::span<const engine::Import> guest_imports() {
  static const std::vector<engine::Import> imports = [] {
    const std::span<const engine::Import> wasi = wasi_imports();
    std::vector<engine::Import> all(wasi.begin(), wasi.end());
    all.push_back(engine::bind<&GuestImports::reply>("belljar", "reply"));
    return all;
  }();
  return imports;
}

}  // namespace belljar
