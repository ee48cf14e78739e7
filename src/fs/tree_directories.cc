#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "fs/checksum.h"
#include "fs/tree_nodes.h"

namespace belljar::fs {

uint64_t first_key(std::string_view name) {
  const uint64_t hash = xxh64({reinterpret_cast<const uint8_t*>(name.data()), name.size()});
  const uint64_t key = hash >> 9 << 8;
  return key == 0 ? 256 : key;
}

namespace {

constexpr size_t kSparse = 16;  // of the 32 entries a chunk may have

// Position of the first entry with a key of at least `key`: chunk, and index in it. The chunk is
// the end when there is none.
template <typename Chunks>
std::pair<size_t, size_t> seek(const Chunks& chunks, uint64_t key) {
  const auto chunk = std::partition_point(
      chunks.begin(), chunks.end(), [&](const auto& c) { return c->entries.back().key < key; });
  const auto at = static_cast<size_t>(chunk - chunks.begin());
  if (chunk == chunks.end()) return {at, 0};
  const auto& entries = (*chunk)->entries;
  const auto entry = std::partition_point(entries.begin(), entries.end(),
                                          [&](const auto& e) { return e.key < key; });
  return {at, static_cast<size_t>(entry - entries.begin())};
}

// Calls visit(chunk, index, entry) for the names with this hash, in order, until it returns true.
template <typename Chunks, typename F>
void each_equal(const Chunks& chunks, uint64_t first, F&& visit) {
  for (auto [chunk, index] = seek(chunks, first); chunk < chunks.size(); chunk++, index = 0) {
    const auto& entries = chunks[chunk]->entries;
    for (; index < entries.size(); index++) {
      if (entries[index].key >= first + kMaxEqual) return;
      if (visit(chunk, index, entries[index])) return;
    }
  }
}

// Makes one of two sparse neighbours, so that the memory of a directory stays near what its names
// are charged.
template <typename Chunks>
bool merge(Chunks* chunks, size_t left) {
  if (left + 1 >= chunks->size()) return false;
  const auto& from = (*chunks)[left + 1]->entries;
  if ((*chunks)[left]->entries.size() + from.size() > kSparse) return false;
  auto& to = (*chunks)[left].edit().entries;
  to.insert(to.end(), from.begin(), from.end());
  chunks->erase(chunks->begin() + static_cast<ptrdiff_t>(left) + 1);
  return true;
}

template <typename Chunks>
std::optional<std::pair<size_t, size_t>> find_name(const Chunks& chunks, std::string_view name) {
  std::optional<std::pair<size_t, size_t>> found;
  each_equal(chunks, first_key(name), [&](size_t chunk, size_t index, const auto& entry) {
    if (entry.name != name) return false;
    found = {chunk, index};
    return true;
  });
  return found;
}

}  // namespace

std::optional<NodeId> Tree::child(NodeId directory, std::string_view name) const {
  if (const auto place = packed(directory)) {
    const auto found = place->pack->child(place->entry, name);
    return found ? std::optional<NodeId>(pack_bit(directory) | *found) : std::nullopt;
  }
  const Inode* parent = inode(directory);
  if (!parent) return std::nullopt;
  const auto& chunks = parent->directory.chunks;
  const auto found = find_name(chunks, name);
  if (!found) return std::nullopt;
  return chunks[found->first]->entries[found->second].node;
}

// Precondition: `directory` is an inode that has no such name. Charges the name, not the node.
Errno Tree::insert(NodeId directory, std::string_view name, NodeId node, uint64_t now) {
  if (!has_room(name_cost(name), 1)) return ENOSPC;
  uint64_t key = first_key(name);
  const uint64_t end = key + kMaxEqual;
  each_equal(inode(directory)->directory.chunks, key, [&](size_t, size_t, const Chunk::Entry& e) {
    if (e.key != key) return true;  // a gap
    key++;
    return false;
  });
  if (key == end) return ENOSPC;  // 256 names with one hash: nobody's accident

  Inode& parent = edit(directory);
  auto& chunks = parent.directory.chunks;
  auto [at, index] = seek(chunks, key);
  if (chunks.empty()) {
    chunks.emplace_back(new Chunk);
  } else if (at == chunks.size()) {
    at--;
    index = chunks[at]->entries.size();
  }
  if (chunks[at]->entries.size() == Chunk::kMaxEntries) {
    constexpr size_t kHalf = Chunk::kMaxEntries / 2;
    Chunk& left = chunks[at].edit();
    auto* right = new Chunk;
    const auto middle = left.entries.begin() + kHalf;
    right->entries.assign(std::make_move_iterator(middle),
                          std::make_move_iterator(left.entries.end()));
    left.entries.erase(middle, left.entries.end());
    chunks.insert(chunks.begin() + static_cast<ptrdiff_t>(at) + 1, Ref<Chunk>(right));
    if (index > kHalf) {
      at++;
      index -= kHalf;
    }
  }
  auto& entries = chunks[at].edit().entries;
  entries.insert(entries.begin() + static_cast<ptrdiff_t>(index), {key, node, std::string(name)});
  parent.directory.count++;
  parent.modified = parent.changed = now;
  charge_name(name);
  add_link(node, directory, now);
  return 0;
}

// Gives an existing name to another node. The old one loses no link: see drop_link().
void Tree::replace(NodeId directory, std::string_view name, NodeId node, uint64_t now) {
  Inode& parent = edit(directory);
  auto& chunks = parent.directory.chunks;
  const auto [at, index] = *find_name(chunks, name);
  chunks[at].edit().entries[index].node = node;
  parent.modified = parent.changed = now;
  add_link(node, directory, now);
}

void Tree::add_link(NodeId node, NodeId directory, uint64_t now) {
  if (packed(node) || node == kWhiteout) return;
  Inode& named = edit(node);
  named.links++;
  named.changed = now;
  if (named.type == NodeType::kDirectory) named.parent = directory;
}

void Tree::charge_name(std::string_view name) {
  usage_.bytes += name_cost(name);
  usage_.entries++;
}

void Tree::release_name(std::string_view name) {
  usage_.bytes -= name_cost(name);
  usage_.entries--;
}

// Precondition: `directory` is an inode that has this name. The node loses no link: see
// drop_link().
void Tree::erase(NodeId directory, std::string_view name, uint64_t now) {
  Inode& parent = edit(directory);
  auto& chunks = parent.directory.chunks;
  const auto [at, index] = *find_name(chunks, name);
  release_name(name);
  parent.directory.count--;
  parent.modified = parent.changed = now;

  auto& entries = chunks[at].edit().entries;
  entries.erase(entries.begin() + static_cast<ptrdiff_t>(index));
  if (entries.empty()) {
    chunks.erase(chunks.begin() + static_cast<ptrdiff_t>(at));
    return;
  }
  if (entries.size() < entries.capacity() / 4) entries.shrink_to_fit();
  if (!merge(&chunks, at) && at > 0) merge(&chunks, at - 1);
}

// A name of `node` is gone.
void Tree::drop_link(NodeId node, uint64_t now) {
  Inode& dropped = edit(node);
  dropped.changed = now;
  if (--dropped.links > 0) return;
  dropped.parent = node;
  if (dropped.opens > 0) {
    usage_.entries++;  // lives on without a name
  } else {
    forget_inode(node);
  }
}

Errno Tree::next_entry(NodeId directory, uint64_t cookie, DirectoryEntry* out) const {
  if (!is_directory(directory)) return type(directory) ? ENOTDIR : ESTALE;
  if (mounts_) {
    const Errno error = mounted_entry(directory, cookie, out);
    if (error != EAGAIN) return error;
  }
  if (cookie == 0) {
    *out = {".", directory, NodeType::kDirectory, 1};
    return 0;
  }
  if (cookie == 1) {
    *out = {"..", parent_of(directory), NodeType::kDirectory, 2};
    return 0;
  }
  if (const auto place = packed(directory)) {
    const auto parent = place->pack->info(place->entry);
    if (!parent || cookie - 2 >= parent->size) return ENOENT;
    const Pack::Entry child = parent->first_child + static_cast<Pack::Entry>(cookie - 2);
    const auto found = place->pack->info(child);
    if (!found) return ENOENT;
    *out = {found->name, pack_bit(directory) | child,
            found->directory ? NodeType::kDirectory : NodeType::kFile, cookie + 1};
    return 0;
  }
  const Chunk::Entry* entry = entry_from(directory, cookie);
  if (mounts_) {
    // Names that lead to mounts have been listed.
    if (const auto path = frame_path(directory)) {
      while (entry && is_point(std::string(*path) + '/' + entry->name)) {
        entry = entry_from(directory, entry->key + 1);
      }
    }
  }
  if (!entry) return ENOENT;
  *out = {entry->name, entry->node, type(entry->node).value_or(NodeType::kFile), entry->key + 1};
  return 0;
}

const Tree::ChunkEntry* Tree::entry_from(NodeId directory, uint64_t key) const {
  const auto& chunks = inode(directory)->directory.chunks;
  const auto [chunk, index] = seek(chunks, key);
  return chunk == chunks.size() ? nullptr : &chunks[chunk]->entries[index];
}

}  // namespace belljar::fs
