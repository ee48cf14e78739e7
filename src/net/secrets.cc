#include "net/secrets.h"

#include <sodium/utils.h>

#include <algorithm>
#include <utility>

#include "net/address.h"

namespace belljar::net {
namespace {

constexpr std::string_view kScheme = "secret://";
constexpr size_t kMinBytes = 8, kMaxBytes = 64 << 10, kMaxSecrets = 1000;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

Error invalid(const std::string& name, std::string_view what, std::string hint) {
  return {ErrorCode::kInvalidArgument, "the secret '" + name + "' " + std::string(what), std::move(hint)};
}

Failure denied(std::string message) { return {FailureKind::kDenied, std::move(message)}; }

bool is_loopback_host(const std::string& host) {
  const std::optional<Address> address = parse_address(host);
  return host == "localhost" || (address && is_loopback(*address));
}

Result<std::vector<Origin>> origins_of(const Secret& secret) {
  std::vector<Origin> origins;
  for (const std::string& host : secret.hosts) {
    for (const char* scheme : {"https", "http"}) {
      const Outcome<Url> url = parse_url(scheme + ("://" + host));
      const Url* found = std::get_if<Url>(&url);
      if (!found || host.find_first_of("/?#") != std::string::npos) {
        return invalid(secret.name, "names '" + host + "', which is no host", "write api.example.com, or api.example.com:8443");
      }
      // In plain text only where nobody is between.
      if (found->origin.scheme == "https" || is_loopback_host(found->origin.host)) origins.push_back(found->origin);
    }
  }
  return origins;
}

std::string base64(std::string_view bytes, bool is_url) {
  const char* digits = is_url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                              : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) text.push_back(digits[bits >> (count - 6) & 63]);
  }
  if (count > 0) text.push_back(digits[bits << (6 - count) & 63]);
  return text;  // without padding
}

std::optional<std::string> from_base64(const std::string& text) {
  std::string bytes(text.size(), '\0');
  size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr, &length,
                        nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  bytes.resize(length);
  return bytes;
}

