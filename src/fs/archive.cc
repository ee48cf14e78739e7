#include "fs/archive.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "base/byte_stream.h"
#include "base/utf8.h"
#include "fs/tree_nodes.h"

namespace belljar::fs {
namespace {

// Of a descriptor.
constexpr uint8_t kRead = 1, kWrite = 2, kAppend = 4, kPreopen = 8;

// What a free number takes in memory, for want of another bound.
constexpr uint64_t kFreeNumberCost = 16;

// Of a node, beside those of NodeType: a directory of a copy-on-write mount that shows the host's too.
constexpr uint8_t kMerged = 3;

// Of a descriptor, beside those of Open::Kind: a place in a mount.
constexpr uint8_t kMounted = 3;

constexpr size_t kSmallestNode = 4 + 1 + 3 * 8;

Error damaged(std::string what) {
  return {ErrorCode::kCorrupt, "the snapshot is damaged: its files: " + std::move(what), ""};
}

Error too_large(uint64_t max_bytes) {
  return {ErrorCode::kExhausted,
          "the snapshot's files take more than the " + std::to_string(max_bytes) + " bytes allowed",
          "allow more memory or files"};
}

bool is_text(std::string_view text, size_t max_size) {
  return !text.empty() && text.size() <= max_size && text.find('\0') == text.npos &&
         is_valid_utf8(text);
}

bool is_name(std::string_view name) {
  return is_text(name, Tree::kMaxName) && name.find('/') == name.npos && name != "." &&
         name != "..";
}

// How many bytes of block `index` lie inside a file of `size` bytes. The others are zero.
size_t stored_bytes(uint64_t index, size_t capacity, uint64_t size) {
  const uint64_t begin = index * Tree::kBlockSize;
  return static_cast<size_t>(std::min<uint64_t>(capacity, size > begin ? size - begin : 0));
}

}  // namespace

class ArchiveWriter {
 public:
  ArchiveWriter(const Files& files, std::string* out)
      : files_(files), tree_(files.tree_), out_(out) {}

  void write() {
    out_.put(static_cast<uint32_t>(tree_.next_node_));
    out_.put(static_cast<uint32_t>(tree_.free_node_count_));
    for (uint64_t i = 0; i < tree_.free_node_count_; i++) {
      out_.put(static_cast<uint32_t>(*tree_.free_nodes_.find(i)));
    }
    uint32_t count = 0;
    tree_.inodes_.each([&](NodeId, const Ref<Tree::Inode>& inode) { count += !inode->fixed; });
    out_.put(count);
    tree_.inodes_.each([&](NodeId node, const Ref<Tree::Inode>& inode) {
      if (!inode->fixed) write_node(node, *inode);
    });
    out_.put(static_cast<uint32_t>(files_.table_.size()));
    for (const Files::Open& open : files_.table_) write_descriptor(open);
    out_.put(static_cast<uint16_t>(tree_.uppers_ ? tree_.uppers_->size() : 0));
    if (!tree_.uppers_) return;
    for (const Tree::Upper& upper : *tree_.uppers_) {
      write_path(upper.guest);
      out_.put(static_cast<uint32_t>(upper.root));
    }
  }

 private:
  void write_node(NodeId node, const Tree::Inode& inode) {
    const uint8_t type = inode.merged ? kMerged : static_cast<uint8_t>(inode.type);
    out_.put(static_cast<uint32_t>(node), type, inode.accessed, inode.modified, inode.changed);
    if (inode.merged) write_path(inode.target);
    if (inode.type == NodeType::kDirectory) write_directory(inode.directory);
    if (inode.type == NodeType::kFile) write_content(inode);
    if (inode.type == NodeType::kSymlink) {
      out_.put(static_cast<uint16_t>(inode.target.size()));
      out_.put_bytes(inode.target);
    }
  }

  void write_path(const std::string& path) {
    out_.put(static_cast<uint16_t>(path.size()));
    out_.put_bytes(path);
  }

  void write_directory(const Tree::Directory& directory) {
    out_.put(static_cast<uint32_t>(directory.count));
    for (const auto& chunk : directory.chunks) {
      for (const Tree::Chunk::Entry& entry : chunk->entries) {
        out_.put(static_cast<uint32_t>(entry.node), static_cast<uint8_t>(entry.key),
                 static_cast<uint8_t>(entry.name.size()));
        out_.put_bytes(entry.name);
      }
    }
  }

