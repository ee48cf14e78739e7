#include "net/exchange.h"

#include <algorithm>
#include <utility>

namespace belljar::net {

Exchange::Exchange(std::shared_ptr<const NetworkRights> rights, Request request)
    : rights_(std::move(rights)), request_(std::move(request)), masker_(rights_->secrets) {}

Exchange::~Exchange() {
  if (!request_.has_secret) return;
  for (auto& [name, value] : request_.headers) wipe(value);
}

std::optional<Failure> Exchange::write(std::string_view piece, const IsCancelled& is_cancelled) {
  if (failure_) return failure_;
  const uint64_t most = request_.length.value_or(rights_->limits.request_bytes);
  if (sent_ + piece.size() > rights_->limits.request_bytes) {
    fail(FailureKind::kLimit, "the request's body is above the limit of " + std::to_string(rights_->limits.request_bytes) +
                                  " bytes (request_bytes)");
  } else if (sent_ + piece.size() > most) {
    fail(FailureKind::kProtocol, "the request's body is longer than its Content-Length");
  } else if (!request_.spend(piece.size())) {
    fail(FailureKind::kLimit, "the limit of " + std::to_string(rights_->limits.total_bytes) +
                                  " bytes of bodies in one run is reached (total_bytes)");
  }
  if (failure_) return failure_;
  sent_ += piece.size();
  return send(piece, is_cancelled);
}

bool Exchange::fail(FailureKind kind, std::string message) {
  if (!failure_) failure_ = Failure{kind, std::move(message)};
  return false;
}

bool Exchange::take_status(std::string version, int status, std::string reason) {
  version_ = std::move(version);
  status_ = status;
  reason_ = masked(rights_->secrets, reason);
  headers_.clear();
  return true;
}

bool Exchange::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (++header_count_ > rights_->limits.header_count) {
    return fail(FailureKind::kLimit, "the response has more than " + std::to_string(rights_->limits.header_count) +
                                         " headers (header_count)");
  }
  if (header_bytes_ > rights_->limits.header_bytes) {
    return fail(FailureKind::kLimit, "the response's headers take more than " + std::to_string(rights_->limits.header_bytes) +
                                         " bytes (header_bytes)");
  }
  if (std::optional<std::pair<std::string, std::string>> header = clean_response_header(line)) {
    headers_.emplace_back(masked(rights_->secrets, header->first), masked(rights_->secrets, header->second));
  }
  return true;
}

bool Exchange::take_headers_end() {
  has_headers_ = true;
  const bool has_body = request_.method != "HEAD" && status_ != 204 && status_ != 304;
  if (!has_body || rights_->secrets.empty()) return true;
  const std::string* encoding = find_header(headers_, "content-encoding");
  if (request_.has_secret && encoding && !encoding->empty() && !equal_names(*encoding, "identity")) {
    return fail(FailureKind::kDenied, "the server encoded its answer (" + *encoding +
                                          ") although it was asked not to: a secret could not be kept out of it");
  }
  // A placeholder has another length than what it stands for.
  std::erase_if(headers_, [](const auto& header) { return equal_names(header.first, "content-length"); });
  return true;
}

bool Exchange::take_body(std::string_view piece) {
  received_ += piece.size();
  if (received_ > rights_->limits.response_bytes) {
    return fail(FailureKind::kLimit, "the response's body is above the limit of " +
                                         std::to_string(rights_->limits.response_bytes) + " bytes (response_bytes)");
  }
  if (!request_.spend(piece.size())) {
    return fail(FailureKind::kLimit, "the limit of " + std::to_string(rights_->limits.total_bytes) +
                                         " bytes of bodies in one run is reached (total_bytes)");
  }
  if (rights_->secrets.empty()) {
    inbox_ += piece;
  } else {
    inbox_ += masker_.push(piece, false);
  }
  return true;
}

void Exchange::take_end() {
  is_complete_ = true;
  if (!rights_->secrets.empty()) inbox_ += masker_.push("", true);
}

void Exchange::give(size_t max, std::string* data) {
  const size_t size = std::min(max, waiting());
  data->assign(inbox_, inbox_at_, size);
  inbox_at_ += size;
  // Seldom enough that small reads of a large body stay cheap.
  if (inbox_at_ * 2 >= inbox_.size()) {
    inbox_.erase(0, inbox_at_);
    inbox_at_ = 0;
  }
}

void Exchange::take_ready(size_t max, std::string* data, bool* is_end) {
  give(max, data);
  *is_end = is_complete_ && waiting() == 0;
}

// ---- handlers ------------------------------------------------------------------------------------------------

namespace {

class HandlerExchange final : public Exchange {
 public:
  using Exchange::Exchange;
  HandlerExchange(std::shared_ptr<const NetworkRights> rights, Request request)
      : Exchange(std::move(rights), std::move(request)) {}

  std::optional<Failure> finish(const IsCancelled&) override {
    if (failure_) return failure_;
    is_finished_ = true;
    HttpResponse response;
    try {
      HttpRequest request{request_.method, request_.url.text(), request_.headers, std::move(body_)};
      response = rights_->handler(request);
      for (auto& [name, value] : request.headers) wipe(value);
    } catch (...) {
      response.error = "the policy's handler failed";
    }
    if (!response.error.empty()) {
      fail(FailureKind::kConnect, masked(rights_->secrets, response.error));
      return failure_;
    }
    if (response.status < 200 || response.status > 999) {
      fail(FailureKind::kProtocol, "the policy's handler answered with the status " + std::to_string(response.status));
      return failure_;
    }
    take_status("1.1", response.status, "");
    for (const auto& [name, value] : response.headers) {
      if (!take_header(name + ": " + value)) return failure_;
    }
    const bool has_body = request_.method != "HEAD";
    if (!take_headers_end() || (has_body && !take_body(response.body))) return failure_;
    take_end();
    return std::nullopt;
  }

  std::optional<Failure> read(size_t max, const IsCancelled&, std::string* data, bool* is_end) override {
    if (failure_) return failure_;
    take_ready(max, data, is_end);
    return std::nullopt;
  }

 private:
  std::optional<Failure> send(std::string_view piece, const IsCancelled&) override {
    body_ += piece;
    return std::nullopt;
  }

  std::string body_;
};

}  // namespace

std::unique_ptr<Exchange> make_handler_exchange(std::shared_ptr<const NetworkRights> rights, Request request) {
  return std::make_unique<HandlerExchange>(std::move(rights), std::move(request));
}

}  // namespace belljar::net
