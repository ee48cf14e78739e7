// What is told about the use of a capability, or a decision about one. Who keeps it is another's business (audit/).
#ifndef BELLJAR_BASE_AUDIT_EVENT_H_
#define BELLJAR_BASE_AUDIT_EVENT_H_

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <variant>

namespace belljar {

using AuditValue = std::variant<std::string_view, int64_t, bool>;
using AuditField = std::pair<std::string_view, AuditValue>;

/// Takes events from any thread; must not fail, and not be slow. Names are those of docs/formats/audit.md. Redaction is
/// the caller's: no secret, no body, no content of a file goes in.
class AuditSink {
 public:
  virtual ~AuditSink() = default;
  virtual void record(std::string_view event, std::initializer_list<AuditField> fields) = 0;
};

}  // namespace belljar

#endif  // BELLJAR_BASE_AUDIT_EVENT_H_
