#include "c_api/audit.h"

#include "c_api/boundary.h"
#include "c_api/policy.h"

using namespace belljar;
using namespace belljar::c_api;

extern "C" {

belljar_error* belljar_audit_log_open(const char* path, size_t path_size, bool required, belljar_audit_log** out) {
  return guarded_out(out, [&]() -> Status {
    const std::string_view name = BELLJAR_TRY(text_of(path, path_size, "the path"));
    std::shared_ptr<AuditLog> log = BELLJAR_TRY(AuditLog::open(std::string(name), {.required = required}));
    *out = hold<belljar_audit_log>(std::move(log));
    return Ok{};
  });
}

uint64_t belljar_audit_log_lost(const belljar_audit_log* log) { return log ? log->log->lost() : 0; }

void belljar_audit_log_free(belljar_audit_log* log) { delete log; }

belljar_error* belljar_audit_verify(const char* path, size_t path_size, belljar_audit_summary* summary) {
  return guarded([&]() -> Status {
    const std::string_view name = BELLJAR_TRY(text_of(path, path_size, "the path"));
    const AuditSummary found = BELLJAR_TRY(AuditLog::verify(std::string(name)));
    belljar_audit_summary figures{};
    figures.events = found.events;
    figures.lost = found.lost;
    figures.torn = found.torn;
    found.last_hash.copy(figures.last_hash, sizeof figures.last_hash - 1);
    return write_struct(summary, figures);
  });
}

belljar_error* belljar_policy_set_audit(belljar_policy* policy, const belljar_audit_log* log) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    policy->policy.audit = log ? log->log : nullptr;
    return Ok{};
  });
}

}  // extern "C"
