#ifndef BELLJAR_C_API_SNAPSHOT_H_
#define BELLJAR_C_API_SNAPSHOT_H_

#include <cstring>
#include <optional>
#include <string>

#include "belljar/c/belljar.h"
#include "belljar/result.h"
#include "belljar/snapshot.h"

struct belljar_snapshot {
  belljar::Snapshot snapshot;
};

namespace belljar::c_api {

/// A key as the C++ classes take it: a pointer that may be null.
class Key {
 public:
  explicit Key(const belljar_key* key) {
    if (key) std::memcpy(key_.emplace().bytes.data(), key->bytes, sizeof key->bytes);
  }
  const SnapshotKey* get() const { return key_ ? &*key_ : nullptr; }

 private:
  std::optional<SnapshotKey> key_;
};

/// A path as the kernel takes it: not empty and without NUL.
Result<std::string> path_of(const char* path, size_t size);

}  // namespace belljar::c_api

#endif  // BELLJAR_C_API_SNAPSHOT_H_
