// Names to addresses: asked once, checked, and kept, so that a name cannot lead elsewhere after it was looked at.
#ifndef BELLJAR_NET_RESOLVER_H_
#define BELLJAR_NET_RESOLVER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/address.h"
#include "net/failure.h"

namespace belljar::net {

/// Whether the caller has given up.
using IsCancelled = std::function<bool()>;

class Resolver {
 public:
  virtual ~Resolver() = default;

  /// All addresses of a host name, at least one. Called from several threads. `deadline_ns` is of the monotonic clock.
  virtual Outcome<std::vector<Address>> resolve(const std::string& host, uint64_t deadline_ns, const IsCancelled& is_cancelled) = 0;
};

/// By this machine's /etc/hosts and name servers (resolv.conf), without search domains. The environment has no say.
std::shared_ptr<Resolver> system_resolver();

/// The addresses that one session has got for its hosts.
class PinnedHosts {
 public:
  explicit PinnedHosts(std::shared_ptr<Resolver> resolver) : resolver_(std::move(resolver)) {}

  /// Those of the host's addresses that may be connected to: of a name public ones, with `may_be_private` any but clouds'
  /// metadata; of "localhost" loopback; an address is itself. The first answer is used for a minute, whatever the
  /// name server says.
  Outcome<std::vector<Address>> find(const std::string& host, bool may_be_private, uint64_t deadline_ns,
                                     const IsCancelled& is_cancelled);

 private:
  struct Pinned {
    std::vector<Address> addresses;
    uint64_t until_ns;
  };

  const std::shared_ptr<Resolver> resolver_;
  std::mutex mutex_;
  std::map<std::string, Pinned> pinned_;
};

}  // namespace belljar::net

#endif  // BELLJAR_NET_RESOLVER_H_
