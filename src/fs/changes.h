// What a session has changed in its copy-on-write mounts, as a list, as text, and as a folder.
#ifndef BELLJAR_FS_CHANGES_H_
#define BELLJAR_FS_CHANGES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "belljar/result.h"
#include "fs/files.h"

namespace belljar::fs {

/// Ascending by path; what is deleted comes before what is in its place now. A directory that is deleted stands for all
/// that was in it. A file with the content that it had is not a change.
Result<std::vector<Change>> list_changes(const Tree& tree);

/// A unified diff of text files up to 4 MiB; of others, and of links, that they differ.
Result<std::string> diff_changes(Files* files);

/// Makes the changes of the mount at `mount` (empty: of the only one) in a folder of the host: each file is replaced as a
/// whole. Nothing is followed: no link in the folder, and no link of the guest's leads out of it (then nothing is done).
Status export_changes(Files* files, std::string_view mount, const std::string& folder);

}  // namespace belljar::fs

#endif  // BELLJAR_FS_CHANGES_H_
