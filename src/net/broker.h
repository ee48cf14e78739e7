// What a session's guest asks of the network: the services "http.*" of docs/formats/guest-abi.md. New for each session.
#ifndef BELLJAR_NET_BROKER_H_
#define BELLJAR_NET_BROKER_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/audit_event.h"
#include "belljar/tool.h"
#include "net/connections.h"
#include "net/exchange.h"
#include "net/network_rights.h"
#include "net/redirects.h"

namespace belljar::net {

class Broker {
 public:
  /// `audit` may be null, and stays until end_session().
  Broker(std::shared_ptr<const NetworkRights> rights, AuditSink* audit);
  ~Broker();

  /// What the guest may call.
  static std::vector<Tool> services(const std::shared_ptr<Broker>& broker);

  /// Limits count from here.
  void begin_run();

  /// The guest's memory is another's now: what it knew of is closed.
  void drop_streams();

  /// Nobody listens any more; a call may still be under way.
  void end_session();

 private:
  struct Stream;
  struct Arguments;
  class Slot;

  ToolResult request(const ToolCall& call);
  ToolResult begin(const ToolCall& call);
  ToolResult write(const ToolCall& call);
  ToolResult finish(const ToolCall& call);
  ToolResult read(const ToolCall& call);
  ToolResult close(const ToolCall& call);
  ToolResult lookup(const ToolCall& call);

  Outcome<std::shared_ptr<Stream>> open(const ToolCall& call, std::string_view method, std::string_view url,
                                        const Value* headers, int64_t timeout_ms);
  Outcome<Request> admit(std::string_view method, std::string_view url, Headers headers, Stream* stream);
  Outcome<std::unique_ptr<Exchange>> connect(Request request, const IsCancelled& is_cancelled);
  std::optional<Failure> send(Stream& stream, std::string_view piece, const IsCancelled& is_cancelled);
  ToolResult respond(const std::shared_ptr<Stream>& stream, int64_t id, const IsCancelled& is_cancelled);
  ToolResult fail(Stream& stream, const Failure& failure);
  template <typename Use>
  ToolResult use(const ToolCall& call, size_t arguments, Use use);

  std::optional<Failure> take_slot(uint64_t deadline_ns, const IsCancelled& is_cancelled, Stream* stream);
  void give_slot();
  bool spend(uint64_t bytes);
  int64_t keep(const std::shared_ptr<Stream>& stream);
  std::shared_ptr<Stream> find(int64_t id);
  void forget(int64_t id);
  void record(Stream& stream, const Failure* failure);

  const std::shared_ptr<const NetworkRights> rights_;
  PinnedHosts hosts_;
  Connections connections_;
  Redirects redirects_;

  std::atomic<uint64_t> requests_{0}, bytes_{0};  // of this run

  std::mutex audit_mutex_;
  AuditSink* audit_;

  std::mutex mutex_;  // of what follows
  std::condition_variable slot_is_free_;
  uint32_t slots_in_use_ = 0;
  std::map<int64_t, std::shared_ptr<Stream>> streams_;  // by their random ids
};

}  // namespace belljar::net

#endif  // BELLJAR_NET_BROKER_H_
