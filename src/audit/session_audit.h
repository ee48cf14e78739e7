// What one session tells the audit log of its policy.
#ifndef BELLJAR_AUDIT_SESSION_AUDIT_H_
#define BELLJAR_AUDIT_SESSION_AUDIT_H_

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "audit/audit_file.h"
#include "base/audit_event.h"
#include "belljar/audit.h"

namespace belljar {

/// Without a log it does nothing.
class SessionAudit final : public AuditSink {
 public:
  explicit SessionAudit(std::shared_ptr<AuditLog> log);

  /// For those that record; null without a log.
  AuditSink* sink() { return log_ ? this : nullptr; }
  explicit operator bool() const { return log_ != nullptr; }

  /// In the log, as session.id; empty without one.
  const std::string& id() const { return id_; }

  void record(std::string_view event, std::initializer_list<AuditField> fields) override {
    if (log_) static_cast<void>(log_->file().append(id_, event, std::span(fields.begin(), fields.size())));
  }

  /// For what must not happen unlogged: kIo when the log is required and cannot be written.
  Status require(std::string_view event, std::initializer_list<AuditField> fields);

 private:
  const std::shared_ptr<AuditLog> log_;
  const std::string id_;
};

}  // namespace belljar

#endif  // BELLJAR_AUDIT_SESSION_AUDIT_H_
