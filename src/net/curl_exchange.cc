#include "net/curl_exchange.h"

#include <sodium/utils.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/clock.h"

namespace belljar::net {
namespace {

/// Of a response's body that the guest does not read, and of a request's that the server does not: then the other side waits.
constexpr size_t kMaxInbox = 1 << 20, kMaxOutbox = 256 << 10;

/// Of a body that comes with the headers, in one answer; and how long it is waited for.
constexpr size_t kWithHeaders = 256 << 10;
constexpr uint64_t kWithHeadersNs = 2'000'000;

/// A caller that gives up is noticed this soon.
constexpr int kLookMilliseconds = 20;

class CurlExchange final : public Exchange {
 public:
  CurlExchange(std::shared_ptr<const NetworkRights> rights, Request request, std::vector<Address> addresses,
               Connections& connections)
      : Exchange(std::move(rights), std::move(request)), addresses_(std::move(addresses)), connections_(connections) {}
  ~CurlExchange() override { hang_up(); }

  void start();

  std::optional<Failure> finish(const IsCancelled& is_cancelled) override;
  std::optional<Failure> read(size_t max, const IsCancelled& is_cancelled, std::string* data, bool* is_end) override;

 private:
  std::optional<Failure> send(std::string_view piece, const IsCancelled& is_cancelled) override;

  void set_up();
  void set_up_target();
  void set_up_body();
  void add_header(std::string line);
  template <typename IsReady>
  std::optional<Failure> drive(const IsCancelled& is_cancelled, IsReady is_ready);
  void end(CURLcode code);
  void explain(CURLcode code);
  void hang_up();

