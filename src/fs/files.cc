#include "fs/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace belljar::fs {

Files::Files(Tree tree, uint32_t max_open) : tree_(std::move(tree)), max_open_(max_open) {
  table_.resize(kPreopen + 1);
  restore_streams();
  Open& root = table_[kPreopen];
  root.kind = Open::Kind::kNode;
  root.type = NodeType::kDirectory;
  root.flags.read = true;
  root.preopen = true;
  root.node = Tree::kRoot;
  // Not a failure: the root is always there.
  static_cast<void>(tree_.pin(Tree::kRoot));
  open_count_++;
}

void Files::restore_streams() {
  for (uint8_t stream = 0; stream < kPreopen; stream++) {
    Open& open = table_[stream];
    if (open.kind == Open::Kind::kStream && open.stream == stream) continue;
    static_cast<void>(close(stream));
    open.kind = Open::Kind::kStream;
    open.stream = stream;
    open.flags = {.read = stream == 0, .write = stream != 0};
    open_count_++;
  }
}

Files::Open* Files::find(int64_t fd) {
  if (fd < 0 || fd >= static_cast<int64_t>(table_.size())) return nullptr;
  Open& open = table_[static_cast<size_t>(fd)];
  return open.kind == Open::Kind::kFree ? nullptr : &open;
}

Errno Files::open(NodeId from, std::string_view path, const OpenHow& how, const OpenFlags& flags,
                  uint64_t now, int* fd) {
  if (open_count_ >= max_open_) return EMFILE;
  NodeId node;
  if (const Errno error = tree_.open(from, path, how, now, &node)) return error;
  if (const Errno error = tree_.pin(node)) return error;
  Stat stat;
  if (const Errno error = tree_.stat(node, &stat)) return error;

  const auto free = std::find_if(table_.begin(), table_.end(),
                                 [](const Open& open) { return open.kind == Open::Kind::kFree; });
  *fd = static_cast<int>(free - table_.begin());
  if (free == table_.end()) table_.emplace_back();
  Open& open = table_[static_cast<size_t>(*fd)];
  open = {};
  open.kind = Open::Kind::kNode;
  open.type = stat.type;
  open.flags = flags;
  open.node = node;
  open_count_++;
  return 0;
}

Errno Files::close(int64_t fd) {
  Open* open = find(fd);
  if (!open) return EBADF;
  if (open->kind == Open::Kind::kNode) tree_.unpin(open->node);
  *open = {};
  open_count_--;
  return 0;
}

Errno Files::renumber(int64_t from, int64_t to) {
  if (!find(from) || !find(to)) return EBADF;
  if (from == to) return 0;
  static_cast<void>(close(to));
  table_[static_cast<size_t>(to)] = std::exchange(*find(from), Open{});
  return 0;
}

Errno Files::check_data(const Open& open, bool allowed) const {
  if (!allowed) return EBADF;
  if (open.kind != Open::Kind::kNode) return ESPIPE;
  return open.type == NodeType::kDirectory ? EISDIR : 0;
}

Errno Files::read(Open* open, std::span<uint8_t> out, size_t* done) {
  const Errno error = read_at(open, open->offset, out, done);
  if (open->type == NodeType::kFile) open->offset += *done;
  return error;
}

Errno Files::read_at(Open* open, uint64_t offset, std::span<uint8_t> out, size_t* done) {
  *done = 0;
  if (const Errno error = check_data(*open, open->flags.read)) return error;
  if (const auto device = tree_.device(open->node)) {
    if (*device == Device::kNull) return 0;
    if (*device != Device::kZero) return EINVAL;
    *done = std::min(out.size(), kMaxDeviceRead);
    if (*done > 0) std::memset(out.data(), 0, *done);
    return 0;
  }
  const auto place = tree_.packed(open->node);
  if (!place) return tree_.read(open->node, offset, out, done);
  if (!open->content.bytes.data()) {
    auto content = place->pack->read(place->entry);
    if (!content) return EIO;
    open->content = std::move(content).value();
  }
  const auto bytes = open->content.bytes;
  if (offset >= bytes.size()) return 0;
  *done = std::min<size_t>(out.size(), bytes.size() - static_cast<size_t>(offset));
  if (*done > 0) std::memcpy(out.data(), bytes.data() + offset, *done);
  return 0;
}

Errno Files::write(Open* open, std::span<const uint8_t> bytes, uint64_t now, size_t* done) {
  uint64_t offset = open->offset;
  const Errno error = put(*open, &offset, bytes, now, done);
  if (*done > 0 && open->type == NodeType::kFile) open->offset = offset + *done;
  return error;
}

Errno Files::write_at(Open* open, uint64_t offset, std::span<const uint8_t> bytes, uint64_t now,
                      size_t* done) {
  return put(*open, &offset, bytes, now, done);
}

// Moves `*offset` to where the bytes went.
Errno Files::put(const Open& open, uint64_t* offset, std::span<const uint8_t> bytes, uint64_t now,
                 size_t* done) {
  *done = 0;
  if (const Errno error = check_data(open, open.flags.write)) return error;
  if (tree_.device(open.node)) {
    *done = bytes.size();
    return 0;
  }
  if (open.flags.append) {
    Stat stat;
    if (const Errno error = tree_.stat(open.node, &stat)) return error;
    *offset = stat.size;
  }
  return tree_.write(open.node, *offset, bytes, now, done);
}

Errno Files::seek(Open* open, int64_t delta, Whence whence, uint64_t* offset) {
  if (open->kind != Open::Kind::kNode) return ESPIPE;
  uint64_t base = 0;
  if (open->type == NodeType::kDevice) {
    *offset = 0;
    return 0;
  }
  if (whence == Whence::kCurrent) base = open->offset;
  if (whence == Whence::kEnd) {
    Stat stat;
    if (const Errno error = tree_.stat(open->node, &stat)) return error;
    base = stat.size;
  }
  // Offsets never go beyond INT64_MAX, so neither sum can wrap.
  int64_t at;
  if (__builtin_add_overflow(static_cast<int64_t>(base), delta, &at)) return EOVERFLOW;
  if (at < 0) return EINVAL;
  *offset = open->offset = static_cast<uint64_t>(at);
  return 0;
}

}  // namespace belljar::fs
