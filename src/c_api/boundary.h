// What every function of the C interface does with its arguments, its errors and its results.
#ifndef BELLJAR_C_API_BOUNDARY_H_
#define BELLJAR_C_API_BOUNDARY_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "belljar/c/belljar.h"
#include "belljar/result.h"

namespace belljar::c_api {

/// The error as a handle; one that says so when there is no memory for it.
belljar_error* to_handle(Error error) noexcept;

/// Those that need no memory.
belljar_error* out_of_memory() noexcept;
belljar_error* unknown_exception() noexcept;

Error invalid(std::string message, std::string hint = "");

/// Runs `body`, which answers a Status, and turns what comes out of it into what C gets.
template <typename Body>
belljar_error* guarded(Body&& body) noexcept {
  try {
    Status status = std::forward<Body>(body)();
    return status.ok() ? nullptr : to_handle(std::move(status).error());
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::length_error&) {
    return out_of_memory();
  } catch (...) {
    return unknown_exception();
  }
}

/// The same for a function that hands something out through `out`, which is null after an error.
template <typename T, typename Body>
belljar_error* guarded_out(T** out, Body&& body) noexcept {
  if (out) *out = nullptr;
  return guarded([&]() -> Status {
    if (!out) return invalid("there is no place for the result (NULL)");
    return body();
  });
}

/// A new handle around `content`, which is there before anything is allocated: BELLJAR_TRY inside of a new-expression
/// would leave what that has allocated.
template <typename Handle, typename Content>
Handle* hold(Content&& content) {
  return new Handle{std::forward<Content>(content)};
}

Status require(const void* handle, const char* what);

/// A pointer and a length, checked as far as they can be.
Result<std::string_view> text_of(const void* data, size_t size, const char* what);

/// Nanoseconds as the C++ classes take them; `what` is the member's name.
Result<std::chrono::nanoseconds> duration(uint64_t nanoseconds, const char* what);

/// Text of ours: with a NUL behind it.
inline const char* give(const std::string& text, size_t* size) {
  if (size) *size = text.size();
  return text.c_str();
}

inline const char* give_nothing(size_t* size, const char* nothing = "") {
  if (size) *size = 0;
  return nothing;
}

/// Structs are made of members of at most 8 bytes and are multiples of 8 themselves, so that a multiple of 8 never ends
/// inside of a member. Nobody needs larger ones than this.
inline constexpr size_t kMaxStructSize = 4096;
Status check_struct_size(size_t size);

/// Whether the bytes behind what this library knows are zero.
bool is_tail_zero(const void* given, size_t known, size_t size);

/// The caller's options over the defaults. `given` may be null.
template <typename T>
Result<T> read_struct(const T* given, void (*set_defaults)(T*, size_t)) {
  static_assert(sizeof(T) % 8 == 0 && offsetof(T, struct_size) == 0);
  T options;
  set_defaults(&options, sizeof options);
  if (!given) return options;
  const size_t size = given->struct_size;
  BELLJAR_TRY(check_struct_size(size));
  if (!is_tail_zero(given, sizeof options, size)) {
    return invalid("an option struct says something that this version does not know", "use a later libbelljar");
  }
  std::memcpy(static_cast<void*>(&options), given, std::min(size, sizeof options));
  options.struct_size = sizeof options;
  return options;
}

/// The defaults into as much of a struct as the caller has.
template <typename T>
void write_defaults(T* given, size_t size, const T& defaults) {
  if (!given || size < sizeof given->struct_size) return;
  std::memset(static_cast<void*>(given), 0, size);
  std::memcpy(static_cast<void*>(given), &defaults, std::min(size, sizeof defaults));
  given->struct_size = size;
}

/// Figures into as much of a struct as the caller has; zeros behind them.
template <typename T>
Status write_struct(T* given, T figures) {
  static_assert(sizeof(T) % 8 == 0 && offsetof(T, struct_size) == 0);
  if (!given) return invalid("there is no struct to fill in (NULL)");
  const size_t size = given->struct_size;
  BELLJAR_TRY(check_struct_size(size));
  write_defaults(given, size, figures);
  return Ok{};
}

}  // namespace belljar::c_api

struct belljar_error {
  belljar::Error error;
};

struct belljar_buffer {
  std::string bytes;
};

#endif  // BELLJAR_C_API_BOUNDARY_H_
