#include "session.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "belljar/policy.h"
#include "belljar/runtime.h"
#include "convert.h"
#include "result.h"
#include "run.h"

namespace belljar::python {
namespace {

/// Calls `function` without the GIL.
template <typename Function>
auto released(Function function) {
  const Released without_gil;
  return function();
}

std::optional<SnapshotKey> key_of(nb::handle object) {
  if (object.is_none()) return std::nullopt;
  SnapshotKey key;
  if (!PyBytes_Check(object.ptr()) || static_cast<size_t>(PyBytes_Size(object.ptr())) != key.bytes.size()) {
    raise({ErrorCode::kInvalidArgument, "a key is 32 bytes", "make one with secrets.token_bytes(32), and keep it"});
  }
  const char* data = PyBytes_AsString(object.ptr());
  std::copy(data, data + key.bytes.size(), key.bytes.begin());
  return key;
}

const SnapshotKey* pointer(const std::optional<SnapshotKey>& key) { return key ? &*key : nullptr; }

/// A path of the host's: any bytes.
std::string path_of(const nb::bytes& path) { return std::string(path.c_str(), path.size()); }

nb::bytes to_bytes(const std::string& data) { return nb::bytes(data.data(), data.size()); }

RunOptions options_of(nb::handle filename, nb::handle standard_input, nb::object on_output, nb::object on_display) {
  RunOptions options;
  if (!filename.is_none()) options.filename = text_of(filename, "filename");
  if (PyBytes_Check(standard_input.ptr())) {
    options.stdin_data.assign(PyBytes_AsString(standard_input.ptr()), static_cast<size_t>(PyBytes_Size(standard_input.ptr())));
  } else if (!standard_input.is_none()) {
    options.stdin_data = text_of(standard_input, "stdin, if it is not bytes,");
  }
  set_callbacks(std::move(on_output), std::move(on_display), &options);
  return options;
}

/// Lets go of a session without the GIL: giving back a slot takes as long as a cell, and calls that end with it may want
/// the GIL.
template <typename Pointer>
struct End {
  Pointer& session;
  ~End() {
    released([&] { session.reset(); });
  }
};

/// Its owner may close it, or let go of it, at any moment: whoever uses it holds it meanwhile.
class PySession {
 public:
  explicit PySession(std::unique_ptr<Session> session) : session_(std::move(session)) {}
  ~PySession() { close(); }
  PySession(PySession&&) = default;

  void close() {
    closed_ = session_;
    std::shared_ptr<Session> last = std::move(session_);  // with the GIL: others look at session_
    const End end{last};
  }
  bool is_closed() const { return !session_; }

  /// Also once it is closed: a run under way goes on.
  void cancel() const {
    if (const std::shared_ptr<Session> session = session_ ? session_ : closed_.lock()) session->cancel();
  }

  std::shared_ptr<Session> use() const {
    if (session_) return session_;
    const nb::object error = call_with(from_module("belljar._errors", "ClosedError"));
    PyErr_SetObject(error.type().ptr(), error.ptr());
    throw nb::python_error();
  }

  /// `function` with the session, without the GIL. Throws its error.
  template <typename Function>
  auto call(Function function) const {
    std::shared_ptr<Session> session = use();
    const End end{session};
    return take(released([&] { return function(*session); }));
  }

