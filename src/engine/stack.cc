#include "engine/stack.h"

#include <sys/mman.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/process.h"

#if defined(__SANITIZE_ADDRESS__)
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace belljar::engine {
namespace {

constexpr size_t kGuardBytes = 64 << 10;
constexpr size_t kKeptBytes = 64 << 10;

// Calls function(argument) with the stack pointer at `top` (16-byte aligned). The frame pointer keeps the old stack,
// so that debuggers and profilers can walk through. `*saved` receives the old stack pointer.
extern "C" void belljar_call_on_stack(void* top, void (*function)(void*), void* argument, void** saved);
asm(R"(
.text
.globl belljar_call_on_stack
.hidden belljar_call_on_stack
.type belljar_call_on_stack, @function
belljar_call_on_stack:
  .cfi_startproc
  endbr64
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  movq %rsp, (%rcx)
  movq %rdi, %rsp
  movq %rdx, %rdi
  callq *%rsi
  movq %rbp, %rsp
  popq %rbp
  .cfi_def_cfa %rsp, 8
  retq
  .cfi_endproc
.size belljar_call_on_stack, .-belljar_call_on_stack
)");

// AddressSanitizer keeps the bounds of the stack it believes in, and needs to be told of each change.
#if defined(__SANITIZE_ADDRESS__)
struct StackBounds {
  const void* bottom;
  size_t size;
};

StackBounds thread_stack() {
  pthread_attr_t attributes;
  StackBounds bounds{};
  void* bottom = nullptr;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &bottom, &bounds.size);
  pthread_attr_destroy(&attributes);
  bounds.bottom = bottom;
  return bounds;
}

struct Call {
  void (*function)(void*);
  void* argument;
  StackBounds back;
  void* fake_stack;
};

void annotated(void* pointer) {
  Call* call = static_cast<Call*>(pointer);
  __sanitizer_finish_switch_fiber(nullptr, &call->back.bottom, &call->back.size);
  call->function(call->argument);
  __sanitizer_start_switch_fiber(&call->fake_stack, call->back.bottom, call->back.size);
}

void switch_stack(void* top, StackBounds target, void (*function)(void*), void* argument, void** saved) {
  Call call{function, argument, {}, nullptr};
  void* own_fake_stack = nullptr;
  __sanitizer_start_switch_fiber(&own_fake_stack, target.bottom, target.size);
  belljar_call_on_stack(top, &annotated, &call, saved);
  __sanitizer_finish_switch_fiber(own_fake_stack, nullptr, nullptr);
}
#endif

}  // namespace

Result<std::unique_ptr<Stack>> Stack::create(size_t size) {
  const size_t total = kGuardBytes + size;
  void* at = mmap(nullptr, total, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (at == MAP_FAILED) {
    return Error{ErrorCode::kExhausted, std::string("cannot reserve a sandbox's stack: ") + std::strerror(errno),
                 "lift `ulimit -v`, raise vm.max_map_count, or hold fewer sessions"};
  }
  std::unique_ptr<Stack> stack(new Stack(static_cast<uint8_t*>(at), size));
  if (mprotect(at, kGuardBytes, PROT_NONE) != 0 || madvise(at, total, MADV_DONTFORK) != 0) {
    return Error{ErrorCode::kExhausted, std::string("cannot guard a sandbox's stack: ") + std::strerror(errno),
                 "raise vm.max_map_count, or hold fewer sessions"};
  }
  return stack;
}

Stack::Stack(uint8_t* mapping, size_t size)
    : mapping_(mapping), size_(size), fork_generation_(fork_generation()) {}

Stack::~Stack() {
  if (fork_generation_ == fork_generation()) munmap(mapping_, kGuardBytes + size_);
}

void Stack::enter(void (*function)(void*), void* argument) {
  assert(caller_ == nullptr);
  void* top = mapping_ + kGuardBytes + size_;
  void** saved = reinterpret_cast<void**>(&caller_);
#if defined(__SANITIZE_ADDRESS__)
  switch_stack(top, {mapping_ + kGuardBytes, size_}, function, argument, saved);
#else
  belljar_call_on_stack(top, function, argument, saved);
#endif
  caller_ = nullptr;
}

void Stack::leave(void (*function)(void*), void* argument) {
  assert(caller_ != nullptr);
  // The caller's frames end at caller_; leave its red zone alone.
  auto top = (reinterpret_cast<uintptr_t>(caller_) - 256) & ~uintptr_t{15};
  void* own = nullptr;
#if defined(__SANITIZE_ADDRESS__)
  switch_stack(reinterpret_cast<void*>(top), thread_stack(), function, argument, &own);
#else
  belljar_call_on_stack(reinterpret_cast<void*>(top), function, argument, &own);
#endif
}

void Stack::trim() { madvise(mapping_ + kGuardBytes, size_ - kKeptBytes, MADV_DONTNEED); }

}  // namespace belljar::engine
