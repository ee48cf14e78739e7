#include "net/failure.h"

namespace belljar::net {

std::string_view to_string(FailureKind kind) {
  switch (kind) {
    case FailureKind::kDenied: return "denied";
    case FailureKind::kLimit: return "limit";
    case FailureKind::kTimeout: return "timeout";
    case FailureKind::kResolve: return "resolve";
    case FailureKind::kConnect: return "connect";
    case FailureKind::kCertificate: return "certificate";
    case FailureKind::kTls: return "tls";
    case FailureKind::kProtocol: return "protocol";
    case FailureKind::kCancelled: return "cancelled";
    case FailureKind::kClosed: return "closed";
  }
  return "protocol";
}

}  // namespace belljar::net
