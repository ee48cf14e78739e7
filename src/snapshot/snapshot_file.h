// A session's state as bytes, and as a file (durable_file.h): docs/formats/snapshot.md.
#ifndef BELLJAR_SNAPSHOT_SNAPSHOT_FILE_H_
#define BELLJAR_SNAPSHOT_SNAPSHOT_FILE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "belljar/snapshot.h"
#include "snapshot/durable_file.h"
#include "snapshot/session_state.h"

namespace belljar {

/// Where the packages of a snapshot are found: null when they are not known.
using FindPackages = std::function<std::shared_ptr<const PackageImage>(const PackageImageId&)>;

/// kExhausted without memory.
Result<std::string> encode_snapshot(const SessionState& state, const SnapshotKey* key);

/// Checks all of `bytes` before it makes anything of them: they may have been crafted. `image` and `library` are this
/// build's. The files get no limits: those are the policy's. `max_bytes` bounds what the state takes, its changed pages
/// and its files together; the size of its linear memory is for whoever resumes it to allow. kCorrupt, kExhausted;
/// kNotFound: taken in an image that `find` does not know, or there is none.
Result<std::shared_ptr<const SessionState>> decode_snapshot(std::string_view bytes, const SnapshotKey* key,
                                                            std::shared_ptr<const Image> image,
                                                            std::shared_ptr<const fs::Pack> library,
                                                            uint64_t max_bytes, const FindPackages& find = {});

}  // namespace belljar

#endif  // BELLJAR_SNAPSHOT_SNAPSHOT_FILE_H_
