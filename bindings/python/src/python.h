// What every file of the binding needs of Python, and the few rules that all of them follow.
//
// A function that is bound is called with the GIL held. It gives the GIL back around everything that may run the guest,
// wait, or take long (Released), and takes it again where Python's own code or objects are touched (Held).
#ifndef BELLJAR_BINDINGS_PYTHON_H_
#define BELLJAR_BINDINGS_PYTHON_H_

#include <nanobind/nanobind.h>
// The same converters in every file: nb::cast<T>() must mean one thing.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <string_view>
#include <utility>

#include "belljar/result.h"

namespace belljar::python {

namespace nb = nanobind;

/// Whether Python's objects may still be touched. False while the interpreter ends: a thread that asked for the GIL then
/// would never come back.
bool is_alive();

/// Gives the GIL back for as long as it lives.
class Released {
 public:
  Released() : state_(PyEval_SaveThread()) {}
  ~Released();
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;

 private:
  PyThreadState* const state_;
};

/// The GIL, for a thread that may or may not have a Python of its own.
class Held {
 public:
  Held();
  ~Held() { PyGILState_Release(state_); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  PyGILState_STATE state_;
};

/// function(*positional, **named); `named` may be null. Every call of Python's code from a run goes through here: see
/// stop_at_the_end() in python.cc.
nb::object call(nb::handle function, nb::handle positional, nb::handle named = {});

/// Where the interpreter has ended meanwhile, none of this returns.
template <typename... Arguments>
nb::object call_with(nb::handle function, Arguments&&... arguments) {
  return call(function, nb::make_tuple(std::forward<Arguments>(arguments)...));
}

/// A reference that may be let go of by any thread, with the GIL or without.
class Reference {
 public:
  Reference(nb::object object) : object_(object.release().ptr()) {}
  ~Reference();
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  nb::handle get() const { return object_; }

 private:
  PyObject* const object_;
};

/// Something of belljar/_errors.py or belljar/_tools.py, by name.
nb::object from_module(const char* module, const char* name);

/// Throws what belljar/_errors.py makes of `error`.
[[noreturn]] void raise(const Error& error);

/// The value of a result; throws its error.
template <typename T>
T take(Result<T> result) {
  if (!result) raise(result.error());
  return std::move(result).value();
}

inline void take(Status status) {
  if (!status) raise(status.error());
}

/// UTF-8 of a str; throws when it is none, or cannot be written as UTF-8. `what` names it in the message.
std::string_view text_of(nb::handle object, const char* what);

/// A str of `text`, whatever bytes it has: those that are not UTF-8 become U+FFFD.
nb::object to_str(std::string_view text);

}  // namespace belljar::python

#endif  // BELLJAR_BINDINGS_PYTHON_H_
