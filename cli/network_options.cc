#include "network_options.h"

#include <utility>

#include "policy_source.h"

namespace belljar::cli {
namespace {

constexpr std::string_view kHeader = ":header=";

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    const size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<Secret> parse_secret_option(std::string_view text) {
  const size_t equals = text.find('=');
  const size_t header = text.rfind(kHeader);
  const std::string_view rest = text.substr(0, header);
  const size_t at = rest.rfind('@');
  if (equals == 0 || equals == std::string_view::npos || at == std::string_view::npos || at < equals || at + 1 == rest.size()) {
    return Error{ErrorCode::kInvalidArgument, "--secret '" + std::string(text.substr(0, equals)) + "=...' is no secret",
                 "write NAME=env:VARIABLE@api.example.com, or NAME=file:PATH@api.example.com"};
  }
  Secret secret;
  secret.name = text.substr(0, equals);
  secret.hosts = split(rest.substr(at + 1));
  if (header != std::string_view::npos) secret.headers = split(text.substr(header + kHeader.size()));
  secret.value = BELLJAR_TRY(read_secret(rest.substr(equals + 1, at - equals - 1)));
  return secret;
}

void NetworkOptions::add_to(CLI::App& command) {
  command.add_option("--allow-net", allow, "What may be requested: \"GET,POST https://api.example.com/v1/\"; repeatable")
      ->type_name("RULE")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--secret", secrets, "A secret for a host's requests, secret://NAME in the program: "
                                          "NAME=env:VARIABLE@HOST or NAME=file:PATH@HOST; repeatable")
      ->type_name("SECRET")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--ca-file", ca_file, "Certificates to trust in place of the system's (PEM)")->type_name("FILE");
  command.add_option("--proxy", proxy, "HTTP proxy for all requests: http://proxy.example.com:3128")->type_name("URL");
}

Status NetworkOptions::apply_to(Network* network) const {
  network->allow.insert(network->allow.end(), allow.begin(), allow.end());
  for (const std::string& secret : secrets) network->secrets.push_back(BELLJAR_TRY(parse_secret_option(secret)));
  if (!ca_file.empty()) network->ca_file = ca_file;
  if (!proxy.empty()) network->proxy = proxy;
  return Ok{};
}

}  // namespace belljar::cli