  static size_t on_header(char* data, size_t size, size_t count, void* self);
  static size_t on_body(char* data, size_t size, size_t count, void* self);
  static size_t on_send(char* data, size_t size, size_t count, void* self);
  static int on_rewind(void* self, curl_off_t offset, int origin);
  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  const std::vector<Address> addresses_;
  Connections& connections_;
  std::unique_ptr<Line> line_;
  curl_slist* header_list_ = nullptr;
  curl_slist* resolve_list_ = nullptr;
  bool is_started_ = false;
  bool is_body_complete_ = false, is_sending_paused_ = false, is_receiving_paused_ = false;
  bool was_address_refused_ = false;
  std::string outbox_;
  size_t outbox_at_ = 0;
  bool was_sent_ = false;  // something of the outbox is gone for good
  char problem_[CURL_ERROR_SIZE] = "";
};

// ---- setting up ----------------------------------------------------------------------------------------------

template <typename T>
void set(const std::unique_ptr<Line>& line, CURLoption option, T value) {
  curl_easy_setopt(line->easy, option, value);
}

void CurlExchange::add_header(std::string line) {
  if (curl_slist* list = curl_slist_append(header_list_, line.c_str())) {
    header_list_ = list;
  } else {
    fail(FailureKind::kLimit, "there is no memory for the request");
  }
  if (request_.has_secret) wipe(line);
}

void CurlExchange::start() {
  is_started_ = true;
  if (!(line_ = connections_.take(request_.url.origin, request_.may_be_private))) {
    fail(FailureKind::kLimit, "there is no memory for the request");
    return;
  }
  set_up();
  set_up_target();
  set_up_body();
  if (!failure_ && curl_multi_add_handle(line_->multi, line_->easy) != CURLM_OK) {
    fail(FailureKind::kLimit, "there is no memory for the request");
  }
}

void CurlExchange::set_up() {
  set(line_, CURLOPT_PRIVATE, this);
  set(line_, CURLOPT_ERRORBUFFER, problem_);
  set(line_, CURLOPT_NOSIGNAL, 1L);
  set(line_, CURLOPT_PROTOCOLS_STR, "http,https");
  set(line_, CURLOPT_REDIR_PROTOCOLS_STR, "");
  set(line_, CURLOPT_FOLLOWLOCATION, 0L);
  set(line_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(line_, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(line_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(line_, CURLOPT_PATH_AS_IS, 1L);
  set(line_, CURLOPT_SSL_VERIFYPEER, 1L);
  set(line_, CURLOPT_SSL_VERIFYHOST, 2L);
  set(line_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!rights_->ca_file.empty()) set(line_, CURLOPT_CAINFO, rights_->ca_file.c_str());
  set(line_, CURLOPT_HEADERFUNCTION, &CurlExchange::on_header);
  set(line_, CURLOPT_HEADERDATA, this);
  set(line_, CURLOPT_WRITEFUNCTION, &CurlExchange::on_body);
  set(line_, CURLOPT_WRITEDATA, this);
  set(line_, CURLOPT_OPENSOCKETFUNCTION, &CurlExchange::on_socket);
  set(line_, CURLOPT_OPENSOCKETDATA, this);
  const auto connect = std::chrono::duration_cast<std::chrono::milliseconds>(rights_->limits.connect).count();
  set(line_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::max<int64_t>(connect, 1)));
  const uint64_t now = monotonic_ns();
  const uint64_t left = request_.deadline_ns > now ? (request_.deadline_ns - now) / 1'000'000 : 0;
  set(line_, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<uint64_t>(left, 1)));
}

void CurlExchange::set_up_target() {
  set(line_, CURLOPT_URL, request_.url.text().c_str());
  const Origin& dialled = rights_->proxy ? *rights_->proxy : request_.url.origin;
  set(line_, CURLOPT_PROXY, rights_->proxy ? ("http://" + authority_of(dialled)).c_str() : "");
  set(line_, CURLOPT_NOPROXY, "");
  if (!parse_address(dialled.host)) {
    std::string pin = dialled.host + ":" + std::to_string(dialled.port) + ":";
    for (size_t i = 0; i < addresses_.size(); i++) pin += (i > 0 ? "," : "") + to_string(addresses_[i]);
    resolve_list_ = curl_slist_append(nullptr, pin.c_str());
    set(line_, CURLOPT_RESOLVE, resolve_list_);
  }
}

void CurlExchange::set_up_body() {
  const std::string& method = request_.method;
  const bool has_body = !is_body_complete_ || !outbox_.empty();
  if (method == "HEAD") {
    set(line_, CURLOPT_NOBODY, 1L);
  } else if (has_body || method == "POST" || method == "PUT" || method == "PATCH") {
    set(line_, CURLOPT_UPLOAD, 1L);
    set(line_, CURLOPT_READFUNCTION, &CurlExchange::on_send);
    set(line_, CURLOPT_READDATA, this);
    set(line_, CURLOPT_SEEKFUNCTION, &CurlExchange::on_rewind);
    set(line_, CURLOPT_SEEKDATA, this);
    if (is_body_complete_) request_.length = outbox_.size();
    set(line_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.length ? static_cast<int64_t>(*request_.length) : -1));
    set(line_, CURLOPT_CUSTOMREQUEST, method.c_str());
  } else {
    set(line_, CURLOPT_HTTPGET, 1L);
    set(line_, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
  for (const char* ours : {"Accept", "Expect", "User-Agent"}) {
    if (!find_header(request_.headers, ours)) add_header(std::string(ours) + ":");
  }
  for (const auto& [name, value] : request_.headers) add_header(value.empty() ? name + ";" : name + ": " + value);
  set(line_, CURLOPT_HTTPHEADER, header_list_);
}

// ---- what libcurl asks ---------------------------------------------------------------------------------------

size_t CurlExchange::on_header(char* data, size_t size, size_t count, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  std::string_view line(data, size * count);
  if (exchange.has_headers_) return line.size();  // trailers
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  bool goes_on = true;
  if (line.starts_with("HTTP/")) {
    const size_t space = line.find(' ');
    int status = 0;
    if (space != std::string_view::npos) std::from_chars(line.data() + space + 1, line.data() + line.size(), status);
    if (status == 101) return exchange.fail(FailureKind::kProtocol, "the server would change to another protocol") ? 1 : 0;
    const std::string_view reason = line.size() > space + 4 && space != std::string_view::npos ? line.substr(space + 4) : "";
    const size_t begin = reason.find_first_not_of(' ');
    goes_on = exchange.take_status(std::string(line.substr(5, space - 5)), status,
                                   std::string(begin == std::string_view::npos ? "" : reason.substr(begin)));
  } else if (!line.empty()) {
    goes_on = exchange.take_header(line);
  } else if (exchange.status() >= 200) {
    goes_on = exchange.take_headers_end();
  }
  return goes_on ? size * count : 0;
}

size_t CurlExchange::on_body(char* data, size_t size, size_t count, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  if (exchange.waiting() >= kMaxInbox) {
    exchange.is_receiving_paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  return exchange.take_body({data, size * count}) ? size * count : CURL_WRITEFUNC_ERROR;
}

size_t CurlExchange::on_send(char* data, size_t size, size_t count, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  const size_t ready = std::min(exchange.outbox_.size() - exchange.outbox_at_, size * count);
  if (ready == 0 && !exchange.is_body_complete_) {
    exchange.is_sending_paused_ = true;
    return CURL_READFUNC_PAUSE;
  }
  std::memcpy(data, exchange.outbox_.data() + exchange.outbox_at_, ready);
  exchange.outbox_at_ += ready;
  return ready;
}

// For a request that is sent again because a connection that was reused turned out to be closed.
int CurlExchange::on_rewind(void* self, curl_off_t offset, int origin) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  if (exchange.was_sent_ || origin != SEEK_SET || offset < 0 || static_cast<size_t>(offset) > exchange.outbox_.size()) {
    return CURL_SEEKFUNC_FAIL;
  }
  exchange.outbox_at_ = static_cast<size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

// The last word: whatever libcurl has found, only what was checked is dialled.
curl_socket_t CurlExchange::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  const std::optional<Address> dialled = address_of(&address->addr, address->addrlen);
  const std::vector<Address>& allowed = exchange.addresses_;
  if (!dialled || std::find(allowed.begin(), allowed.end(), *dialled) == allowed.end()) {
    exchange.was_address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// ---- moving --------------------------------------------------------------------------------------------------

template <typename IsReady>
std::optional<Failure> CurlExchange::drive(const IsCancelled& is_cancelled, IsReady is_ready) {
  if (!is_started_) start();
  while (!failure_ && !is_complete_) {
    int running = 0;
    curl_multi_perform(line_->multi, &running);
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(line_->multi, &left);
    if (message && message->msg == CURLMSG_DONE) end(message->data.result);
    if (failure_ || is_complete_ || is_ready()) break;
    if (is_cancelled()) {
      fail(FailureKind::kCancelled, "the request was cancelled");
    } else {
      const int wait = has_headers_ && !is_finished_ ? 1 : kLookMilliseconds;
      curl_multi_poll(line_->multi, nullptr, 0, wait, nullptr);
    }
  }
  if (failure_) hang_up();
  return failure_;
}

std::optional<Failure> CurlExchange::send(std::string_view piece, const IsCancelled& is_cancelled) {
  if (is_complete_) return std::nullopt;  // the server has answered already, and wants no more
  if (outbox_at_ > 0) {
    outbox_.erase(0, outbox_at_);
    outbox_at_ = 0;
    was_sent_ = true;
  }
  outbox_ += piece;
  // Nothing is sent before it is worth a packet: a small body goes with its headers, and its length.
  if (!is_started_ && outbox_.size() < kMaxOutbox) return std::nullopt;
  if (is_sending_paused_) {
    is_sending_paused_ = false;
    curl_easy_pause(line_->easy, CURLPAUSE_CONT);
  }
  return drive(is_cancelled, [&] { return outbox_.size() - outbox_at_ < kMaxOutbox; });
}

std::optional<Failure> CurlExchange::finish(const IsCancelled& is_cancelled) {
  if (failure_) return failure_;
  if (request_.length && sent() < *request_.length) {
    fail(FailureKind::kProtocol, "the request's body is shorter than its Content-Length");
    hang_up();
    return failure_;
  }
  is_body_complete_ = true;
  if (is_sending_paused_ && line_) {
    is_sending_paused_ = false;
    curl_easy_pause(line_->easy, CURLPAUSE_CONT);
  }
  uint64_t since_headers = 0;
  std::optional<Failure> failure = drive(is_cancelled, [&] {
    if (!has_headers_) return false;
    if (since_headers == 0) since_headers = monotonic_ns();
    return waiting() >= kWithHeaders || monotonic_ns() - since_headers >= kWithHeadersNs;
  });
  is_finished_ = true;
  return failure;
}

std::optional<Failure> CurlExchange::read(size_t max, const IsCancelled& is_cancelled, std::string* data, bool* is_end) {
  if (failure_) return failure_;
  if (waiting() == 0) {
    if (std::optional<Failure> failure = drive(is_cancelled, [&] { return waiting() > 0; })) return failure;
  }
  take_ready(max, data, is_end);
  if (is_receiving_paused_ && waiting() < kMaxInbox && !is_complete_) {
    is_receiving_paused_ = false;
    curl_easy_pause(line_->easy, CURLPAUSE_CONT);
  }
  return std::nullopt;
}

void CurlExchange::end(CURLcode code) {
  if (code == CURLE_OK) {
    take_end();
    hang_up();
  } else {
    explain(code);
  }
}

void CurlExchange::explain(CURLcode code) {
  const std::string where = request_.url.origin.scheme + "://" + authority_of(request_.url.origin);
  const std::string why = masked(rights_->secrets, problem_[0] ? problem_ : curl_easy_strerror(code));
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      fail(FailureKind::kTimeout, "the request to " + where + " took too long: " + why);
      break;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      fail(FailureKind::kCertificate, "the certificate of " + where + " is not to be trusted: " + why);
      break;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
      fail(FailureKind::kTls, "no TLS connection to " + where + ": " + why);
      break;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      if (was_address_refused_) {
        fail(FailureKind::kDenied, "the connection to " + where + " would go to another address than was checked");
      } else {
        fail(FailureKind::kConnect, "cannot connect to " + where + ": " + why);
      }
      break;
    default:
      fail(FailureKind::kProtocol, "the exchange with " + where + " broke off: " + why);
  }
}

void CurlExchange::hang_up() {
  if (!line_) return;
  curl_multi_remove_handle(line_->multi, line_->easy);
  curl_easy_reset(line_->easy);
  if (request_.has_secret) {
    for (curl_slist* item = header_list_; item; item = item->next) sodium_memzero(item->data, std::strlen(item->data));
  }
  curl_slist_free_all(std::exchange(header_list_, nullptr));
  curl_slist_free_all(std::exchange(resolve_list_, nullptr));
  // What failed leaves no connection that another request should use.
  if (failure_ || !is_complete_) {
    line_.reset();
  } else {
    connections_.give_back(std::move(line_));
  }
}

}  // namespace

std::unique_ptr<Exchange> make_curl_exchange(std::shared_ptr<const NetworkRights> rights, Request request,
                                             std::vector<Address> addresses, Connections& connections) {
  return std::make_unique<CurlExchange>(std::move(rights), std::move(request), std::move(addresses), connections);
}

}  // namespace belljar::net
