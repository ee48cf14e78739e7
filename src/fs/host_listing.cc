#include "fs/host_listing.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/utf8.h"
#include "fs/host_folder.h"

namespace belljar::fs {
namespace {

// What getdents64 writes, before each name.
struct Header {
  uint64_t inode;
  int64_t next;
  uint16_t length;
  uint8_t type;
};
constexpr size_t kNameOffset = 19;

NodeType node_type(uint8_t type) {
  switch (type) {
    case DT_REG:
      return NodeType::kFile;
    case DT_DIR:
      return NodeType::kDirectory;
    case DT_LNK:
      return NodeType::kSymlink;
    default:
      return NodeType::kOther;
  }
}

}  // namespace

void HostListing::begin(UniqueFd directory) {
  directory_ = std::move(directory);
  struct stat info {};
  device_ = fstat(directory_.get(), &info) == 0 ? info.st_dev : 0;
  used_ = at_ = 0;
  cookie_ = 0;
  skipped_ = 0;
}

Errno HostListing::next(uint64_t cookie, Entry* out) {
  if (cookie > INT64_MAX) return ENOENT;
  if (cookie != cookie_) {
    if (lseek(directory_.get(), static_cast<off_t>(cookie), SEEK_SET) < 0) return ENOENT;
    used_ = at_ = 0;
    cookie_ = cookie;
  }
  for (;;) {
    if (at_ >= used_) {
      buffer_.resize(kBufferSize);
      const long got = syscall(SYS_getdents64, directory_.get(), buffer_.data(), buffer_.size());
      if (got <= 0) return got == 0 || errno == ENOENT ? ENOENT : host_errno(errno);
      used_ = static_cast<size_t>(got);
      at_ = 0;
    }
    Header header{};
    std::memcpy(&header.inode, &buffer_[at_], 8);
    std::memcpy(&header.next, &buffer_[at_ + 8], 8);
    std::memcpy(&header.length, &buffer_[at_ + 16], 2);
    header.type = buffer_[at_ + 18];
    const char* name = reinterpret_cast<const char*>(&buffer_[at_ + kNameOffset]);
    const std::string_view text(name, strnlen(name, header.length - kNameOffset));
    at_ += header.length;
    cookie_ = static_cast<uint64_t>(header.next);
    if (text == "." || text == "..") continue;
    if (!is_valid_utf8(text)) {
      skipped_++;
      continue;
    }
    *out = {text, hidden_inode(device_, header.inode), node_type(header.type), header.type != DT_UNKNOWN, cookie_};
    return 0;
  }
}

}  // namespace belljar::fs
