#include "tools.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "convert.h"
#include "run.h"

namespace belljar::python {
namespace {

// As belljar/_tools.py says. The guest checks a call against the signature that it sees; whoever has taken it over does not.
struct PyTool {
  std::string name, where;
  Reference prepared;  // weak
  std::vector<std::string> visible;  // parameters that go by name
  std::vector<std::string> hidden;   // those of the function that the guest is not shown
  std::vector<std::string> leading;  // of the visible ones, those in front of *args: they come by name and go by position
  size_t max_positional;
  bool takes_more_names;
  bool reraises;
};

bool is_one_of(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<ToolError> check_arguments(const PyTool& tool, const ToolCall& call) {
  if (call.positional().size() > tool.max_positional) return ToolError{"TypeError", tool.name + "() got too many arguments"};
  for (const auto& [name, value] : call.named()) {
    if (is_one_of(tool.visible, name) || (tool.takes_more_names && !is_one_of(tool.hidden, name))) continue;
    return ToolError{"TypeError", tool.name + "() got an unexpected keyword argument '" + name + "'"};
  }
  return std::nullopt;
}

struct Arguments {
  nb::object positional, named;
};

Arguments arguments_of(const PyTool& tool, const ToolCall& call) {
  nb::list positional;
  for (const std::string& name : tool.leading) {
    if (const Value* value = call.find(name)) positional.append(from_value(*value));
  }
  for (const Value& value : call.positional()) positional.append(from_value(value));
  nb::dict named;
  for (const auto& [name, value] : call.named()) {
    if (!is_one_of(tool.leading, name)) named[to_str(name)] = from_value(value);
  }
  return {nb::steal(PyList_AsTuple(positional.ptr())), named};
}

nb::object weak_reference(nb::handle object) {
  PyObject* made = PyWeakref_NewRef(object.ptr(), nullptr);
  if (!made) throw nb::python_error();
  return nb::steal(made);
}

/// What a weak reference leads to; None when that is gone.
nb::object look_up(const Reference& weak) { return call_with(weak.get()); }

const ToolError kGone{"RuntimeError", "the program no longer has this tool"};
const ToolError kEnding{"RuntimeError", "the program that runs the sandbox is ending"};

// The guest sees one of Python's built-in exceptions: see describe_exception() there.
ToolError error_of(nb::handle exception) {
  try {
    const nb::object described = call_with(from_module("belljar._errors", "describe_exception"), exception);
    return {nb::cast<std::string>(described[0]), nb::cast<std::string>(described[1])};
  } catch (nb::python_error&) {
    return {"RuntimeError", "the tool failed"};
  }
}

ToolResult failed(const PyTool& tool, nb::python_error& error, Run* run) {
  if (run && (tool.reraises || !error.matches(PyExc_Exception))) run->abort(error);
  return error_of(error.value());
}

ToolResult call_tool(const PyTool& tool, const ToolCall& tool_call) {
  if (!is_alive()) return kEnding;
  if (auto error = check_arguments(tool, tool_call)) return std::move(*error);
  const Held held;
  const Run::InTool in_tool;
  try {
    const nb::object prepared = look_up(tool.prepared);
    if (prepared.is_none()) return kGone;
    const Arguments arguments = arguments_of(tool, tool_call);
    return to_value(call(nb::object(prepared.attr("function")), arguments.positional, arguments.named), tool.where);
  } catch (nb::python_error& error) {
    return failed(tool, error, Run::current());
  }
}

// ---- asynchronous ones ---------------------------------------------------------------------------------------

/// One call under way, for the event loop that answers it.
class Answer {
 public:
  Answer(std::shared_ptr<const PyTool> tool, ToolCall tool_call, ToolFinish finish, Run::Link run)
      : tool_(std::move(tool)), call_(std::move(tool_call)), finish_(std::move(finish)), run_(std::move(run)) {}
  // Whoever drops it has nothing to say any more: the guest must not wait for it.
  ~Answer() { finish(ToolError{"RuntimeError", "the tool ended without an answer"}); }
  Answer(Answer&&) = default;

  void result(nb::handle value) {
    ToolResult result;
    try {
      result = to_value(value, tool_->where);
    } catch (nb::python_error& error) {
      result = error_of(error.value());
    }
    finish(std::move(result));
  }

  void error(nb::handle exception) {
    PyErr_SetObject(exception.type().ptr(), exception.ptr());
    nb::python_error raised;
    finish(failed(*tool_, raised, run_ ? *run_ : nullptr));
  }

  bool is_cancelled() const { return call_.is_cancelled(); }

 private:
  void finish(ToolResult result) {
    if (!finish_) return;  // moved from
    const Released released;  // it wakes the guest's thread
    finish_(std::move(result));
  }

  std::shared_ptr<const PyTool> tool_;
  ToolCall call_;
  ToolFinish finish_;
  Run::Link run_;
};

void start_tool(const std::shared_ptr<const PyTool>& tool, ToolCall tool_call, ToolFinish finish) {
  if (!is_alive()) return finish(kEnding);
  if (auto error = check_arguments(*tool, tool_call)) return finish(std::move(*error));
  const Held held;
  Run* run = Run::current();
  try {
    const nb::object prepared = look_up(tool->prepared);
    if (prepared.is_none()) return finish(kGone);
    const Arguments arguments = arguments_of(*tool, tool_call);
    const nb::object loop = run ? nb::borrow(run->loop()) : nb::none();
    nb::object answer = nb::cast(Answer(tool, std::move(tool_call), finish, run ? run->link() : nullptr));
    call_with(from_module("belljar._tools", "start"), loop, nb::object(prepared.attr("function")), arguments.positional,
              arguments.named, answer);
  } catch (nb::python_error& error) {
    finish(failed(*tool, error, run));
  }
}

template <typename T>
T get(nb::handle object, const char* name) {
  return nb::cast<T>(nb::object(object.attr(name)));
}

HttpResponse answer_http(const Reference& function, const HttpRequest& request) {
  HttpResponse response;
  if (!is_alive()) {
    response.error = kEnding.message;
    return response;
  }
  const Held held;
  try {
    const nb::object handler = look_up(function);
    if (handler.is_none()) {
      response.error = kGone.message;
      return response;
    }
    nb::list headers;
    for (const auto& [name, value] : request.headers) headers.append(nb::make_tuple(to_str(name), to_str(value)));
    const nb::object answer = call_with(handler, to_str(request.method), to_str(request.url), headers,
                                        nb::bytes(request.body.data(), request.body.size()));
    auto [status, fields, body] = nb::cast<std::tuple<int, std::vector<std::pair<std::string, std::string>>, nb::bytes>>(answer);
    response.status = status;
    response.headers = std::move(fields);
    response.body.assign(body.c_str(), body.size());
  } catch (nb::python_error& error) {
    const ToolError described = error_of(error.value());
    response.error = described.type + ": " + described.message;
  }
  return response;
}

}  // namespace

Tool make_tool(nb::handle prepared) {
  Tool tool;
  tool.name = get<std::string>(prepared, "name");
  tool.signature = get<std::string>(prepared, "signature");
  tool.doc = get<std::string>(prepared, "doc");
  tool.is_async = get<bool>(prepared, "is_async");
  tool.waits = get<bool>(prepared, "waits");
  tool.max_calls = get<uint32_t>(prepared, "max_calls");
  tool.timeout = std::chrono::nanoseconds(get<int64_t>(prepared, "timeout_ns"));
  const auto names = [&](const char* of) { return get<std::vector<std::string>>(prepared, of); };
  auto made = std::make_shared<PyTool>(tool.name, "tools." + tool.name + ".return", weak_reference(prepared),
                                       names("visible"), names("hidden"), names("leading"),
                                       get<size_t>(prepared, "max_positional"), get<bool>(prepared, "takes_more_names"),
                                       get<bool>(prepared, "reraises"));
  if (get<bool>(prepared, "is_coroutine")) {
    tool.start = [made](ToolCall call, ToolFinish finish) { start_tool(made, std::move(call), std::move(finish)); };
  } else {
    tool.function = [made](const ToolCall& call) { return call_tool(*made, call); };
  }
  return tool;
}

HttpHandler make_http_handler(nb::handle function) {
  auto weak = std::make_shared<Reference>(weak_reference(function));
  return [weak](const HttpRequest& request) { return answer_http(*weak, request); };
}

void bind_tools(nb::module_& module) {
  nb::class_<Answer>(module, "Answer")
      .def("result", &Answer::result, nb::arg("value").none())
      .def("error", &Answer::error)
      .def("is_cancelled", &Answer::is_cancelled);
}

}  // namespace belljar::python
