#include "fs/tree.h"

#include <cerrno>
#include <utility>

#include "fs/tree_nodes.h"

namespace belljar::fs {

Tree::Tree(const Tree&) = default;
Tree::Tree(Tree&&) noexcept = default;
Tree& Tree::operator=(const Tree&) = default;
Tree& Tree::operator=(Tree&&) noexcept = default;
Tree::~Tree() = default;

Tree::Tree(std::shared_ptr<const Pack> library, const TreeLimits& limits,
           std::shared_ptr<const Pack> site)
    : library_(std::move(library)), site_(std::move(site)) {
  limits_ = {UINT64_MAX, UINT64_MAX};
  Inode& root = edit(add_inode(NodeType::kDirectory, Pack::kTime));
  root.fixed = true;
  root.links = 1;
  root.parent = kRoot;

  const NodeId usr = add_fixed(kRoot, "usr", NodeType::kDirectory);
  library_parent_ = add_fixed(usr, "lib", NodeType::kDirectory);
  if (library_) insert(library_parent_, "python3.14", kLibraryBit | Pack::kRoot, Pack::kTime);

  const NodeId dev = add_fixed(kRoot, "dev", NodeType::kDirectory);
  add_fixed(dev, "null", NodeType::kDevice);
  edit(add_fixed(dev, "zero", NodeType::kDevice)).device = Device::kZero;
  edit(add_fixed(dev, "random", NodeType::kDevice)).device = Device::kRandom;
  edit(add_fixed(dev, "urandom", NodeType::kDevice)).device = Device::kRandom;

  edit(workspace_ = add_fixed(kRoot, "workspace", NodeType::kDirectory)).fixed = false;
  edit(tmp_ = add_fixed(kRoot, "tmp", NodeType::kDirectory)).fixed = false;

  if (site_) {
    const NodeId local = add_fixed(usr, "local", NodeType::kDirectory);
    const NodeId lib = add_fixed(local, "lib", NodeType::kDirectory);
    site_parent_ = add_fixed(lib, "python3.14", NodeType::kDirectory);
    insert(site_parent_, "site-packages", kSiteBit | Pack::kRoot, Pack::kTime);
  }

  // The frame is not the guest's doing.
  usage_ = {};
  limits_ = limits;
}

const Tree::Inode* Tree::inode(NodeId node) const {
  const Ref<Inode>* slot = node < kLibraryBit ? inodes_.find(node) : nullptr;
  return slot && *slot ? &**slot : nullptr;
}

// Precondition: inode(node). The reference is good until the tree is copied or the node forgotten.
Tree::Inode& Tree::edit(NodeId node) {
  return inodes_.edit(node).edit();
}

NodeId Tree::add_inode(NodeType type, uint64_t now) {
  const NodeId node = free_node_count_ > 0 ? *free_nodes_.find(--free_node_count_) : next_node_++;
  auto* inode = new Inode;
  inode->type = type;
  inode->accessed = inode->modified = inode->changed = now;
  inodes_.edit(node) = Ref<Inode>(inode);
  usage_.bytes += kInodeCost;
  return node;
}

NodeId Tree::add_fixed(NodeId parent, std::string_view name, NodeType type) {
  const NodeId node = add_inode(type, Pack::kTime);
  insert(parent, name, node, Pack::kTime);
  edit(node).fixed = true;
  return node;
}

void Tree::forget_inode(NodeId node) {
  usage_.bytes -= kInodeCost + inode(node)->charged;
  inodes_.edit(node) = {};
  free_nodes_.edit(free_node_count_++) = node;
}

bool Tree::has_room(uint64_t bytes, uint64_t entries) const {
  return usage_.bytes <= limits_.bytes && bytes <= limits_.bytes - usage_.bytes &&
         usage_.entries <= limits_.entries && entries <= limits_.entries - usage_.entries;
}

std::optional<NodeType> Tree::type(NodeId node) const {
  if (is_mounted(node)) {
    const Mounts::Place* place = mounts_ ? mounts_->find(node) : nullptr;
    return place ? std::optional(place->type) : std::nullopt;
  }
  if (const auto place = packed(node)) {
    const auto info = place->pack->info(place->entry);
    if (!info) return std::nullopt;
    return info->directory ? NodeType::kDirectory : NodeType::kFile;
  }
  const Inode* found = inode(node);
  return found ? std::optional(found->type) : std::nullopt;
}

bool Tree::read_only(NodeId node) const {
  const Inode* found = inode(node);
  return !found || found->fixed;
}

NodeId Tree::parent_of(NodeId directory) const {
  if (is_mounted(directory)) {
    const Mounts::Place* place = mounts_ ? mounts_->find(directory) : nullptr;
    if (!place) return kRoot;
    return directory_at(std::string(place->path.substr(0, place->path.rfind('/'))));
  }
  if (const auto place = packed(directory)) {
    const auto info = place->pack->info(place->entry);
    if (place->entry == Pack::kRoot || !info) {
      return place->pack == site_.get() ? site_parent_ : library_parent_;
    }
    return pack_bit(directory) | info->parent;
  }
  const NodeId parent = inode(directory)->parent;
  const Inode* found = inode(parent);
  // A changed directory of a mount is known by its path.
  if (found->merged) return mounts_ ? directory_at(found->target) : kRoot;
  return parent;
}

std::optional<Tree::Packed> Tree::packed(NodeId node) const {
  const NodeId bit = pack_bit(node);
  const Pack* pack = bit == kLibraryBit ? library_.get() : bit == kSiteBit ? site_.get() : nullptr;
  if (!pack) return std::nullopt;
  return Packed{pack, static_cast<Pack::Entry>(node)};
}

std::optional<Device> Tree::device(NodeId node) const {
  const Inode* found = inode(node);
  if (!found || found->type != NodeType::kDevice) return std::nullopt;
  return found->device;
}

Errno Tree::stat(NodeId node, Stat* out) const {
  if (is_mounted(node)) return mounted_stat(node, out);
  *out = {};
  out->node = node;
  if (const auto place = packed(node)) {
    const auto info = place->pack->info(place->entry);
    if (!info) return ESTALE;
    out->device = 1;
    out->type = info->directory ? NodeType::kDirectory : NodeType::kFile;
    out->links = 1;
    out->size = info->directory ? 0 : info->size;
    out->accessed = out->modified = out->changed = Pack::kTime;
    return 0;
  }
  const Inode* found = inode(node);
  if (!found) return ESTALE;
  out->device = device_of(node);
  if (found->origin) out->node = found->origin;
  out->type = found->type;
  out->links = found->links;
  out->size = found->type == NodeType::kSymlink ? found->target.size() : found->size;
  out->accessed = found->accessed;
  out->modified = found->modified;
  out->changed = found->changed;
  return 0;
}

Errno Tree::read_link(NodeId node, std::string_view* target) const {
  if (is_mounted(node)) {
    if (!mounts_) return ESTALE;
    if (const Errno error = link_target(node, &mounts_->scratch())) return error;
    *target = mounts_->scratch();
    return 0;
  }
  const Inode* found = inode(node);
  if (!found || found->type != NodeType::kSymlink) return EINVAL;
  *target = found->target;
  return 0;
}

Errno Tree::set_times(NodeId node, std::optional<uint64_t> accessed,
                      std::optional<uint64_t> modified, uint64_t now) {
  if (!type(node)) return ESTALE;
  if (is_mounted(node)) return mounted_set_times(node, accessed, modified, now);
  if (read_only(node)) return EROFS;
  Inode& changed = edit(node);
  if (accessed) changed.accessed = *accessed;
  if (modified) changed.modified = *modified;
  changed.changed = now;
  return 0;
}

Errno Tree::pin(NodeId node) {
  if (packed(node) || is_mounted(node)) return 0;
  if (!inode(node)) return ESTALE;
  edit(node).opens++;
  return 0;
}

void Tree::unpin(NodeId node) {
  const Inode* found = inode(node);
  if (!found || found->opens == 0) return;
  Inode& unpinned = edit(node);
  if (--unpinned.opens > 0 || unpinned.links > 0) return;
  usage_.entries--;
  forget_inode(node);
}

}  // namespace belljar::fs
