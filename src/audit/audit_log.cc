#include "belljar/audit.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "audit/audit_file.h"

namespace belljar {
namespace {

struct CloseFile {
  void operator()(FILE* file) const { std::fclose(file); }
};

/// getline()'s buffer.
struct Buffer {
  ~Buffer() { std::free(data); }
  char* data = nullptr;
  size_t capacity = 0;
};

/// Whether `line` can be what a crash left of the line with this number.
bool is_torn(std::string_view line, uint64_t sequence) {
  const std::string begin = "{\"sequence\":" + std::to_string(sequence) + ",";
  return line.starts_with(begin) || std::string_view(begin).starts_with(line);
}

Error changed(const std::string& path, uint64_t number, const std::string& what) {
  return {ErrorCode::kCorrupt, path + ", line " + std::to_string(number) + ": " + what,
          "the log was changed, or damaged, after it was written"};
}

}  // namespace

AuditLog::AuditLog(std::unique_ptr<AuditFile> file) : file_(std::move(file)) {}
AuditLog::~AuditLog() = default;

Result<std::shared_ptr<AuditLog>> AuditLog::open(const std::string& path, const AuditOptions& options) {
  return std::shared_ptr<AuditLog>(new AuditLog(BELLJAR_TRY(AuditFile::open(path, options))));
}

uint64_t AuditLog::lost() const { return file_->lost(); }

Result<AuditSummary> AuditLog::verify(const std::string& path) {
  const std::unique_ptr<FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
  if (!file) {
    return Error{errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                 "cannot open " + path + ": " + std::strerror(errno), "check the path"};
  }
  AuditSummary summary;
  AuditHash hash = first_audit_hash();
  Buffer buffer;
  ssize_t length;
  uint64_t number = 0;
  bool was_torn = false;  // the line before, which was ended when the log was opened again
  while ((length = getline(&buffer.data, &buffer.capacity, file.get())) > 0) {
    number++;
    std::string_view line(buffer.data, static_cast<size_t>(length));
    const bool is_whole = line.ends_with('\n');
    if (is_whole) line.remove_suffix(1);
    const std::optional<AuditClaim> claim = is_whole ? read_audit_line(line) : std::nullopt;
    if (!claim) {
      if (was_torn || !is_torn(line, summary.events + 1)) return changed(path, number, "this is no line of an audit log");
      was_torn = is_whole;
      summary.torn++;
      continue;
    }
    was_torn = false;
    hash = hash_audit_line(hash, claim->hashed);
    if (claim->sequence != summary.events + 1 || claim->hash != hash) {
      return changed(path, number, "this line, or the one before it, is not what was written");
    }
    summary.events++;
    summary.lost += claim->lost;
  }
  if (std::ferror(file.get())) {
    return Error{ErrorCode::kIo, "cannot read " + path + ": " + std::strerror(errno), "check the path"};
  }
  if (was_torn) return changed(path, number, "this is no line of an audit log");
  if (summary.events == 0) return changed(path, 1, "it has no event");
  summary.last_hash = hash;
  return summary;
}

}  // namespace belljar
