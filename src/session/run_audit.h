// The events of one run: docs/formats/audit.md.
#ifndef BELLJAR_SESSION_RUN_AUDIT_H_
#define BELLJAR_SESSION_RUN_AUDIT_H_

#include <string_view>

#include "audit/session_audit.h"
#include "belljar/run_result.h"
#include "engine/watchdog.h"

namespace belljar {

/// Before it: kIo when it must not happen.
Status audit_run_begin(SessionAudit& audit, std::string_view source);

/// After it. `reason` is why it was stopped, if it was.
void audit_run_end(SessionAudit& audit, const RunResult& result, engine::StopReason reason);

}  // namespace belljar

#endif  // BELLJAR_SESSION_RUN_AUDIT_H_
