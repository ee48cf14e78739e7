#include "audit/session_audit.h"

#include <sys/random.h>

#include <cstdint>
#include <utility>

#include "base/sha256.h"

namespace belljar {
namespace {

/// Differs between sessions of all processes that write logs.
std::string new_id() {
  uint8_t bytes[8] = {};
  if (getrandom(bytes, sizeof bytes, 0) < 0) return {};  // never for so few
  return to_hex(bytes);
}

}  // namespace

SessionAudit::SessionAudit(std::shared_ptr<AuditLog> log) : log_(std::move(log)), id_(log_ ? new_id() : std::string()) {}

Status SessionAudit::require(std::string_view event, std::initializer_list<AuditField> fields) {
  if (!log_ || log_->file().append(id_, event, std::span(fields.begin(), fields.size())) || !log_->file().is_required()) {
    return Ok{};
  }
  if (log_->file().is_parents()) {
    return Error{ErrorCode::kForked, "the audit log " + log_->file().path() + " belongs to the parent process",
                 "open one of its own in the child"};
  }
  return Error{ErrorCode::kIo, "the audit log " + log_->file().path() + " cannot be written, and the policy requires it",
               "make room on its disk, or set AuditOptions::required to false"};
}

}  // namespace belljar
