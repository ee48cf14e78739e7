// Everything a guest can call: WASI preview1 over the session's own files, and what is in the module `belljar`.
#ifndef BELLJAR_SESSION_IMPORTS_H_
#define BELLJAR_SESSION_IMPORTS_H_

#include <span>
#include <utility>

#include "engine/import.h"
#include "session/tool_host.h"
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
  /// Without `tools` (while the image is made) there are none.
  GuestImports(ReplySink& sink, WasiHost& host, fs::Files files, ToolHost* tools = nullptr)
      : Wasi(host, std::move(files)), sink_(sink), tools_(tools) {}

  /// `belljar.reply`
  engine::Outcome reply(const GuestMemory& memory, uint32_t address, uint32_t length) {
    return sink_.reply(memory, address, length);
  }

  // Of the tools.
  int32_t display(const GuestMemory& memory, uint32_t address, uint32_t length) {
    return tools_ ? tools_->display(memory, address, length) : kNone;
  }
  int32_t tool_call(const GuestMemory& memory, uint32_t address, uint32_t length, uint32_t out, uint32_t room) {
    return tools_ ? tools_->tool_call(memory, address, length, out, room) : kNone;
  }
  int32_t tool_start(const GuestMemory& memory, uint32_t address, uint32_t length) {
    return tools_ ? tools_->tool_start(memory, address, length) : kNone;
  }
  int32_t tool_wait(const GuestMemory& memory, int64_t deadline, uint32_t out, uint32_t room) {
    return tools_ ? tools_->tool_wait(memory, deadline, out, room) : kNone;
  }
  int32_t tool_answer(const GuestMemory& memory, uint32_t address, uint32_t length) {
    return tools_ ? tools_->tool_answer(memory, address, length) : kNone;
  }
  int32_t tool_cancel(const GuestMemory& memory, uint32_t number) {
    return tools_ ? tools_->tool_cancel(memory, number) : kNone;
  }

 private:
  static constexpr int32_t kNone = -1;

  ReplySink& sink_;
  ToolHost* const tools_;
};

/// For the linker; lives for ever.
std::span<const engine::Import> guest_imports();

}  // namespace belljar

#endif  // BELLJAR_SESSION_IMPORTS_H_
