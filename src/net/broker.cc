#include "net/broker.h"

#include <sodium/randombytes.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/utf8.h"
#include "net/curl_exchange.h"

namespace belljar::net {
namespace {

constexpr size_t kMaxPiece = 1 << 20, kFirstPiece = 256 << 10;
constexpr auto kLook = std::chrono::milliseconds(20);

/// Longer than a placeholder of ours can be.
constexpr size_t kTail = 128;

Value error_value(const Failure& failure) {
  return Value::Map{{"error", std::string(to_string(failure.kind))}, {"message", to_valid_utf8(failure.message)}};
}

Failure malformed() { return {FailureKind::kProtocol, "the call of the host's HTTP service is malformed"}; }

Failure closed() {
  return {FailureKind::kClosed, "this response is closed: it was read to its end, its time was over, or the session was forked "
                                "or rolled back"};
}

template <typename T>
const T* argument(const ToolCall& call, size_t index, const T* (Value::*as)() const) {
  const Value::List& list = call.positional();
  return index < list.size() ? (list[index].*as)() : nullptr;
}

Outcome<Headers> decode_headers(const Value* value, uint32_t most) {
  const Value::List* list = value ? value->as_list() : nullptr;
  if (!list) return malformed();
  if (list->size() > most) {
    return Failure{FailureKind::kLimit, "the request has more than " + std::to_string(most) + " headers (header_count)"};
  }
  Headers headers;
  for (const Value& item : *list) {
    const Value::List* pair = item.as_list();
    const std::string* name = pair && pair->size() == 2 ? (*pair)[0].as_string() : nullptr;
    const std::string* text = name ? (*pair)[1].as_string() : nullptr;
    if (!text) return malformed();
    std::optional<std::string> bytes = latin1_of_utf8(*text);
    if (!bytes) {
      return Failure{FailureKind::kDenied, "a header holds a character above U+00FF: encode it, as in RFC 2047 or 8187"};
    }
    headers.emplace_back(*name, std::move(*bytes));
  }
  return headers;
}

}  // namespace

struct Broker::Stream {
  explicit Stream(Broker& its_broker) : broker(its_broker) {}
  ~Stream() {
    broker.record(*this, nullptr);
    exchange.reset();  // hangs up before another may take the slot
    if (has_slot) broker.give_slot();
  }

