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
  if (tree_.has_copied_up()) adopt_copies();
  if (fd < 0 || fd >= static_cast<int64_t>(table_.size())) return nullptr;
  Open& open = table_[static_cast<size_t>(fd)];
  return open.kind == Open::Kind::kFree ? nullptr : &open;
}

Errno Files::open(NodeId from, std::string_view path, const OpenHow& how, const OpenFlags& flags,
                  uint64_t now, int* fd) {
  if (open_count_ >= max_open_) return EMFILE;
  NodeId node;
  std::shared_ptr<HostFile> host;
  if (const Errno error = tree_.open(from, path, how, now, &node, &host)) return error;
  if (const Errno error = tree_.pin(node)) return error;
  const auto type = tree_.type(node);
  if (!type) return ESTALE;

  const auto free = std::find_if(table_.begin(), table_.end(),
                                 [](const Open& open) { return open.kind == Open::Kind::kFree; });
  *fd = static_cast<int>(free - table_.begin());
  if (free == table_.end()) table_.emplace_back();
  Open& open = table_[static_cast<size_t>(*fd)];
  open = {};
  open.kind = Open::Kind::kNode;
  open.type = *type;
  open.flags = flags;
  open.node = node;
  if (is_mounted(node)) {
    const Mounts::Place* place = tree_.mounts()->find(node);
    open.mounted = std::make_shared<const MountedFile>(MountedFile{place->path, std::move(host)});
  }
  open_count_++;
  return 0;
}

Errno Files::close(int64_t fd) {
  Open* open = find(fd);
  if (!open) return EBADF;
  if (open->kind == Open::Kind::kNode && !open->mounted) tree_.unpin(open->node);
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

// Whoever had a file of a copy-on-write mount open before it was changed goes on with the change.
void Files::adopt_copies() {
  for (const Tree::CopiedUp& copy : tree_.take_copied_up()) {
    for (Open& open : table_) {
      if (!open.mounted || open.mounted->path != copy.path) continue;
      open.mounted = nullptr;
      open.node = copy.node;
      static_cast<void>(tree_.pin(copy.node));
    }
    tree_.unpin(copy.node);
  }
}

NodeId Files::node(const Open& open) const {
  if (!open.mounted || !tree_.mounts()) return open.node;
  return tree_.mounts()->intern(open.mounted->path, open.type);
}

// Makes sure that a file in a mount is open on the host, under the rights of now. Afterwards `open->mounted` is null
// when it is the session's own.
Errno Files::reach(Open* open) {
  if (!open->mounted) return 0;
  if (!tree_.mounts()) return ESTALE;
  const HostFile* host = open->mounted->host.get();
  if (host && tree_.mounts()->set().owns(host->folder())) return 0;
  const std::string path = open->mounted->path;
  NodeId node;
  std::shared_ptr<HostFile> opened;
  OpenHow how = {.follow = false, .write = open->flags.write};
  Errno error = tree_.open(Tree::kRoot, path, how, Pack::kTime, &node, &opened);
  if (error == EROFS) {
    how.write = false;
    error = tree_.open(Tree::kRoot, path, how, Pack::kTime, &node, &opened);
  }
  if (error || tree_.type(node) != NodeType::kFile) return ESTALE;
  if (opened) {
    open->mounted = std::make_shared<const MountedFile>(MountedFile{path, std::move(opened)});
    return 0;
  }
  static_cast<void>(tree_.pin(node));
  open->mounted = nullptr;
  open->node = node;
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
  if (const Errno error = reach(open)) return error;
  if (open->mounted) return open->mounted->host->read(offset, out, done);
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
  const Errno error = put(open, &offset, bytes, now, done);
  if (*done > 0 && open->type == NodeType::kFile) open->offset = offset + *done;
  return error;
}

Errno Files::write_at(Open* open, uint64_t offset, std::span<const uint8_t> bytes, uint64_t now,
                      size_t* done) {
  return put(open, &offset, bytes, now, done);
}

// Moves `*offset` to where the bytes went.
Errno Files::put(Open* open, uint64_t* offset, std::span<const uint8_t> bytes, uint64_t now,
                 size_t* done) {
  *done = 0;
  if (const Errno error = check_data(*open, open->flags.write)) return error;
  if (const Errno error = reach(open)) return error;
  if (open->mounted) return open->mounted->host->write(offset, open->flags.append, bytes, done);
  if (tree_.device(open->node)) {
    *done = bytes.size();
    return 0;
  }
  if (open->flags.append) {
    Stat stat;
    if (const Errno error = tree_.stat(open->node, &stat)) return error;
    *offset = stat.size;
  }
  return tree_.write(open->node, *offset, bytes, now, done);
}

Errno Files::stat(Open* open, Stat* out) {
  if (!open->mounted || open->type != NodeType::kFile) return tree_.stat(node(*open), out);
  if (const Errno error = reach(open)) return error;
  if (!open->mounted) return tree_.stat(open->node, out);
  HostStat found;
  if (const Errno error = open->mounted->host->stat(&found)) return error;
  const MountSet::Entry* mount = tree_.mounts()->set().find(open->mounted->path);
  *out = {mount ? mount->device : 1, found.inode,    found.type,     found.links,
          found.size,                found.accessed, found.modified, found.changed};
  return 0;
}

Errno Files::set_times(Open* open, std::optional<uint64_t> accessed,
                       std::optional<uint64_t> modified, uint64_t now) {
  if (open->mounted && open->type == NodeType::kFile) {
    if (const Errno error = reach(open)) return error;
    const MountSet::Entry* mount = open->mounted ? tree_.mounts()->set().find(open->mounted->path) : nullptr;
    if (mount && mount->mode == MountMode::kReadWrite) {
      return open->mounted->host->set_times(accessed, modified);
    }
  }
  return tree_.set_times(node(*open), accessed, modified, now);
}

Errno Files::resize(Open* open, uint64_t size, uint64_t now) {
  if (const Errno error = reach(open)) return error;
  return open->mounted ? open->mounted->host->resize(size) : tree_.resize(open->node, size, now);
}

Errno Files::allocate(Open* open, uint64_t offset, uint64_t length, uint64_t now) {
  if (open->type != NodeType::kFile) return tree_.allocate(open->node, offset, length, now);
  if (const Errno error = reach(open)) return error;
  if (!open->mounted) return tree_.allocate(open->node, offset, length, now);
  // The host's disk is not filled ahead: the file is made long enough, and the quota says whether it may be.
  if (length == 0) return EINVAL;
  if (offset > Tree::kMaxFileSize || length > Tree::kMaxFileSize - offset) return EFBIG;
  HostStat found;
  if (const Errno error = open->mounted->host->stat(&found)) return error;
  return offset + length > found.size ? open->mounted->host->resize(offset + length) : 0;
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
    Stat end;
    if (const Errno error = stat(open, &end)) return error;
    base = end.size;
  }
  // Offsets never go beyond INT64_MAX, so neither sum can wrap.
  int64_t at;
  if (__builtin_add_overflow(static_cast<int64_t>(base), delta, &at)) return EOVERFLOW;
  if (at < 0) return EINVAL;
  *offset = open->offset = static_cast<uint64_t>(at);
  return 0;
}

}  // namespace belljar::fs
