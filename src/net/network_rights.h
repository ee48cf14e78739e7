// A policy's network, checked and made ready. Immutable, shared by the sessions of a policy.
#ifndef BELLJAR_NET_NETWORK_RIGHTS_H_
#define BELLJAR_NET_NETWORK_RIGHTS_H_

#include <memory>
#include <optional>
#include <string>

#include "belljar/grants.h"
#include "belljar/result.h"
#include "net/resolver.h"
#include "net/rule.h"
#include "net/secrets.h"

namespace belljar::net {

struct NetworkRights {
  /// Null when nothing is allowed. kInvalidArgument says what cannot be.
  static Result<std::shared_ptr<const NetworkRights>> create(const Network& network);

  Rules rules;
  Secrets secrets;
  NetworkLimits limits;
  std::optional<Origin> proxy;
  std::string ca_file;  ///< empty: this machine has no certificates where they are looked for
  HttpHandler handler;
  std::shared_ptr<Resolver> resolver;
};

}  // namespace belljar::net

#endif  // BELLJAR_NET_NETWORK_RIGHTS_H_
