// Copy-on-write mounts: what a session has changed lies in the tree, over the host's folder, which is only read.
//
// For each such mount there is a directory of changes. A directory in it is *merged*: it shows what the host has at the
// same path too, unless a whiteout hides the name. Whatever else is in it is the session's own from there down. A node
// is therefore either the tree's, and like any other, or a place in the mount: a merged directory, or what only the host has.

#include <algorithm>
#include <array>
#include <cerrno>

#include "fs/tree_nodes.h"

namespace belljar::fs {
namespace {

using std::string;
using std::string_view;

string_view first_name(string_view path) {
  return path.substr(0, path.find('/'));
}

bool is_zero(std::span<const uint8_t> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

}  // namespace

Tree::Layer Tree::upper(const MountSet::Entry& mount, string_view rest) const {
  const Upper* root = nullptr;
  if (uppers_) {
    for (const Upper& upper : *uppers_) {
      if (upper.guest == mount.guest) root = &upper;
    }
  }
  if (!root) return {};
  NodeId at = root->root;
  while (!rest.empty()) {
    const string_view name = first_name(rest);
    const auto next = child(at, name);
    if (!next) return {inode(at)->merged ? Layer::What::kNothing : Layer::What::kGone, 0};
    if (*next == kWhiteout) return {Layer::What::kGone, 0};
    at = *next;
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
  }
  return {Layer::What::kNode, at};
}

// ---- making it the session's own -----------------------------------------------------------------------------

Errno Tree::raise_root(const MountSet::Entry& mount, NodeType type, uint64_t now, NodeId* root) {
  const uint64_t count = uppers_ ? uppers_->size() : 0;
  if (!has_room(kInodeCost + name_cost(mount.guest), 1) || count >= UINT16_MAX) return ENOSPC;
  HostStat lower;
  if (const Errno error = mount.folder->stat("", &lower)) return error;
  *root = add_inode(type, now);
  Inode& made = edit(*root);
  made.links = 1;
  made.parent = *root;
  made.merged = type == NodeType::kDirectory;
  made.target = made.merged ? mount.guest : "";
  made.charged = made.target.size();
  made.area = static_cast<uint16_t>(count + 1);
  made.origin = lower.inode;
  made.accessed = lower.accessed;
  made.modified = lower.modified;
  usage_.bytes += made.charged;
  charge_name(mount.guest);
  auto uppers = uppers_ ? *uppers_ : std::vector<Upper>();
  uppers.push_back({mount.guest, *root});
  uppers_ = std::make_shared<const std::vector<Upper>>(std::move(uppers));
  return 0;
}

// Undoes raise_root for a single file.
void Tree::drop_last_root() {
  auto uppers = *uppers_;
  release_name(uppers.back().guest);
  shrink(&edit(uppers.back().root), 0);
  forget_inode(uppers.back().root);
  uppers.pop_back();
  uppers_ = std::make_shared<const std::vector<Upper>>(std::move(uppers));
}

Errno Tree::raise_child(const MountSet::Entry& mount, NodeId parent, string_view path, uint64_t now,
                        NodeId* upper) {
  HostStat lower;
  // ENOENT too where a directory is only there because it leads to another mount.
  if (const Errno error = mount.folder->stat(relative(mount, path), &lower)) return error;
  Place place;
  place.parent = parent;
  place.name = path.substr(path.rfind('/') + 1);
  const Inode before = *inode(parent);
  if (!has_room(kInodeCost + name_cost(place.name) + path.size(), 1)) return ENOSPC;
  if (const Errno error = create(place, NodeType::kDirectory, path, now, upper)) return error;
  Inode& made = edit(*upper);
  made.merged = true;
  made.origin = lower.inode;
  made.accessed = lower.accessed;
  made.modified = lower.modified;
  // Nothing has happened to the parent, as far as anybody sees.
  Inode& same = edit(parent);
  same.modified = before.modified;
  same.changed = before.changed;
  return 0;
}

// The merged directory at `path`, made with all that lead to it where they are the host's only.
Errno Tree::raise(const MountSet::Entry& mount, string_view path, uint64_t now, NodeId* upper) {
  const string whole(path);
  const Layer root = this->upper(mount, "");
  NodeId at = root.node;
  if (root.what != Layer::What::kNode) {
    if (const Errno error = raise_root(mount, NodeType::kDirectory, now, &at)) return error;
  }
  size_t end = mount.guest.size();
  while (end < whole.size()) {
    end = std::min(whole.find('/', end + 1), whole.size());
    const string_view here = string_view(whole).substr(0, end);
    const auto next = child(at, here.substr(here.rfind('/') + 1));
    if (next == kWhiteout) return ENOENT;
    if (next) {
      at = *next;
    } else if (const Errno error = raise_child(mount, at, here, now, &at)) {
      return error;
    }
  }
  if (!inode(at)->merged) return ENOENT;
  *upper = at;
  return 0;
}

Errno Tree::copy_up(NodeId node, bool with_content, uint64_t now, NodeId* copy) {
  const Mounts::Place* found = mounts_->find(node);
  if (!found) return ESTALE;
  const Mounts::Place lower = *found;  // which other places may take the room of
  const MountSet::Entry& mount = *lower.mount;
  HostStat stat;
  if (const Errno error = mount.folder->stat(lower.relative(), &stat)) return error;
  std::shared_ptr<HostFile> content;
  string target;
  if (stat.type == NodeType::kSymlink) {
    if (const Errno error = mount.folder->read_link(lower.relative(), &target)) return error;
  } else if (const Errno error = mount.folder->open_file(lower.relative(), {}, &content)) {
    return error;
  }
  Place place;
  if (lower.relative().empty()) {
    if (const Errno error = raise_root(mount, NodeType::kFile, now, copy)) return error;
  } else {
    place.name = string_view(lower.path).substr(lower.path.rfind('/') + 1);
    const string_view parent = string_view(lower.path).substr(0, lower.path.rfind('/'));
    if (const Errno error = raise(mount, parent, now, &place.parent)) return error;
    const uint64_t modified = inode(place.parent)->modified, changed = inode(place.parent)->changed;
    if (const Errno error = create(place, stat.type, target, now, copy)) return error;
    Inode& directory = edit(place.parent);
    directory.modified = modified;
    directory.changed = changed;
  }
  if (content && with_content) {
    if (const Errno error = copy_content(content.get(), *copy, now)) {
      if (place.parent == 0) {
        drop_last_root();
        return error;
      }
      erase(place.parent, place.name, now);
      drop_link(*copy, now);
      return error;
    }
  }
  Inode& made = edit(*copy);
  made.origin = stat.inode;
  made.accessed = stat.accessed;
  made.modified = with_content ? stat.modified : now;
  made.opens++;
  copied_up_.push_back({lower.path, *copy});
  return 0;
}

// Blocks of zeros stay holes.
Errno Tree::copy_content(HostFile* from, NodeId to, uint64_t now) {
  std::vector<uint8_t> buffer(kBlockSize);
  uint64_t offset = 0;
  for (;;) {
    size_t filled = 0;
    while (filled < buffer.size()) {
      size_t got = 0;
      const std::span<uint8_t> rest = std::span(buffer).subspan(filled);
      if (const Errno error = from->read(offset + filled, rest, &got)) return error;
      if (got == 0) break;
      filled += got;
    }
    const std::span<const uint8_t> bytes(buffer.data(), filled);
    if (offset + filled > kMaxFileSize) return EFBIG;
    size_t put = filled;
    if (filled > 0 && !is_zero(bytes)) {
      if (const Errno error = write(to, offset, bytes, now, &put)) return error;
    }
    if (put < filled) return ENOSPC;
    offset += filled;
    if (filled < buffer.size()) return resize(to, offset, now);
  }
}

// ---- names ---------------------------------------------------------------------------------------------------

bool Tree::lower_has(NodeId directory, string_view name) const {
  const Inode* found = inode(directory);
  if (!mounts_ || !found->merged) return false;
  const string path = found->target + '/' + string(name);
  const MountSet::Entry* mount = mounts_->set().find(path);
  HostStat stat;
  return mount && mount->folder->stat(relative(*mount, path), &stat) == 0;
}

// Takes the whiteout at a name away, for something new.
void Tree::uncover(NodeId directory, string_view name, uint64_t now) {
  if (inode(directory)->merged && child(directory, name) == kWhiteout) erase(directory, name, now);
}

// After a name is gone from a directory: what the host has there must not show.
Errno Tree::hide(NodeId directory, string_view name, uint64_t now) {
  return lower_has(directory, name) ? insert(directory, name, kWhiteout, now) : 0;
}

// Takes a merged directory that shows nothing away, whiteouts and all.
void Tree::drop_merged(NodeId directory, string_view name, uint64_t now) {
  const auto node = child(directory, name);
  if (!node || *node == kWhiteout) return;
  for (const auto& chunk : inode(*node)->directory.chunks) {
    for (const Chunk::Entry& entry : chunk->entries) release_name(entry.name);
  }
  edit(*node).directory = {};
  erase(directory, name, now);
  drop_link(*node, now);
}

// ---- listings ------------------------------------------------------------------------------------------------

// Whether a name of the host's shows, and as what: a copy of it has its place in the listing.
bool Tree::shows_lower(const Mounts::Place& place, HostListing::Entry* entry) const {
  if (place.mount->mode == MountMode::kCopyOnWrite) {
    const Layer directory = upper(*place.mount, place.relative());
    if (directory.what == Layer::What::kGone) return false;
    const auto own = directory.what == Layer::What::kNode ? child(directory.node, entry->name) : std::nullopt;
    if (own == kWhiteout) return false;
    if (own) {
      const Inode* found = inode(*own);
      entry->type = found->type;
      if (!found->origin) entry->inode = *own;
      return true;
    }
  }
  if (entry->has_type) return true;
  HostStat stat;
  const string path = place.path + '/' + string(entry->name);
  if (place.mount->folder->stat(relative(*place.mount, path), &stat) != 0) return false;
  entry->type = stat.type;
  return true;
}

// The names that only the session has, from `key` on.
Errno Tree::upper_entry(const Mounts::Place& place, uint64_t key, DirectoryEntry* out) const {
  if (place.mount->mode != MountMode::kCopyOnWrite) return ENOENT;
  const Layer directory = upper(*place.mount, place.relative());
  if (directory.what != Layer::What::kNode) return ENOENT;
  for (const ChunkEntry* entry = entry_from(directory.node, key); entry;
       entry = entry_from(directory.node, entry->key + 1)) {
    if (entry->node == kWhiteout || lower_has(directory.node, entry->name)) continue;
    if (is_point(place.path + '/' + entry->name)) continue;
    const uint64_t number = inode(entry->node)->origin ? inode(entry->node)->origin : entry->node;
    *out = {entry->name, number, inode(entry->node)->type, (uint64_t{1} << 63) | (entry->key + 1)};
    return 0;
  }
  return ENOENT;
}

}  // namespace belljar::fs
