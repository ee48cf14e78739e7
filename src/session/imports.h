// Everything a guest can call: WASI preview1 over the session's own files, and `belljar.reply`.
#ifndef BELLJAR_SESSION_IMPORTS_H_
#define BELLJAR_SESSION_IMPORTS_H_

#include <span>
#include <utility>

#include "engine/import.h"
#include "session/wasi.h"

namespace belljar {

/// Takes the kernel's reply to the request under way.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  virtual engine::Outcome reply(const GuestMemory& memory, uint32_t address, uint32_t length) = 0;
};

/// What an instance's imports are bound to (Instance::attach).
class GuestImports final : public Wasi {
 public:
  GuestImports(ReplySink& sink, WasiHost& host, fs::Files files) : Wasi(host, std::move(files)), sink_(sink) {}

  /// `belljar.reply`
  engine::Outcome reply(const GuestMemory& memory, uint32_t address, uint32_t length) {
    return sink_.reply(memory, address, length);
  }

 private:
  ReplySink& sink_;
};

/// For the linker; lives for ever.
std::span<const engine::Import> guest_imports();

}  // namespace belljar

#endif  // BELLJAR_SESSION_IMPORTS_H_
