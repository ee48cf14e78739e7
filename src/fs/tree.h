// The files of one session as a persistent data structure: copying a Tree (a checkpoint, a fork) is
// O(1), and a change after a copy copies only what it touches.
//
//   /                     read-only          /dev/null zero urandom random
//   /usr/lib/python3.14   read-only, a Pack  /workspace  /tmp   writable, with a quota
//   /usr/local/lib/python3.14/site-packages  read-only, a Pack: only in images with packages
//
// This is the guest's whole view: no name in it leads to a host file. Paths, names, offsets and
// sizes come from a hostile guest. They behave as on Linux, except for what follows and what the
// comments below say:
//  * Names are valid UTF-8, at most 255 bytes (else EILSEQ, ENAMETOOLONG). No case folding.
//  * Everything outside of /workspace and /tmp, they themselves included, refuses changes: EROFS.
//    (st_dev is 1 there and 2 inside them.)
//  * Where a session has mounts (mounts.h), paths lead on into folders of the host. Links are
//    resolved here, in the guest's names; the host is only asked for what has no links in it.
//  * Reading does not change access times. There are no owners and no permission bits.
//  * Hard links to files and symbolic links exist. st_nlink of a directory is 1.
#ifndef BELLJAR_FS_TREE_H_
#define BELLJAR_FS_TREE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fs/cow.h"
#include "fs/mounts.h"
#include "fs/node.h"
#include "fs/pack.h"

namespace belljar::fs {

enum class Device : uint8_t { kNull, kZero, kRandom };

struct Stat {
  uint64_t device;
  NodeId node;  ///< the guest's st_ino
  NodeType type;
  uint64_t links;
  uint64_t size;
  uint64_t accessed, modified, changed;  ///< nanoseconds since 1970, guest-visible time
};

struct TreeLimits {
  /// Of real memory: blocks, names, inodes and what indexes them.
  uint64_t bytes = uint64_t{64} << 20;
  /// Names the guest made, and files that live on because they are open.
  uint64_t entries = 10'000;
};

struct TreeUsage {
  uint64_t bytes;
  uint64_t entries;
};

/// One name of a directory, in the order of cookies.
struct DirectoryEntry {
  std::string_view name;  ///< valid until the tree is changed
  NodeId node;  ///< the guest's d_ino
  NodeType type;
  uint64_t next;  ///< the cookie that goes on after this entry
};

/// Something that a session has changed in a copy-on-write mount.
struct Change {
  enum class Kind : uint8_t { kAdded, kModified, kDeleted };
  std::string path;
  std::string mount;  ///< where it is mounted
  Kind kind;
  NodeType type;
  uint64_t size;  ///< now
};

/// What to do with the last name of a path.
struct OpenHow {
  bool create = false;     ///< make a regular file when there is none
  bool exclusive = false;  ///< with create: EEXIST when there is something
  bool truncate = false;
  bool directory = false;  ///< ENOTDIR for anything else
  bool follow = true;      ///< false: ELOOP when the last name is a symbolic link
  bool write = false;      ///< EISDIR, EROFS
};

/// One thread at a time; copies are independent. `now` is the time that goes into the nodes.
class Tree {
 public:
  static constexpr NodeId kRoot = 1;

  static constexpr size_t kMaxName = 255;
  static constexpr size_t kMaxPath = 4095;
  static constexpr int kMaxLinkHops = 40;
  static constexpr int kMaxDepth =
      2048;  ///< of a directory below the root, when it is made or moved: ENAMETOOLONG
  static constexpr uint64_t kMaxFileSize = uint64_t{1} << 40;  ///< EFBIG beyond; holes cost nothing
  static constexpr size_t kBlockSize = size_t{64} << 10;

  /// The directories named above and nothing else. Both packs may be null; those of /usr/local are
  /// there only with `site`.
  Tree(std::shared_ptr<const Pack> library, const TreeLimits& limits,
       std::shared_ptr<const Pack> site = nullptr);
  Tree(const Tree&);
  Tree(Tree&&) noexcept;
  Tree& operator=(const Tree&);
  Tree& operator=(Tree&&) noexcept;
  ~Tree();

  /// A snapshot carries state, never rights: whoever resumes it sets the limits. What is above them
  /// already stays.
  void set_limits(const TreeLimits& limits) { limits_ = limits; }
  const TreeLimits& limits() const { return limits_; }
  TreeUsage usage() const { return usage_; }

  /// The folders of the host that are part of this tree from now on: rights, which no copy has and
  /// which assigning to the tree leaves as they are. `mounts` is null, or outlives the tree.
  void set_mounts(Mounts* mounts) { mounts_.set(mounts); }
  Mounts* mounts() const { return mounts_.get(); }

  // ---- paths: `from` is the directory a relative path starts at ----

