// The files of a session as bytes, and back: part of docs/formats/snapshot.md ("Files").
#ifndef BELLJAR_FS_ARCHIVE_H_
#define BELLJAR_FS_ARCHIVE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "fs/files.h"

namespace belljar::fs {

/// Appends tree and descriptors to `out`. Not the packs' files: the library's are the build's, the site's the image's.
void write_archive(const Files& files, std::string* out);

/// `bytes` may be anything: what is returned is as sound as if a guest had made it call by call. Node
/// numbers, cookies of listings and the quota's usage are what they were. The tree gets no limits (see
/// Tree::set_limits) but takes no more than `max_bytes` as the quota counts: kExhausted. kCorrupt.
/// `site` must be there when it was there in the tree that was written.
Result<Files> read_archive(std::span<const uint8_t> bytes, std::shared_ptr<const Pack> library,
                           uint64_t max_bytes, std::shared_ptr<const Pack> site = nullptr);

}  // namespace belljar::fs

#endif  // BELLJAR_FS_ARCHIVE_H_
