// Imports: the host functions a guest module may call. Wasmtime's types stay inside engine/; an import sees the
// guest's memory, its arguments and the object it was bound to.
#ifndef BELLJAR_ENGINE_IMPORT_H_
#define BELLJAR_ENGINE_IMPORT_H_

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/guest_memory.h"

namespace belljar::engine {

/// What an import leaves behind: go on in the guest, or end the call.
enum class Outcome : uint8_t {
  kContinue,
  kTrap,  ///< unwind the guest; the reason is recorded by whoever returned it
};

/// One argument or result slot; layout-compatible with Wasmtime's raw value (checked in code.cc).
union Value {
  int32_t i32;
  int64_t i64;
  uint8_t v128[16];
};

/// `context` is the object bound to the running instance (one per session: see Instance::create).
/// Arguments arrive in `values`; a result, if the signature has one, is left in values[0].
using ImportFunction = Outcome (*)(void* context, const GuestMemory& memory, Value* values);

struct Import {
  std::string_view module;
  std::string_view name;
  /// Parameter types, then '>' and result types: 'i' = i32, 'I' = i64. "iiii>i" is fd_write.
  std::string_view signature;
  ImportFunction function;
};

/// Makes an Import out of a member function of `Host` that takes the memory and integers of 32 or 64 bits and
/// returns `int32_t` (one i32 result, the guest goes on), or `Outcome` (no result).
///
///   constexpr Import kFdWrite = bind<&Wasi::fd_write>("wasi_snapshot_preview1", "fd_write");
namespace detail {

template <typename T>
constexpr char kType = sizeof(T) == 8 ? 'I' : 'i';

template <typename T>
T argument(const Value& value) {
  static_assert(std::is_integral_v<T> && (sizeof(T) == 4 || sizeof(T) == 8));
  if constexpr (sizeof(T) == 8) {
    return static_cast<T>(value.i64);
  } else {
    return static_cast<T>(value.i32);
  }
}

template <auto method>
struct Binding;

template <typename Host, typename R, typename... Args, R (Host::*method)(const GuestMemory&, Args...)>
struct Binding<method> {
  static constexpr bool kHasResult = std::is_same_v<R, int32_t>;
  static_assert(kHasResult || std::is_same_v<R, Outcome>);

  static constexpr char kSignature[] = {kType<Args>..., '>', kHasResult ? 'i' : '\0', '\0'};

  template <size_t... I>
  static Outcome call(Host* host, const GuestMemory& memory, Value* values, std::index_sequence<I...>) {
    if constexpr (kHasResult) {
      values[0].i32 = (host->*method)(memory, argument<Args>(values[I])...);
      return Outcome::kContinue;
    } else {
      return (host->*method)(memory, argument<Args>(values[I])...);
    }
  }

  static Outcome function(void* context, const GuestMemory& memory, Value* values) {
    return call(static_cast<Host*>(context), memory, values, std::index_sequence_for<Args...>());
  }
};

}  // namespace detail

template <auto method>
constexpr Import bind(std::string_view module, std::string_view name) {
  using Binding = detail::Binding<method>;
  return {module, name, Binding::kSignature, &Binding::function};
}

}  // namespace belljar::engine

#endif  // BELLJAR_ENGINE_IMPORT_H_
