// Puts files, links and folders into a folder of the host: what a session hands out. Names and links are a guest's.
#ifndef BELLJAR_FS_HOST_WRITER_H_
#define BELLJAR_FS_HOST_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "belljar/result.h"
#include "fs/host_folder.h"

namespace belljar::fs {

/// Everything lands in the folder: no link in it is followed. Paths are as HostFolder's.
class HostWriter {
 public:
  /// The folder must be there.
  static Result<HostWriter> open(const std::string& folder);

  /// With what leads to it.
  Errno make_directory(std::string_view path);
  /// Replaces what is there as a whole, when it is complete. `read` fills the buffer from an offset on, less at the end.
  using Source = std::function<Errno(uint64_t offset, std::span<uint8_t> out, size_t* done)>;
  Errno put_file(std::string_view path, const Source& read);
  Errno put_link(std::string_view path, std::string_view target);
  /// A file or link, or a folder with all that is in it. Nothing there is fine.
  Errno remove(std::string_view path);

 private:
  explicit HostWriter(std::shared_ptr<HostFolder> folder) : folder_(std::move(folder)) {}
  Errno replace(const std::string& temporary, std::string_view path);

  std::shared_ptr<HostFolder> folder_;
};

/// Whether a link with `target`, standing at `path`, stays in the folder that `path` begins in: relative, ".." at its
/// beginning only (what follows a name may be elsewhere than it seems), and no more of them than there are folders.
bool link_stays_inside(std::string_view path, std::string_view target);

}  // namespace belljar::fs

#endif  // BELLJAR_FS_HOST_WRITER_H_