  Broker& broker;
  std::mutex in_use;
  std::unique_ptr<Exchange> exchange;
  bool has_slot = false, is_astray = false, is_recorded = false, is_finished = false;
  std::string method, url;
  std::vector<std::string> secrets;
  std::string tail;  // of the body, for placeholders
  uint64_t started_ns = monotonic_ns(), deadline_ns = 0;
};

Broker::Broker(std::shared_ptr<const NetworkRights> rights, AuditSink* audit)
    : rights_(std::move(rights)), hosts_(rights_->resolver), audit_(audit) {}

Broker::~Broker() { drop_streams(); }

std::vector<Tool> Broker::services(const std::shared_ptr<Broker>& broker) {
  using Service = ToolResult (Broker::*)(const ToolCall&);
  constexpr std::pair<const char*, Service> kServices[] = {
      {"http.request", &Broker::request}, {"http.begin", &Broker::begin}, {"http.write", &Broker::write},
      {"http.finish", &Broker::finish},   {"http.read", &Broker::read},   {"http.close", &Broker::close},
      {"http.lookup", &Broker::lookup},
  };
  std::vector<Tool> tools;
  for (const auto& [name, service] : kServices) {
    Tool& tool = tools.emplace_back();
    tool.name = name;
    // What waits for a slot holds a thread: no more of these than there are slots. Those that give slots back go on.
    tool.max_calls = broker->rights_->limits.concurrent;
    tool.function = [broker, function = service](const ToolCall& call) { return (*broker.*function)(call); };
  }
  return tools;
}

void Broker::begin_run() { requests_ = bytes_ = 0; }

void Broker::drop_streams() {
  std::map<int64_t, std::shared_ptr<Stream>> dropped;
  {
    const std::lock_guard lock(mutex_);
    dropped.swap(streams_);
  }
}

void Broker::end_session() {
  drop_streams();
  const std::lock_guard lock(audit_mutex_);
  audit_ = nullptr;
}

// ---- services ------------------------------------------------------------------------------------------------

ToolResult Broker::request(const ToolCall& call) {
  const std::string* method = argument(call, 0, &Value::as_string);
  const std::string* url = argument(call, 1, &Value::as_string);
  const Bytes* body = argument(call, 3, &Value::as_bytes);
  const int64_t* timeout = argument(call, 4, &Value::as_int);
  if (!method || !url || !body || !timeout || call.positional().size() != 5) return error_value(malformed());
  const Outcome<std::shared_ptr<Stream>> opened = open(call, *method, *url, &call.positional()[2], *timeout);
  if (const auto* failure = std::get_if<Failure>(&opened)) return error_value(*failure);
  const auto& stream = std::get<0>(opened);
  const IsCancelled is_cancelled = [&] { return call.is_cancelled(); };
  if (std::optional<Failure> failure = send(*stream, body->data, is_cancelled)) return fail(*stream, *failure);
  return respond(stream, 0, is_cancelled);
}

ToolResult Broker::begin(const ToolCall& call) {
  const std::string* method = argument(call, 0, &Value::as_string);
  const std::string* url = argument(call, 1, &Value::as_string);
  const int64_t* timeout = argument(call, 3, &Value::as_int);
  if (!method || !url || !timeout || call.positional().size() != 4) return error_value(malformed());
  const Outcome<std::shared_ptr<Stream>> opened = open(call, *method, *url, &call.positional()[2], *timeout);
  if (const auto* failure = std::get_if<Failure>(&opened)) return error_value(*failure);
  return Value::Map{{"id", keep(std::get<0>(opened))}};
}

// A stream that another call uses just now is no stream for this one: a thread must not wait for it.
template <typename Use>
ToolResult Broker::use(const ToolCall& call, size_t arguments, Use use) {
  const int64_t* id = argument(call, 0, &Value::as_int);
  if (!id || call.positional().size() != arguments) return error_value(malformed());
  const std::shared_ptr<Stream> stream = find(*id);
  if (!stream) return error_value(closed());
  const std::unique_lock lock(stream->in_use, std::try_to_lock);
  if (!lock) return error_value({FailureKind::kProtocol, "another task is using this response"});
  return use(stream, *id);
}

ToolResult Broker::write(const ToolCall& call) {
  const Bytes* piece = argument(call, 1, &Value::as_bytes);
  if (!piece || piece->data.size() > kMaxPiece) return error_value(malformed());
  return use(call, 2, [&](const std::shared_ptr<Stream>& stream, int64_t id) -> ToolResult {
    if (stream->is_finished) return error_value(malformed());
    if (std::optional<Failure> failure = send(*stream, piece->data, [&] { return call.is_cancelled(); })) {
      forget(id);
      return fail(*stream, *failure);
    }
    return Value::Map{};
  });
}

ToolResult Broker::finish(const ToolCall& call) {
  return use(call, 1, [&](const std::shared_ptr<Stream>& stream, int64_t id) -> ToolResult {
    if (stream->is_finished) return error_value(malformed());
    return respond(stream, id, [&] { return call.is_cancelled(); });
  });
}

ToolResult Broker::read(const ToolCall& call) {
  const int64_t* max = argument(call, 1, &Value::as_int);
  if (!max || *max <= 0) return error_value(malformed());
  return use(call, 2, [&](const std::shared_ptr<Stream>& stream, int64_t id) -> ToolResult {
    if (!stream->is_finished) return error_value(malformed());
    std::string data;
    bool is_end = false;
    const size_t most = static_cast<size_t>(std::min<int64_t>(*max, kMaxPiece));
    if (std::optional<Failure> failure = stream->exchange->read(most, [&] { return call.is_cancelled(); }, &data, &is_end)) {
      forget(id);
      return fail(*stream, *failure);
    }
    if (is_end) forget(id);
    return Value::Map{{"data", Bytes{std::move(data)}}, {"end", is_end}};
  });
}

ToolResult Broker::close(const ToolCall& call) {
  return use(call, 1, [&](const std::shared_ptr<Stream>&, int64_t id) -> ToolResult {
    forget(id);
    return Value::Map{};
  });
}

ToolResult Broker::lookup(const ToolCall& call) {
  const std::string* host = argument(call, 0, &Value::as_string);
  if (!host || host->size() > 1024 || call.positional().size() != 1) return error_value(malformed());
  if (!rights_->rules.knows_host(*host)) {
    return error_value({FailureKind::kDenied, "the policy has no rule for the host '" + *host + "'"});
  }
  return Value::Map{};
}

// ---- from request to response --------------------------------------------------------------------------------

Outcome<std::shared_ptr<Broker::Stream>> Broker::open(const ToolCall& call, std::string_view method, std::string_view url,
                                                      const Value* headers, int64_t timeout_ms) {
  auto stream = std::make_shared<Stream>(*this);
  stream->method = to_valid_utf8(std::string(method.substr(0, 32)));
  const auto most = static_cast<uint64_t>(rights_->limits.request.count());
  const uint64_t wanted = timeout_ms > 0 && timeout_ms < 86'400'000 ? static_cast<uint64_t>(timeout_ms) * 1'000'000 : most;
  stream->deadline_ns = stream->started_ns + std::min(wanted, most);
  const IsCancelled is_cancelled = [&] { return call.is_cancelled(); };

  const auto refuse = [&](Failure failure) -> Outcome<std::shared_ptr<Stream>> {
    record(*stream, &failure);
    return failure;
  };
  Outcome<Headers> decoded = decode_headers(headers, rights_->limits.header_count);
  if (auto* failure = std::get_if<Failure>(&decoded)) return refuse(std::move(*failure));
  if (requests_.fetch_add(1) >= rights_->limits.requests) {
    return refuse({FailureKind::kLimit, "the limit of " + std::to_string(rights_->limits.requests) +
                                            " requests in one run is reached (requests)"});
  }
  Outcome<Request> request = admit(method, url, std::move(std::get<Headers>(decoded)), stream.get());
  if (auto* failure = std::get_if<Failure>(&request)) return refuse(std::move(*failure));
  if (std::optional<Failure> failure = take_slot(stream->deadline_ns, is_cancelled, stream.get())) return refuse(std::move(*failure));
  Outcome<std::unique_ptr<Exchange>> exchange = connect(std::move(std::get<Request>(request)), is_cancelled);
  if (auto* failure = std::get_if<Failure>(&exchange)) return refuse(std::move(*failure));
  stream->exchange = std::move(std::get<0>(exchange));
  return stream;
}

// All that is decided about a request, in this order, before anything is done for it.
Outcome<Request> Broker::admit(std::string_view method, std::string_view url_text, Headers headers, Stream* stream) {
  if (!is_method(method)) return Failure{FailureKind::kDenied, "the method is not one that can be sent: write it in capital letters"};
  Outcome<Url> url = parse_url(url_text);
  if (auto* failure = std::get_if<Failure>(&url)) return std::move(*failure);
  Request request;
  request.method = method;
  request.url = std::move(std::get<Url>(url));
  const Origin& origin = request.url.origin;
  stream->url = request.url.plain_text();
  request.deadline_ns = stream->deadline_ns;
  request.spend = [this](uint64_t bytes) { return spend(bytes); };
  const Rule* rule = rights_->rules.find(method, request.url);
  if (!rule) return Failure{FailureKind::kDenied, rights_->rules.explain(method, request.url)};
  request.may_be_private = rule->may_be_private;
  if (std::optional<Failure> failure = rights_->secrets.refuse_in(request.url.text(), "URL")) return std::move(*failure);
  if (std::optional<Failure> failure = check_request_headers(origin, rights_->limits, &headers, &request.length)) {
    return std::move(*failure);
  }
  stream->is_astray = redirects_.strip(request.url, &headers);
  if (std::optional<Failure> failure = rights_->secrets.put_into(origin, &headers, &stream->secrets)) return std::move(*failure);
  request.has_secret = rights_->secrets.concerns(origin);
  if (request.has_secret) {
    if (rights_->proxy && origin.scheme == "http" && !stream->secrets.empty()) {
      return Failure{FailureKind::kDenied, "a secret would go through the proxy in plain text: use https"};
    }
    // Masking must be able to read the answer.
    std::erase_if(headers, [](const auto& header) { return equal_names(header.first, "accept-encoding"); });
    headers.emplace_back("Accept-Encoding", "identity");
  }
  request.headers = std::move(headers);
  return request;
}

// With a proxy it is the proxy that resolves the URL's host.
Outcome<std::unique_ptr<Exchange>> Broker::connect(Request request, const IsCancelled& is_cancelled) {
  if (rights_->handler) return make_handler_exchange(rights_, std::move(request));
  const std::string& host = rights_->proxy ? rights_->proxy->host : request.url.origin.host;
  const bool may_be_private = rights_->proxy || request.may_be_private;
  Outcome<std::vector<Address>> addresses = hosts_.find(host, may_be_private, request.deadline_ns, is_cancelled);
  if (auto* failure = std::get_if<Failure>(&addresses)) return std::move(*failure);
  return make_curl_exchange(rights_, std::move(request), std::move(std::get<0>(addresses)), connections_);
}

std::optional<Failure> Broker::send(Stream& stream, std::string_view piece, const IsCancelled& is_cancelled) {
  if (piece.empty()) return std::nullopt;
  if (!rights_->secrets.empty()) {
    const std::string window = stream.tail + std::string(piece);
    if (std::optional<Failure> failure = rights_->secrets.refuse_in(window, "body")) return failure;
    stream.tail = window.substr(window.size() - std::min(window.size(), kTail));
  }
  return stream.exchange->write(piece, is_cancelled);
}

ToolResult Broker::respond(const std::shared_ptr<Stream>& stream, int64_t id, const IsCancelled& is_cancelled) {
  Exchange& exchange = *stream->exchange;
  stream->is_finished = true;
  std::string data;
  bool is_end = false;
  std::optional<Failure> failure = exchange.finish(is_cancelled);
  if (!failure) {
    redirects_.remember(exchange.request().url, exchange.status(), exchange.headers(), stream->is_astray);
    exchange.take_ready(kFirstPiece, &data, &is_end);
  }
  if (failure) {
    forget(id);
    return fail(*stream, *failure);
  }
  Value::List headers;
  for (const auto& [name, value] : exchange.headers()) {
    headers.push_back(Value::List{Value(utf8_of_latin1(name)), Value(utf8_of_latin1(value))});
  }
  Value::Map response = {{"status", exchange.status()},
                         {"reason", utf8_of_latin1(exchange.reason())},
                         {"version", exchange.version()},
                         {"headers", std::move(headers)},
                         {"data", Bytes{std::move(data)}},
                         {"end", is_end}};
  if (is_end) {
    forget(id);
  } else {
    response.emplace_back("id", id != 0 ? id : keep(stream));
  }
  return response;
}

ToolResult Broker::fail(Stream& stream, const Failure& failure) {
  record(stream, &failure);
  return error_value(failure);
}

// ---- what is under way ---------------------------------------------------------------------------------------

std::optional<Failure> Broker::take_slot(uint64_t deadline_ns, const IsCancelled& is_cancelled, Stream* stream) {
  if (is_cancelled()) return Failure{FailureKind::kCancelled, "the request was cancelled"};
  std::vector<std::shared_ptr<Stream>> late;  // hung up without the lock
  std::unique_lock lock(mutex_);
  while (slots_in_use_ >= rights_->limits.concurrent) {
    const uint64_t now = monotonic_ns();
    for (auto at = streams_.begin(); at != streams_.end();) {
      const bool is_late = now >= at->second->deadline_ns;
      if (is_late) late.push_back(std::move(at->second));
      at = is_late ? streams_.erase(at) : std::next(at);
    }
    if (!late.empty()) {
      lock.unlock();
      late.clear();
      lock.lock();
      continue;
    }
    if (is_cancelled()) return Failure{FailureKind::kCancelled, "the request was cancelled"};
    if (now >= deadline_ns) {
      return Failure{FailureKind::kTimeout, std::to_string(rights_->limits.concurrent) +
                                                " requests are under way, and none ended in time (concurrent): read responses to "
                                                "their end, or close them"};
    }
    slot_is_free_.wait_for(lock, kLook);
  }
  slots_in_use_++;
  stream->has_slot = true;
  return std::nullopt;
}

void Broker::give_slot() {
  const std::lock_guard lock(mutex_);
  slots_in_use_--;
  slot_is_free_.notify_one();
}

bool Broker::spend(uint64_t bytes) { return bytes_.fetch_add(bytes) + bytes <= rights_->limits.total_bytes; }

int64_t Broker::keep(const std::shared_ptr<Stream>& stream) {
  const std::lock_guard lock(mutex_);
  for (;;) {
    int64_t id = 0;
    randombytes_buf(&id, sizeof id);
    id &= INT64_MAX;
    if (id != 0 && streams_.emplace(id, stream).second) return id;
  }
}

std::shared_ptr<Broker::Stream> Broker::find(int64_t id) {
  const std::lock_guard lock(mutex_);
  const auto at = streams_.find(id);
  return at == streams_.end() ? nullptr : at->second;
}

void Broker::forget(int64_t id) {
  std::shared_ptr<Stream> dropped;
  const std::lock_guard lock(mutex_);
  const auto at = streams_.find(id);
  if (at == streams_.end()) return;
  dropped = std::move(at->second);
  streams_.erase(at);
}

void Broker::record(Stream& stream, const Failure* failure) {
  if (std::exchange(stream.is_recorded, true)) return;
  const std::lock_guard lock(audit_mutex_);
  if (!audit_) return;
  std::string secrets;
  for (const std::string& name : stream.secrets) secrets += (secrets.empty() ? "" : ",") + name;
  const Exchange* exchange = stream.exchange.get();
  const auto number = [](uint64_t n) { return static_cast<int64_t>(n); };
  const bool is_denied = failure && failure->kind == FailureKind::kDenied;
  audit_->record("belljar.http.request",
                 {{"http.request.method", stream.method},
                  {"url.full", stream.url},
                  {"belljar.verdict", std::string_view(is_denied ? "denied" : "allowed")},
                  {"error.type", failure ? to_string(failure->kind) : std::string_view()},
                  {"http.response.status_code", int64_t{exchange ? exchange->status() : 0}},
                  {"http.request.body.size", number(exchange ? exchange->sent() : 0)},
                  {"http.response.body.size", number(exchange ? exchange->received() : 0)},
                  {"belljar.http.duration_us", number((monotonic_ns() - stream.started_ns) / 1000)},
                  {"belljar.http.secrets", secrets}});
}

}  // namespace belljar::net