  void write_content(const Tree::Inode& file) {
    uint32_t count = 0;
    file.blocks.each([&](uint64_t, const auto&) { count++; });
    out_.put(file.size, count);
    file.blocks.each([&](uint64_t index, const Ref<Tree::Block>& block) {
      out_.put(static_cast<uint32_t>(index),
               static_cast<uint8_t>(std::countr_zero(block->capacity)));
      out_.put_bytes(std::span<const uint8_t>(block->bytes.get(),
                                              stored_bytes(index, block->capacity, file.size)));
    });
  }

  void write_descriptor(const Files::Open& open) {
    out_.put(open.mounted ? kMounted : static_cast<uint8_t>(open.kind));
    if (open.kind == Files::Open::Kind::kFree) return;
    const int flags = (open.flags.read ? kRead : 0) | (open.flags.write ? kWrite : 0) |
                      (open.flags.append ? kAppend : 0) | (open.preopen ? kPreopen : 0);
    out_.put(static_cast<uint8_t>(flags), open.status, open.dropped_rights,
             open.dropped_inheriting);
    if (open.kind == Files::Open::Kind::kStream) {
      out_.put(open.stream);
    } else if (open.mounted) {
      out_.put(static_cast<uint8_t>(open.type), open.offset);
      write_path(open.mounted->path);
    } else {
      out_.put(open.node, open.offset);
    }
  }

  const Files& files_;
  const Tree& tree_;
  ByteWriter out_;
};

/// Makes the tree as it reads, within the budget; what only the whole shows (links, cycles, what nothing
/// leads to) comes after. How often a node is named and opened is counted, never read.
class ArchiveReader {
 public:
  ArchiveReader(std::span<const uint8_t> bytes, std::shared_ptr<const Pack> library,
                uint64_t max_bytes, std::shared_ptr<const Pack> site)
      : in_(bytes),
        max_bytes_(max_bytes),
        tree_(std::move(library), {max_bytes, UINT64_MAX}, std::move(site)) {}

  Result<Files> read() {
    first_node_ = tree_.next_node_;
    BELLJAR_TRY(read_numbers());
    BELLJAR_TRY(read_nodes());
    BELLJAR_TRY(read_descriptors());
    BELLJAR_TRY(read_uppers());
    BELLJAR_TRY(count_names());
    BELLJAR_TRY(check_nameless());
    if (in_.left() > 0) return damaged("something follows them");
    tree_.set_limits({});
    Files files(std::move(tree_));
    for (int fd = 0; fd <= Files::kPreopen; fd++) static_cast<void>(files.close(fd));
    files.table_ = std::move(table_);
    files.open_count_ = open_count_;
    return files;
  }

 private:
  Status charge(uint64_t bytes) {
    if (!tree_.has_room(bytes, 0)) return too_large(max_bytes_);
    tree_.usage_.bytes += bytes;
    return Ok{};
  }

  // Every number below the next new one is a node's or free: so neither is sparse.
  Status read_numbers() {
    uint32_t next, free;
    if (!in_.read(&next, &free)) return damaged("cut off");
    const bool possible = next >= first_node_ && free <= next - first_node_ &&
                          free <= in_.left() / sizeof(uint32_t) &&
                          next - first_node_ - free <= in_.left() / kSmallestNode;
    if (!possible) return damaged("impossible numbers of nodes");
    if (!tree_.has_room(free * kFreeNumberCost, 0)) return too_large(max_bytes_);
    tree_.next_node_ = next;
    is_free_.resize(next - first_node_);
    for (uint32_t i = 0; i < free; i++) {
      uint32_t node;
      if (!in_.read(&node)) return damaged("cut off");
      if (node < first_node_ || node >= next || is_free_[node - first_node_]) {
        return damaged("a free node's number");
      }
      is_free_[node - first_node_] = true;
      tree_.free_nodes_.edit(i) = node;
    }
    tree_.free_node_count_ = free;
    return Ok{};
  }

  Status read_nodes() {
    uint32_t count;
    if (!in_.read(&count)) return damaged("cut off");
    uint64_t made = 0;
    NodeId previous = 0;
    for (uint32_t i = 0; i < count; i++) {
      uint32_t node;
      if (!in_.read(&node)) return damaged("cut off");
      if (node <= previous || node >= tree_.next_node_) return damaged("a node's number");
      previous = node;
      if (node >= first_node_) {
        if (is_free_[node - first_node_]) return damaged("a node has a free number");
        made++;
      } else if (!is_writable_root(node)) {
        return damaged("a node that is not the session's");
      }
      BELLJAR_TRY(read_node(node));
    }
    if (made + tree_.free_node_count_ != tree_.next_node_ - first_node_) {
      return damaged("a number is neither used nor free");
    }
    return Ok{};
  }

