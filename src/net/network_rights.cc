#include "net/network_rights.h"

#include <unistd.h>

#include <utility>

namespace belljar::net {
namespace {

// Where distributions keep the certificates of public authorities.
constexpr const char* kBundles[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                    "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                    "/etc/ssl/cert.pem"};

constexpr uint64_t kMaxBodyBytes = uint64_t{1} << 30;
constexpr uint32_t kMaxConcurrent = 256;

Error invalid(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

Status check_limits(const NetworkLimits& limits) {
  if (limits.concurrent == 0 || limits.concurrent > kMaxConcurrent) {
    return invalid("the limit on concurrent requests is not from 1 to 256", "16 is the default");
  }
  if (limits.request_bytes > kMaxBodyBytes || limits.response_bytes > (kMaxBodyBytes << 10)) {
    return invalid("the limit on a request's body is above 1 GiB, or that on a response's above 1 TiB", "give less");
  }
  if (limits.header_count == 0 || limits.header_count > 10'000 || limits.header_bytes > (1 << 20)) {
    return invalid("the limits on headers are not from 1 to 10000 and at most 1 MiB", "128 and 64 KiB are the defaults");
  }
  if (limits.connect.count() <= 0 || limits.request.count() <= 0 || limits.request > std::chrono::hours(24)) {
    return invalid("a time limit of the network is not from a moment to 24 hours", "give a positive number of seconds");
  }
  return Ok{};
}

Result<std::optional<Origin>> parse_proxy(const std::string& text) {
  if (text.empty()) return std::optional<Origin>();
  const Outcome<Url> url = parse_url(text);
  const Url* found = std::get_if<Url>(&url);
  if (!found || found->origin.scheme != "http" || found->path != "/" || found->has_query) {
    return invalid("the proxy is not a URL like http://proxy.example.com:3128", "name its host and port, and no user");
  }
  return std::optional(found->origin);
}

// A secret that can never be sent is a policy that means something else than it says.
Status check_use(const Secret& secret, const Rules& rules) {
  for (const std::string& host : secret.hosts) {
    const Outcome<Url> url = parse_url("https://" + host);
    const Url* found = std::get_if<Url>(&url);
    if (found && rules.knows_host(found->origin.host)) return Ok{};
  }
  return invalid("the secret '" + secret.name + "' is for " + secret.hosts.front() + ", and no rule allows a request there",
                 "add a rule such as 'GET https://" + secret.hosts.front() + "/', or leave the secret out");
}

}  // namespace

Result<std::shared_ptr<const NetworkRights>> NetworkRights::create(const Network& network) {
  auto rights = std::make_shared<NetworkRights>();
  rights->rules = BELLJAR_TRY(Rules::create(network.allow, network.handler != nullptr));
  rights->secrets = BELLJAR_TRY(Secrets::create(network.secrets));
  for (const Secret& secret : network.secrets) BELLJAR_TRY(check_use(secret, rights->rules));
  BELLJAR_TRY(check_limits(network.limits));
  rights->limits = network.limits;
  rights->proxy = BELLJAR_TRY(parse_proxy(network.proxy));
  rights->ca_file = network.ca_file;
  if (!network.ca_file.empty() && (network.ca_file.find('\0') != std::string::npos || access(network.ca_file.c_str(), R_OK) != 0)) {
    return invalid("the file of certificates '" + network.ca_file + "' cannot be read", "give the path of a PEM file (ca_file)");
  }
  for (const char* bundle : kBundles) {
    if (rights->ca_file.empty() && access(bundle, R_OK) == 0) rights->ca_file = bundle;
  }
  rights->handler = network.handler;
  rights->resolver = system_resolver();
  if (rights->rules.empty()) return std::shared_ptr<const NetworkRights>();
  return std::shared_ptr<const NetworkRights>(std::move(rights));
}

}  // namespace belljar::net
