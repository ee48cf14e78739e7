#include "units.h"

#include <charconv>
#include <cmath>

namespace belljar::cli {
namespace {

// The number at the start of `text` (digits and at most one point: no sign, no exponent, no "inf") and what follows it.
std::optional<double> take_number(std::string_view* text) {
  const size_t end = text->find_first_not_of("0123456789.");
  const std::string_view digits = text->substr(0, end);
  double value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  text->remove_prefix(digits.size());
  return value;
}

std::optional<double> size_factor(std::string_view unit) {
  static constexpr std::string_view kLetters = "KMGT";
  if (unit.empty() || unit == "B" || unit == "b") return 1;
  const char letter = unit[0] >= 'a' && unit[0] <= 'z' ? static_cast<char>(unit[0] - 32) : unit[0];
  const size_t power = kLetters.find(letter);
  const std::string_view rest = unit.substr(1);
  if (power == std::string_view::npos || !(rest.empty() || rest == "B" || rest == "b" || rest == "iB")) {
    return std::nullopt;
  }
  return std::exp2(10.0 * static_cast<double>(power + 1));
}

}  // namespace

std::optional<uint64_t> parse_size(std::string_view text) {
  const std::optional<double> number = take_number(&text);
  const std::optional<double> factor = size_factor(text);
  if (!number || !factor || *number * *factor > std::exp2(60)) return std::nullopt;
  return static_cast<uint64_t>(*number * *factor);
}

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  constexpr double kTenYears = 10 * 366.0 * 86400;
  const std::optional<double> number = take_number(&text);
  const double unit = text.empty() || text == "s" ? 1 : text == "ms" ? 1e-3 : text == "m" ? 60 : 0;
  if (!number || unit == 0 || *number <= 0 || *number * unit > kTenYears) return std::nullopt;
  const std::chrono::nanoseconds duration(static_cast<int64_t>(*number * unit * 1e9));
  if (duration.count() == 0) return std::nullopt;
  return duration;
}

}  // namespace belljar::cli