  // /workspace and /tmp, which are there from the start.
  bool is_writable_root(NodeId node) const {
    const Tree::Inode* inode = node < first_node_ ? tree_.inode(node) : nullptr;
    return inode && !inode->fixed;
  }

  Status read_node(NodeId node) {
    uint8_t type;
    uint64_t accessed, modified, changed;
    if (!in_.read(&type, &accessed, &modified, &changed)) return damaged("cut off");
    const bool merged = type == kMerged && node >= first_node_;
    if (merged) type = static_cast<uint8_t>(NodeType::kDirectory);
    if (type > static_cast<uint8_t>(NodeType::kSymlink)) return damaged("a node of unknown type");
    if (node >= first_node_) {
      BELLJAR_TRY(charge(kInodeCost));
      tree_.inodes_.edit(node) = Ref<Tree::Inode>(new Tree::Inode);
    }
    Tree::Inode& inode = tree_.edit(node);
    if (node < first_node_ && type != static_cast<uint8_t>(inode.type)) {
      return damaged("a directory that is none");
    }
    inode.type = static_cast<NodeType>(type);
    inode.accessed = accessed;
    inode.modified = modified;
    inode.changed = changed;
    inode.merged = merged;
    if (merged) BELLJAR_TRY(read_merged_path(&inode));
    if (inode.type == NodeType::kDirectory) return read_directory(&inode);
    return inode.type == NodeType::kFile ? read_content(&inode) : read_target(&inode);
  }

  Status read_path(std::string* path) {
    uint16_t size;
    std::string_view text;
    if (!in_.read(&size) || !in_.read_bytes(size, &text)) return damaged("cut off");
    if (!is_guest_path(text)) return damaged("a path that is none");
    *path = text;
    return Ok{};
  }

  // That it fits the place of the directory is for count_names to see.
  Status read_merged_path(Tree::Inode* inode) {
    BELLJAR_TRY(read_path(&inode->target));
    inode->charged = inode->target.size();
    return charge(inode->target.size());
  }

  Status read_directory(Tree::Inode* inode) {
    uint32_t count;
    if (!in_.read(&count)) return damaged("cut off");
    auto& chunks = inode->directory.chunks;
    uint64_t previous = 0;
    for (uint32_t i = 0; i < count; i++) {
      uint32_t node;
      uint8_t nth, size;
      std::string_view name;
      if (!in_.read(&node, &nth, &size) || !in_.read_bytes(size, &name)) return damaged("cut off");
      if (!is_name(name)) return damaged("a name that is none");
      const uint64_t key = first_key(name) | nth;
      if (key <= previous) return damaged("names are not in order");
      previous = key;
      BELLJAR_TRY(charge(name_cost(name)));
      if (chunks.empty() || chunks.back()->entries.size() == Tree::Chunk::kMaxEntries) {
        chunks.emplace_back(new Tree::Chunk);
      }
      chunks.back().edit_unique().entries.push_back({key, node, std::string(name)});
    }
    inode->directory.count = count;
    return check_equal_keys(inode->directory);
  }

  // Names with one hash lie side by side.
  static Status check_equal_keys(const Tree::Directory& directory) {
    std::vector<const Tree::Chunk::Entry*> equal;
    for (const auto& chunk : directory.chunks) {
      for (const Tree::Chunk::Entry& entry : chunk->entries) {
        if (!equal.empty() && entry.key / kMaxEqual != equal.front()->key / kMaxEqual) equal.clear();
        const bool twice = std::any_of(equal.begin(), equal.end(), [&](const auto* other) {
          return other->name == entry.name;
        });
        if (twice) return damaged("a name is there twice");
        equal.push_back(&entry);
      }
    }
    return Ok{};
  }

