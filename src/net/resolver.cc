#include "net/resolver.h"

#include <ares.h>
#include <poll.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"

namespace belljar::net {
namespace {

constexpr uint64_t kPinnedNs = uint64_t{60} * 1'000'000'000;
constexpr size_t kMaxPinned = 1000, kMaxAddresses = 32;

/// A caller that gives up is noticed this soon.
constexpr int kLookMilliseconds = 50;

struct Answer {
  bool is_done = false;
  int status = ARES_SUCCESS;
  std::vector<Address> addresses;
};

void take_answer(void* context, int status, int, ares_addrinfo* info) {
  auto* answer = static_cast<Answer*>(context);
  answer->is_done = true;
  answer->status = status;
  if (!info) return;
  for (const ares_addrinfo_node* node = info->nodes; node && answer->addresses.size() < kMaxAddresses; node = node->ai_next) {
    const std::optional<Address> address = address_of(node->ai_addr, node->ai_addrlen);
    if (address && std::find(answer->addresses.begin(), answer->addresses.end(), *address) == answer->addresses.end()) {
      answer->addresses.push_back(*address);
    }
  }
  ares_freeaddrinfo(info);
}

/// What c-ares waits for.
void follow_socket(void* context, ares_socket_t socket, int reads, int writes) {
  auto& polled = *static_cast<std::vector<pollfd>*>(context);
  std::erase_if(polled, [&](const pollfd& entry) { return entry.fd == socket; });
  if (reads || writes) polled.push_back({socket, static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), 0});
}

void wait_for_sockets(ares_channel_t* channel, std::vector<pollfd>& polled, uint64_t deadline_ns) {
  const uint64_t now = monotonic_ns();
  const uint64_t left_ms = deadline_ns > now ? (deadline_ns - now) / 1'000'000 + 1 : 0;
  timeval most{0, kLookMilliseconds * 1000}, next{};
  const timeval* wait = ares_timeout(channel, &most, &next);
  poll(polled.data(), polled.size(),
       static_cast<int>(std::min<uint64_t>(left_ms, static_cast<uint64_t>(wait->tv_usec / 1000 + 1))));
  std::vector<ares_fd_events_t> events;  // of its own: follow_socket changes what is polled
  for (const pollfd& entry : polled) {
    const unsigned reads = entry.revents & ~POLLOUT ? ARES_FD_EVENT_READ : 0, writes = entry.revents & POLLOUT ? ARES_FD_EVENT_WRITE : 0;
    if (reads | writes) events.push_back({entry.fd, reads | writes});
  }
  ares_process_fds(channel, events.data(), events.size(), ARES_PROCESS_FLAG_NONE);  // time-outs, too
}

// A channel for each question: it reads the machine's configuration as it is now, and no thread waits for another. Sessions
// ask rarely, see PinnedHosts.
class SystemResolver final : public Resolver {
 public:
  Outcome<std::vector<Address>> resolve(const std::string& host, uint64_t deadline_ns, const IsCancelled& is_cancelled) override {
    ares_options options{};
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    options.timeout = 2000;
    options.tries = 3;
    options.qcache_max_ttl = 0;
    std::vector<pollfd> polled;
    options.sock_state_cb = follow_socket;
    options.sock_state_cb_data = &polled;
    ares_channel_t* channel = nullptr;
    constexpr int kSet = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_QUERY_CACHE | ARES_OPT_SOCK_STATE_CB;
    if (ares_init_options(&channel, &options, kSet) != ARES_SUCCESS) {
      return Failure{FailureKind::kResolve, "the name resolver cannot be started: is /etc/resolv.conf readable?"};
    }
    Answer answer;
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_flags = ARES_AI_NOSORT;
    ares_getaddrinfo(channel, host.c_str(), nullptr, &hints, take_answer, &answer);
    FailureKind given_up = FailureKind::kResolve;
    while (!answer.is_done) {
      if (is_cancelled()) given_up = FailureKind::kCancelled;
      if (monotonic_ns() >= deadline_ns) given_up = FailureKind::kTimeout;
      if (given_up != FailureKind::kResolve) break;
      wait_for_sockets(channel, polled, deadline_ns);
    }
    ares_destroy(channel);  // ends what is under way, and calls take_answer
    if (given_up == FailureKind::kCancelled) return Failure{given_up, "the request was cancelled"};
    if (given_up == FailureKind::kTimeout) return Failure{given_up, "looking up '" + host + "' took too long"};
    if (answer.status != ARES_SUCCESS || answer.addresses.empty()) {
      return Failure{FailureKind::kResolve, "the host '" + host + "' has no address: " +
                                                (answer.status == ARES_SUCCESS ? "none was found" : ares_strerror(answer.status))};
    }
    return std::move(answer.addresses);
  }
};

}  // namespace

std::shared_ptr<Resolver> system_resolver() { return std::make_shared<SystemResolver>(); }

Outcome<std::vector<Address>> PinnedHosts::find(const std::string& host, bool may_be_private, uint64_t deadline_ns,
                                                const IsCancelled& is_cancelled) {
  if (const std::optional<Address> literal = parse_address(host)) return std::vector<Address>{*literal};
  const std::string key = host + (may_be_private ? " private" : "");
  {
    const std::lock_guard lock(mutex_);
    const auto at = pinned_.find(key);
    if (at != pinned_.end() && monotonic_ns() < at->second.until_ns) return at->second.addresses;
  }
  Outcome<std::vector<Address>> found = resolver_->resolve(host, deadline_ns, is_cancelled);
  auto* addresses = std::get_if<std::vector<Address>>(&found);
  if (!addresses) return found;
  std::erase_if(*addresses, [&](const Address& address) {
    if (host == "localhost") return !is_loopback(address);
    return may_be_private ? is_metadata(address) : !is_public(address);
  });
  if (addresses->empty()) {
    return Failure{FailureKind::kDenied, "the host '" + host + "' stands for addresses that are not public: a rule that ends with "
                                         "\" private\" allows them"};
  }
  const std::lock_guard lock(mutex_);
  const auto at = pinned_.find(key);
  // Another thread may have asked meanwhile: the first answer counts.
  if (at != pinned_.end() && monotonic_ns() < at->second.until_ns) return at->second.addresses;
  if (pinned_.size() >= kMaxPinned) pinned_.clear();
  pinned_[key] = {*addresses, monotonic_ns() + kPinnedNs};
  return found;
}

}  // namespace belljar::net
