// The open files of a session, and the tree they are open in: together its whole file state. A copy
// is a checkpoint: offsets, descriptors and content roll back together.
#ifndef BELLJAR_FS_FILES_H_
#define BELLJAR_FS_FILES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fs/tree.h"

namespace belljar::fs {

struct OpenFlags {
  bool read = false;
  bool write = false;
  bool append = false;
};

/// One thread at a time; copies are independent. Copying costs one small allocation.
class Files {
 public:
  static constexpr uint32_t kDefaultMaxOpen = 256;
  static constexpr int kPreopen = 3;  ///< the root directory, open from the start

  /// Descriptors 0, 1 and 2 are the streams of the same number; 3 is "/".
  explicit Files(Tree tree, uint32_t max_open = kDefaultMaxOpen);
  Files(const Files&) = default;
  Files(Files&&) = default;
  Files& operator=(const Files&) = default;
  Files& operator=(Files&&) = default;

  Tree& tree() { return tree_; }
  const Tree& tree() const { return tree_; }

  /// The place is state, the host's file is not: who has other mounts opens the place anew.
  struct MountedFile {
    std::string path;
    std::shared_ptr<HostFile> host;
  };

  struct Open {
    enum class Kind : uint8_t { kFree, kStream, kNode };
    Kind kind = Kind::kFree;
    uint8_t stream = 0;  ///< 0 stdin, 1 stdout, 2 stderr
    NodeType type = NodeType::kFile;
    OpenFlags flags;
    bool preopen = false;
    // For the guest ABI's host; this class only keeps them.
    uint16_t status = 0;
    uint64_t dropped_rights = 0;
    uint64_t dropped_inheriting = 0;
    NodeId node = 0;
    uint64_t offset = 0;
    PackContent content;  ///< of a library file, after the first read
    /// What is open is a place in a mount; `node` means nothing then.
    std::shared_ptr<const MountedFile> mounted;
  };

  /// Null when `fd` is not open; any number may be asked for. Valid until the table is changed.
  Open* find(int64_t fd);

  uint32_t open_count() const { return open_count_; }

  /// Opens at the lowest free descriptor. EMFILE, or what Tree::open says.
  Errno open(NodeId from, std::string_view path, const OpenHow& how, const OpenFlags& flags,
             uint64_t now, int* fd);
  Errno close(int64_t fd);
  /// `to`, which must be open, becomes `from`, which is no longer.
  Errno renumber(int64_t from, int64_t to);
  /// Descriptors 0, 1 and 2 are the streams again, whatever was closed or opened there.
  void restore_streams();

  // The rest is for regular files and devices; EBADF, EISDIR, ESPIPE otherwise. Reading
  // Device::kRandom is the caller's business (EINVAL here). Reading a library file unpacks it the
  // first time; EIO when it is damaged.

  Errno read(Open* open, std::span<uint8_t> out, size_t* done);
  Errno read_at(Open* open, uint64_t offset, std::span<uint8_t> out, size_t* done);
  Errno write(Open* open, std::span<const uint8_t> bytes, uint64_t now, size_t* done);
  /// On a descriptor that appends, at the end whatever `offset` says (as Linux does).
  Errno write_at(Open* open, uint64_t offset, std::span<const uint8_t> bytes, uint64_t now,
                 size_t* done);

  /// Of anything that is open in the tree.
  Errno stat(Open* open, Stat* out);
  Errno set_times(Open* open, std::optional<uint64_t> accessed, std::optional<uint64_t> modified,
                  uint64_t now);
  Errno resize(Open* open, uint64_t size, uint64_t now);
  Errno allocate(Open* open, uint64_t offset, uint64_t length, uint64_t now);
  /// The node that is open, for what begins at a directory.
  NodeId node(const Open& open) const;

  enum class Whence : uint8_t { kSet, kCurrent, kEnd };
  Errno seek(Open* open, int64_t delta, Whence whence, uint64_t* offset);

 private:
  friend class ArchiveWriter;
  friend class ArchiveReader;

  /// The most that one read of an endless device gives.
  static constexpr size_t kMaxDeviceRead = size_t{1} << 20;

  Errno check_data(const Open& open, bool allowed) const;
  void adopt_copies();
  Errno reach(Open* open);
  Errno put(Open* open, uint64_t* offset, std::span<const uint8_t> bytes, uint64_t now,
            size_t* done);

  Tree tree_;
  std::vector<Open> table_;
  uint32_t max_open_;
  uint32_t open_count_ = 0;
};

}  // namespace belljar::fs

#endif  // BELLJAR_FS_FILES_H_