  Errno lookup(NodeId from, std::string_view path, bool follow, NodeId* node) const;
  /// A file of the host comes open, in `host`.
  Errno open(NodeId from, std::string_view path, const OpenHow& how, uint64_t now, NodeId* node,
             std::shared_ptr<HostFile>* host = nullptr);
  Errno make_directory(NodeId from, std::string_view path, uint64_t now);
  Errno make_symlink(std::string_view target, NodeId from, std::string_view path, uint64_t now);
  Errno link(NodeId old_from, std::string_view old_path, bool follow, NodeId new_from,
             std::string_view new_path, uint64_t now);
  Errno unlink(NodeId from, std::string_view path, uint64_t now);
  Errno remove_directory(NodeId from, std::string_view path, uint64_t now);
  Errno rename(NodeId old_from, std::string_view old_path, NodeId new_from,
               std::string_view new_path, uint64_t now);

  // ---- nodes ----

  Errno stat(NodeId node, Stat* out) const;
  std::optional<NodeType> type(NodeId node) const;
  /// `target` is valid until the tree is changed. EINVAL when `node` is not a symbolic link.
  Errno read_link(NodeId node, std::string_view* target) const;
  Errno set_times(NodeId node, std::optional<uint64_t> accessed, std::optional<uint64_t> modified,
                  uint64_t now);
  /// What kind of device `node` is; nothing for anything else.
  std::optional<Device> device(NodeId node) const;
  /// Where `node` is when it is in one of the packs. The pack lives as long as the tree.
  struct Packed {
    const Pack* pack;
    Pack::Entry entry;
    bool operator==(const Packed&) const = default;
  };
  std::optional<Packed> packed(NodeId node) const;
  const std::shared_ptr<const Pack>& shared_library() const { return library_; }
  const std::shared_ptr<const Pack>& site() const { return site_; }

  /// `cookie` is 0 or DirectoryEntry::next of an earlier call (any number is safe): "." and ".."
  /// come first. ENOENT after the last entry. A cookie stays good whatever is added, removed or
  /// renamed meanwhile: what was there all the time is listed once. The order is that of a fixed
  /// hash of the names.
  Errno next_entry(NodeId directory, uint64_t cookie, DirectoryEntry* out) const;

  /// A file of a copy-on-write mount that is the session's own since somebody changed it. Whoever
  /// has it open goes on with `node`, which is pinned once for this.
  struct CopiedUp {
    std::string path;
    NodeId node;
  };
  bool has_copied_up() const { return !copied_up_.empty(); }
  std::vector<CopiedUp> take_copied_up() { return std::exchange(copied_up_, {}); }

  /// What this session has changed in its copy-on-write mounts, ascending by path (changes.h).
  Errno changes(std::vector<Change>* out) const;

  /// The directory at `path`, which names one and has no links in it.
  NodeId directory_at(std::string_view path) const;

  // ---- content of regular files outside of the packs and of mounts ----

  /// One memcpy per block, straight to `out`. `*done` is less than asked for at the end of the
  /// file.
  Errno read(NodeId node, uint64_t offset, std::span<uint8_t> out, size_t* done) const;
  /// One memcpy per block, straight from `bytes`. When the quota ends in the middle, `*done` says
  /// how far it got; ENOSPC or EFBIG only when that is nowhere.
  Errno write(NodeId node, uint64_t offset, std::span<const uint8_t> bytes, uint64_t now,
              size_t* done);
  Errno resize(NodeId node, uint64_t size, uint64_t now);
  /// Makes the range real, so that writing to it cannot fail for want of space; the file grows to
  /// cover it.
  Errno allocate(NodeId node, uint64_t offset, uint64_t length, uint64_t now);

  /// An open descriptor keeps a file alive after its last name is gone; each pin is undone by one
  /// unpin. No effect on nodes of a pack.
  Errno pin(NodeId node);
  void unpin(NodeId node);

 private:
  friend class ArchiveWriter;
  friend class ArchiveReader;
  struct Block;
  struct Chunk;
  struct ChunkEntry;
  struct Directory;
  struct Inode;
  struct Place;
  enum class Follow : uint8_t;
  struct Layer;
  class ChangeWalk;

  // tree.cc: nodes
  const Inode* inode(NodeId node) const;
  Inode& edit(NodeId node);
  NodeId add_inode(NodeType type, uint64_t now);
  NodeId add_fixed(NodeId parent, std::string_view name, NodeType type);
  void forget_inode(NodeId node);
  bool is_directory(NodeId node) const { return type(node) == NodeType::kDirectory; }
  bool read_only(NodeId node) const;
  NodeId parent_of(NodeId directory) const;
  bool has_room(uint64_t bytes, uint64_t entries) const;

