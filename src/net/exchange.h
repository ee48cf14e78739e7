// One request and its response, each with a body that may move in pieces.
#ifndef BELLJAR_NET_EXCHANGE_H_
#define BELLJAR_NET_EXCHANGE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/failure.h"
#include "net/headers.h"
#include "net/network_rights.h"

namespace belljar::net {

/// Checked, allowed, with secrets in its headers.
struct Request {
  std::string method;
  Url url;
  Headers headers;
  std::optional<uint64_t> length;  ///< of the body, when it is known before
  bool may_be_private = false;
  bool has_secret = false;      ///< an answer must not be encoded: a secret could not be found there
  uint64_t deadline_ns = 0;
  std::function<bool(uint64_t)> spend;  ///< counts bytes of bodies; false: the run has no more
};

/// One thread at a time. After a failure there is nothing more to be had.
class Exchange {
 public:
  virtual ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// A piece of the request's body.
  std::optional<Failure> write(std::string_view piece, const IsCancelled& is_cancelled);

  /// The body is complete; returns when the response's headers have come, and with what came with them.
  virtual std::optional<Failure> finish(const IsCancelled& is_cancelled) = 0;

  /// At least a byte of the response's body, at most `max`, unless it is at its end.
  virtual std::optional<Failure> read(size_t max, const IsCancelled& is_cancelled, std::string* data, bool* is_end) = 0;

  /// What of it is there already, without waiting.
  void take_ready(size_t max, std::string* data, bool* is_end);

  // After finish().
  int status() const { return status_; }
  const std::string& reason() const { return reason_; }
  const std::string& version() const { return version_; }
  const Headers& headers() const { return headers_; }

  const Request& request() const { return request_; }
  uint64_t sent() const { return sent_; }
  uint64_t received() const { return received_; }

 protected:
  Exchange(std::shared_ptr<const NetworkRights> rights, Request request);

  virtual std::optional<Failure> send(std::string_view piece, const IsCancelled& is_cancelled) = 0;

  // What comes in; a failure of theirs stays in failure_.
  bool take_status(std::string version, int status, std::string reason);
  bool take_header(std::string_view line);
  bool take_headers_end();
  bool take_body(std::string_view piece);
  void take_end();
  bool fail(FailureKind kind, std::string message);

  /// Of the response's body: masked, and not yet read.
  size_t waiting() const { return inbox_.size() - inbox_at_; }
  void give(size_t max, std::string* data);

  const std::shared_ptr<const NetworkRights> rights_;
  Request request_;
  bool has_headers_ = false, is_finished_ = false;
  bool is_complete_ = false;  ///< all of the response has come
  std::optional<Failure> failure_;

 private:
  Masker masker_;
  std::string inbox_;
  size_t inbox_at_ = 0;
  int status_ = 0;
  std::string reason_, version_;
  Headers headers_;
  uint64_t header_bytes_ = 0, header_count_ = 0, sent_ = 0, received_ = 0;
};

/// By the policy's handler.
std::unique_ptr<Exchange> make_handler_exchange(std::shared_ptr<const NetworkRights> rights, Request request);

}  // namespace belljar::net

#endif  // BELLJAR_NET_EXCHANGE_H_
