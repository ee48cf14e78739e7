// The upper layer of a copy-on-write mount, compared with what is below it.

#include <algorithm>
#include <cerrno>

#include "fs/tree_nodes.h"

namespace belljar::fs {
namespace {

using std::string;

}  // namespace

// Goes through one mount's changes, without recursion: the guest chooses how deep they are.
class Tree::ChangeWalk {
 public:
  ChangeWalk(const Tree& tree, const MountSet::Entry& mount, std::vector<Change>* out)
      : tree_(tree), mount_(mount), out_(out) {}

  Errno walk(NodeId root) {
    if (!tree_.inode(root)->merged) return compare({root, mount_.guest, true});
    todo_.push_back({root, mount_.guest, true});
    while (!todo_.empty()) {
      const Item item = std::move(todo_.back());
      todo_.pop_back();
      if (const Errno error = directory(item)) return error;
    }
    return 0;
  }

 private:
  struct Item {
    NodeId node;
    string path;
    bool has_lower;  // the host has a directory there
  };

  Errno lower(const string& path, HostStat* out) const {
    return mount_.folder->stat(relative(mount_, path), out);
  }

  void add(const string& path, Change::Kind kind, NodeType type, uint64_t size) {
    out_->push_back({path, mount_.guest, kind, type, size});
  }

  Errno directory(const Item& item) {
    for (const ChunkEntry* entry = tree_.entry_from(item.node, 0); entry;
         entry = tree_.entry_from(item.node, entry->key + 1)) {
      const string path = item.path + '/' + entry->name;
      if (entry->node == kWhiteout) {
        HostStat gone;
        if (lower(path, &gone) == 0) add(path, Change::Kind::kDeleted, gone.type, 0);
      } else if (tree_.inode(entry->node)->merged) {
        todo_.push_back({entry->node, path, true});
      } else if (const Errno error = compare({entry->node, path, item.has_lower})) {
        return error;
      }
    }
    return item.has_lower && !tree_.inode(item.node)->merged ? missing(item) : 0;
  }

  // A directory that is wholly the session's own, where the host has one too.
  Errno missing(const Item& item) {
    HostListing listing;
    UniqueFd directory;
    if (const Errno error = mount_.folder->open_directory(relative(mount_, item.path), &directory)) return error;
    listing.begin(std::move(directory));
    HostListing::Entry entry;
    for (uint64_t cookie = 0; listing.next(cookie, &entry) == 0; cookie = entry.next) {
      if (tree_.child(item.node, entry.name)) continue;
      add(item.path + '/' + string(entry.name), Change::Kind::kDeleted, entry.type, 0);
    }
    return 0;
  }

  // Something of the session's own, and what the host has there.
  Errno compare(Item item) {
    const Inode& own = *tree_.inode(item.node);
    HostStat below;
    const Errno error = item.has_lower ? lower(item.path, &below) : ENOENT;
    if (error && error != ENOENT) return error;
    const bool same_type = error == 0 && below.type == own.type;
    if (error == 0 && !same_type) add(item.path, Change::Kind::kDeleted, below.type, 0);
    if (own.type == NodeType::kDirectory) {
      if (!same_type) add(item.path, Change::Kind::kAdded, own.type, 0);
      item.has_lower = same_type;
      todo_.push_back(std::move(item));
      return 0;
    }
    const uint64_t size = own.type == NodeType::kSymlink ? own.target.size() : own.size;
    if (!same_type) {
      add(item.path, Change::Kind::kAdded, own.type, size);
      return 0;
    }
    bool equal = false;
    if (const Errno failed = is_equal(item, own, below, &equal)) return failed;
    if (!equal) add(item.path, Change::Kind::kModified, own.type, size);
    return 0;
  }

  Errno is_equal(const Item& item, const Inode& own, const HostStat& below, bool* equal) const {
    if (own.type == NodeType::kSymlink) {
      string target;
      const Errno error = mount_.folder->read_link(relative(mount_, item.path), &target);
      *equal = error == 0 && target == own.target;
      return 0;
    }
    if (own.size != below.size) return 0;
    std::shared_ptr<HostFile> file;
    if (const Errno error = mount_.folder->open_file(relative(mount_, item.path), {}, &file)) return error;
    std::vector<uint8_t> mine(kBlockSize), theirs(kBlockSize);
    for (uint64_t at = 0; at < own.size;) {
      size_t got = 0, read = 0;
      if (const Errno error = file->read(at, theirs, &got)) return error;
      if (got == 0) return 0;  // cut meanwhile
      const std::span<uint8_t> same(mine.data(), got);
      if (const Errno error = tree_.read(item.node, at, same, &read)) return error;
      if (read != got || !std::equal(same.begin(), same.end(), theirs.begin())) return 0;
      at += got;
    }
    *equal = true;
    return 0;
  }

  const Tree& tree_;
  const MountSet::Entry& mount_;
  std::vector<Change>* const out_;
  std::vector<Item> todo_;
};

Errno Tree::changes(std::vector<Change>* out) const {
  if (!uppers_ || !mounts_) return 0;
  for (const Upper& upper : *uppers_) {
    const MountSet::Entry* mount = mounts_->set().at(upper.guest);
    if (!mount || mount->mode != MountMode::kCopyOnWrite) continue;
    if (mount->folder->is_directory() != inode(upper.root)->merged) continue;
    if (const Errno error = ChangeWalk(*this, *mount, out).walk(upper.root)) return error;
  }
  std::stable_sort(out->begin(), out->end(), [](const Change& a, const Change& b) { return a.path < b.path; });
  return 0;
}

}  // namespace belljar::fs
