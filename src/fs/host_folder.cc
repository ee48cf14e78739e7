#include "fs/host_folder.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/sha256.h"
#include "base/utf8.h"
#include "fs/tree.h"

namespace belljar::fs {
namespace {

// Not RESOLVE_NO_XDEV: what the user's folder shows, other file systems mounted in it included, is what was granted.
constexpr uint64_t kBeneath = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;

// O_NONBLOCK and O_NOCTTY: should a FIFO or a terminal come in between the check and the opening, nothing hangs.
constexpr int kSafely = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

int open_beneath(int root, const char* path, uint64_t flags, uint64_t mode) {
  struct open_how how {};
  how.flags = flags;
  how.mode = mode;
  how.resolve = kBeneath;
  long fd;
  // EAGAIN: something was renamed meanwhile. Not for ever: a host that keeps renaming gets an error.
  int tries = 0;
  do {
    fd = syscall(SYS_openat2, root, path, &how, sizeof how);
  } while (fd < 0 && (errno == EINTR || errno == EAGAIN) && ++tries < 32);
  return static_cast<int>(fd);
}

NodeType node_type(mode_t mode) {
  if (S_ISREG(mode)) return NodeType::kFile;
  if (S_ISDIR(mode)) return NodeType::kDirectory;
  return S_ISLNK(mode) ? NodeType::kSymlink : NodeType::kOther;
}

uint64_t nanoseconds(const timespec& time) {
  return time.tv_sec < 0 ? 0 : static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

timespec to_timespec(std::optional<uint64_t> ns) {
  if (!ns) return {0, UTIME_OMIT};
  return {static_cast<time_t>(*ns / 1'000'000'000), static_cast<long>(*ns % 1'000'000'000)};
}

Errno set_times_of(int fd, std::optional<uint64_t> accessed, std::optional<uint64_t> modified) {
  const timespec times[] = {to_timespec(accessed), to_timespec(modified)};
  return utimensat(fd, "", times, AT_EMPTY_PATH) == 0 ? 0 : host_errno(errno);
}

Error cannot(const Mount& mount, ErrorCode code, const std::string& why, std::string hint) {
  return {code, "cannot open " + mount.host + ": " + why, std::move(hint)};
}

// What looks like files there is the kernel, and this process.
bool is_kernel(int fd) {
  struct statfs info {};
  return fstatfs(fd, &info) != 0 || info.f_type == PROC_SUPER_MAGIC || info.f_type == SYSFS_MAGIC;
}

bool is_host_root(int fd) {
  struct ::stat root {}, opened {};
  return ::stat("/", &root) == 0 && fstat(fd, &opened) == 0 && root.st_dev == opened.st_dev && root.st_ino == opened.st_ino;
}

}  // namespace

Errno host_errno(int error) {
  switch (error) {
    case EACCES:
    case EBUSY:
    case EEXIST:
    case EFBIG:
    case EINVAL:
    case EISDIR:
    case ELOOP:
    case EMFILE:
    case ENAMETOOLONG:
    case ENOENT:
    case ENOSPC:
    case ENOTDIR:
    case ENOTEMPTY:
    case EROFS:
      return error;
    case EPERM:
    case ETXTBSY:
      return EACCES;
    case EDQUOT:
    case EMLINK:
      return ENOSPC;
    case ENFILE:
      return EMFILE;
    case EXDEV:  // a path that leads out
    case ENXIO:
      return ENOENT;
    default:
      return EIO;
  }
}

uint64_t hidden_inode(uint64_t device, uint64_t inode) {
  static const std::array<uint8_t, 32> secret = [] {
    std::array<uint8_t, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
  }();
  const uint64_t number[] = {device, inode};
  Sha256 hash;
  hash.add(secret);
  hash.add({reinterpret_cast<const uint8_t*>(number), sizeof number});
  const auto digest = hash.finish();
  uint64_t hidden;
  std::memcpy(&hidden, digest.data(), sizeof hidden);
  return hidden | 1;  // never 0: programs take that for "none"
}

HostStat host_stat(const struct ::stat& info) {
  HostStat out;
  out.type = node_type(info.st_mode);
  out.inode = hidden_inode(info.st_dev, info.st_ino);
  out.links = info.st_nlink;
  out.size = out.type == NodeType::kDirectory ? 0 : static_cast<uint64_t>(info.st_size);
  out.accessed = nanoseconds(info.st_atim);
  out.modified = nanoseconds(info.st_mtim);
  out.changed = nanoseconds(info.st_ctim);
  return out;
}

// ---- opening -------------------------------------------------------------------------------------------------

HostFolder::HostFolder(const Mount& mount) : mode_(mount.mode), max_bytes_(mount.max_bytes), max_entries_(mount.max_entries) {}
HostFolder::~HostFolder() = default;

Result<std::shared_ptr<HostFolder>> HostFolder::open(const Mount& mount) {
  if (mount.host.empty() || mount.host.find('\0') != std::string::npos) {
    return cannot(mount, ErrorCode::kInvalidArgument, "that is no path", "name a folder or a file of the host");
  }
  std::shared_ptr<HostFolder> folder(new HostFolder(mount));
  folder->root_ = UniqueFd(::open(mount.host.c_str(), O_PATH | O_CLOEXEC));
  struct ::stat info {};
  if (!folder->root_.valid() || fstat(folder->root_.get(), &info) != 0) {
    const int error = errno;
    return cannot(mount, error == ENOENT || error == ENOTDIR ? ErrorCode::kNotFound : ErrorCode::kIo, std::strerror(error),
                  "it must be there when it is opened");
  }
  const NodeType type = node_type(info.st_mode);
  if (type != NodeType::kDirectory && type != NodeType::kFile) {
    return cannot(mount, ErrorCode::kInvalidArgument, "it is neither a folder nor a regular file", "name the folder that it is in");
  }
  folder->is_directory_ = type == NodeType::kDirectory;
  if (is_host_root(folder->root_.get())) {
    return cannot(mount, ErrorCode::kInvalidArgument, "that is all that this machine has, keys and devices included",
                  "name the folders that the program needs");
  }
  if (is_kernel(folder->root_.get())) {
    return cannot(mount, ErrorCode::kInvalidArgument, "it belongs to the kernel: what is read there is this process",
                  "copy what the program needs into a folder");
  }
  const bool writes = mount.mode == MountMode::kReadWrite;
  int access_error = 0;
  if (folder->is_directory_) {
    const UniqueFd probe(open_beneath(folder->root_.get(), ".", O_RDONLY | O_DIRECTORY | kSafely, 0));
    if (!probe.valid()) access_error = errno;
  } else {
    folder->file_ = UniqueFd(::open(mount.host.c_str(), (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct ::stat opened {};
    if (!folder->file_.valid() || fstat(folder->file_.get(), &opened) != 0) {
      access_error = errno;
    } else if (opened.st_dev != info.st_dev || opened.st_ino != info.st_ino) {
      access_error = ESTALE;
    }
  }
  if (access_error == ENOSYS) {
    return cannot(mount, ErrorCode::kUnsupported, "this kernel has no openat2", "Linux 5.6 is the first that has it");
  }
  if (access_error) return cannot(mount, ErrorCode::kIo, std::strerror(access_error), "check its permissions");
  return folder;
}

Errno HostFolder::resolve(std::string_view path, uint64_t flags, uint64_t mode, UniqueFd* out) const {
  if (!is_directory_) return path.empty() ? EISDIR : ENOTDIR;
  const std::string text(path.empty() ? "." : path);
  *out = UniqueFd(open_beneath(root_.get(), text.c_str(), flags | O_CLOEXEC, mode));
  return out->valid() ? 0 : host_errno(errno);
}

Errno HostFolder::parent(std::string_view path, UniqueFd* directory, std::string* name) const {
  if (mode_ != MountMode::kReadWrite) return EROFS;
  if (path.empty()) return EBUSY;
  const size_t slash = path.rfind('/');
  *name = path.substr(slash + 1);  // npos + 1 is 0
  return resolve(slash == path.npos ? "" : path.substr(0, slash), O_PATH | O_DIRECTORY, 0, directory);
}

Errno HostFolder::stat(std::string_view path, HostStat* out) const {
  struct ::stat info {};
  if (path.empty()) {
    if (fstat(root_.get(), &info) != 0) return host_errno(errno);
  } else {
    UniqueFd node;
    if (const Errno error = resolve(path, O_PATH | O_NOFOLLOW, 0, &node)) return error;
    if (fstat(node.get(), &info) != 0) return host_errno(errno);
  }
  *out = host_stat(info);
  return 0;
}

Errno HostFolder::read_link(std::string_view path, std::string* target) const {
  UniqueFd node;
  if (path.empty()) return EINVAL;
  if (const Errno error = resolve(path, O_PATH | O_NOFOLLOW, 0, &node)) return error;
  std::array<char, Tree::kMaxPath + 1> buffer;
  const ssize_t length = readlinkat(node.get(), "", buffer.data(), buffer.size());
  if (length < 0) return errno == ENOENT ? EINVAL : host_errno(errno);  // ENOENT: no link
  if (static_cast<size_t>(length) == buffer.size()) return ENAMETOOLONG;
  target->assign(buffer.data(), static_cast<size_t>(length));
  return is_valid_utf8(*target) ? 0 : EILSEQ;
}

Errno HostFolder::open_checked(std::string_view path, const Open& how, UniqueFd* out) {
  if (!how.create) {
    HostStat found;
    if (const Errno error = stat(path, &found)) return error;
    if (found.type == NodeType::kDirectory) return EISDIR;
    if (found.type == NodeType::kSymlink) return ELOOP;
    if (found.type != NodeType::kFile) return EACCES;
  }
  if (how.create && !take_entry()) return ENOSPC;
  const uint64_t flags = kSafely | (how.create ? O_CREAT | O_EXCL : 0);
  Errno error = resolve(path, flags | (how.write ? O_RDWR : O_RDONLY), how.create ? 0666 : 0, out);
  if (error == EACCES && how.write && !how.create) error = resolve(path, flags | O_WRONLY, 0, out);
  if (error) {
    if (how.create) give_entry();
    return error;
  }
  struct ::stat info {};
  if (fstat(out->get(), &info) != 0) return host_errno(errno);
  return S_ISREG(info.st_mode) && !is_kernel(out->get()) ? 0 : EACCES;
}

Errno HostFolder::open_file(std::string_view path, const Open& how, std::shared_ptr<HostFile>* out) {
  if ((how.write || how.create) && mode_ != MountMode::kReadWrite) return EROFS;
  UniqueFd fd;
  if (is_directory_) {
    if (const Errno error = open_checked(path, how, &fd)) return error;
  } else if (!path.empty()) {
    return ENOTDIR;
  }
  *out = std::make_shared<HostFile>(shared_from_this(), std::move(fd), how.write);
  return 0;
}

Errno HostFolder::open_directory(std::string_view path, UniqueFd* out) const {
  return resolve(path, O_RDONLY | O_DIRECTORY | kSafely, 0, out);
}

// ---- changing ------------------------------------------------------------------------------------------------

bool HostFolder::take_entry() {
  std::lock_guard lock(mutex_);
  if (entries_ >= max_entries_) return false;
  entries_++;
  return true;
}

// What was there before belongs to nobody's quota: it gives back no more than was taken.
void HostFolder::give_entry() {
  std::lock_guard lock(mutex_);
  if (entries_ > 0) entries_--;
}

bool HostFolder::take_bytes(uint64_t bytes) {
  std::lock_guard lock(mutex_);
  if (bytes_ > max_bytes_ || bytes > max_bytes_ - bytes_) return false;
  bytes_ += bytes;
  return true;
}

void HostFolder::give_bytes(uint64_t bytes) {
  std::lock_guard lock(mutex_);
  bytes_ -= std::min(bytes, bytes_);
}

Errno HostFolder::make_directory(std::string_view path) {
  UniqueFd directory;
  std::string name;
  if (const Errno error = parent(path, &directory, &name)) return error;
  if (!take_entry()) return ENOSPC;
  if (mkdirat(directory.get(), name.c_str(), 0777) == 0) return 0;
  const int error = errno;
  give_entry();
  return host_errno(error);
}

Errno HostFolder::make_symlink(std::string_view target, std::string_view path) {
  UniqueFd directory;
  std::string name;
  if (const Errno error = parent(path, &directory, &name)) return error;
  if (!take_entry()) return ENOSPC;
  if (symlinkat(std::string(target).c_str(), directory.get(), name.c_str()) == 0) return 0;
  const int error = errno;
  give_entry();
  return host_errno(error);
}

Errno HostFolder::link(std::string_view from, std::string_view to) {
  UniqueFd from_directory, to_directory;
  std::string from_name, to_name;
  if (const Errno error = parent(from, &from_directory, &from_name)) return error;
  if (const Errno error = parent(to, &to_directory, &to_name)) return error;
  if (!take_entry()) return ENOSPC;
  if (linkat(from_directory.get(), from_name.c_str(), to_directory.get(), to_name.c_str(), 0) == 0) return 0;
  const int error = errno;
  give_entry();
  // Another file system mounted in the folder, or a directory.
  return error == EXDEV || error == EPERM ? error : host_errno(error);
}

Errno HostFolder::unlink(std::string_view path) {
  UniqueFd directory;
  std::string name;
  if (const Errno error = parent(path, &directory, &name)) return error;
  struct ::stat info {};
  const bool known = fstatat(directory.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
  if (unlinkat(directory.get(), name.c_str(), 0) != 0) return host_errno(errno);
  give_entry();
  if (!known || info.st_nlink > 1 || !S_ISREG(info.st_mode)) return 0;
  std::unique_lock lock(mutex_);
  const bool lives_on = open_.count({info.st_dev, info.st_ino}) > 0;
  lock.unlock();
  if (!lives_on) give_bytes(static_cast<uint64_t>(info.st_size));
  return 0;
}

Errno HostFolder::remove_directory(std::string_view path) {
  UniqueFd directory;
  std::string name;
  if (const Errno error = parent(path, &directory, &name)) return error;
  if (unlinkat(directory.get(), name.c_str(), AT_REMOVEDIR) != 0) {
    return errno == EEXIST ? ENOTEMPTY : host_errno(errno);
  }
  give_entry();
  return 0;
}

Errno HostFolder::rename(std::string_view from, std::string_view to) {
  UniqueFd from_directory, to_directory;
  std::string from_name, to_name;
  if (const Errno error = parent(from, &from_directory, &from_name)) return error;
  if (const Errno error = parent(to, &to_directory, &to_name)) return error;
  struct ::stat replaced {};
  const bool replaces = fstatat(to_directory.get(), to_name.c_str(), &replaced, AT_SYMLINK_NOFOLLOW) == 0;
  if (renameat(from_directory.get(), from_name.c_str(), to_directory.get(), to_name.c_str()) != 0) {
    if (errno == EXDEV) return EXDEV;
    return errno == EEXIST ? ENOTEMPTY : host_errno(errno);
  }
  if (!replaces) return 0;
  // Of two names for one file both are still there.
  struct ::stat left {};
  if (fstatat(from_directory.get(), from_name.c_str(), &left, AT_SYMLINK_NOFOLLOW) == 0) return 0;
  give_entry();
  if (!S_ISREG(replaced.st_mode) || replaced.st_nlink > 1) return 0;
  std::unique_lock lock(mutex_);
  const bool lives_on = open_.count({replaced.st_dev, replaced.st_ino}) > 0;
  lock.unlock();
  if (!lives_on) give_bytes(static_cast<uint64_t>(replaced.st_size));
  return 0;
}

Errno HostFolder::set_times(std::string_view path, std::optional<uint64_t> accessed, std::optional<uint64_t> modified) {
  if (mode_ != MountMode::kReadWrite) return EROFS;
  if (path.empty()) return set_times_of(root_.get(), accessed, modified);
  UniqueFd node;
  if (const Errno error = resolve(path, O_PATH | O_NOFOLLOW, 0, &node)) return error;
  return set_times_of(node.get(), accessed, modified);
}

// ---- HostFile ------------------------------------------------------------------------------------------------

HostFile::HostFile(std::shared_ptr<HostFolder> folder, UniqueFd fd, bool is_writable)
    : folder_(std::move(folder)), fd_(std::move(fd)), is_writable_(is_writable) {
  struct ::stat info {};
  if (fstat(this->fd(), &info) == 0) key_ = {info.st_dev, info.st_ino};
  if (folder_->mode_ != MountMode::kReadWrite) return;
  std::lock_guard lock(folder_->mutex_);
  folder_->open_[key_]++;
}

HostFile::~HostFile() {
  if (folder_->mode_ != MountMode::kReadWrite) return;
  // The last one of a file without names takes its bytes along.
  struct ::stat info {};
  const bool is_gone = fstat(fd(), &info) == 0 && info.st_nlink == 0;
  std::unique_lock lock(folder_->mutex_);
  if (--folder_->open_[key_] > 0) return;
  folder_->open_.erase(key_);
  lock.unlock();
  if (is_gone) folder_->give_bytes(static_cast<uint64_t>(info.st_size));
}

Errno HostFile::stat(HostStat* out) const {
  struct ::stat info {};
  if (fstat(fd(), &info) != 0) return host_errno(errno);
  *out = host_stat(info);
  return 0;
}

Errno HostFile::read(uint64_t offset, std::span<uint8_t> out, size_t* done) const {
  *done = 0;
  if (out.empty() || offset > INT64_MAX) return 0;
  ssize_t got;
  do {
    got = pread(fd(), out.data(), std::min(out.size(), kMaxTransfer), static_cast<off_t>(offset));
  } while (got < 0 && errno == EINTR);
  if (got < 0) return host_errno(errno);
  *done = static_cast<size_t>(got);
  return 0;
}

// What the file will grow by is taken before it grows; between two writers at once some may be taken twice, never too
// little.
Errno HostFile::write(uint64_t* offset, bool append, std::span<const uint8_t> bytes, size_t* done) {
  *done = 0;
  if (!is_writable_) return EROFS;
  if (bytes.empty()) return 0;
  struct ::stat info {};
  if (fstat(fd(), &info) != 0) return host_errno(errno);
  const auto size = static_cast<uint64_t>(info.st_size);
  const uint64_t at = append ? size : *offset;
  if (at >= Tree::kMaxFileSize) return EFBIG;
  bytes = bytes.first(static_cast<size_t>(std::min<uint64_t>({bytes.size(), kMaxTransfer, Tree::kMaxFileSize - at})));
  uint64_t growth = at + bytes.size() > size ? at + bytes.size() - size : 0;
  if (!folder_->take_bytes(growth)) {
    // As much of it as there is room for, one page at the least; a hole is all or nothing.
    const size_t less = at < size ? static_cast<size_t>(size - at) : std::min<size_t>(bytes.size(), 4096);
    if (less >= bytes.size()) return ENOSPC;
    bytes = bytes.first(less);
    growth = at + less > size ? at + less - size : 0;
    if (!folder_->take_bytes(growth)) return ENOSPC;
  }
  const iovec vector = {const_cast<uint8_t*>(bytes.data()), bytes.size()};
  ssize_t put;
  do {
    put = pwritev2(fd(), &vector, 1, static_cast<off_t>(at), append ? RWF_APPEND : 0);
  } while (put < 0 && errno == EINTR);
  const int error = errno;
  const uint64_t written = put > 0 ? static_cast<uint64_t>(put) : 0;
  const uint64_t grown = at + written > size ? at + written - size : 0;
  if (grown < growth) folder_->give_bytes(growth - (written > 0 ? grown : 0));
  if (put < 0) return host_errno(error);
  *done = written;
  *offset = at;
  return 0;
}

Errno HostFile::resize(uint64_t size) {
  if (!is_writable_) return EROFS;
  if (size > Tree::kMaxFileSize) return EFBIG;
  struct ::stat info {};
  if (fstat(fd(), &info) != 0) return host_errno(errno);
  const auto before = static_cast<uint64_t>(info.st_size);
  if (size > before && !folder_->take_bytes(size - before)) return ENOSPC;
  if (ftruncate(fd(), static_cast<off_t>(size)) != 0) {
    const int error = errno;
    if (size > before) folder_->give_bytes(size - before);
    return host_errno(error);
  }
  if (size < before) folder_->give_bytes(before - size);
  return 0;
}

Errno HostFile::set_times(std::optional<uint64_t> accessed, std::optional<uint64_t> modified) {
  if (folder_->mode_ != MountMode::kReadWrite) return EROFS;
  return set_times_of(fd(), accessed, modified);
}

}  // namespace belljar::fs
