// The audit log: who asked for what, and what was decided, in a file that shows when somebody has changed it.
#ifndef BELLJAR_AUDIT_H_
#define BELLJAR_AUDIT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "belljar/export.h"
#include "belljar/result.h"

namespace belljar {

class AuditFile;

struct AuditOptions {
  /// What cannot be logged does not happen: while the file cannot be written, open(), resume(), run() and what else begins
  /// something answer kIo. False: they go on, and the events that were lost are counted (AuditLog::lost).
  bool required = true;
};

/// What AuditLog::verify found in a log that is whole.
struct AuditSummary {
  uint64_t events = 0;
  uint64_t lost = 0;      ///< events that the log says it could not keep
  uint64_t torn = 0;      ///< lines that a crash cut short
  std::string last_hash;  ///< of the last event. Kept elsewhere, it shows later that nothing was cut off at the end
};

/// JSON Lines, one event each, as docs/formats/audit.md says. Each line carries the SHA-256 of itself and of the line
/// before it. Neither code nor output of the guest, no values of tools, no bodies and no secrets go in.
///
/// Thread-safe; one for any number of sessions, by Policy::audit. An event costs one write() of a few hundred bytes; it is
/// not synchronised to the disk.
class BELLJAR_EXPORT AuditLog {
 public:
  /// Creates `path`, mode 0600, or goes on with the log that is there. kBusy while another AuditLog, of any process, has
  /// it; kCorrupt when the last line is none of a log's; kIo.
  static Result<std::shared_ptr<AuditLog>> open(const std::string& path, const AuditOptions& options = {});
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// Events since it was opened that could not be written. The next one that can says how many.
  uint64_t lost() const;

  /// Reads the whole file. kCorrupt names the first line that is not what was written there; kNotFound, kIo.
  static Result<AuditSummary> verify(const std::string& path);

  AuditFile& file() { return *file_; }

 private:
  explicit AuditLog(std::unique_ptr<AuditFile> file);
  std::unique_ptr<AuditFile> file_;
};

}  // namespace belljar

#endif  // BELLJAR_AUDIT_H_
