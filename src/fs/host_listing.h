// The names of one directory of the host, a buffer at a time: however many there are, the memory is the same.
#ifndef BELLJAR_FS_HOST_LISTING_H_
#define BELLJAR_FS_HOST_LISTING_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "fs/node.h"

namespace belljar::fs {

class HostListing {
 public:
  struct Entry {
    std::string_view name;  ///< valid until the next call
    uint64_t inode;         ///< hidden, see host_folder.h
    NodeType type;
    bool has_type;  ///< not every file system tells it
    uint64_t next;
  };

  void begin(UniqueFd directory);
  void end() { directory_ = UniqueFd(); }
  bool is_open() const { return directory_.valid(); }

  /// `cookie` is 0, or Entry::next: any other is where the host takes it to be. ENOENT at the end. "." and "..", and what
  /// is not UTF-8, are left out.
  Errno next(uint64_t cookie, Entry* out);
  /// Names that were left out because they are not UTF-8.
  uint64_t skipped() const { return skipped_; }

 private:
  static constexpr size_t kBufferSize = size_t{32} << 10;

  UniqueFd directory_;
  uint64_t device_ = 0;
  std::vector<uint8_t> buffer_;
  size_t used_ = 0, at_ = 0;
  uint64_t skipped_ = 0;
  uint64_t cookie_ = 0;  // of the entry at `at_`
};

}  // namespace belljar::fs

#endif  // BELLJAR_FS_HOST_LISTING_H_
