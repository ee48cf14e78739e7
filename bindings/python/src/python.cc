#include "python.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <unistd.h>

#include <string>

namespace belljar::python {

bool is_alive() {
  // Part of the stable ABI since 3.13, and there under another name before.
  using Asks = int (*)();
  static const auto is_finalizing = [] {
    void* found = dlsym(RTLD_DEFAULT, "Py_IsFinalizing");
    return reinterpret_cast<Asks>(found ? found : dlsym(RTLD_DEFAULT, "_Py_IsFinalizing"));
  }();
  return Py_IsInitialized() && !(is_finalizing && is_finalizing());
}

namespace {

// Python before 3.14 ends a thread that wants the GIL after the interpreter's end, with pthread_exit(): that would unwind
// our frames, whose destructors need the GIL. As Python does from 3.14 on, such a thread stops where it is. Nothing
// of ours may lie between this and Python's own C functions.
template <typename Function>
void stop_at_the_end(Function function) {
  try {
    function();
  } catch (abi::__forced_unwind&) {
    for (;;) pause();
  }
}

}  // namespace

Released::~Released() {
  stop_at_the_end([&] { PyEval_RestoreThread(state_); });
}

Held::Held() {
  stop_at_the_end([&] { state_ = PyGILState_Ensure(); });
}

nb::object call(nb::handle function, nb::handle positional, nb::handle named) {
  PyObject* result = nullptr;
  stop_at_the_end([&] { result = PyObject_Call(function.ptr(), positional.ptr(), named.ptr()); });
  if (!result) throw nb::python_error();
  return nb::steal(result);
}

Reference::~Reference() {
  if (!object_ || !is_alive()) return;
  const Held held;
  Py_DECREF(object_);
}

nb::object from_module(const char* module, const char* name) {
  PyObject* found = nullptr;
  stop_at_the_end([&] {
    PyObject* imported = PyImport_ImportModule(module);
    found = imported ? PyObject_GetAttrString(imported, name) : nullptr;
    Py_XDECREF(imported);
  });
  if (!found) throw nb::python_error();
  return nb::steal(found);
}

void raise(const Error& error) {
  const nb::object made = call_with(from_module("belljar._errors", "from_code"), to_str(to_string(error.code)),
                                    to_str(error.message), to_str(error.hint));
  PyErr_SetObject(made.type().ptr(), made.ptr());
  throw nb::python_error();
}

std::string_view text_of(nb::handle object, const char* what) {
  if (!PyUnicode_Check(object.ptr())) {
    const std::string type = nb::cast<std::string>(nb::inst_name(object));
    PyErr_Format(PyExc_TypeError, "%s must be str, not %s", what, type.c_str());
    throw nb::python_error();
  }
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
  if (!data) {
    PyErr_Clear();
    raise({ErrorCode::kInvalidArgument, std::string(what) + " has lone surrogates", "use text that UTF-8 can hold"});
  }
  return {data, static_cast<size_t>(size)};
}

nb::object to_str(std::string_view text) {
  PyObject* made = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
  if (!made) throw nb::python_error();
  return nb::steal(made);
}

}  // namespace belljar::python
