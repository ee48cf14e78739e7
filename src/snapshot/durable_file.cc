#include "snapshot/durable_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>

#include "base/unique_fd.h"
#include "base/write_all.h"

namespace belljar {
namespace {

Error io_error(const std::string& what, const std::string& path) {
  return {ErrorCode::kIo, "cannot " + what + " " + path + ": " + std::strerror(errno), ""};
}

Status check_path(const std::string& path) {
  if (!path.empty() && path.back() != '/' && path.find('\0') == path.npos) return Ok{};
  return Error{ErrorCode::kInvalidArgument, "the name of a file is empty, ends with a slash or has a NUL in it", ""};
}

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string temporary_name() {
  // Without randomness, or when somebody has this name already, making the file fails: it is opened as a new one.
  uint64_t number = 0;
  static_cast<void>(!getrandom(&number, sizeof(number), 0));
  char name[40];
  std::snprintf(name, sizeof(name), ".belljar-%016llx.tmp", static_cast<unsigned long long>(number));
  return name;
}

bool fill(int fd, std::string_view bytes, mode_t mode) {
  return fchmod(fd, mode) == 0 && write_all(fd, bytes) && fsync(fd) == 0;
}

// A file without a name, filled and then given one: what dies meanwhile leaves nothing behind. False when the file
// system, or a missing /proc, does not allow it; `name` is not there then.
bool make_nameless(int directory, const std::string& name, std::string_view bytes, mode_t mode) {
  const UniqueFd file(openat(directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (!file.valid() || !fill(file.get(), bytes, mode)) return false;
  const std::string link = "/proc/self/fd/" + std::to_string(file.get());
  return linkat(AT_FDCWD, link.c_str(), directory, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

bool make_named(int directory, const std::string& name, std::string_view bytes, mode_t mode) {
  const UniqueFd file(openat(directory, name.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0600));
  if (!file.valid()) return false;
  if (fill(file.get(), bytes, mode)) return true;
  const int error = errno;
  unlinkat(directory, name.c_str(), 0);
  errno = error;
  return false;
}

}  // namespace

Status write_file(const std::string& path, std::string_view bytes, uint32_t mode) {
  BELLJAR_TRY(check_path(path));
  const UniqueFd directory(open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return io_error("write", path);
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::string temporary = temporary_name();
  if (!make_nameless(directory.get(), temporary, bytes, mode) && !make_named(directory.get(), temporary, bytes, mode)) {
    return io_error("write", path);
  }
  if (renameat(directory.get(), temporary.c_str(), directory.get(), name.c_str()) != 0) {
    Error error = io_error("write", path);
    unlinkat(directory.get(), temporary.c_str(), 0);
    return error;
  }
  if (fsync(directory.get()) != 0) return io_error("write", path);
  return Ok{};
}

Result<std::string> read_file(const std::string& path, uint64_t max_bytes) try {
  BELLJAR_TRY(check_path(path));
  // Not to wait for the other end of a pipe.
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.valid() && (errno == ENOENT || errno == ENOTDIR)) {
    return Error{ErrorCode::kNotFound, "there is no file " + path, ""};
  }
  struct stat status;
  if (!file.valid() || fstat(file.get(), &status) != 0) return io_error("read", path);
  if (!S_ISREG(status.st_mode)) return Error{ErrorCode::kIo, "cannot read " + path + ": it is not a regular file", ""};
  const auto size = static_cast<uint64_t>(status.st_size);
  if (size > max_bytes) {
    return Error{ErrorCode::kExhausted,
                 path + " has " + std::to_string(size) + " bytes; " + std::to_string(max_bytes) + " are allowed",
                 "allow more, if the file is what you expect"};
  }
  std::string bytes(size, '\0');
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t n = read(file.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("read", path);
    if (n == 0) bytes.resize(done);  // somebody cuts it off meanwhile
    done += static_cast<size_t>(n);
  }
  return bytes;
} catch (const std::bad_alloc&) {
  return Error{ErrorCode::kExhausted, "no memory to read " + path, "free memory"};
}

}  // namespace belljar