std::string hex(std::string_view bytes, const char* digits, std::string_view before) {
  std::string text;
  for (const char byte : bytes) {
    text += before;
    text.push_back(digits[static_cast<unsigned char>(byte) >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

constexpr const char* kLowerHex = "0123456789abcdef";
constexpr const char* kUpperHex = "0123456789ABCDEF";

std::string percent(std::string_view bytes, const char* digits, std::string_view kept) {
  std::string text;
  for (const char c : bytes) {
    const bool stays = is_name_char(c) || kept.find(c) != std::string_view::npos;
    text += stays ? std::string(1, c) : hex({&c, 1}, digits, "%");
  }
  return text;
}

std::string json(std::string_view bytes, bool escapes_slash) {
  std::string text;
  for (const char c : bytes) {
    if (c == '"' || c == '\\' || (c == '/' && escapes_slash)) text.push_back('\\');
    text.push_back(c);
  }
  return text;
}

/// The credentials of "Basic ...": what is encoded there.
std::optional<std::string> basic_credentials(std::string_view name, std::string_view value) {
  if (!equal_names(name, "authorization") || value.size() < 6 || !equal_names(value.substr(0, 6), "basic ")) return std::nullopt;
  const size_t begin = value.find_first_not_of(' ', 6);
  return from_base64(std::string(begin == std::string_view::npos ? "" : value.substr(begin)));
}

}  // namespace

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

Secrets::~Secrets() {
  for (Entry& entry : entries_) wipe(entry.secret.value);
  for (Form& form : forms_) wipe(form.bytes);
}

Result<Secrets> Secrets::create(const std::vector<Secret>& secrets) {
  Secrets made;
  if (secrets.size() > kMaxSecrets) return Error{ErrorCode::kInvalidArgument, "there are more than 1000 secrets", ""};
  for (const Secret& secret : secrets) {
    if (secret.name.empty() || secret.name.size() > 100 || !std::all_of(secret.name.begin(), secret.name.end(), is_name_char)) {
      return Error{ErrorCode::kInvalidArgument, "the name of a secret is not made of letters, digits and '_'", "write API_TOKEN"};
    }
    const auto is_same = [&](const Entry& entry) { return entry.secret.name == secret.name; };
    if (std::any_of(made.entries_.begin(), made.entries_.end(), is_same)) {
      return invalid(secret.name, "is there twice", "give each a name of its own");
    }
    if (secret.value.size() < kMinBytes || secret.value.size() > kMaxBytes) {
      return invalid(secret.name, "has less than 8 bytes, or more than 64 KiB", "a shorter one would be found in texts by chance");
    }
    if (std::any_of(secret.value.begin(), secret.value.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; })) {
      return invalid(secret.name, "holds a line end or another control character", "was it read from a file with a line end?");
    }
    if (secret.hosts.empty()) return invalid(secret.name, "is for no host", "name the hosts that it may be sent to");
    std::vector<Origin> origins = BELLJAR_TRY(origins_of(secret));
    made.add_forms(secret);
    made.entries_.push_back({secret, std::move(origins)});
  }
  return made;
}

// A server that means to give a value away can always do so in a form that is not here. These are those in which servers
// repeat what they got by themselves: error texts, echoes, logs.
void Secrets::add_forms(const Secret& secret) {
  const std::string placeholder = std::string(kScheme) + secret.name;
  const auto add = [&](std::string bytes) {
    const auto is_same = [&](const Form& form) { return form.bytes == bytes; };
    if (!std::any_of(forms_.begin(), forms_.end(), is_same)) forms_.push_back({std::move(bytes), placeholder});
  };
  const std::string& value = secret.value;
  add(value);
  for (const char* digits : {kUpperHex, kLowerHex}) {
    for (const char* kept : {"", "-.~", "-.~/", "-.*", "-.!~*'()"}) add(percent(value, digits, kept));
    add(hex(value, digits, ""));
  }
  add(json(value, false));
  add(json(value, true));
  for (const bool is_url : {false, true}) {
    // At each of three places in a longer text: what depends on nothing but the value.
    for (size_t before = 0; before < 3; before++) {
      const size_t first = (before * 8 + 5) / 6, last = (before + value.size()) * 8 / 6;
      add(base64(std::string(before, 'x') + value, is_url).substr(first, last - first));
    }
  }
}

bool Secrets::concerns(const Origin& origin) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return std::find(entry.origins.begin(), entry.origins.end(), origin) != entry.origins.end();
  });
}

bool Secrets::has_placeholder(std::string_view name, std::string_view value) {
  if (value.find(kScheme) != std::string_view::npos) return true;
  const std::optional<std::string> credentials = basic_credentials(name, value);
  return credentials && credentials->find(kScheme) != std::string::npos;
}

std::optional<Failure> Secrets::put_into(const Origin& origin, Headers* headers, std::vector<std::string>* used) const {
  for (auto& [name, value] : *headers) {
    if (!has_placeholder(name, value)) continue;
    if (std::optional<std::string> credentials = basic_credentials(name, value)) {
      if (std::optional<Failure> failure = replace(origin, name, &*credentials, used)) return failure;
      value = "Basic " + base64(*credentials, false);
      value.append((4 - (value.size() - 6) % 4) % 4, '=');
      wipe(*credentials);
    } else if (std::optional<Failure> failure = replace(origin, name, &value, used)) {
      return failure;
    }
  }
  return std::nullopt;
}

