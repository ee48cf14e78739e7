#include "convert.h"

#include <algorithm>
#include <string>
#include <utility>

namespace belljar::python {
namespace {

/// Each takes some 50 bytes here, and a few lists that hold each other several times are very many of them.
constexpr size_t kMostValues = size_t{4} << 20;

/// What cannot cross, and the way to it, which is written from its end as the recursion comes back.
struct Problem {
  std::string path;
  nb::object object;
  size_t values_left = kMostValues;
};

bool convert(PyObject* object, int depth, Value* out, Problem* problem);

bool fail(PyObject* object, Problem* problem) {
  problem->object = nb::borrow(object);
  return false;
}

nb::handle int_type() { return reinterpret_cast<PyObject*>(&PyLong_Type); }

bool convert_int(PyObject* object, Value* out) {
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (!overflow) {
    if (small == -1 && PyErr_Occurred()) throw nb::python_error();
    *out = Value(static_cast<int64_t>(small));
    return true;
  }
  // By int's own methods: a subclass may have others.
  const nb::object magnitude = int_type().attr("__abs__")(nb::handle(object));
  const size_t bytes = (nb::cast<size_t>(magnitude.attr("bit_length")()) + 7) / 8;
  const nb::object data = magnitude.attr("to_bytes")(bytes, "big");
  *out = Value(BigInt{overflow < 0, std::string(PyBytes_AsString(data.ptr()), bytes)});
  return true;
}

bool convert_text(PyObject* object, std::string* out, Problem* problem) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(object, &size);
  if (!data) {
    PyErr_Clear();
    return fail(object, problem);
  }
  out->assign(data, static_cast<size_t>(size));
  return true;
}

bool convert_bytes(PyObject* object, Value* out) {
  const nb::object bytes = nb::steal(PyBytes_FromObject(object));
  if (!bytes) throw nb::python_error();
  const auto size = static_cast<size_t>(PyBytes_Size(bytes.ptr()));
  *out = Value(Bytes{std::string(PyBytes_AsString(bytes.ptr()), size)});
  return true;
}

template <typename GetItem>
bool convert_items(Py_ssize_t count, GetItem get, int depth, Value* out, Problem* problem) {
  Value::List list(static_cast<size_t>(count));
  for (Py_ssize_t i = 0; i < count; i++) {
    PyObject* item = get(i);
    if (!item) throw nb::python_error();
    if (convert(item, depth + 1, &list[static_cast<size_t>(i)], problem)) continue;
    problem->path.insert(0, "[" + std::to_string(i) + "]");
    return false;
  }
  *out = Value(std::move(list));
  return true;
}

// ".name" where that reads well, else "['any key']".
std::string step(PyObject* key) {
  if (PyUnicode_IsIdentifier(key) == 1) return "." + std::string(PyUnicode_AsUTF8AndSize(key, nullptr));
  const nb::object shown = nb::steal(PyObject_ASCII(key));
  if (!shown) throw nb::python_error();
  return "[" + std::string(PyUnicode_AsUTF8AndSize(shown.ptr(), nullptr)) + "]";
}

bool convert_dict(PyObject* dict, int depth, Value* out, Problem* problem) {
  Value::Map map;
  map.reserve(static_cast<size_t>(PyDict_Size(dict)));
  PyObject *key, *item;
  Py_ssize_t position = 0;
  while (PyDict_Next(dict, &position, &key, &item)) {
    auto& [name, value] = map.emplace_back();
    // The key stands for itself in the message: nothing in it leads further.
    if (!PyUnicode_Check(key) || !convert_text(key, &name, problem)) {
      problem->path = " (a key)";
      return fail(key, problem);
    }
    if (convert(item, depth + 1, &value, problem)) continue;
    problem->path.insert(0, step(key));
    return false;
  }
  *out = Value(std::move(map));
  return true;
}

bool convert(PyObject* object, int depth, Value* out, Problem* problem) {
  if (problem->values_left == 0) return fail(object, problem);
  problem->values_left--;
  if (object == Py_None) return true;
  if (PyUnicode_Check(object)) {
    std::string text;
    if (!convert_text(object, &text, problem)) return false;
    *out = Value(std::move(text));
    return true;
  }
  if (PyBool_Check(object)) {
    *out = Value(object == Py_True);
    return true;
  }
  if (PyLong_Check(object)) return convert_int(object, out);
  if (PyFloat_Check(object)) {
    *out = Value(PyFloat_AsDouble(object));
    return true;
  }
  if (PyBytes_Check(object) || PyByteArray_Check(object) || PyMemoryView_Check(object)) return convert_bytes(object, out);
  if (depth >= Value::kMaxDepth) return fail(object, problem);
  if (PyDict_Check(object)) return convert_dict(object, depth, out, problem);
  if (PyList_Check(object)) {
    return convert_items(PyList_Size(object), [&](Py_ssize_t i) { return PyList_GetItem(object, i); }, depth, out, problem);
  }
  if (PyTuple_Check(object)) {
    return convert_items(PyTuple_Size(object), [&](Py_ssize_t i) { return PyTuple_GetItem(object, i); }, depth, out, problem);
  }
  return fail(object, problem);
}

nb::object from_big_int(const BigInt& integer) {
  const nb::bytes data(integer.magnitude.data(), integer.magnitude.size());
  nb::object made = int_type().attr("from_bytes")(data, "big");
  return integer.negative ? nb::steal(PyNumber_Negative(made.ptr())) : made;
}

PyObject* checked(PyObject* made) {
  if (!made) throw nb::python_error();
  return made;
}

}  // namespace

Value to_value(nb::handle object, std::string_view where) {
  Value value;
  Problem problem;
  if (convert(object.ptr(), 0, &value, &problem)) return value;
  // 100 steps are too many to read.
  if (problem.path.size() > 300) problem.path = problem.path.substr(0, 120) + "..." + problem.path.substr(problem.path.size() - 120);
  const nb::object error = call_with(from_module("belljar._errors", "cannot_cross"), to_str(std::string(where) + problem.path),
                                     problem.object, problem.values_left == 0);
  PyErr_SetObject(error.type().ptr(), error.ptr());
  throw nb::python_error();
}

nb::object from_value(const Value& value) {
  switch (value.type()) {
    case Value::Type::kNull:
      return nb::none();
    case Value::Type::kBool:
      return nb::bool_(*value.as_bool());
    case Value::Type::kInt:
      return nb::steal(checked(PyLong_FromLongLong(*value.as_int())));
    case Value::Type::kBigInt:
      return from_big_int(*value.as_big_int());
    case Value::Type::kFloat:
      return nb::steal(checked(PyFloat_FromDouble(*value.as_float())));
    case Value::Type::kString:
      return to_str(*value.as_string());
    case Value::Type::kBytes:
      return nb::bytes(value.as_bytes()->data.data(), value.as_bytes()->data.size());
    case Value::Type::kList: {
      const Value::List& list = *value.as_list();
      nb::object made = nb::steal(checked(PyList_New(static_cast<Py_ssize_t>(list.size()))));
      for (size_t i = 0; i < list.size(); i++) {
        PyList_SetItem(made.ptr(), static_cast<Py_ssize_t>(i), from_value(list[i]).release().ptr());
      }
      return made;
    }
    case Value::Type::kMap: {
      nb::object made = nb::steal(checked(PyDict_New()));
      for (const auto& [name, item] : *value.as_map()) {
        if (PyDict_SetItem(made.ptr(), to_str(name).ptr(), from_value(item).ptr()) < 0) throw nb::python_error();
      }
      return made;
    }
  }
  return nb::none();
}

}  // namespace belljar::python
