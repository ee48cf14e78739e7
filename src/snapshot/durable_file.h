// Whole files, all or nothing.
#ifndef BELLJAR_SNAPSHOT_DURABLE_FILE_H_
#define BELLJAR_SNAPSHOT_DURABLE_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "belljar/result.h"

namespace belljar {

/// Writes a file of that mode, whatever the umask, and replaces what is at `path`: after a crash at any moment, of
/// the process or of the machine, the old file or the new one is there. A symbolic link at `path` is replaced, not
/// followed; those in the directories before it are followed. Nothing is left behind after an error. kIo,
/// kInvalidArgument.
Status write_file(const std::string& path, std::string_view bytes, uint32_t mode = 0600);

/// Reads a regular file. A symbolic link is followed: whoever can place one can place a file. kNotFound, kIo;
/// kExhausted when it is larger than `max_bytes`.
Result<std::string> read_file(const std::string& path, uint64_t max_bytes);

}  // namespace belljar

#endif  // BELLJAR_SNAPSHOT_DURABLE_FILE_H_
