#include "c_api/session.h"

#include <vector>

#include "c_api/boundary.h"
#include "c_api/result.h"
#include "c_api/snapshot.h"
#include "c_api/value.h"

using namespace belljar;
using namespace belljar::c_api;

namespace {

static_assert(BELLJAR_STREAM_STDOUT == static_cast<int>(Stream::kStdout));
static_assert(BELLJAR_STREAM_STDERR == static_cast<int>(Stream::kStderr));

Result<RunOptions> run_options(const belljar_run_options* given) {
  const belljar_run_options from = BELLJAR_TRY(read_struct(given, belljar_run_options_init));
  RunOptions to;
  to.filename = BELLJAR_TRY(text_of(from.filename, from.filename_size, "the file name"));
  to.is_script = from.is_script;
  to.is_last = from.is_last;
  to.wants_value = from.wants_value;
  to.binds_value = from.binds_value;
  to.stdin_data = BELLJAR_TRY(text_of(from.stdin_data, from.stdin_size, "standard input"));
  if (from.reads_stdin_fd) {
    if (from.stdin_fd < 0) return invalid("the descriptor of standard input is negative");
    to.stdin_fd = from.stdin_fd;
  }
  if (from.on_output) {
    to.on_output = [from](Stream stream, std::string_view data) {
      from.on_output(from.context, static_cast<belljar_stream>(stream), data.data(), data.size());
    };
  }
  if (from.on_display) {
    to.on_display = [from](const MimeBundle& bundle) { from.on_display(from.context, view(&bundle)); };
  }
  return to;
}

belljar_run_options default_run_options() {
  const RunOptions from;
  belljar_run_options to{};
  to.is_script = from.is_script;
  to.is_last = from.is_last;
  to.wants_value = from.wants_value;
  to.binds_value = from.binds_value;
  to.stdin_fd = from.stdin_fd;
  return to;
}

}  // namespace

extern "C" {

void belljar_run_options_init(belljar_run_options* options, size_t struct_size) {
  write_defaults(options, struct_size, default_run_options());
}

belljar_error* belljar_session_run(belljar_session* session, const char* source, size_t source_size,
                                   const belljar_run_options* options, belljar_result** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    const std::string_view text = BELLJAR_TRY(text_of(source, source_size, "the source"));
    const RunOptions how = BELLJAR_TRY(run_options(options));
    auto result = std::make_unique<belljar_result>();
    result->result = BELLJAR_TRY(session->session->run(text, how));
    *out = result.release();
    return Ok{};
  });
}

void belljar_session_cancel(belljar_session* session) {
  if (session) session->session->cancel();
}

bool belljar_session_is_stopping(const belljar_session* session) { return session && session->session->is_stopping(); }

belljar_error* belljar_session_fork(belljar_session* session, belljar_session** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    *out = hold<belljar_session>(BELLJAR_TRY(session->session->fork()));
    return Ok{};
  });
}

belljar_error* belljar_session_fork_many(belljar_session* session, size_t count, belljar_session** out) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    if (count == 0) return Ok{};
    BELLJAR_TRY(require(out, "place for the sessions"));
    if (count > PTRDIFF_MAX / sizeof *out) return invalid("nobody can hold that many sessions");
    std::fill_n(out, count, nullptr);
    std::vector<std::unique_ptr<Session>> made = BELLJAR_TRY(session->session->fork(count));
    std::vector<std::unique_ptr<belljar_session>> handles;
    handles.reserve(made.size());
    for (std::unique_ptr<Session>& child : made) {
      handles.emplace_back(new belljar_session{std::move(child)});
    }
    for (size_t i = 0; i < count && i < handles.size(); i++) out[i] = handles[i].release();
    return Ok{};
  });
}

belljar_error* belljar_session_snapshot(belljar_session* session, belljar_snapshot** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    *out = hold<belljar_snapshot>(BELLJAR_TRY(session->session->snapshot()));
    return Ok{};
  });
}

belljar_error* belljar_session_rollback(belljar_session* session, const belljar_snapshot* snapshot) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    BELLJAR_TRY(require(snapshot, "snapshot"));
    return session->session->rollback(snapshot->snapshot);
  });
}

belljar_error* belljar_session_suspend(belljar_session* session, const belljar_key* key, belljar_buffer** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    *out = hold<belljar_buffer>(BELLJAR_TRY(session->session->suspend(Key(key).get())));
    return Ok{};
  });
}

belljar_error* belljar_session_suspend_to_file(belljar_session* session, const char* path, size_t path_size,
                                               const belljar_key* key) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    const std::string file = BELLJAR_TRY(path_of(path, path_size));
    return session->session->suspend(file, Key(key).get());
  });
}

belljar_error* belljar_session_park(belljar_session* session) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    return session->session->park();
  });
}

belljar_error* belljar_session_define(belljar_session* session, const char* name, size_t name_size,
                                      const belljar_value* value) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    BELLJAR_TRY(require(value, "value"));
    const std::string_view text = BELLJAR_TRY(text_of(name, name_size, "the name"));
    return session->session->define(text, *unwrap(value));
  });
}

belljar_error* belljar_session_get(belljar_session* session, const char* name, size_t name_size, belljar_value** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    const std::string_view text = BELLJAR_TRY(text_of(name, name_size, "the name"));
    *out = to_handle(std::make_unique<Value>(BELLJAR_TRY(session->session->get(text))));
    return Ok{};
  });
}

belljar_error* belljar_session_usage(belljar_session* session, belljar_usage* usage) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    const SessionUsage from = BELLJAR_TRY(session->session->usage());
    belljar_usage to{};
    to.runs = from.runs;
    to.wall_ns = from.wall_ns;
    to.cpu_ns = from.cpu_ns;
    to.tool_calls = from.tool_calls;
    to.output_bytes = from.output_bytes;
    to.memory_bytes = from.memory_bytes;
    to.private_bytes = from.private_bytes;
    to.file_bytes = from.file_bytes;
    to.file_entries = from.file_entries;
    to.is_parked = from.is_parked;
    return write_struct(usage, to);
  });
}

void belljar_session_free(belljar_session* session) { delete session; }

}  // extern "C"