  Status read_content(Tree::Inode* file) {
    uint32_t count;
    if (!in_.read(&file->size, &count)) return damaged("cut off");
    if (file->size > Tree::kMaxFileSize) return damaged("a file's size");
    int64_t previous = -1;
    for (uint32_t i = 0; i < count; i++) {
      uint32_t index;
      uint8_t bits;
      if (!in_.read(&index, &bits)) return damaged("cut off");
      if (index <= previous || index >= Tree::kMaxFileSize / Tree::kBlockSize ||
          bits < std::countr_zero(kSmallestBlock) || bits > std::countr_zero(Tree::kBlockSize)) {
        return damaged("a block of a file");
      }
      previous = index;
      const size_t capacity = size_t{1} << bits;
      std::span<const uint8_t> bytes;
      if (!in_.read_bytes(stored_bytes(index, capacity, file->size), &bytes)) {
        return damaged("cut off");
      }
      const uint64_t cost =
          capacity + kBlockCost + file->blocks.missing_nodes(index) * file->blocks.kNodeBytes;
      BELLJAR_TRY(charge(cost));
      file->charged += cost;
      auto* block = new Tree::Block(capacity);
      file->blocks.edit(index) = Ref<Tree::Block>(block);
      if (!bytes.empty()) std::memcpy(block->bytes.get(), bytes.data(), bytes.size());
    }
    return Ok{};
  }

  Status read_target(Tree::Inode* link) {
    uint16_t size;
    std::string_view target;
    if (!in_.read(&size) || !in_.read_bytes(size, &target)) return damaged("cut off");
    if (!is_text(target, Tree::kMaxPath)) return damaged("a symbolic link's target");
    BELLJAR_TRY(charge(target.size()));
    link->charged = target.size();
    link->target = target;
    return Ok{};
  }

  Status read_uppers() {
    uint16_t count;
    if (!in_.read(&count)) return damaged("cut off");
    std::vector<Tree::Upper> uppers;
    for (uint16_t i = 0; i < count; i++) {
      Tree::Upper upper;
      uint32_t node;
      BELLJAR_TRY(read_path(&upper.guest));
      if (!in_.read(&node)) return damaged("cut off");
      upper.root = node;
      if (node < first_node_ || !tree_.inode(node)) return damaged("the changes of a mount");
      Tree::Inode& root = tree_.edit(node);
      const bool fits = root.merged ? root.target == upper.guest : root.type == NodeType::kFile;
      const bool twice = std::any_of(uppers.begin(), uppers.end(), [&](const auto& other) {
        return other.guest == upper.guest || other.root == upper.root;
      });
      if (!fits || twice) return damaged("the changes of a mount");
      BELLJAR_TRY(charge(name_cost(upper.guest)));
      tree_.usage_.entries++;
      root.links = 1;
      root.parent = node;
      root.area = static_cast<uint16_t>(i + 1);
      uppers.push_back(std::move(upper));
    }
    if (count > 0) tree_.uppers_ = std::make_shared<const std::vector<Tree::Upper>>(std::move(uppers));
    return Ok{};
  }

  // A merged directory is where its path says it is: in another, and so on up to the mount.
  static bool fits(const Tree::Inode& parent, const Tree::Chunk::Entry& entry, const Tree::Inode& named) {
    if (named.links > 1 && named.area != parent.area) return false;
    if (!named.merged) return true;
    return parent.merged && named.target == parent.target + '/' + entry.name;
  }

  // From the two writable directories, and what is changed in mounts, downwards. A directory has one name, so that
  // this ends, and what goes in a circle is not reached.
  Status count_names() {
    std::vector<NodeId> directories;
    for (NodeId node = 1; node < first_node_; node++) {
      if (is_writable_root(node)) directories.push_back(node);
    }
    if (tree_.uppers_) {
      for (const Tree::Upper& upper : *tree_.uppers_) directories.push_back(upper.root);
    }
    while (!directories.empty()) {
      const NodeId directory = directories.back();
      directories.pop_back();
      const Ref<Tree::Inode> parent = *tree_.inodes_.find(directory);
      for (const auto& chunk : tree_.inode(directory)->directory.chunks) {
        for (const Tree::Chunk::Entry& entry : chunk->entries) {
          tree_.usage_.entries++;
          if (entry.node == kWhiteout && parent->merged) continue;
          if (entry.node < first_node_ || !tree_.inode(entry.node)) return damaged("what a name names");
          Tree::Inode& named = tree_.edit(entry.node);
          named.links++;
          if (named.links == 1) named.area = parent->area;
          if (!fits(*parent, entry, named)) return damaged("a directory of a mount");
          if (named.type != NodeType::kDirectory) continue;
          if (named.links > 1) return damaged("a directory has two names");
          named.parent = directory;
          directories.push_back(entry.node);
        }
      }
    }
    return Ok{};
  }

