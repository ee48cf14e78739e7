#include "c_api/boundary.h"
#include "c_api/session.h"
#include "c_api/snapshot.h"
#include "c_api/value.h"

using namespace belljar;
using namespace belljar::c_api;

namespace {

Value to_value(const FileChange& change) {
  static constexpr const char* kKinds[] = {"added", "modified", "deleted"};
  static constexpr const char* kTypes[] = {"file", "directory", "symlink", "other"};
  return Value::Map{{"path", change.path},
                    {"kind", kKinds[static_cast<size_t>(change.kind)]},
                    {"type", kTypes[static_cast<size_t>(change.type)]},
                    {"size", change.size}};
}

}  // namespace

extern "C" {

belljar_error* belljar_session_read_file(belljar_session* session, const char* path, size_t path_size,
                                         uint64_t max_bytes, belljar_buffer** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    const std::string_view name = BELLJAR_TRY(text_of(path, path_size, "the path"));
    *out = hold<belljar_buffer>(BELLJAR_TRY(session->session->read_file(name, max_bytes)));
    return Ok{};
  });
}

belljar_error* belljar_session_write_file(belljar_session* session, const char* path, size_t path_size,
                                          const void* content, size_t content_size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    const std::string_view name = BELLJAR_TRY(text_of(path, path_size, "the path"));
    const std::string_view bytes = BELLJAR_TRY(text_of(content, content_size, "the content of a file"));
    return session->session->write_file(name, bytes);
  });
}

belljar_error* belljar_session_upload(belljar_session* session, const char* host, size_t host_size, const char* path,
                                      size_t path_size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    const std::string from = BELLJAR_TRY(path_of(host, host_size));
    const std::string_view to = BELLJAR_TRY(text_of(path, path_size, "the path"));
    return session->session->upload(from, to);
  });
}

belljar_error* belljar_session_download(belljar_session* session, const char* path, size_t path_size, const char* host,
                                        size_t host_size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    const std::string_view from = BELLJAR_TRY(text_of(path, path_size, "the path"));
    const std::string to = BELLJAR_TRY(path_of(host, host_size));
    return session->session->download(from, to);
  });
}

belljar_error* belljar_session_changes(belljar_session* session, belljar_value** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    Value::List list;
    for (const FileChange& change : BELLJAR_TRY(session->session->changes())) list.push_back(to_value(change));
    *out = to_handle(std::make_unique<Value>(std::move(list)));
    return Ok{};
  });
}

belljar_error* belljar_session_diff(belljar_session* session, belljar_buffer** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    *out = hold<belljar_buffer>(BELLJAR_TRY(session->session->diff()));
    return Ok{};
  });
}

belljar_error* belljar_session_export_changes(belljar_session* session, const char* host, size_t host_size,
                                              const char* mount, size_t mount_size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(session, "session"));
    const std::string folder = BELLJAR_TRY(path_of(host, host_size));
    const std::string_view from = BELLJAR_TRY(text_of(mount, mount_size, "the mount"));
    return session->session->export_changes(folder, std::string(from));
  });
}

}  // extern "C"
