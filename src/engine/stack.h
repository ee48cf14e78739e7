// The native stack a guest runs on. It belongs to the slot, is large and lazily committed, so that neither the size of
// the caller's stack nor deep recursion in the guest matters. Host callbacks run back on the caller's stack.
#ifndef BELLJAR_ENGINE_STACK_H_
#define BELLJAR_ENGINE_STACK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "belljar/result.h"

namespace belljar::engine {

/// 64 MiB that the guest may use before it traps, and room for the host functions that it calls (settings.rs).
inline constexpr size_t kNativeStackBytes = size_t{80} << 20;

class Stack {
 public:
  /// `size` bytes above a guard page. Not inherited by fork().
  static Result<std::unique_ptr<Stack>> create(size_t size);
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  /// Calls `function()` on this stack and returns when it returns. It must not throw. Strictly nested: not while
  /// this stack is in use.
  template <typename F>
  void run(F&& function) {
    enter(&Stack::invoke<std::remove_reference_t<F>>, &function);
  }

  /// Called from within run(): calls `function()` on the stack of whoever called run(), below its frames.
  template <typename F>
  void run_on_caller(F&& function) {
    leave(&Stack::invoke<std::remove_reference_t<F>>, &function);
  }

  /// Gives back the pages that deep recursion touched; keeps the few that every run uses.
  void trim();

 private:
  explicit Stack(uint8_t* mapping, size_t size);

  template <typename F>
  static void invoke(void* function) {
    (*static_cast<F*>(function))();
  }

  void enter(void (*function)(void*), void* argument);
  void leave(void (*function)(void*), void* argument);

  uint8_t* const mapping_;
  const size_t size_;
  const uint32_t fork_generation_;
  uint8_t* caller_ = nullptr;  // where the caller's stack is free below, while run() is under way
};

}  // namespace belljar::engine

#endif  // BELLJAR_ENGINE_STACK_H_
