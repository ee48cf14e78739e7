// The key of snapshots, from a file.
#ifndef BELLJAR_CLI_SNAPSHOT_KEY_H_
#define BELLJAR_CLI_SNAPSHOT_KEY_H_

#include <optional>
#include <string>

#include "belljar/result.h"
#include "belljar/snapshot.h"

namespace belljar::cli {

inline constexpr const char* kKeyHelp =
    "File that holds the snapshot's key: 32 bytes, or 64 hexadecimal digits (`openssl rand -hex 32`)";

/// Nothing when `path` is empty.
Result<std::optional<SnapshotKey>> read_key(const std::string& path);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_SNAPSHOT_KEY_H_