  // tree_directories.cc: names
  std::optional<NodeId> child(NodeId directory, std::string_view name) const;
  const ChunkEntry* entry_from(NodeId directory, uint64_t key) const;
  Errno insert(NodeId directory, std::string_view name, NodeId node, uint64_t now);
  void erase(NodeId directory, std::string_view name, uint64_t now);
  void replace(NodeId directory, std::string_view name, NodeId node, uint64_t now);
  void drop_link(NodeId node, uint64_t now);
  void add_link(NodeId node, NodeId directory, uint64_t now);
  void charge_name(std::string_view name);
  void release_name(std::string_view name);

  // tree_paths.cc: resolution, and what changes names
  Errno walk(NodeId from, std::string_view path, Follow follow, Place* place) const;
  Errno place_for_new(NodeId from, std::string_view path, bool directory, uint64_t now,
                      Place* place);
  Errno place_for_removal(NodeId from, std::string_view path, bool directory, uint64_t now,
                          Place* place);
  bool is_inside(NodeId directory, NodeId outer) const;
  Errno check_depth(NodeId directory, NodeId not_below) const;
  Errno check_rename(const Place& from, const Place& to) const;
  Errno create(const Place& place, NodeType type, std::string_view target, uint64_t now,
               NodeId* node);
  Errno open_existing(const Place& place, const OpenHow& how, uint64_t now);

  // tree_mounts.cc: places in mounts
  Errno step(NodeId directory, std::string_view name, std::optional<NodeId>* next) const;
  Errno mounted_child(NodeId directory, std::string_view name, std::optional<NodeId>* next) const;
  std::optional<std::string_view> frame_path(NodeId directory) const;
  bool is_point(std::string_view path) const;
  bool is_point(const Place& place) const;
  Errno link_target(NodeId node, std::string* target) const;
  Errno settle(Place* place, uint64_t now);
  uint64_t device_of(NodeId node) const;
  Errno mounted_stat(NodeId node, Stat* out) const;
  Errno mounted_set_times(NodeId node, std::optional<uint64_t> accessed,
                          std::optional<uint64_t> modified, uint64_t now);
  Errno mounted_entry(NodeId directory, uint64_t cookie, DirectoryEntry* out) const;
  Errno mounted_open(const Place& place, const OpenHow& how, uint64_t now, NodeId* node,
                     std::shared_ptr<HostFile>* host);
  Errno mounted_rename(Place* from, Place* to, uint64_t now);
  std::string path_of(const Place& place) const;
  static std::string_view relative(const MountSet::Entry& mount, std::string_view path);
  NodeId point_node(const std::string& path) const;

  // tree_overlay.cc: what a session has changed in its copy-on-write mounts
  Layer upper(const MountSet::Entry& mount, std::string_view relative) const;
  Errno raise(const MountSet::Entry& mount, std::string_view path, uint64_t now, NodeId* upper);
  Errno raise_root(const MountSet::Entry& mount, NodeType type, uint64_t now, NodeId* root);
  void drop_last_root();
  Errno raise_child(const MountSet::Entry& mount, NodeId parent, std::string_view path,
                    uint64_t now, NodeId* upper);
  Errno copy_up(NodeId node, bool with_content, uint64_t now, NodeId* copy);
  Errno copy_content(HostFile* from, NodeId to, uint64_t now);
  bool lower_has(NodeId directory, std::string_view name) const;
  void uncover(NodeId directory, std::string_view name, uint64_t now);
  Errno hide(NodeId directory, std::string_view name, uint64_t now);
  void drop_merged(NodeId directory, std::string_view name, uint64_t now);
  Errno upper_entry(const Mounts::Place& place, uint64_t key, DirectoryEntry* out) const;
  bool shows_lower(const Mounts::Place& place, HostListing::Entry* entry) const;
  Errno remove_mounted(const Place& place, bool directory, uint64_t now);

  // tree_content.cc: file content
  Errno reserve_block(Inode* inode, uint64_t index, size_t capacity);
  Errno check_content(NodeId node) const;
  void shrink(Inode* inode, uint64_t size);

  std::shared_ptr<const Pack> library_, site_;
  NodeId library_parent_ = 0, site_parent_ = 0, workspace_ = 0, tmp_ = 0;
  TreeLimits limits_;
  TreeUsage usage_{};
  CowArray<Ref<Inode>> inodes_;  // by number; no Ref where a number is not in use
  NodeId next_node_ = kRoot;     // numbers from here on were never used
  CowArray<NodeId> free_nodes_;  // a stack of numbers to use again
  uint64_t free_node_count_ = 0;

  MountsOfSession mounts_;
  // What is changed of a copy-on-write mount, by where it is mounted.
  struct Upper {
    std::string guest;
    NodeId root;
  };
  std::shared_ptr<const std::vector<Upper>> uppers_;
  std::vector<CopiedUp> copied_up_;
};

}  // namespace belljar::fs

#endif  // BELLJAR_FS_TREE_H_