  Status read_descriptors() {
    uint32_t count;
    if (!in_.read(&count)) return damaged("cut off");
    if (count <= Files::kPreopen || count > Files::kDefaultMaxOpen) {
      return damaged("the number of descriptors");
    }
    table_.resize(count);
    for (Files::Open& open : table_) BELLJAR_TRY(read_descriptor(&open));
    return Ok{};
  }

  Status read_descriptor(Files::Open* open) {
    uint8_t kind, flags;
    if (!in_.read(&kind)) return damaged("cut off");
    if (kind > kMounted) return damaged("a descriptor's kind");
    open->kind = kind == kMounted ? Files::Open::Kind::kNode : static_cast<Files::Open::Kind>(kind);
    if (open->kind == Files::Open::Kind::kFree) return Ok{};
    open_count_++;
    if (!in_.read(&flags, &open->status, &open->dropped_rights, &open->dropped_inheriting)) {
      return damaged("cut off");
    }
    if (flags > (kRead | kWrite | kAppend | kPreopen)) return damaged("a descriptor's flags");
    open->flags = {.read = (flags & kRead) != 0,
                   .write = (flags & kWrite) != 0,
                   .append = (flags & kAppend) != 0};
    open->preopen = (flags & kPreopen) != 0;
    if (kind == kMounted) return read_open_place(open);
    if (open->kind == Files::Open::Kind::kNode) return read_open_node(open);
    if (!in_.read(&open->stream)) return damaged("cut off");
    if (open->stream >= Files::kPreopen || open->preopen) return damaged("a stream's number");
    return Ok{};
  }

  // Whether it may be read or written is for the mounts of whoever resumes it to say.
  Status read_open_place(Files::Open* open) {
    uint8_t type;
    if (!in_.read(&type, &open->offset)) return damaged("cut off");
    if (type > static_cast<uint8_t>(NodeType::kFile)) return damaged("what a descriptor has open");
    open->type = static_cast<NodeType>(type);
    if (open->flags.write && open->type != NodeType::kFile) return damaged("a descriptor's flags");
    if (open->preopen || open->offset > INT64_MAX) return damaged("a descriptor's offset");
    Files::MountedFile place;
    BELLJAR_TRY(read_path(&place.path));
    open->mounted = std::make_shared<const Files::MountedFile>(std::move(place));
    return Ok{};
  }

  Status read_open_node(Files::Open* open) {
    if (!in_.read(&open->node, &open->offset)) return damaged("cut off");
    const auto type = tree_.type(open->node);
    if (!type || *type == NodeType::kSymlink) return damaged("what a descriptor has open");
    open->type = *type;
    const bool writable = *type == NodeType::kDevice ||
                          (*type == NodeType::kFile && !tree_.read_only(open->node));
    if (open->flags.write && !writable) return damaged("a descriptor's flags");
    if (open->preopen && open->node != Tree::kRoot) return damaged("a descriptor's flags");
    if (open->offset > INT64_MAX) return damaged("a descriptor's offset");
    static_cast<void>(tree_.pin(open->node));
    return Ok{};
  }

  // What no name leads to must be open, and a directory is removed when it is empty.
  Status check_nameless() {
    bool sound = true;
    for (NodeId node = first_node_; node < tree_.next_node_; node++) {
      const Tree::Inode* inode = tree_.inode(node);
      if (!inode || inode->links > 0) continue;
      sound = sound && inode->opens > 0 && inode->directory.count == 0;
      if (inode->type == NodeType::kDirectory) tree_.edit(node).parent = node;
      tree_.usage_.entries++;
    }
    return sound ? Status(Ok{}) : damaged("something that nothing leads to");
  }

  ByteReader in_;
  const uint64_t max_bytes_;
  Tree tree_;
  NodeId first_node_ = 0;  // that may be the session's own: those below are part of every tree
  std::vector<bool> is_free_;
  std::vector<Files::Open> table_;
  uint32_t open_count_ = 0;
};

void write_archive(const Files& files, std::string* out) {
  ArchiveWriter(files, out).write();
}

Result<Files> read_archive(std::span<const uint8_t> bytes, std::shared_ptr<const Pack> library,
                           uint64_t max_bytes, std::shared_ptr<const Pack> site) {
  return ArchiveReader(bytes, std::move(library), max_bytes, std::move(site)).read();
}

}  // namespace belljar::fs
