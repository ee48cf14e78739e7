// The folders of the host in the guest's tree: those that a policy grants (MountSet), and one session's view of them
// (Mounts). Both are rights and belong to the session; the tree and its descriptors, which are state, know nothing of
// them but paths of the guest.
#ifndef BELLJAR_FS_MOUNTS_H_
#define BELLJAR_FS_MOUNTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/audit_event.h"
#include "belljar/grants.h"
#include "belljar/result.h"
#include "fs/host_folder.h"
#include "fs/host_listing.h"

namespace belljar::fs {

/// Nodes that are a place in a mount: this bit, and a number that is good for one session and some time.
inline constexpr NodeId kMountBit = NodeId{1} << 63;
inline bool is_mounted(NodeId node) { return node & kMountBit; }

/// Absolute, UTF-8, short enough, without empty, "." or ".." parts, and not "/".
bool is_guest_path(std::string_view path);

/// Opened; immutable. A session and its forks share one.
class MountSet {
 public:
  struct Entry {
    std::string guest;  ///< canonical: "/data"
    MountMode mode;
    std::shared_ptr<HostFolder> folder;
    uint64_t device;  ///< st_dev of what is in it
  };

  static constexpr size_t kMaxMounts = 64;
  static constexpr uint64_t kFirstDevice = 3;

  /// Checks and opens all of them. Null when there are none. The Error names the mount and what to do.
  static Result<std::shared_ptr<const MountSet>> open(const std::vector<Mount>& mounts);

  const std::vector<Entry>& entries() const { return entries_; }
  /// The innermost mount that `path` is or lies in; null outside of all.
  const Entry* find(std::string_view path) const;
  /// The mount at `path`.
  const Entry* at(std::string_view path) const;
  /// Some mount lies below `path`.
  bool leads(std::string_view path) const;
  /// The names directly below `path` that are mounts or lead to one, in order, each once. "" is the root.
  std::vector<std::string> names_below(std::string_view path) const;
  bool owns(const HostFolder* folder) const;

 private:
  std::vector<Entry> entries_;
};

/// One thread at a time.
class Mounts {
 public:
  /// `audit` may be null, and outlives this.
  explicit Mounts(std::shared_ptr<const MountSet> set, AuditSink* audit = nullptr);

  const MountSet& set() const { return *set_; }

  /// A place in a mount, or a directory that is there because it leads to one (`mount` is null).
  struct Place {
    std::string path;
    const MountSet::Entry* mount = nullptr;
    size_t skipped = 0;  ///< how much of `path` is the mount's own
    NodeType type = NodeType::kDirectory;
    uint64_t generation = 0;

    std::string_view relative() const { return std::string_view(path).substr(skipped); }
  };

  NodeId intern(std::string_view path, NodeType type);
  /// Null when the number is none of this session's, or was too long ago: kMaxPlaces other places ago.
  const Place* find(NodeId node) const;

  /// What the host has there. A directory that only leads to a mount is an empty one.
  Errno stat(const Place& place, HostStat* out) const;

  /// A file for writing is told to the audit log, once.
  Errno open(const Place& place, const HostFolder::Open& how, std::shared_ptr<HostFile>* out);

  /// The listing of a directory from `cookie` on; good for as long as no other directory is listed.
  Errno list(const Place& place, uint64_t cookie, HostListing::Entry* out);

  /// Keeps a text until the next call.
  std::string& scratch() { return scratch_; }

  static constexpr size_t kMaxPlaces = 1024;

 private:
  std::shared_ptr<const MountSet> set_;
  AuditSink* const audit_;
  std::vector<Place> places_;
  std::unordered_map<std::string_view, size_t> by_path_;
  size_t next_ = 0;
  uint64_t generation_ = 0;
  HostListing listing_;
  std::string listed_;
  std::string scratch_;
  std::unordered_set<std::string> told_;
};

/// What a Tree keeps of its session's Mounts. They are no state: a copy has none, and what is assigned to keeps its own.
class MountsOfSession {
 public:
  MountsOfSession() = default;
  MountsOfSession(const MountsOfSession&) {}
  MountsOfSession& operator=(const MountsOfSession&) { return *this; }

  void set(Mounts* mounts) { mounts_ = mounts; }
  Mounts* get() const { return mounts_; }
  Mounts* operator->() const { return mounts_; }
  explicit operator bool() const { return mounts_; }

 private:
  Mounts* mounts_ = nullptr;
};

}  // namespace belljar::fs

#endif  // BELLJAR_FS_MOUNTS_H_
