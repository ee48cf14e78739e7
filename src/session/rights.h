// A policy, checked and made ready: what a session may do. Immutable; a session's forks have the same.
#ifndef BELLJAR_SESSION_RIGHTS_H_
#define BELLJAR_SESSION_RIGHTS_H_

#include <cstdint>
#include <memory>

#include "base/audit_event.h"
#include "belljar/policy.h"
#include "belljar/result.h"
#include "fs/mounts.h"
#include "net/network_rights.h"
#include "tools/tool_set.h"

namespace belljar {

struct Rights {
  /// kInvalidArgument says what of `policy` cannot be granted. `image_size` is the least that the memory can be.
  static Result<std::shared_ptr<const Rights>> create(const Policy& policy, uint64_t image_size);

  Policy policy;  ///< without the values of secrets
  std::shared_ptr<const ToolSet> tools;
  std::shared_ptr<const net::NetworkRights> network;  ///< null: none
  std::shared_ptr<const fs::MountSet> mounts;  ///< open; null when there are none
};

/// What belljar's modules in a session's guest ask of the host, new for each session: nothing of it is shared by forks.
/// Null when the rights give nothing to ask for. `audit` may be null, and outlives them.
std::shared_ptr<const ToolSet> make_services(const Rights& rights, AuditSink* audit);

}  // namespace belljar

#endif  // BELLJAR_SESSION_RIGHTS_H_
