#include "c_api/snapshot.h"

#include "c_api/boundary.h"

using namespace belljar;
using namespace belljar::c_api;

namespace belljar::c_api {

Result<std::string> path_of(const char* path, size_t size) {
  const std::string_view text = BELLJAR_TRY(text_of(path, size, "a path"));
  if (text.empty()) return invalid("the path is empty");
  if (text.find('\0') != std::string_view::npos) return invalid("the path contains a NUL byte");
  return std::string(text);
}

}  // namespace belljar::c_api

extern "C" {

belljar_snapshot* belljar_snapshot_copy(const belljar_snapshot* snapshot) {
  return snapshot ? new (std::nothrow) belljar_snapshot(*snapshot) : nullptr;
}

uint64_t belljar_snapshot_bytes(const belljar_snapshot* snapshot) { return snapshot ? snapshot->snapshot.bytes() : 0; }

belljar_error* belljar_snapshot_serialize(const belljar_snapshot* snapshot, const belljar_key* key,
                                          belljar_buffer** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(snapshot, "snapshot"));
    *out = hold<belljar_buffer>(BELLJAR_TRY(snapshot->snapshot.serialize(Key(key).get())));
    return Ok{};
  });
}

belljar_error* belljar_snapshot_save(const belljar_snapshot* snapshot, const char* path, size_t path_size,
                                     const belljar_key* key) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(snapshot, "snapshot"));
    const std::string file = BELLJAR_TRY(path_of(path, path_size));
    return snapshot->snapshot.save(file, Key(key).get());
  });
}

belljar_error* belljar_snapshot_lock(const belljar_snapshot* snapshot, belljar_buffer** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(snapshot, "snapshot"));
    *out = hold<belljar_buffer>(snapshot->snapshot.lock());
    return Ok{};
  });
}

belljar_error* belljar_snapshot_image_id(const belljar_snapshot* snapshot, belljar_buffer** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(snapshot, "snapshot"));
    *out = hold<belljar_buffer>(snapshot->snapshot.image_id());
    return Ok{};
  });
}

void belljar_snapshot_free(belljar_snapshot* snapshot) { delete snapshot; }

}  // extern "C"
