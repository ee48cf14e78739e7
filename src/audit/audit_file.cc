#include "audit/audit_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/clock.h"

namespace belljar {
namespace {

/// No line is longer: what fields hold is cut by those who record it.
constexpr uint64_t kMaxLine = uint64_t{1} << 20;

Error io_error(const std::string& what, const std::string& path) {
  return {ErrorCode::kIo, what + " the audit log " + path + ": " + std::strerror(errno),
          "name a file that can be written, or run without the log"};
}

struct Tail {
  std::string line;  ///< the last one that is whole, without its newline
  std::string torn;  ///< what stands behind it
};

Result<Tail> read_tail(int fd, uint64_t size, const std::string& path) {
  Tail tail;
  std::string& text = tail.line;
  text.resize(static_cast<size_t>(std::min(size, 2 * kMaxLine)));
  if (pread(fd, text.data(), text.size(), static_cast<off_t>(size - text.size())) != static_cast<ssize_t>(text.size())) {
    return io_error("cannot read", path);
  }
  const size_t end = text.rfind('\n');
  if (end == std::string::npos) return Tail{"", std::move(text)};
  tail.torn = text.substr(end + 1);
  text.resize(end);
  text.erase(0, text.rfind('\n') + 1);  // npos + 1 is 0
  return tail;
}

}  // namespace

Result<std::unique_ptr<AuditFile>> AuditFile::open(const std::string& path, const AuditOptions& options) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600));
  struct stat info {};
  if (!fd.valid() || fstat(fd.get(), &info) != 0) return io_error("cannot open", path);
  if (!S_ISREG(info.st_mode)) {
    return Error{ErrorCode::kInvalidArgument, "the audit log " + path + " is not a regular file", "name a file"};
  }
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::kBusy, "somebody else writes to the audit log " + path,
                 "give each process a log of its own, and each process one AuditLog for it"};
  }
  std::unique_ptr<AuditFile> file(new AuditFile(std::move(fd), path, options.required));
  BELLJAR_TRY(file->begin());
  return file;
}

// Goes on where the file ends.
Status AuditFile::begin() {
  struct stat info {};
  if (fstat(fd_.get(), &info) != 0) return io_error("cannot read", path_);
  size_ = static_cast<uint64_t>(info.st_size);
  hash_ = first_audit_hash();
  const Tail tail = BELLJAR_TRY(read_tail(fd_.get(), size_, path_));
  // A crash may have left all of a line but its newline.
  const std::optional<AuditClaim> unended = read_audit_line(tail.torn);
  const std::optional<AuditClaim> claim = unended ? unended : read_audit_line(tail.line);
  if (!claim && tail.torn.size() != size_) {
    return Error{ErrorCode::kCorrupt, path_ + " does not end as an audit log does",
                 "see `belljar audit verify`, and begin a new file"};
  }
  if (claim) hash_ = claim->hash, sequence_ = claim->sequence;
  is_torn_ = !tail.torn.empty();
  const AuditField fields[] = {
      {"service.name", std::string_view("belljar")},
      {"belljar.audit.torn_bytes", static_cast<int64_t>(unended ? 0 : tail.torn.size())}};
  if (!append("", "belljar.audit.open", fields) && is_required_) return io_error("cannot write", path_);
  return Ok{};
}

bool AuditFile::append(std::string_view session, std::string_view event, std::span<const AuditField> fields) {
  if (is_parents()) {
    lost_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  const std::lock_guard lock(mutex_);
  AuditHash hash = hash_;
  std::string line = format_audit_line({sequence_ + 1, realtime_ns(), unsaid_, session, event, fields}, &hash);
  if (is_torn_) line.insert(0, 1, '\n');  // a log is only ever added to
  if (!write_line(line)) {
    lost_.fetch_add(1, std::memory_order_relaxed);
    unsaid_++;
    return false;
  }
  hash_ = std::move(hash);
  sequence_++;
  is_torn_ = false;
  unsaid_ = 0;
  return true;
}

bool AuditFile::write_line(const std::string& line) {
  ssize_t written;
  do {
    written = write(fd_.get(), line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(line.size())) {
    size_ += line.size();
    return true;
  }
  // A disk that is full takes a part of a line.
  if (written > 0) is_torn_ = ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0 || is_torn_;
  return false;
}

}  // namespace belljar
