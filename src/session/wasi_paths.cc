// Functions that take a path.

#include <array>
#include <string_view>

#include "session/wasi.h"

namespace belljar {

using namespace wasi;

// A path copied out of the guest: at most as long as the tree accepts, on the stack.
class Wasi::Path {
 public:
  int32_t load(const Memory& memory, uint32_t address, uint32_t length) {
    if (length > bytes_.size()) return kNametoolong;
    length_ = length;
    return memory.read_bytes(address, {bytes_.data(), length}) ? kSuccess : kFault;
  }

  std::string_view view() const { return {reinterpret_cast<const char*>(bytes_.data()), length_}; }

 private:
  std::array<uint8_t, fs::Tree::kMaxPath> bytes_;
  uint32_t length_ = 0;
};

int32_t Wasi::directory(uint32_t fd, fs::NodeId* node) {
  const Open* open = files_.find(fd);
  if (!open) return kBadf;
  if (open->kind != Open::Kind::kNode || open->type != fs::NodeType::kDirectory) return kNotdir;
  *node = files_.node(*open);
  return kSuccess;
}

int32_t Wasi::path_open(const Memory& memory, uint32_t fd, uint32_t lookup, uint32_t path,
                        uint32_t length, uint32_t open_flags, uint64_t rights, uint64_t,
                        uint32_t fd_flags, uint32_t out) {
  constexpr uint32_t kOpenFlags = kCreat | kDirectoryOnly | kExcl | kTrunc;
  constexpr uint32_t kFdFlags = kAppend | kDsync | kNonblock | kRsync | kSync;
  Path text;
  if (const int32_t error = text.load(memory, path, length)) return error;
  // Before the file is opened: a descriptor whose number does not arrive would leak.
  if (!memory.contains(out, sizeof(uint32_t))) return kFault;
  fs::NodeId from;
  if (const int32_t error = directory(fd, &from)) return error;
  if ((lookup & ~kSymlinkFollow) || (open_flags & ~kOpenFlags) || (fd_flags & ~kFdFlags)) {
    return kInval;
  }
  const uint64_t dropped = files_.find(fd)->dropped_inheriting;
  if (rights & dropped & (kFdRead | kFdWrite)) return kNotcapable;

  const fs::OpenFlags flags = {.read = (rights & (kFdRead | kFdReaddir)) != 0,
                               .write = (rights & kFdWrite) != 0,
                               .append = (fd_flags & kAppend) != 0};
  const fs::OpenHow how = {.create = (open_flags & kCreat) != 0,
                           .exclusive = (open_flags & kExcl) != 0,
                           .truncate = (open_flags & kTrunc) != 0,
                           .directory = (open_flags & kDirectoryOnly) != 0,
                           .follow = (lookup & kSymlinkFollow) != 0,
                           .write = flags.write};
  int opened;
  if (const fs::Errno error = files_.open(from, text.view(), how, flags, now(), &opened)) {
    return from_errno(error);
  }
  Open* open = files_.find(opened);
  open->status = static_cast<uint16_t>(fd_flags & ~kAppend);
  open->dropped_inheriting = dropped;
  return memory.write(out, static_cast<uint32_t>(opened)) ? kSuccess : kFault;
}

int32_t Wasi::path_create_directory(const Memory& memory, uint32_t fd, uint32_t path,
                                    uint32_t length) {
  Path text;
  if (const int32_t error = text.load(memory, path, length)) return error;
  fs::NodeId from;
  if (const int32_t error = directory(fd, &from)) return error;
  return from_errno(files_.tree().make_directory(from, text.view(), now()));
}

int32_t Wasi::path_remove_directory(const Memory& memory, uint32_t fd, uint32_t path,
                                    uint32_t length) {
  Path text;
  if (const int32_t error = text.load(memory, path, length)) return error;
  fs::NodeId from;
  if (const int32_t error = directory(fd, &from)) return error;
  return from_errno(files_.tree().remove_directory(from, text.view(), now()));
}

int32_t Wasi::path_unlink_file(const Memory& memory, uint32_t fd, uint32_t path, uint32_t length) {
  Path text;
  if (const int32_t error = text.load(memory, path, length)) return error;
  fs::NodeId from;
  if (const int32_t error = directory(fd, &from)) return error;
  return from_errno(files_.tree().unlink(from, text.view(), now()));
}

int32_t Wasi::path_rename(const Memory& memory, uint32_t old_fd, uint32_t old_path,
                          uint32_t old_length, uint32_t new_fd, uint32_t new_path,
                          uint32_t new_length) {
  Path old_text, new_text;
  if (const int32_t error = old_text.load(memory, old_path, old_length)) return error;
  if (const int32_t error = new_text.load(memory, new_path, new_length)) return error;
  fs::NodeId old_from, new_from;
  if (const int32_t error = directory(old_fd, &old_from)) return error;
  if (const int32_t error = directory(new_fd, &new_from)) return error;
  return from_errno(
      files_.tree().rename(old_from, old_text.view(), new_from, new_text.view(), now()));
}

int32_t Wasi::path_link(const Memory& memory, uint32_t old_fd, uint32_t old_flags,
                        uint32_t old_path, uint32_t old_length, uint32_t new_fd, uint32_t new_path,
                        uint32_t new_length) {
  Path old_text, new_text;
  if (const int32_t error = old_text.load(memory, old_path, old_length)) return error;
  if (const int32_t error = new_text.load(memory, new_path, new_length)) return error;
  fs::NodeId old_from, new_from;
  if (const int32_t error = directory(old_fd, &old_from)) return error;
  if (const int32_t error = directory(new_fd, &new_from)) return error;
  if (old_flags & ~kSymlinkFollow) return kInval;
  const bool follow = old_flags & kSymlinkFollow;
  return from_errno(
      files_.tree().link(old_from, old_text.view(), follow, new_from, new_text.view(), now()));
}

int32_t Wasi::path_symlink(const Memory& memory, uint32_t target, uint32_t target_length,
                           uint32_t fd, uint32_t path, uint32_t length) {
  Path target_text, text;
  if (const int32_t error = target_text.load(memory, target, target_length)) return error;
  if (const int32_t error = text.load(memory, path, length)) return error;
  fs::NodeId from;
  if (const int32_t error = directory(fd, &from)) return error;
  return from_errno(files_.tree().make_symlink(target_text.view(), from, text.view(), now()));
}

int32_t Wasi::path_readlink(const Memory& memory, uint32_t fd, uint32_t path, uint32_t length,
                            uint32_t buffer, uint32_t buffer_length, uint32_t size) {
  Path text;
  if (const int32_t error = text.load(memory, path, length)) return error;
  if (!memory.contains(buffer, buffer_length)) return kFault;
  fs::NodeId from, node;
  if (const int32_t error = directory(fd, &from)) return error;
  if (const fs::Errno error = files_.tree().lookup(from, text.view(), false, &node)) {
    return from_errno(error);
  }
  std::string_view target;
  if (const fs::Errno error = files_.tree().read_link(node, &target)) return from_errno(error);
  target = target.substr(0, buffer_length);
  const std::span bytes(reinterpret_cast<const uint8_t*>(target.data()), target.size());
  const bool written =
      memory.write_bytes(buffer, bytes) && memory.write(size, static_cast<uint32_t>(target.size()));
  return written ? kSuccess : kFault;
}

int32_t Wasi::path_filestat_get(const Memory& memory, uint32_t fd, uint32_t flags, uint32_t path,
                                uint32_t length, uint32_t out) {
  Path text;
  if (const int32_t error = text.load(memory, path, length)) return error;
  fs::NodeId from, node;
  if (const int32_t error = directory(fd, &from)) return error;
  if (flags & ~kSymlinkFollow) return kInval;
  const bool follow = flags & kSymlinkFollow;
  if (const fs::Errno error = files_.tree().lookup(from, text.view(), follow, &node)) {
    return from_errno(error);
  }
  fs::Stat stat;
  if (const fs::Errno error = files_.tree().stat(node, &stat)) return from_errno(error);
  return write_filestat(memory, stat, out);
}

int32_t Wasi::path_filestat_set_times(const Memory& memory, uint32_t fd, uint32_t flags,
                                      uint32_t path, uint32_t length, uint64_t accessed,
                                      uint64_t modified, uint32_t time_flags) {
  Path text;
  if (const int32_t error = text.load(memory, path, length)) return error;
  fs::NodeId from, node;
  if (const int32_t error = directory(fd, &from)) return error;
  if (flags & ~kSymlinkFollow) return kInval;
  const bool follow = flags & kSymlinkFollow;
  if (const fs::Errno error = files_.tree().lookup(from, text.view(), follow, &node)) {
    return from_errno(error);
  }
  return set_times(nullptr, node, accessed, modified, time_flags);
}

}  // namespace belljar