 private:
  std::shared_ptr<Session> session_;
  std::weak_ptr<Session> closed_;
};

nb::object run(const PySession& self, nb::handle source, nb::handle filename, nb::handle standard_input, nb::object on_output,
               nb::object on_display, bool binds_value, nb::object loop) {
  std::shared_ptr<Session> session = self.use();
  RunOptions options = options_of(filename, standard_input, std::move(on_output), std::move(on_display));
  options.binds_value = binds_value;
  const std::string_view text = text_of(source, "code");
  Run run(std::move(loop));
  Result<RunResult> result = released([&] {
    Result<RunResult> made = run.run(*session, text, options);
    session.reset();
    return made;
  });
  run.rethrow();
  return to_tuple(take(std::move(result)));
}

Result<std::unique_ptr<Session>> open(Runtime& runtime, const Policy& policy, const Snapshot* image) {
  return image ? runtime.resume(*image, policy) : runtime.open(policy);
}

nb::object run_once(Runtime& runtime, const Policy& policy, const Snapshot* image, nb::handle source, nb::handle filename,
                    nb::handle standard_input, nb::object on_output, nb::object on_display, nb::object loop) {
  RunOptions options = options_of(filename, standard_input, std::move(on_output), std::move(on_display));
  options.is_last = true;
  const std::string_view text = text_of(source, "code");
  Run run(std::move(loop));
  // One time without the GIL for all of it: each return to it may have to wait for other threads.
  Result<RunResult> result = released([&]() -> Result<RunResult> {
    const std::unique_ptr<Session> session = BELLJAR_TRY(open(runtime, policy, image));
    return run.run(*session, text, options);
  });
  run.rethrow();
  return to_tuple(take(std::move(result)));
}

nb::list fork(const PySession& self, size_t n) {
  nb::list made;
  for (auto& session : self.call([&](Session& s) { return s.fork(n); })) made.append(PySession(std::move(session)));
  return made;
}

nb::object usage(const PySession& self) {
  const SessionUsage usage = self.call([](Session& s) { return s.usage(); });
  return nb::make_tuple(usage.runs, static_cast<double>(usage.wall_ns) / 1e6, static_cast<double>(usage.cpu_ns) / 1e6,
                        usage.tool_calls, usage.output_bytes, usage.memory_bytes, usage.private_bytes, usage.file_bytes,
                        usage.file_entries, usage.is_parked);
}

nb::list changes(const PySession& self) {
  constexpr const char* kKinds[] = {"added", "modified", "deleted"};
  constexpr const char* kTypes[] = {"file", "directory", "symlink", "other"};
  nb::list made;
  for (const FileChange& change : self.call([](Session& s) { return s.changes(); })) {
    made.append(nb::make_tuple(to_str(change.path), kKinds[static_cast<int>(change.kind)],
                               kTypes[static_cast<int>(change.type)], change.size));
  }
  return made;
}

void bind_session(nb::module_& module) {
  nb::class_<PySession>(module, "Session")
      .def("run", &run, nb::arg("source").none(), nb::arg("filename").none(), nb::arg("stdin").none(), nb::arg("on_output").none(),
           nb::arg("on_display").none(), nb::arg("binds_value"), nb::arg("loop").none())
      .def("close", &PySession::close)
      .def("is_closed", &PySession::is_closed)
      .def("cancel", &PySession::cancel)
      .def("fork", &fork)
      .def("snapshot", [](const PySession& self) { return self.call([](Session& s) { return s.snapshot(); }); })
      .def("rollback", [](const PySession& self, const Snapshot& to) { self.call([&](Session& s) { return s.rollback(to); }); })
      .def("park", [](const PySession& self) { self.call([](Session& s) { return s.park(); }); })
      .def("define", [](const PySession& self, nb::handle name, nb::handle object) {
        const std::string text(text_of(name, "the name of a variable"));
        const Value value = to_value(object, text);
        self.call([&](Session& s) { return s.define(text, value); });
      }, nb::arg("name"), nb::arg("value").none())
      .def("get", [](const PySession& self, nb::handle name) {
        const std::string_view text = text_of(name, "the name of a variable");
        return from_value(self.call([&](Session& s) { return s.get(text); }));
      })
      .def("usage", &usage)
      .def("changes", &changes)
      .def("diff", [](const PySession& self) { return to_str(self.call([](Session& s) { return s.diff(); })); })
      .def("export_changes", [](const PySession& self, const nb::bytes& folder, const std::string& mount) {
        self.call([&, path = path_of(folder)](Session& s) { return s.export_changes(path, mount); });
      })
      .def("read_file", [](const PySession& self, std::string_view path, uint64_t max_bytes) {
        return to_bytes(self.call([&](Session& s) { return s.read_file(path, max_bytes); }));
      })
      .def("write_file", [](const PySession& self, std::string_view path, nb::bytes content) {
        const std::string_view data(content.c_str(), content.size());
        self.call([&](Session& s) { return s.write_file(path, data); });
      })
      .def("upload", [](const PySession& self, const nb::bytes& from, std::string_view to) {
        self.call([&, path = path_of(from)](Session& s) { return s.upload(path, to); });
      })
      .def("download", [](const PySession& self, std::string_view from, const nb::bytes& to) {
        self.call([&, path = path_of(to)](Session& s) { return s.download(from, path); });
      });
}

void bind_snapshot(nb::module_& module) {
  nb::class_<Snapshot>(module, "Snapshot")
      .def("size", &Snapshot::bytes)
      .def("lock", [](const Snapshot& snapshot) { return to_str(snapshot.lock()); })
      .def("serialize", [](const Snapshot& snapshot, nb::handle key_object) {
        const std::optional<SnapshotKey> key = key_of(key_object);
        return to_bytes(take(released([&] { return snapshot.serialize(pointer(key)); })));
      }, nb::arg("key").none())
      .def("save", [](const Snapshot& snapshot, const nb::bytes& path, nb::handle key_object) {
        const std::optional<SnapshotKey> key = key_of(key_object);
        take(released([&, to = path_of(path)] { return snapshot.save(to, pointer(key)); }));
      }, nb::arg("path"), nb::arg("key").none());
}

std::shared_ptr<Runtime> make_runtime(uint32_t max_sessions, uint32_t max_live, double park_after, uint32_t idle_slots) {
  RuntimeOptions options;
  options.max_sessions = max_sessions;
  options.max_live = max_live;
  options.park_after = std::chrono::nanoseconds(static_cast<int64_t>(park_after * 1e9));
  options.idle_slots = idle_slots;
  return take(released([&] { return Runtime::create(options); }));
}

nb::dict metrics(const Runtime& runtime) {
  const Metrics metrics = runtime.metrics();
  nb::dict made, runs;
  for (size_t i = 0; i < metrics.runs_by_status.size(); i++) {
    runs[to_str(to_string(static_cast<RunStatus>(i)))] = metrics.runs_by_status[i];
  }
  made["sessions"] = metrics.sessions;
  made["parked"] = metrics.parked;
  made["idle_slots"] = metrics.idle_slots;
  made["max_live"] = metrics.max_live;
  made["opened"] = metrics.opened;
  made["forks"] = metrics.forks;
  made["snapshots"] = metrics.snapshots;
  made["rollbacks"] = metrics.rollbacks;
  made["parks"] = metrics.parks;
  made["unparks"] = metrics.unparks;
  made["runs"] = runs;
  return made;
}

void bind_runtime(nb::module_& module) {
  nb::class_<Runtime>(module, "Runtime")
      .def_static("create", &make_runtime)
      .def("open", [](Runtime& runtime, const Policy& policy, const Snapshot* state) {
        return PySession(take(released([&] { return open(runtime, policy, state); })));
      }, nb::arg("policy"), nb::arg("state").none())
      .def("run", &run_once, nb::arg("policy"), nb::arg("image").none(), nb::arg("source").none(), nb::arg("filename").none(),
           nb::arg("stdin").none(), nb::arg("on_output").none(), nb::arg("on_display").none(), nb::arg("loop").none())
      .def("load", [](Runtime& runtime, nb::bytes data, nb::handle key_object) {
        const std::optional<SnapshotKey> key = key_of(key_object);
        const std::string_view bytes(data.c_str(), data.size());
        return take(released([&] { return runtime.load(bytes, pointer(key)); }));
      }, nb::arg("data"), nb::arg("key").none())
      .def("load_file", [](Runtime& runtime, const nb::bytes& path, nb::handle key_object) {
        const std::optional<SnapshotKey> key = key_of(key_object);
        return take(released([&, from = path_of(path)] { return runtime.load_file(from, pointer(key)); }));
      }, nb::arg("path"), nb::arg("key").none())
      .def("metrics", &metrics);
}

}  // namespace

void bind_sessions(nb::module_& module) {
  bind_snapshot(module);
  bind_session(module);
  bind_runtime(module);
  module.def("stop_all_runs", [] { released([] { Run::stop_all(); }); });
  module.def("set_main_thread", &Run::set_main_thread);
  module.def("is_stopping", [] { return Run::current() && Run::current()->is_stopping(); });
  module.def("after_fork", &Run::after_fork);
  module.def("current_loop", [] { return Run::current() ? nb::borrow(Run::current()->loop()) : nb::none(); });
}

}  // namespace belljar::python
