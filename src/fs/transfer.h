// Files in and out of a session's tree without a mount, on behalf of the session's owner.
#ifndef BELLJAR_FS_TRANSFER_H_
#define BELLJAR_FS_TRANSFER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "belljar/result.h"
#include "fs/files.h"

namespace belljar::fs {

/// Absolute paths of the guest; relative ones begin at /workspace. Links are followed as the guest sees them.
Result<std::string> read_guest_file(Files* files, std::string_view path, uint64_t max_bytes);
Status write_guest_file(Files* files, std::string_view path, std::string_view bytes, uint64_t now);

/// A file, or a folder with all that is in it, to exactly `path`; folders that lead there are made. Links stay links.
/// FIFOs, sockets, devices and names that are not UTF-8 are an error. After an error nothing has changed in memory.
Status upload(Files* files, const std::string& host_path, std::string_view path, uint64_t now);

/// The same back. What is in the way is replaced file by file, as a whole; nothing on the host is followed, and a link of
/// the guest's that leads out of what is downloaded is an error before anything is written.
Status download(Files* files, std::string_view path, const std::string& host_path);

}  // namespace belljar::fs

#endif  // BELLJAR_FS_TRANSFER_H_
