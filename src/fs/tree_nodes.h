// What a Tree is made of; for tree*.cc and archive*.cc only.
//
// Nodes live in one flat table by number, so dropping a tree never recurses along directories the
// guest nested, and an open file, a name and a checkpoint all mean the same node without pointing
// into each other.
#ifndef BELLJAR_FS_TREE_NODES_H_
#define BELLJAR_FS_TREE_NODES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fs/cow.h"
#include "fs/tree.h"

namespace belljar::fs {

/// Nodes of a pack: its bit and the pack's entry. Inodes stay below them.
inline constexpr NodeId kLibraryBit = NodeId{1} << 32;
inline constexpr NodeId kSiteBit = NodeId{2} << 32;

/// The bit of a node in a pack.
inline NodeId pack_bit(NodeId node) {
  return node >> 32 << 32;
}

// What a name and an inode take of the quota: their real memory at its worst (half-empty directory
// chunks and table nodes), so that metadata cannot outgrow the byte limit.
inline constexpr uint64_t kNameCost = 256;  // and the length of the name
inline constexpr uint64_t kInodeCost = 384;
inline constexpr uint64_t kBlockCost = 64;  // and its capacity

inline uint64_t name_cost(std::string_view name) {
  return kNameCost + name.size();
}

inline constexpr size_t kSmallestBlock = 512;  // the others are powers of two up to kBlockSize

/// The key of the first name with this hash; those that follow it have the keys that follow. The lowest
/// byte is zero. Never below 256: small cookies mean "." and "..".
uint64_t first_key(std::string_view name);
inline constexpr uint64_t kMaxEqual = 256;

/// Up to kBlockSize bytes of a file; beyond `capacity` they are zero. Small files have small
/// blocks.
struct Tree::Block : Shared {
  explicit Block(size_t size) : capacity(size), bytes(std::make_unique<uint8_t[]>(size)) {}

  size_t capacity;
  std::unique_ptr<uint8_t[]> bytes;
};

struct Tree::ChunkEntry {
  uint64_t key;
  NodeId node;
  std::string name;
};

/// A run of a directory's names, in the order of their keys; never empty.
struct Tree::Chunk : Shared {
  using Entry = ChunkEntry;
  static constexpr size_t kMaxEntries = 32;

  std::vector<Entry> entries;
};

/// Names in the order of their keys: 55 bits of the name's hash and, in case of equals, an 8-bit
/// number. A key is also the cookie of readdir: it stays what it is whatever happens to the other
/// names.
struct Tree::Directory {
  std::vector<Ref<Chunk>> chunks;
  uint64_t count = 0;
};

struct Tree::Inode : Shared {
  NodeType type = NodeType::kFile;
  Device device = Device::kNull;
  bool fixed = false;  // part of the read-only frame
  bool merged = false;  // a directory that shows what is below it too; `target` is its path
  uint16_t area = 0;  // 0, or of uppers_: the mount whose change this is, counted from 1
  uint32_t links = 0;  // names
  uint32_t opens = 0;  // pins
  uint64_t accessed = 0, modified = 0, changed = 0;

  uint64_t size = 0;            // files
  CowArray<Ref<Block>> blocks;  // files
  uint64_t charged = 0;         // of the quota, for blocks or target

  NodeId parent = 0;    // directories; itself once removed
  Directory directory;  // directories

  std::string target;  // symbolic links

  uint64_t origin = 0;  // of a copy: the st_ino of what it is a copy of
};

/// What a name in a merged directory leads to when it hides one of the host's.
inline constexpr NodeId kWhiteout = 0;

/// What the upper layer of a mount has at some path.
struct Tree::Layer {
  enum class What : uint8_t { kNothing, kGone, kNode };
  What what = What::kNothing;
  NodeId node = 0;
};

/// Where a path leads: the directory that holds its last name, and what is there.
struct Tree::Place {
  enum class Last : uint8_t { kName, kDot, kDotDot, kRoot };

  NodeId parent = 0;
  NodeId node = 0;  // 0: nothing has that name
  Last last = Last::kName;
  bool trailing_slash = false;
  std::string_view name;  // into the path, or into `expanded`
  std::string expanded;   // the rest of the path after a symbolic link
};

/// Whether the last name of a path is followed when it is a symbolic link: always, or depending on
/// a slash after it.
enum class Tree::Follow : uint8_t { kNever, kWithSlash, kWithoutSlash, kAlways };

}  // namespace belljar::fs

#endif  // BELLJAR_FS_TREE_NODES_H_
