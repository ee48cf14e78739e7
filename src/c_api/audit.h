#ifndef BELLJAR_C_API_AUDIT_H_
#define BELLJAR_C_API_AUDIT_H_

#include <memory>

#include "belljar/audit.h"
#include "belljar/c/belljar.h"

struct belljar_audit_log {
  std::shared_ptr<belljar::AuditLog> log;
};

#endif  // BELLJAR_C_API_AUDIT_H_
