// Result<T>: a value or an Error. Nothing in belljar throws across a public function.
#ifndef BELLJAR_RESULT_H_
#define BELLJAR_RESULT_H_

#include <cassert>
#include <utility>
#include <variant>

#include "belljar/error.h"

namespace belljar {

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// Precondition: ok().
  T& value() & { return *checked(std::get_if<0>(&state_)); }
  const T& value() const& { return *checked(std::get_if<0>(&state_)); }
  T&& value() && { return std::move(*checked(std::get_if<0>(&state_))); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// Precondition: !ok().
  Error& error() & { return *checked(std::get_if<1>(&state_)); }
  const Error& error() const& { return *checked(std::get_if<1>(&state_)); }
  Error&& error() && { return std::move(*checked(std::get_if<1>(&state_))); }

 private:
  template <typename P>
  static P* checked(P* p) {
    assert(p != nullptr);
    return p;
  }

  std::variant<T, Error> state_;
};

/// Success without a value.
struct Ok {};
using Status = Result<Ok>;

}  // namespace belljar

/// Evaluates a Result; returns its error from the enclosing function, or yields the value.
/// (A GNU statement expression: GCC and Clang are the supported compilers.)
#define BELLJAR_TRY(expr)                              \
  ({                                                   \
    auto belljar_try_result = (expr);                  \
    if (!belljar_try_result.ok()) {                    \
      return std::move(belljar_try_result).error();    \
    }                                                  \
    std::move(belljar_try_result).value();             \
  })

#endif  // BELLJAR_RESULT_H_
