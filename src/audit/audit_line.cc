#include "audit/audit_line.h"

#include <charconv>
#include <cstdio>
#include <ctime>

#include "base/json.h"
#include "base/sha256.h"

namespace belljar {
namespace {

constexpr size_t kHashDigits = 64;
constexpr std::string_view kBeforeHash = ",\"hash\":\"", kAfterHash = "\"}";
constexpr std::string_view kBeforeSequence = "{\"sequence\":", kBeforeLost = ",\"lost\":";

std::string timestamp(uint64_t unix_ns) {
  const auto seconds = static_cast<time_t>(unix_ns / 1'000'000'000);
  tm utc{};
  gmtime_r(&seconds, &utc);
  char date[32], text[48];
  strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text, sizeof text, "%s.%09uZ", date, static_cast<unsigned>(unix_ns % 1'000'000'000));
  return text;
}

void append_value(const AuditValue& value, std::string* out) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    *out += quote_json(*text);
  } else if (const auto* number = std::get_if<int64_t>(&value)) {
    *out += std::to_string(*number);
  } else {
    *out += std::get<bool>(value) ? "true" : "false";
  }
}

// Takes a number that follows `before` at the start of `*text`.
std::optional<uint64_t> take_number(std::string_view before, std::string_view* text) {
  if (!text->starts_with(before)) return std::nullopt;
  text->remove_prefix(before.size());
  uint64_t number;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc()) return std::nullopt;
  text->remove_prefix(static_cast<size_t>(end - text->data()));
  return number;
}

}  // namespace

AuditHash first_audit_hash() { return AuditHash(kHashDigits, '0'); }

AuditHash hash_audit_line(const AuditHash& before, std::string_view hashed) {
  Sha256 hash;
  for (const std::string_view part : {std::string_view(before), hashed}) {
    hash.add({reinterpret_cast<const uint8_t*>(part.data()), part.size()});
  }
  return to_hex(hash.finish());
}

std::string format_audit_line(const AuditLine& line, AuditHash* hash) {
  std::string text(kBeforeSequence);
  text += std::to_string(line.sequence);
  (text += kBeforeLost) += std::to_string(line.lost);
  ((text += ",\"timestamp\":\"") += timestamp(line.unix_ns)) += "\",\"event_name\":\"";
  ((text += line.event) += "\",\"attributes\":{");
  bool is_first = line.session.empty();
  if (!is_first) (text += "\"session.id\":") += quote_json(line.session);
  for (const auto& [name, value] : line.fields) {
    if (!is_first) text += ',';
    is_first = false;
    ((text += '"') += name) += "\":";
    append_value(value, &text);
  }
  text += '}';
  *hash = hash_audit_line(*hash, text);
  ((text += kBeforeHash) += *hash) += kAfterHash;
  return text += '\n';
}

std::optional<AuditClaim> read_audit_line(std::string_view line) {
  constexpr size_t kEnd = kBeforeHash.size() + kHashDigits + kAfterHash.size();
  if (line.size() <= kEnd || !line.ends_with(kAfterHash)) return std::nullopt;
  AuditClaim claim{};
  claim.hashed = line.substr(0, line.size() - kEnd);
  std::string_view rest = line.substr(claim.hashed.size());
  if (!rest.starts_with(kBeforeHash)) return std::nullopt;
  claim.hash = rest.substr(kBeforeHash.size(), kHashDigits);
  rest = claim.hashed;
  const std::optional<uint64_t> sequence = take_number(kBeforeSequence, &rest);
  const std::optional<uint64_t> lost = sequence ? take_number(kBeforeLost, &rest) : std::nullopt;
  if (!lost) return std::nullopt;
  claim.sequence = *sequence;
  claim.lost = *lost;
  return claim;
}

}  // namespace belljar
