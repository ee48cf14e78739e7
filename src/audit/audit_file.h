// The file behind an AuditLog.
#ifndef BELLJAR_AUDIT_AUDIT_FILE_H_
#define BELLJAR_AUDIT_AUDIT_FILE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "audit/audit_line.h"
#include "base/process.h"
#include "base/unique_fd.h"
#include "belljar/audit.h"
#include "belljar/result.h"

namespace belljar {

class AuditFile {
 public:
  static Result<std::unique_ptr<AuditFile>> open(const std::string& path, const AuditOptions& options);

  /// False when the event could not be written: it is counted.
  bool append(std::string_view session, std::string_view event, std::span<const AuditField> fields);

  /// In the child of a fork nothing is written: the file, its lock and its chain are the parent's.
  bool is_parents() const { return fork_generation_ != fork_generation(); }

  bool is_required() const { return is_required_; }
  uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }
  const std::string& path() const { return path_; }

 private:
  AuditFile(UniqueFd fd, std::string path, bool is_required)
      : fd_(std::move(fd)), path_(std::move(path)), is_required_(is_required) {}
  Status begin();
  bool write_line(const std::string& line);

  const UniqueFd fd_;
  const uint32_t fork_generation_ = fork_generation();  // the child of a fork would tear the parent's chain
  const std::string path_;
  const bool is_required_;
  std::atomic<uint64_t> lost_{0};

  std::mutex mutex_;  // guards the rest, and the order of lines; held for one write()
  uint64_t sequence_ = 0;
  uint64_t unsaid_ = 0;  // of lost_, those that no line has told of
  uint64_t size_ = 0;    // of the file
  bool is_torn_ = false;  // it does not end with a newline
  AuditHash hash_;
};

}  // namespace belljar

#endif  // BELLJAR_AUDIT_AUDIT_FILE_H_
