#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include "fs/tree_nodes.h"

namespace belljar::fs {
namespace {

// Blocks grow by doubling, so that appending byte by byte copies each byte a constant number of
// times.
size_t round_capacity(size_t size) {
  return std::bit_ceil(std::max(size, kSmallestBlock));
}

// The part of a range that falls into one block.
struct Piece {
  uint64_t block;
  size_t begin;  // in the block
  size_t length;
};

Piece first_piece(uint64_t offset, uint64_t length) {
  const size_t begin = offset % Tree::kBlockSize;
  return {offset / Tree::kBlockSize, begin,
          static_cast<size_t>(std::min<uint64_t>(length, Tree::kBlockSize - begin))};
}

}  // namespace

// 0 when `node` is a regular file that may be changed.
Errno Tree::check_content(NodeId node) const {
  const auto found = type(node);
  if (!found) return ESTALE;
  if (*found == NodeType::kDirectory) return EISDIR;
  if (*found != NodeType::kFile) return EINVAL;
  return read_only(node) ? EROFS : 0;
}

Errno Tree::read(NodeId node, uint64_t offset, std::span<uint8_t> out, size_t* done) const {
  *done = 0;
  if (const Errno error = check_content(node)) return error;
  const Inode* file = inode(node);
  if (offset >= file->size) return 0;
  out = out.first(static_cast<size_t>(std::min<uint64_t>(out.size(), file->size - offset)));
  while (*done < out.size()) {
    const Piece piece = first_piece(offset + *done, out.size() - *done);
    uint8_t* to = out.data() + *done;
    const Ref<Block>* block = file->blocks.find(piece.block);
    size_t stored = 0;
    if (block && *block && piece.begin < (*block)->capacity) {
      stored = std::min(piece.length, (*block)->capacity - piece.begin);
      std::memcpy(to, (*block)->bytes.get() + piece.begin, stored);
    }
    if (stored < piece.length) std::memset(to + stored, 0, piece.length - stored);
    *done += piece.length;
  }
  return 0;
}

// Makes block `index` the file's own, with room for `capacity` bytes. Charges what it adds.
Errno Tree::reserve_block(Inode* file, uint64_t index, size_t capacity) {
  const Ref<Block>* present = file->blocks.find(index);
  const size_t old = present && *present ? (*present)->capacity : 0;
  const size_t wanted = std::max(old, round_capacity(capacity));
  const uint64_t cost = wanted - old + (old == 0 ? kBlockCost : 0) +
                        file->blocks.missing_nodes(index) * file->blocks.kNodeBytes;
  if (cost > 0 && !has_room(cost, 0)) return ENOSPC;
  Ref<Block>& block = file->blocks.edit(index);
  if (wanted > old || !block.unique()) {
    auto* own = new Block(wanted);
    if (old > 0) std::memcpy(own->bytes.get(), block->bytes.get(), old);
    block = Ref<Block>(own);
  }
  file->charged += cost;
  usage_.bytes += cost;
  return 0;
}

Errno Tree::write(NodeId node, uint64_t offset, std::span<const uint8_t> bytes, uint64_t now,
                  size_t* done) {
  *done = 0;
  if (const Errno error = check_content(node)) return error;
  if (bytes.empty()) return 0;
  if (offset >= kMaxFileSize) return EFBIG;
  bytes = bytes.first(static_cast<size_t>(std::min<uint64_t>(bytes.size(), kMaxFileSize - offset)));
  Inode& file = edit(node);
  Errno error = 0;
  while (*done < bytes.size()) {
    const Piece piece = first_piece(offset + *done, bytes.size() - *done);
    error = reserve_block(&file, piece.block, piece.begin + piece.length);
    if (error) break;
    Block& block = file.blocks.edit(piece.block).edit_unique();
    std::memcpy(block.bytes.get() + piece.begin, bytes.data() + *done, piece.length);
    *done += piece.length;
  }
  if (*done == 0) return error;
  file.size = std::max(file.size, offset + *done);
  file.modified = file.changed = now;
  return 0;
}

Errno Tree::resize(NodeId node, uint64_t size, uint64_t now) {
  if (const Errno error = check_content(node)) return error;
  if (size > kMaxFileSize) return EFBIG;
  Inode& file = edit(node);
  if (size < file.size) shrink(&file, size);
  file.size = size;
  file.modified = file.changed = now;
  return 0;
}

void Tree::shrink(Inode* file, uint64_t size) {
  uint64_t freed = 0;
  const auto count = [&](const Ref<Block>& block) {
    if (block) freed += block->capacity + kBlockCost;
  };
  const uint64_t nodes = file->blocks.nodes();
  file->blocks.truncate((size + kBlockSize - 1) / kBlockSize, count);
  freed += (nodes - file->blocks.nodes()) * file->blocks.kNodeBytes;

  // What is cut off the last block must read as zeros when the file grows again.
  const Piece tail = first_piece(size, 0);
  const Ref<Block>* present = tail.begin > 0 ? file->blocks.find(tail.block) : nullptr;
  if (present && *present && (*present)->capacity > tail.begin) {
    const size_t old = (*present)->capacity;
    auto* kept = new Block(std::min(old, round_capacity(tail.begin)));
    std::memcpy(kept->bytes.get(), (*present)->bytes.get(), tail.begin);
    freed += old - kept->capacity;
    file->blocks.edit(tail.block) = Ref<Block>(kept);
  }
  file->charged -= freed;
  usage_.bytes -= freed;
}

Errno Tree::allocate(NodeId node, uint64_t offset, uint64_t length, uint64_t now) {
  if (const Errno error = check_content(node)) return error;
  if (length == 0) return EINVAL;
  if (offset > kMaxFileSize || length > kMaxFileSize - offset) return EFBIG;
  // The quota would stop it anyway, but only after having filled it.
  if (!has_room(0, 0) || length > limits_.bytes) return ENOSPC;
  Inode& file = edit(node);
  for (uint64_t done = 0; done < length;) {
    const Piece piece = first_piece(offset + done, length - done);
    const Errno error = reserve_block(&file, piece.block, piece.begin + piece.length);
    if (error) return error;
    done += piece.length;
  }
  file.size = std::max(file.size, offset + length);
  file.changed = now;
  return 0;
}

}  // namespace belljar::fs
