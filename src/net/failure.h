// Why a request of the guest did not get a response: docs/formats/guest-abi.md has the kinds, by these names.
#ifndef BELLJAR_NET_FAILURE_H_
#define BELLJAR_NET_FAILURE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace belljar::net {

enum class FailureKind : uint8_t {
  kDenied,       ///< by the policy: rule, address, header, secret
  kLimit,        ///< one of NetworkLimits
  kTimeout,
  kResolve,
  kConnect,
  kCertificate,
  kTls,
  kProtocol,     ///< what came is no HTTP, or ended early
  kCancelled,
  kClosed,       ///< no such stream any more
};

std::string_view to_string(FailureKind kind);

/// `message` is for the author of the guest's program: what happened and what to do. It holds nothing of a secret.
struct Failure {
  FailureKind kind;
  std::string message;
};

template <typename T>
using Outcome = std::variant<T, Failure>;

}  // namespace belljar::net

#endif  // BELLJAR_NET_FAILURE_H_
