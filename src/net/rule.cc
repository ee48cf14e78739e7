#include "net/rule.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace belljar::net {
namespace {

constexpr size_t kMaxRules = 10'000;

Error invalid(std::string_view rule, std::string_view what, std::string hint) {
  return {ErrorCode::kInvalidArgument, "the rule '" + to_valid_utf8(std::string(rule)) + "' " + std::string(what),
          std::move(hint)};
}

bool is_method(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

Result<std::vector<std::string>> parse_methods(std::string_view rule, std::string_view list) {
  std::vector<std::string> methods;
  if (list == "*") return methods;
  for (;;) {
    const size_t comma = list.find(',');
    const std::string_view method = list.substr(0, comma);
    if (!is_method(method)) {
      return invalid(rule, "has no list of methods before its URL", "write \"GET,POST https://...\", or \"* https://...\" for all");
    }
    if (method == "CONNECT" || method == "TRACE") return invalid(rule, "names a method that belljar never sends", "leave it out");
    methods.emplace_back(method);
    if (comma == std::string_view::npos) return methods;
    list.remove_prefix(comma + 1);
  }
}

/// What parse_url() takes from a request, but is a mistake in a rule.
Status check_url_text(std::string_view rule, std::string_view url) {
  if (std::any_of(url.begin(), url.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return invalid(rule, "is not ASCII", "write an international host name in its xn-- form");
  }
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return invalid(rule, "has no URL that begins with https:// or http://", "write \"GET https://api.example.com/v1/\"");
  }
  if (url.find('?') != std::string_view::npos || url.find('#') != std::string_view::npos) {
    return invalid(rule, "has a query or a fragment", "a rule ends with the path: queries are allowed with it");
  }
  if (url.find('*') != std::string_view::npos) {
    return invalid(rule, "has a wildcard", "write a rule for each host; a path allows what lies below it");
  }
  if (url.find("/../") != std::string_view::npos || url.find("/./") != std::string_view::npos || url.ends_with("/..") ||
      url.ends_with("/.") || !is_plain_path(url.substr(8))) {
    return invalid(rule, "has dots or encoded characters in its path that servers read in different ways",
                   "write the path as the server names it");
  }
  return Ok{};
}

bool is_host_name(std::string_view host) {
  return host.size() <= 253 && !host.ends_with('.') && !host.starts_with('.') && host.find("..") == std::string_view::npos &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == ':';
         });
}

}  // namespace

Result<Rule> parse_rule(std::string_view text) {
  Rule rule;
  std::string_view rest = text;
  const size_t space = rest.find(' ');
  if (space == std::string_view::npos) {
    return invalid(text, "does not begin with methods", "write \"GET,POST https://api.example.com/v1/\", or \"* https://...\"");
  }
  rule.methods = BELLJAR_TRY(parse_methods(text, rest.substr(0, space)));
  rest.remove_prefix(space + 1);
  constexpr std::string_view kPrivate = " private";
  if (rest.ends_with(kPrivate)) {
    rule.may_be_private = true;
    rest.remove_suffix(kPrivate.size());
  }
  if (rest == "*" && rule.methods.empty() && !rule.may_be_private) {
    rule.is_everything = true;
    return rule;
  }
  if (rest.find(' ') != std::string_view::npos) {
    return invalid(text, "has more than methods and a URL", "after the URL only \"private\" may follow");
  }
  BELLJAR_TRY(check_url_text(text, rest));
  Outcome<Url> url = parse_url(rest);
  if (const auto* failure = std::get_if<Failure>(&url)) {
    return invalid(text, "has a URL that cannot be used: " + failure->message, "write \"GET https://api.example.com/v1/\"");
  }
  rule.origin = std::move(std::get<Url>(url).origin);
  rule.path = std::move(std::get<Url>(url).path);
  if (!is_host_name(rule.origin.host)) return invalid(text, "has no usable host name", "write it without a dot at its end");
  return rule;
}

bool Rule::allows(std::string_view method, const Url& url) const {
  if (!methods.empty() && std::find(methods.begin(), methods.end(), method) == methods.end()) return false;
  if (is_everything) return true;
  if (url.origin != origin) return false;
  if (path == "/") return true;
  if (!is_plain_path(url.path) || !url.path.starts_with(path)) return false;
  return url.path.size() == path.size() || path.ends_with('/') || url.path[path.size()] == '/';
}

Result<Rules> Rules::create(const std::vector<std::string>& texts, bool has_handler) {
  Rules rules;
  if (texts.size() > kMaxRules) {
    return Error{ErrorCode::kInvalidArgument, "there are more than 10000 rules for the network", "write rules for whole paths"};
  }
  for (const std::string& text : texts) {
    Rule rule = BELLJAR_TRY(parse_rule(text));
    if (rule.is_everything && !has_handler) {
      return invalid(text, "allows everything, which only a handler may answer", "name the hosts, or give a handler");
    }
    rules.rules_.push_back(std::move(rule));
    rules.texts_.push_back(text);
  }
  return rules;
}

const Rule* Rules::find(std::string_view method, const Url& url) const {
  const Rule* found = nullptr;
  for (const Rule& rule : rules_) {
    if (rule.allows(method, url) && (!found || rule.may_be_private)) found = &rule;
  }
  return found;
}

bool Rules::knows_host(std::string_view host) const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [&](const Rule& rule) { return rule.is_everything || rule.origin.host == host; });
}

std::string Rules::explain(std::string_view method, const Url& url) const {
  if (rules_.empty()) return "this sandbox has no network";
  constexpr size_t kMost = 5;
  std::string near;
  size_t count = 0;
  for (size_t i = 0; i < rules_.size(); i++) {
    if (rules_[i].origin.host == url.origin.host && count++ < kMost) near += (near.empty() ? "'" : ", '") + texts_[i] + "'";
  }
  const std::string what = "the policy does not allow " + std::string(method) + " " + url.plain_text();
  return near.empty() ? what + ": no rule names the host '" + url.origin.host + "'"
                      : what + ": its rules for this host are " + near + (count > kMost ? ", and others" : "");
}

}  // namespace belljar::net
