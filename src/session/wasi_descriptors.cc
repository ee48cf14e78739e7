// Descriptors: what they are, where they stand, and directory listings.

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "session/wasi.h"

namespace belljar {

using namespace wasi;

namespace {

FileType file_type(fs::NodeType type) {
  switch (type) {
    case fs::NodeType::kDirectory:
      return FileType::kDirectory;
    case fs::NodeType::kFile:
      return FileType::kRegularFile;
    case fs::NodeType::kSymlink:
      return FileType::kSymbolicLink;
    case fs::NodeType::kDevice:
      return FileType::kCharacterDevice;
    case fs::NodeType::kOther:
      return FileType::kUnknown;
  }
  return FileType::kUnknown;
}

// Rights are what wasi-libc derives O_RDONLY and its like from. Only reading and writing are
// enforced by them.
uint64_t rights(const fs::Files::Open& open) {
  uint64_t all = kFdFdstatSetFlags | kFdFilestatGet | kPollFdReadwrite;
  const bool node = open.kind == fs::Files::Open::Kind::kNode;
  if (node && open.type == fs::NodeType::kDirectory) {
    return (all | kPathAll | kFdSync | kFdDatasync | kFdFilestatSetTimes) & ~open.dropped_rights;
  }
  // Of streams too, although they cannot seek: for wasi-libc, what is a character device without
  // these two is a terminal.
  all |= kFdSeek | kFdTell;
  if (node) all |= kFdSync | kFdAdvise | kFdFilestatSetTimes;
  if (open.flags.read) all |= kFdRead;
  if (open.flags.write) all |= kFdWrite;
  if (node && open.flags.write) all |= kFdDatasync | kFdAllocate | kFdFilestatSetSize;
  return all & ~open.dropped_rights;
}

uint64_t inheriting_rights(const fs::Files::Open& open) {
  const bool directory =
      open.kind == fs::Files::Open::Kind::kNode && open.type == fs::NodeType::kDirectory;
  return directory ? kAllRights & ~open.dropped_inheriting : 0;
}

constexpr uint32_t kDescriptorFlags = kAppend | kDsync | kNonblock | kRsync | kSync;

}  // namespace

int32_t Wasi::fd_advise(const Memory&, uint32_t fd, uint64_t, uint64_t, uint32_t advice) {
  const Open* open = files_.find(fd);
  if (!open) return kBadf;
  if (open->kind == Open::Kind::kStream) return kSpipe;
  return advice > 5 ? kInval : kSuccess;
}

int32_t Wasi::fd_allocate(const Memory&, uint32_t fd, uint64_t offset, uint64_t length) {
  Open* open = files_.find(fd);
  if (!open || !open->flags.write) return kBadf;
  if (open->kind == Open::Kind::kStream) return kSpipe;
  return from_errno(files_.allocate(open, offset, length, now()));
}

// On Linux there is no such descriptor, and programs close all that they did not open: os.closerange(3, 256). Without it
// the guest would never open a file again.
bool Wasi::is_hidden(uint32_t fd) {
  const Open* open = files_.find(fd);
  return open && open->preopen;
}

int32_t Wasi::fd_close(const Memory&, uint32_t fd) {
  if (is_hidden(fd)) return kBadf;
  return from_errno(files_.close(fd));
}

int32_t Wasi::fd_sync(const Memory&, uint32_t fd) {
  const Open* open = files_.find(fd);
  if (!open) return kBadf;
  return open->kind == Open::Kind::kStream ? kInval : kSuccess;
}

int32_t Wasi::fd_datasync(const Memory& memory, uint32_t fd) {
  return fd_sync(memory, fd);
}

int32_t Wasi::fd_renumber(const Memory&, uint32_t from, uint32_t to) {
  if (is_hidden(from) || is_hidden(to)) return kBadf;
  return from_errno(files_.renumber(from, to));
}

int32_t Wasi::fd_fdstat_get(const Memory& memory, uint32_t fd, uint32_t out) {
  const Open* open = files_.find(fd);
  if (!open) return kBadf;
  Fdstat stat{};
  stat.type =
      open->kind == Open::Kind::kStream ? FileType::kCharacterDevice : file_type(open->type);
  stat.flags = static_cast<uint16_t>(open->status | (open->flags.append ? uint32_t{kAppend} : 0u));
  stat.rights_base = rights(*open);
  stat.rights_inheriting = inheriting_rights(*open);
  return memory.write(out, stat) ? kSuccess : kFault;
}

int32_t Wasi::fd_fdstat_set_flags(const Memory&, uint32_t fd, uint32_t flags) {
  Open* open = files_.find(fd);
  if (!open) return kBadf;
  if (flags & ~kDescriptorFlags) return kInval;
  open->flags.append = flags & kAppend;
  open->status = static_cast<uint16_t>(flags & ~kAppend);
  return kSuccess;
}

int32_t Wasi::fd_fdstat_set_rights(const Memory&, uint32_t fd, uint64_t base, uint64_t inheriting) {
  Open* open = files_.find(fd);
  if (!open) return kBadf;
  if ((base & ~rights(*open)) || (inheriting & ~inheriting_rights(*open))) return kNotcapable;
  open->dropped_rights |= ~base;
  open->dropped_inheriting |= ~inheriting;
  if (!(base & (kFdRead | kFdReaddir))) open->flags.read = false;
  if (!(base & kFdWrite)) open->flags.write = false;
  return kSuccess;
}

int32_t Wasi::write_filestat(const Memory& memory, const fs::Stat& stat, uint32_t out) {
  Filestat filestat{};
  filestat.device = stat.device;
  filestat.inode = stat.node;
  filestat.type = file_type(stat.type);
  filestat.links = stat.links;
  filestat.size = stat.size;
  filestat.accessed = stat.accessed;
  filestat.modified = stat.modified;
  filestat.changed = stat.changed;
  return memory.write(out, filestat) ? kSuccess : kFault;
}

int32_t Wasi::fd_filestat_get(const Memory& memory, uint32_t fd, uint32_t out) {
  Open* open = files_.find(fd);
  if (!open) return kBadf;
  if (open->kind == Open::Kind::kNode) {
    fs::Stat stat;
    if (const fs::Errno error = files_.stat(open, &stat)) return from_errno(error);
    return write_filestat(memory, stat, out);
  }
  Filestat filestat{};
  filestat.inode = open->stream + uint64_t{1};
  filestat.type = FileType::kCharacterDevice;
  filestat.links = 1;
  return memory.write(out, filestat) ? kSuccess : kFault;
}

int32_t Wasi::fd_filestat_set_size(const Memory&, uint32_t fd, uint64_t size) {
  Open* open = files_.find(fd);
  if (!open) return kBadf;
  if (!open->flags.write || open->type != fs::NodeType::kFile || open->kind != Open::Kind::kNode ||
      size > INT64_MAX) {
    return kInval;
  }
  return from_errno(files_.resize(open, size, now()));
}

// Of what is open, or else of `node`.
int32_t Wasi::set_times(Open* open, fs::NodeId node, uint64_t accessed, uint64_t modified,
                        uint32_t flags) {
  constexpr uint32_t kAll = kAtim | kAtimNow | kMtim | kMtimNow;
  constexpr uint32_t kBothAtim = kAtim | kAtimNow, kBothMtim = kMtim | kMtimNow;
  if ((flags & ~kAll) || (flags & kBothAtim) == kBothAtim || (flags & kBothMtim) == kBothMtim) {
    return kInval;
  }
  const uint64_t present = now();
  std::optional<uint64_t> new_accessed, new_modified;
  if (flags & kAtim) new_accessed = accessed;
  if (flags & kAtimNow) new_accessed = present;
  if (flags & kMtim) new_modified = modified;
  if (flags & kMtimNow) new_modified = present;
  return from_errno(open ? files_.set_times(open, new_accessed, new_modified, present)
                         : files_.tree().set_times(node, new_accessed, new_modified, present));
}

int32_t Wasi::fd_filestat_set_times(const Memory&, uint32_t fd, uint64_t accessed,
                                    uint64_t modified, uint32_t flags) {
  Open* open = files_.find(fd);
  if (!open) return kBadf;
  if (open->kind == Open::Kind::kStream) return kInval;
  return set_times(open, 0, accessed, modified, flags);
}

int32_t Wasi::fd_prestat_get(const Memory& memory, uint32_t fd, uint32_t out) {
  const Open* open = files_.find(fd);
  // wasi-libc counts up until it sees this: nothing else says that there are no more.
  if (!open || !open->preopen) return kBadf;
  Prestat prestat{};
  prestat.name_length = 1;
  return memory.write(out, prestat) ? kSuccess : kFault;
}

int32_t Wasi::fd_prestat_dir_name(const Memory& memory, uint32_t fd, uint32_t path,
                                  uint32_t length) {
  const Open* open = files_.find(fd);
  if (!open || !open->preopen) return kBadf;
  if (length < 1) return kNametoolong;
  return memory.write(path, '/') ? kSuccess : kFault;
}

int32_t Wasi::fd_seek(const Memory& memory, uint32_t fd, int64_t delta, uint32_t whence,
                      uint32_t out) {
  Open* open = files_.find(fd);
  if (!open) return kBadf;
  if (!memory.contains(out, sizeof(uint64_t))) return kFault;
  if (whence > 2) return kInval;
  uint64_t offset;
  if (const fs::Errno error =
          files_.seek(open, delta, fs::Files::Whence{static_cast<uint8_t>(whence)}, &offset)) {
    return from_errno(error);
  }
  return memory.write(out, offset) ? kSuccess : kFault;
}

int32_t Wasi::fd_tell(const Memory& memory, uint32_t fd, uint32_t out) {
  return fd_seek(memory, fd, 0, 1, out);
}

// Entries go straight into the guest's buffer; the last one may be cut, which tells wasi-libc that
// there are more.
int32_t Wasi::fd_readdir(const Memory& memory, uint32_t fd, uint32_t buffer, uint32_t length,
                         uint64_t cookie, uint32_t size) {
  const Open* open = files_.find(fd);
  if (!open) return kBadf;
  if (open->kind != Open::Kind::kNode || open->type != fs::NodeType::kDirectory) return kNotdir;
  if (!open->flags.read) return kBadf;
  std::span<uint8_t> rest = memory.window(buffer, length);
  if (!rest.data() || !memory.contains(size, sizeof(uint32_t))) return kFault;
  const auto put = [&rest](const void* bytes, size_t count) {
    count = std::min(count, rest.size());
    if (count > 0) std::memcpy(rest.data(), bytes, count);
    rest = rest.subspan(count);
  };
  const fs::NodeId directory = files_.node(*open);
  while (!rest.empty()) {
    fs::DirectoryEntry entry;
    const fs::Errno error = files_.tree().next_entry(directory, cookie, &entry);
    if (error == ENOENT) break;
    if (error) return from_errno(error);
    Dirent dirent{};
    dirent.next = cookie = entry.next;
    dirent.inode = entry.node;
    dirent.name_length = static_cast<uint32_t>(entry.name.size());
    dirent.type = file_type(entry.type);
    put(&dirent, sizeof(dirent));
    put(entry.name.data(), entry.name.size());
  }
  const auto used = static_cast<uint32_t>(length - rest.size());
  return memory.write(size, used) ? kSuccess : kFault;
}

}  // namespace belljar
