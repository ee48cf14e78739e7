// Paths and nodes that are the host's, or in between: what a session's mounts add to its tree.

#include <cerrno>

#include "fs/tree_nodes.h"

namespace belljar::fs {
namespace {

using std::string;
using std::string_view;

// Cookies of a listing: ".", "..", the names that lead to mounts, the host's, and with the highest bit the session's own.
constexpr uint64_t kFirstPoint = 2;
constexpr uint64_t kFirstHost = kFirstPoint + MountSet::kMaxMounts;
constexpr uint64_t kUpperBit = uint64_t{1} << 63;

// Where names of the frame's directories begin (first_key).
constexpr uint64_t kFirstKey = 256;

}  // namespace

// ---- paths ---------------------------------------------------------------------------------------------------

// The directories of the tree itself that mounts may be put into. What else leads to one is there for nothing else.
std::optional<string_view> Tree::frame_path(NodeId directory) const {
  if (directory == kRoot) return "";
  if (directory == workspace_) return "/workspace";
  if (directory == tmp_) return "/tmp";
  return std::nullopt;
}

bool Tree::is_point(string_view path) const {
  const MountSet& set = mounts_->set();
  if (set.at(path)) return true;
  return set.leads(path) && path != "/workspace" && path != "/tmp";
}

bool Tree::is_point(const Place& place) const {
  if (!mounts_ || (!is_mounted(place.parent) && !frame_path(place.parent))) return false;
  return is_point(path_of(place));
}

string Tree::path_of(const Place& place) const {
  string path;
  if (const auto frame = frame_path(place.parent)) path = *frame;
  if (const Mounts::Place* parent = mounts_->find(place.parent)) path = parent->path;
  path += '/';
  path += place.name;
  return path;
}

string_view Tree::relative(const MountSet::Entry& mount, string_view path) {
  return path.substr(std::min(path.size(), mount.guest.size() + 1));
}

NodeId Tree::directory_at(string_view path) const {
  if (path.empty()) return kRoot;
  if (path == "/workspace" && !mounts_->set().at(path)) return workspace_;
  if (path == "/tmp" && !mounts_->set().at(path)) return tmp_;
  return mounts_->intern(path, NodeType::kDirectory);
}

// Precondition: is_point(path). A single file may have been changed.
NodeId Tree::point_node(const string& path) const {
  const MountSet::Entry* mount = mounts_->set().at(path);
  if (!mount || mount->folder->is_directory()) return mounts_->intern(path, NodeType::kDirectory);
  if (mount->mode == MountMode::kCopyOnWrite) {
    const Layer layer = upper(*mount, "");
    if (layer.what == Layer::What::kNode) return layer.node;
  }
  return mounts_->intern(path, NodeType::kFile);
}

Errno Tree::step(NodeId directory, string_view name, std::optional<NodeId>* next) const {
  if (is_mounted(directory)) return mounted_child(directory, name, next);
  if (const auto frame = frame_path(directory)) {
    const string path = string(*frame) + '/' + string(name);
    if (is_point(path)) {
      *next = point_node(path);
      return 0;
    }
  }
  *next = child(directory, name);
  return 0;
}

Errno Tree::mounted_child(NodeId directory, string_view name, std::optional<NodeId>* next) const {
  const Mounts::Place* place = mounts_->find(directory);
  if (!place) return ESTALE;
  if (place->path.size() + 1 + name.size() > kMaxPath) return ENAMETOOLONG;
  const string path = place->path + '/' + string(name);
  *next = std::nullopt;
  const MountSet& set = mounts_->set();
  const MountSet::Entry* mount = place->mount;
  if (set.at(path)) {
    *next = point_node(path);
    return 0;
  }
  HostStat found;
  Errno error = ENOENT;
  if (mount) {
    Layer layer;
    if (mount->mode == MountMode::kCopyOnWrite) layer = upper(*mount, relative(*mount, path));
    if (layer.what == Layer::What::kNode && !inode(layer.node)->merged) {
      *next = layer.node;
      return 0;
    }
    if (layer.what == Layer::What::kNode) {
      error = 0;
      found.type = NodeType::kDirectory;
    } else if (layer.what == Layer::What::kNothing) {
      error = mount->folder->stat(relative(*mount, path), &found);
    }
  }
  if (set.leads(path)) {
    *next = mounts_->intern(path, NodeType::kDirectory);
    return 0;
  }
  if (error == ENOENT) return 0;
  if (!error) *next = mounts_->intern(path, found.type);
  return error;
}

Errno Tree::link_target(NodeId node, string* target) const {
  if (!is_mounted(node)) {
    const Inode* found = inode(node);
    if (!found || found->type != NodeType::kSymlink) return EINVAL;
    *target = found->target;
    return 0;
  }
  const Mounts::Place* place = mounts_->find(node);
  if (!place) return ESTALE;
  if (!place->mount) return EINVAL;
  if (const Errno error = place->mount->folder->read_link(place->relative(), target)) return error;
  return target->empty() ? ENOENT : 0;
}

// Whether names in the directory of `place` may be changed. In a copy-on-write mount the directory becomes the session's
// own, and from then on what happens to it is as in the rest of the tree.
Errno Tree::settle(Place* place, uint64_t now) {
  if (is_point(*place)) return EBUSY;
  if (!is_mounted(place->parent)) return read_only(place->parent) ? EROFS : 0;
  const Mounts::Place* directory = mounts_->find(place->parent);
  if (!directory) return ESTALE;
  if (!directory->mount || directory->mount->mode == MountMode::kReadOnly) return EROFS;
  if (directory->mount->mode == MountMode::kReadWrite) return 0;
  const string path = directory->path;
  return raise(*directory->mount, path, now, &place->parent);
}

// ---- nodes ---------------------------------------------------------------------------------------------------

// st_dev: what lies in one mount, its changes included, is one device.
uint64_t Tree::device_of(NodeId node) const {
  if (is_mounted(node)) {
    const Mounts::Place* place = mounts_ ? mounts_->find(node) : nullptr;
    return place && place->mount ? place->mount->device : 1;
  }
  const Inode* found = inode(node);
  if (!found || found->fixed) return 1;
  if (found->area == 0) return 2;
  const MountSet::Entry* mount = mounts_ ? mounts_->set().at((*uppers_)[found->area - 1].guest) : nullptr;
  return mount ? mount->device : MountSet::kFirstDevice + MountSet::kMaxMounts + found->area;
}

Errno Tree::mounted_stat(NodeId node, Stat* out) const {
  const Mounts::Place* place = mounts_ ? mounts_->find(node) : nullptr;
  if (!place) return ESTALE;
  *out = {};
  if (place->mount && place->mount->mode == MountMode::kCopyOnWrite) {
    const Layer layer = upper(*place->mount, place->relative());
    if (layer.what == Layer::What::kGone) return ENOENT;
    if (layer.what == Layer::What::kNode) return stat(layer.node, out);
  }
  HostStat found;
  if (const Errno error = mounts_->stat(*place, &found)) return error;
  out->device = device_of(node);
  out->node = found.inode;
  out->type = found.type;
  out->links = found.type == NodeType::kDirectory ? 1 : found.links;
  out->size = found.size;
  out->accessed = found.accessed;
  out->modified = found.modified;
  out->changed = found.changed;
  return 0;
}

Errno Tree::mounted_set_times(NodeId node, std::optional<uint64_t> accessed,
                              std::optional<uint64_t> modified, uint64_t now) {
  const Mounts::Place* place = mounts_->find(node);
  if (!place) return ESTALE;
  if (!place->mount || place->mount->mode == MountMode::kReadOnly) return EROFS;
  if (place->mount->mode == MountMode::kReadWrite) {
    return place->mount->folder->set_times(place->relative(), accessed, modified);
  }
  NodeId own;
  if (place->type == NodeType::kDirectory) {
    const string path = place->path;
    if (const Errno error = raise(*place->mount, path, now, &own)) return error;
  } else if (const Errno error = copy_up(node, true, now, &own)) {
    return error;
  }
  return set_times(own, accessed, modified, now);
}

// EAGAIN: an entry that is the tree's own.
Errno Tree::mounted_entry(NodeId directory, uint64_t cookie, DirectoryEntry* out) const {
  const Mounts::Place* place = mounts_->find(directory);
  const auto frame = frame_path(directory);
  if (cookie < kFirstPoint || (!place && !frame)) return EAGAIN;
  const MountSet& set = mounts_->set();
  const string path(place ? string_view(place->path) : *frame);
  const bool leads = set.leads(path);
  if (cookie < kFirstHost && leads) {
    const auto names = set.names_below(path);
    if (cookie - kFirstPoint < names.size()) {
      string& name = mounts_->scratch() = names[cookie - kFirstPoint];
      const NodeId node = point_node(path + '/' + name);
      const uint64_t number = std::hash<string>()(path + '/' + name) | 1;
      *out = {name, number, type(node).value_or(NodeType::kFile), cookie + 1};
      return 0;
    }
  }
  if (!place) return EAGAIN;
  if (!place->mount) return ENOENT;
  if (cookie & kUpperBit) return upper_entry(*place, cookie & ~kUpperBit, out);
  HostListing::Entry found;
  uint64_t at = cookie < kFirstHost ? 0 : cookie - kFirstHost;
  for (;; at = found.next) {
    const Errno error = mounts_->list(*place, at, &found);
    if (error == ENOENT) return upper_entry(*place, 0, out);
    if (error) return error;
    if (leads && is_point(path + '/' + string(found.name))) continue;
    if (shows_lower(*place, &found)) break;
  }
  // Some file systems give their last name the highest number there is.
  const bool fits = found.next < kUpperBit - kFirstHost;
  *out = {found.name, found.inode, found.type, fits ? kFirstHost + found.next : kUpperBit};
  return 0;
}

// ---- what changes something ----------------------------------------------------------------------------------

Errno Tree::mounted_open(const Place& place, const OpenHow& how, uint64_t now, NodeId* node,
                         std::shared_ptr<HostFile>* host) {
  std::shared_ptr<HostFile> opened;
  const bool change = how.write || how.truncate;
  if (place.node == 0) {
    *node = mounts_->intern(path_of(place), NodeType::kFile);
    Errno error = mounts_->open(*mounts_->find(*node), {.write = change, .create = true}, &opened);
    // The host made it meanwhile.
    if (error == EEXIST && !how.exclusive) error = mounts_->open(*mounts_->find(*node), {.write = change}, &opened);
    if (host) *host = std::move(opened);
    return error;
  }
  if (how.create && how.exclusive) return EEXIST;
  const Mounts::Place* found = mounts_->find(place.node);
  if (!found) return ESTALE;
  if (found->type == NodeType::kDirectory) return how.create || change ? EISDIR : 0;
  if (place.trailing_slash || how.directory) return ENOTDIR;
  if (found->type == NodeType::kSymlink) return ELOOP;
  if (found->type != NodeType::kFile) return EACCES;
  if (change && found->mount->mode == MountMode::kCopyOnWrite) {
    return copy_up(place.node, !how.truncate, now, node);
  }
  if (const Errno error = mounts_->open(*found, {.write = change}, &opened)) return error;
  if (host) *host = opened;
  return how.truncate ? opened->resize(0) : 0;
}

// Precondition: `place.node` is mounted, and the place is settled.
Errno Tree::remove_mounted(const Place& place, bool directory, uint64_t now) {
  if (is_mounted(place.parent)) {
    const string path = path_of(place);
    const MountSet::Entry& mount = *mounts_->find(place.parent)->mount;
    return directory ? mount.folder->remove_directory(relative(mount, path))
                     : mount.folder->unlink(relative(mount, path));
  }
  if (directory) {
    DirectoryEntry entry;
    if (next_entry(place.node, kFirstPoint, &entry) != ENOENT) return ENOTEMPTY;
    drop_merged(place.parent, place.name, now);
  }
  return hide(place.parent, place.name, now);
}

// EAGAIN: the places are settled and the tree's own, and the rest is as everywhere.
Errno Tree::mounted_rename(Place* from, Place* to, uint64_t now) {
  if (is_point(*from) || is_point(*to)) return EBUSY;
  const bool same_device = device_of(from->parent) == device_of(to->parent);
  if (!is_mounted(from->parent) && !is_mounted(to->parent)) {
    const bool both_own = !read_only(from->parent) && !read_only(to->parent);
    return both_own && !same_device ? EXDEV : EAGAIN;
  }
  if (from->node == 0) return ENOENT;
  if (!same_device) return EXDEV;
  const Mounts::Place* place = mounts_->find(is_mounted(from->parent) ? from->parent : to->parent);
  if (!place) return ESTALE;
  if (!place->mount || place->mount->mode == MountMode::kReadOnly) return EROFS;
  const bool directory = is_directory(from->node);
  if (!directory && (from->trailing_slash || to->trailing_slash)) return ENOTDIR;
  if (from->node == to->node) return 0;
  if (place->mount->mode == MountMode::kReadWrite) {
    const MountSet::Entry& mount = *place->mount;
    const string old_path = path_of(*from), new_path = path_of(*to);
    return mount.folder->rename(relative(mount, old_path), relative(mount, new_path));
  }
  // Its content would have to be copied, as between devices: shutil.move does.
  if (directory && is_mounted(from->node)) return EXDEV;
  if (is_mounted(to->node)) {
    if (is_inside(from->parent, to->node)) return ENOTEMPTY;
    const bool onto_directory = is_directory(to->node);
    if (directory != onto_directory) return directory ? ENOTDIR : EISDIR;
    DirectoryEntry entry;
    if (directory && next_entry(to->node, kFirstPoint, &entry) != ENOENT) return ENOTEMPTY;
  }
  if (const Errno error = settle(from, now)) return error;
  if (const Errno error = settle(to, now)) return error;
  if (is_mounted(from->node)) {
    if (const Errno error = copy_up(from->node, true, now, &from->node)) return error;
  }
  if (is_mounted(to->node)) {
    if (directory) drop_merged(to->parent, to->name, now);
    to->node = 0;
  }
  return EAGAIN;
}

}  // namespace belljar::fs