std::optional<Failure> Secrets::replace(const Origin& origin, std::string_view header, std::string* text,
                                        std::vector<std::string>* used) const {
  std::string done;
  for (size_t at = 0;;) {
    const size_t begin = text->find(kScheme, at);
    done += text->substr(at, begin - at);
    if (begin == std::string::npos) break;
    size_t end = begin + kScheme.size();
    while (end < text->size() && is_name_char((*text)[end])) end++;
    const std::string name = text->substr(begin + kScheme.size(), end - begin - kScheme.size());
    const auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.secret.name == name; });
    if (entry == entries_.end()) return denied("the header " + std::string(header) + " names the secret '" + name + "', which there is not");
    if (std::find(entry->origins.begin(), entry->origins.end(), origin) == entry->origins.end()) {
      return denied("the secret '" + name + "' must not be sent to " + origin.scheme + "://" + authority_of(origin) +
                    ": it is for other hosts, or for https only");
    }
    const std::vector<std::string>& allowed = entry->secret.headers;
    if (!allowed.empty() && std::none_of(allowed.begin(), allowed.end(), [&](const auto& h) { return equal_names(h, header); })) {
      return denied("the secret '" + name + "' must not be sent in the header " + std::string(header));
    }
    done += entry->secret.value;
    if (std::find(used->begin(), used->end(), name) == used->end()) used->push_back(name);
    at = end;
  }
  *text = std::move(done);
  return std::nullopt;
}

std::optional<Failure> Secrets::refuse_in(std::string_view text, std::string_view where) const {
  for (const Entry& entry : entries_) {
    for (const char* scheme : {"secret://", "secret%3A%2F%2F", "secret%3a%2f%2f", "secret:/"}) {
      const std::string placeholder = scheme + entry.secret.name;
      if (text.find(placeholder) != std::string_view::npos) {
        return denied("the " + std::string(where) + " names the secret '" + entry.secret.name +
                      "': secrets are put into headers only");
      }
    }
  }
  return std::nullopt;
}

// ---- masking -------------------------------------------------------------------------------------------------

Masker::Masker(const Secrets& secrets) : forms_(secrets.forms()) {
  for (size_t i = 0; i < forms_.size(); i++) {
    by_first_[static_cast<unsigned char>(forms_[i].bytes[0])].push_back(static_cast<uint16_t>(i));
    longest_ = std::max(longest_, forms_[i].bytes.size());
  }
  for (std::vector<uint16_t>& indices : by_first_) {
    std::stable_sort(indices.begin(), indices.end(),
                     [&](uint16_t a, uint16_t b) { return forms_[a].bytes.size() > forms_[b].bytes.size(); });
  }
}

bool Masker::may_begin_a_form(std::string_view rest) const {
  const std::vector<uint16_t>& indices = by_first_[static_cast<unsigned char>(rest[0])];
  return std::any_of(indices.begin(), indices.end(), [&](uint16_t i) {
    return forms_[i].bytes.size() > rest.size() && std::string_view(forms_[i].bytes).starts_with(rest);
  });
}

std::string Masker::push(std::string_view piece, bool is_last) {
  if (forms_.empty()) return std::string(piece);
  held_ += piece;
  const std::string_view text = held_;
  std::string done;
  size_t at = 0, copied = 0;
  while (at < text.size()) {
    const std::vector<uint16_t>& indices = by_first_[static_cast<unsigned char>(text[at])];
    if (indices.empty()) {
      at++;
      continue;
    }
    const std::string_view rest = text.substr(at);
    if (!is_last && rest.size() < longest_ && may_begin_a_form(rest)) break;
    const auto found = std::find_if(indices.begin(), indices.end(), [&](uint16_t i) { return rest.starts_with(forms_[i].bytes); });
    if (found == indices.end()) {
      at++;
      continue;
    }
    done += text.substr(copied, at - copied);
    done += forms_[*found].placeholder;
    at += forms_[*found].bytes.size();
    copied = at;
  }
  done += text.substr(copied, at - copied);
  std::string left = held_.substr(at);
  wipe(held_);
  held_ = std::move(left);
  return done;
}

std::string masked(const Secrets& secrets, std::string_view text) {
  if (secrets.empty()) return std::string(text);
  return Masker(secrets).push(text, true);
}

}  // namespace belljar::net
