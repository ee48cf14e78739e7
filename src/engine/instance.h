// A guest instance: a Wasmtime store bound to a slot's memory, a native stack and a gate. A disposable view: all state
// that matters is in the slot.
#ifndef BELLJAR_ENGINE_INSTANCE_H_
#define BELLJAR_ENGINE_INSTANCE_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

#include "belljar/result.h"
#include "engine/code.h"
#include "engine/gate.h"
#include "engine/stack.h"
#include "image/slot.h"

struct wasmtime_store;
struct wasmtime_context;

namespace belljar::engine {

/// How a call into the guest ended.
struct CallResult {
  enum Kind : uint8_t {
    kReturned,
    kTrapped,  ///< unreachable, out of bounds, stack overflow, ..., or the watchdog took the pages away (see Gate::end)
    kHostTrap,  ///< an import returned Outcome::kTrap
  };
  Kind kind;
  int32_t value = 0;        ///< result of the call, when it returned one
  const char* reason = "";  ///< for kTrapped, in words; may be empty
  bool stack_overflow = false;
};

/// One thread at a time.
class Instance {
 public:
  /// The exports a session calls.
  enum class Function : uint8_t { kRun, kBuffer };

  /// Instantiates on `slot` at its current size. `slot`, `stack` and `gate` outlive the instance.
  static Result<std::unique_ptr<Instance>> create(const Code& code, Slot& slot, Stack& stack, Gate& gate);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  /// The object that imports are called with, and the most bytes the memory may grow to.
  void attach(void* context, uint64_t memory_limit) {
    context_ = context;
    memory_limit_ = memory_limit;
    growth_denied_ = false;
  }

  /// Calls an export on the slot's stack. The gate must be in its guest state (Gate::begin), and is when this returns.
  CallResult call(Function function, std::initializer_list<int32_t> arguments);

  /// As above by name, for an export that only the image maker calls.
  Result<CallResult> call_export(const char* name);

  /// False after anything but a plain return, or when the guest left its stack pointer elsewhere: the instance must
  /// be thrown away.
  bool is_clean(uint32_t idle_stack_pointer) const;

  std::optional<uint32_t> stack_pointer() const;

  /// The memory size that the instance's code believes in: the slot's when it was made, and as grown since.
  uint64_t memory_size() const { return memory_size_; }

  /// The guest has been refused memory since attach().
  bool growth_denied() const { return growth_denied_; }

  /// For an import: runs `function()` on the caller's stack (Stack::run_on_caller).
  template <typename F>
  void on_caller_stack(F&& function) {
    stack_.run_on_caller(std::forward<F>(function));
  }

  // For the trampolines of code.cc and instance.cc.
  Slot& slot() { return slot_; }
  Gate& gate() { return gate_; }
  void* context() const { return context_; }
  void set_host_trap() { host_trap_ = true; }
  bool grow(uint64_t new_size);

 private:
  struct Handles;

  Instance(Slot& slot, Stack& stack, Gate& gate);

  Slot& slot_;
  Stack& stack_;
  Gate& gate_;
  std::unique_ptr<Handles> handles_;
  void* context_ = nullptr;
  uint64_t memory_size_ = 0;
  uint64_t memory_limit_ = 0;
  bool growth_denied_ = false;
  bool host_trap_ = false;
  bool torn_ = false;
};

}  // namespace belljar::engine

#endif  // BELLJAR_ENGINE_INSTANCE_H_
