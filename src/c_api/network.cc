#include <string_view>

#include "c_api/boundary.h"
#include "c_api/policy.h"
#include "c_api/tool_call.h"

using namespace belljar;
using namespace belljar::c_api;

struct belljar_http_request {
  const HttpRequest& request;
};

struct belljar_http_response {
  HttpResponse response;
};

namespace {

using Handler = void (*)(void* context, const belljar_http_request* request, belljar_http_response* response);

belljar_network_limits default_network_limits() {
  const NetworkLimits from;
  belljar_network_limits to{};
  to.requests = from.requests;
  to.concurrent = from.concurrent;
  to.request_bytes = from.request_bytes;
  to.response_bytes = from.response_bytes;
  to.total_bytes = from.total_bytes;
  to.header_count = from.header_count;
  to.header_bytes = from.header_bytes;
  to.connect_ns = static_cast<uint64_t>(from.connect.count());
  to.request_ns = static_cast<uint64_t>(from.request.count());
  return to;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return parts;
}

belljar_error* set_text(belljar_policy* policy, const char* text, size_t size, const char* what, std::string Network::*member) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    policy->policy.network.*member = BELLJAR_TRY(text_of(text, size, what));
    return Ok{};
  });
}

const std::pair<std::string, std::string>* header_at(const belljar_http_request* request, size_t index) {
  return index < belljar_http_request_header_count(request) ? &request->request.headers[index] : nullptr;
}

}  // namespace

extern "C" {

void belljar_network_limits_init(belljar_network_limits* limits, size_t struct_size) {
  write_defaults(limits, struct_size, default_network_limits());
}

belljar_error* belljar_policy_set_network_limits(belljar_policy* policy, const belljar_network_limits* limits) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    const belljar_network_limits from = BELLJAR_TRY(read_struct(limits, belljar_network_limits_init));
    NetworkLimits to;
    to.requests = from.requests;
    to.concurrent = from.concurrent;
    to.request_bytes = from.request_bytes;
    to.response_bytes = from.response_bytes;
    to.total_bytes = from.total_bytes;
    to.header_count = from.header_count;
    to.header_bytes = from.header_bytes;
    to.connect = BELLJAR_TRY(duration(from.connect_ns, "connect_ns"));
    to.request = BELLJAR_TRY(duration(from.request_ns, "request_ns"));
    policy->policy.network.limits = to;
    return Ok{};
  });
}

belljar_error* belljar_policy_add_rule(belljar_policy* policy, const char* rule, size_t size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    policy->policy.network.allow.emplace_back(BELLJAR_TRY(text_of(rule, size, "a rule")));
    return Ok{};
  });
}

belljar_error* belljar_policy_add_secret(belljar_policy* policy, const char* name, size_t name_size, const char* value,
                                         size_t value_size, const char* hosts, size_t hosts_size, const char* headers,
                                         size_t headers_size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    Secret secret;
    secret.name = BELLJAR_TRY(text_of(name, name_size, "the name of a secret"));
    secret.value = BELLJAR_TRY(text_of(value, value_size, "the value of a secret"));
    secret.hosts = split(BELLJAR_TRY(text_of(hosts, hosts_size, "the hosts of a secret")));
    secret.headers = split(BELLJAR_TRY(text_of(headers, headers_size, "the headers of a secret")));
    policy->policy.network.secrets.push_back(std::move(secret));
    return Ok{};
  });
}

belljar_error* belljar_policy_set_proxy(belljar_policy* policy, const char* url, size_t size) {
  return set_text(policy, url, size, "the proxy", &Network::proxy);
}

belljar_error* belljar_policy_set_ca_file(belljar_policy* policy, const char* path, size_t size) {
  return set_text(policy, path, size, "the path of the certificates", &Network::ca_file);
}

belljar_error* belljar_policy_set_http_handler(belljar_policy* policy, Handler handler, void* context,
                                               void (*free_context)(void* context)) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    if (!handler) return invalid("there is no handler (NULL)");
    const std::shared_ptr<ToolContext> shared = std::make_shared<ToolContext>(context);
    policy->policy.http([handler, shared](const HttpRequest& request) {
      const belljar_http_request asked{request};
      belljar_http_response answer;
      handler(shared->pointer(), &asked, &answer);
      return std::move(answer.response);
    });
    shared->set_free(free_context);  // from here on nothing fails
    return Ok{};
  });
}

const char* belljar_http_request_method(const belljar_http_request* request, size_t* size) {
  return request ? give(request->request.method, size) : give_nothing(size);
}

const char* belljar_http_request_url(const belljar_http_request* request, size_t* size) {
  return request ? give(request->request.url, size) : give_nothing(size);
}

const char* belljar_http_request_body(const belljar_http_request* request, size_t* size) {
  return request ? give(request->request.body, size) : give_nothing(size);
}

size_t belljar_http_request_header_count(const belljar_http_request* request) {
  return request ? request->request.headers.size() : 0;
}

const char* belljar_http_request_header_name(const belljar_http_request* request, size_t index, size_t* size) {
  const auto* header = header_at(request, index);
  return header ? give(header->first, size) : give_nothing(size, nullptr);
}

const char* belljar_http_request_header_value(const belljar_http_request* request, size_t index, size_t* size) {
  const auto* header = header_at(request, index);
  return header ? give(header->second, size) : give_nothing(size, nullptr);
}

belljar_error* belljar_http_response_set_status(belljar_http_response* response, int32_t status) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(response, "response"));
    if (status < 200 || status > 599) return invalid("a status is from 200 to 599");
    response->response.status = status;
    return Ok{};
  });
}

belljar_error* belljar_http_response_add_header(belljar_http_response* response, const char* name, size_t name_size,
                                                const char* value, size_t value_size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(response, "response"));
    const std::string_view key = BELLJAR_TRY(text_of(name, name_size, "the name of a header"));
    const std::string_view text = BELLJAR_TRY(text_of(value, value_size, "the value of a header"));
    response->response.headers.emplace_back(key, text);
    return Ok{};
  });
}

belljar_error* belljar_http_response_set_body(belljar_http_response* response, const void* body, size_t size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(response, "response"));
    response->response.body = BELLJAR_TRY(text_of(body, size, "the body"));
    return Ok{};
  });
}

belljar_error* belljar_http_response_set_error(belljar_http_response* response, const char* text, size_t size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(response, "response"));
    response->response.error = BELLJAR_TRY(text_of(text, size, "the error"));
    return Ok{};
  });
}

}  // extern "C"
