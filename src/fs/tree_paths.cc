#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/utf8.h"
#include "fs/tree_nodes.h"

namespace belljar::fs {
namespace {

using std::string_view;

Errno check_text(string_view text) {
  if (text.empty()) return ENOENT;
  if (text.size() > Tree::kMaxPath) return ENAMETOOLONG;
  if (text.find('\0') != text.npos) return EINVAL;
  return is_valid_utf8(text) ? 0 : EILSEQ;
}

string_view skip_slashes(string_view path) {
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
  return path;
}

}  // namespace

// Resolves all of `path` but what the last name itself leads to. A loop over what is left of the
// path, not a recursion: the guest chooses the depth. Symbolic links are put in front of the rest,
// at most kMaxLinkHops times, so the rest never gets longer than that many paths.
Errno Tree::walk(NodeId from, string_view path, Follow follow, Place* place) const {
  if (const Errno error = check_text(path)) return error;
  NodeId at = path.front() == '/' ? kRoot : from;
  if (!is_directory(at)) return type(at) ? ENOTDIR : ESTALE;
  string_view rest = skip_slashes(path);
  *place = {};
  place->last = Place::Last::kRoot;
  place->parent = place->node = at;
  for (int hops = 0; !rest.empty();) {
    const string_view name = rest.substr(0, rest.find('/'));
    const string_view after = rest.substr(name.size());
    const bool last = skip_slashes(after).empty();
    std::optional<NodeId> next;
    place->last = Place::Last::kName;
    if (name == ".") {
      place->last = Place::Last::kDot;
      next = at;
    } else if (name == "..") {
      place->last = Place::Last::kDotDot;
      next = parent_of(at);
    } else {
      if (name.size() > kMaxName) return ENAMETOOLONG;
      if (!mounts_) {
        next = child(at, name);
      } else if (const Errno error = step(at, name, &next)) {
        return error;
      }
    }
    const Inode* own = next ? inode(*next) : nullptr;
    const bool is_link = own ? own->type == NodeType::kSymlink
                             : next && is_mounted(*next) && type(*next) == NodeType::kSymlink;
    if (is_link &&
        (!last || follow == Follow::kAlways ||
         follow == (after.empty() ? Follow::kWithoutSlash : Follow::kWithSlash))) {
      if (++hops > kMaxLinkHops) return ELOOP;
      std::string expanded;
      if (const Errno error = link_target(*next, &expanded)) return error;
      expanded += after;
      place->expanded = std::move(expanded);
      if (place->expanded.front() == '/') at = kRoot;
      place->last = Place::Last::kRoot;
      place->parent = place->node = at;
      rest = skip_slashes(place->expanded);
      continue;
    }
    if (last) {
      place->parent = at;
      place->node = next.value_or(0);
      place->name = name;
      place->trailing_slash = !after.empty();
      return 0;
    }
    if (!next) return ENOENT;
    if (!is_directory(*next)) return ENOTDIR;
    at = *next;
    rest = skip_slashes(after);
  }
  return 0;
}

Errno Tree::lookup(NodeId from, string_view path, bool follow, NodeId* node) const {
  Place place;
  const Follow how = follow ? Follow::kAlways : Follow::kWithSlash;
  if (const Errno error = walk(from, path, how, &place)) return error;
  if (place.node == 0) return ENOENT;
  if (place.trailing_slash && !is_directory(place.node)) return ENOTDIR;
  *node = place.node;
  return 0;
}

// Where something new called `path` would go.
Errno Tree::place_for_new(NodeId from, string_view path, bool directory, uint64_t now,
                          Place* place) {
  if (const Errno error = walk(from, path, Follow::kNever, place)) return error;
  if (place->node != 0) return EEXIST;
  if (place->trailing_slash && !directory) return ENOENT;
  if (const Errno error = settle(place, now)) return error;
  return !is_mounted(place->parent) && inode(place->parent)->links == 0 ? ENOENT : 0;
}

Errno Tree::place_for_removal(NodeId from, string_view path, bool directory, uint64_t now,
                              Place* place) {
  if (const Errno error = walk(from, path, Follow::kNever, place)) return error;
  if (place->last != Place::Last::kName) return EBUSY;
  // First, as where one may not write: programs remove what need not be there.
  if (place->node == 0) return ENOENT;
  // What would fail anyhow must not change a copy-on-write mount.
  if (is_mounted(place->node) && is_directory(place->node) != directory) {
    return directory ? ENOTDIR : EISDIR;
  }
  return settle(place, now);
}

bool Tree::is_inside(NodeId directory, NodeId outer) const {
  for (; directory != outer; directory = parent_of(directory)) {
    if (directory == kRoot) return false;
  }
  return true;
}

// `directory` may hold another directory: not too deep, and not inside of `not_below`.
Errno Tree::check_depth(NodeId directory, NodeId not_below) const {
  for (int depth = 0; directory != kRoot; directory = parent_of(directory)) {
    if (directory == not_below) return EINVAL;
    if (++depth >= kMaxDepth) return ENAMETOOLONG;
  }
  return 0;
}

Errno Tree::create(const Place& place, NodeType type, string_view target, uint64_t now,
                   NodeId* node) {
  const uint64_t cost = kInodeCost + kNameCost + place.name.size() + target.size();
  if (!has_room(cost, 1)) return ENOSPC;
  uncover(place.parent, place.name, now);
  *node = add_inode(type, now);
  if (const Errno error = insert(place.parent, place.name, *node, now)) {
    forget_inode(*node);
    return error;
  }
  Inode& made = edit(*node);
  made.target = target;
  made.charged = target.size();
  made.area = inode(place.parent)->area;
  usage_.bytes += target.size();
  return 0;
}

Errno Tree::open(NodeId from, string_view path, const OpenHow& how, uint64_t now, NodeId* node,
                 std::shared_ptr<HostFile>* host) {
  if (how.create && how.directory) return EINVAL;
  Follow follow = how.follow ? Follow::kAlways : Follow::kWithSlash;
  if (how.create) follow = how.follow && !how.exclusive ? Follow::kWithoutSlash : Follow::kNever;
  Place place;
  if (const Errno error = walk(from, path, follow, &place)) return error;
  if (how.create && place.trailing_slash && place.last == Place::Last::kName) return EISDIR;
  if (place.node != 0) {
    *node = place.node;
    if (is_mounted(place.node)) return mounted_open(place, how, now, node, host);
    return open_existing(place, how, now);
  }
  if (!how.create) return ENOENT;
  if (const Errno error = settle(&place, now)) return error;
  if (is_mounted(place.parent)) return mounted_open(place, how, now, node, host);
  if (inode(place.parent)->links == 0) return ENOENT;
  return create(place, NodeType::kFile, {}, now, node);
}

Errno Tree::open_existing(const Place& place, const OpenHow& how, uint64_t now) {
  if (how.create && how.exclusive) return EEXIST;
  const NodeType type = this->type(place.node).value_or(NodeType::kFile);
  const bool change = how.write || how.truncate;
  if (type == NodeType::kDirectory) return how.create || change ? EISDIR : 0;
  if (place.trailing_slash || how.directory) return ENOTDIR;
  if (type == NodeType::kSymlink) return ELOOP;
  if (type == NodeType::kDevice || !change) return 0;
  if (read_only(place.node)) return EROFS;
  return how.truncate ? resize(place.node, 0, now) : 0;
}

Errno Tree::make_directory(NodeId from, string_view path, uint64_t now) {
  Place place;
  if (const Errno error = place_for_new(from, path, true, now, &place)) return error;
  if (is_mounted(place.parent)) {
    const std::string made = path_of(place);
    const MountSet::Entry& mount = *mounts_->find(place.parent)->mount;
    return mount.folder->make_directory(relative(mount, made));
  }
  if (const Errno error = check_depth(place.parent, 0)) return error;
  NodeId node;
  return create(place, NodeType::kDirectory, {}, now, &node);
}

Errno Tree::make_symlink(string_view target, NodeId from, string_view path, uint64_t now) {
  if (const Errno error = check_text(target)) return error;
  Place place;
  if (const Errno error = place_for_new(from, path, false, now, &place)) return error;
  if (is_mounted(place.parent)) {
    const std::string made = path_of(place);
    const MountSet::Entry& mount = *mounts_->find(place.parent)->mount;
    return mount.folder->make_symlink(target, relative(mount, made));
  }
  NodeId node;
  return create(place, NodeType::kSymlink, target, now, &node);
}

Errno Tree::link(NodeId old_from, string_view old_path, bool follow, NodeId new_from,
                 string_view new_path, uint64_t now) {
  NodeId node;
  if (const Errno error = lookup(old_from, old_path, follow, &node)) return error;
  Place place;
  if (mounts_) {
    if (const Errno error = walk(new_from, new_path, Follow::kNever, &place)) return error;
    if (place.node != 0) return EEXIST;
    if (device_of(node) != device_of(place.parent)) return EXDEV;
  }
  if (const Errno error = place_for_new(new_from, new_path, false, now, &place)) return error;
  if (is_directory(node)) return is_mounted(node) || !read_only(node) ? EPERM : EXDEV;
  if (is_mounted(place.parent)) {
    const std::string made = path_of(place);
    const Mounts::Place* old = mounts_->find(node);
    if (!old) return ESTALE;
    if (old->type == NodeType::kOther) return EPERM;
    return old->mount->folder->link(old->relative(), relative(*old->mount, made));
  }
  if (is_mounted(node)) {
    if (const Errno error = copy_up(node, true, now, &node)) return error;
  }
  if (read_only(node)) return EXDEV;
  uncover(place.parent, place.name, now);
  return insert(place.parent, place.name, node, now);
}

Errno Tree::unlink(NodeId from, string_view path, uint64_t now) {
  Place place;
  const Errno error = place_for_removal(from, path, false, now, &place);
  if (error) return error == EBUSY && place.last != Place::Last::kName ? EISDIR : error;
  if (is_directory(place.node)) return EISDIR;
  if (place.trailing_slash) return ENOTDIR;
  if (is_mounted(place.node)) return remove_mounted(place, false, now);
  erase(place.parent, place.name, now);
  drop_link(place.node, now);
  return hide(place.parent, place.name, now);
}

Errno Tree::remove_directory(NodeId from, string_view path, uint64_t now) {
  Place place;
  if (const Errno error = place_for_removal(from, path, true, now, &place)) {
    if (error != EBUSY || place.last == Place::Last::kRoot || place.last == Place::Last::kName) {
      return error;
    }
    return place.last == Place::Last::kDot ? EINVAL : ENOTEMPTY;
  }
  if (!is_directory(place.node)) return ENOTDIR;
  if (is_mounted(place.node)) return remove_mounted(place, true, now);
  if (inode(place.node)->directory.count > 0) return ENOTEMPTY;
  erase(place.parent, place.name, now);
  drop_link(place.node, now);
  return hide(place.parent, place.name, now);
}

Errno Tree::check_rename(const Place& from, const Place& to) const {
  const bool directory = is_directory(from.node);
  if (!directory && (from.trailing_slash || to.trailing_slash)) return ENOTDIR;
  if (directory && from.parent != to.parent) {
    if (const Errno error = check_depth(to.parent, from.node)) return error;
  }
  if (to.node == 0 || to.node == from.node) return 0;
  if (is_directory(to.node) && is_inside(from.parent, to.node)) return ENOTEMPTY;
  if (!directory) return is_directory(to.node) ? EISDIR : 0;
  if (!is_directory(to.node)) return ENOTDIR;
  return inode(to.node)->directory.count > 0 ? ENOTEMPTY : 0;
}

Errno Tree::rename(NodeId old_from, string_view old_path, NodeId new_from, string_view new_path,
                   uint64_t now) {
  Place from, to;
  if (const Errno error = walk(old_from, old_path, Follow::kNever, &from)) return error;
  if (const Errno error = walk(new_from, new_path, Follow::kNever, &to)) return error;
  if (from.last != Place::Last::kName || to.last != Place::Last::kName) return EBUSY;
  if (mounts_) {
    const Errno error = mounted_rename(&from, &to, now);
    if (error != EAGAIN) return error;
  }
  if (read_only(from.parent) || read_only(to.parent)) return EROFS;
  if (from.node == 0 || inode(to.parent)->links == 0) return ENOENT;
  if (const Errno error = check_rename(from, to)) return error;
  if (from.node == to.node) return 0;
  if (to.node != 0) {
    replace(to.parent, to.name, from.node, now);
    drop_link(to.node, now);
  } else {
    // A rename needs no room for two names, and nothing is taken away before it is sure to succeed.
    const TreeUsage before = usage_;
    release_name(from.name);
    uncover(to.parent, to.name, now);
    const Errno error = insert(to.parent, to.name, from.node, now);
    if (error) {
      usage_ = before;
      return error;
    }
    charge_name(from.name);
  }
  erase(from.parent, from.name, now);
  edit(from.node).links--;
  return hide(from.parent, from.name, now);
}

}  // namespace belljar::fs
