// One line of an audit log: docs/formats/audit.md.
#ifndef BELLJAR_AUDIT_AUDIT_LINE_H_
#define BELLJAR_AUDIT_AUDIT_LINE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/audit_event.h"

namespace belljar {

/// Hexadecimal SHA-256; of the line before the first it is all zeros.
using AuditHash = std::string;
AuditHash first_audit_hash();

struct AuditLine {
  uint64_t sequence;
  uint64_t unix_ns;
  uint64_t lost;  ///< events before this one that could not be written
  std::string_view session;  ///< may be empty
  std::string_view event;
  std::span<const AuditField> fields;
};

/// The line with its newline; `*hash` is that of the line before, and becomes this one's.
std::string format_audit_line(const AuditLine& line, AuditHash* hash);

/// What a line without its newline says of itself.
struct AuditClaim {
  std::string_view hashed;  ///< the part that the hash is of
  std::string_view hash;
  uint64_t sequence;
  uint64_t lost;
};

/// Nothing when it is not a line of this format.
std::optional<AuditClaim> read_audit_line(std::string_view line);

AuditHash hash_audit_line(const AuditHash& before, std::string_view hashed);

}  // namespace belljar

#endif  // BELLJAR_AUDIT_AUDIT_LINE_H_
