#include "base/units.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <iterator>

namespace belljar {
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

// One decimal, unless it is a zero.
std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  std::string number = text;
  if (number.ends_with(".0")) number.resize(number.size() - 2);
  return number;
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

std::string format_size(uint64_t bytes) {
  static constexpr const char* kUnits[] = {"bytes", "KiB", "MiB", "GiB"};
  double amount = static_cast<double>(bytes);
  size_t unit = 0;
  while (amount >= 1024 && unit + 1 < std::size(kUnits)) {
    amount /= 1024;
    unit++;
  }
  return short_number(amount) + " " + kUnits[unit];
}

std::string format_duration(std::chrono::nanoseconds duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  if (seconds >= 0.1) return short_number(seconds) + " s";
  if (seconds >= 1e-3) return short_number(seconds * 1e3) + " ms";
  return short_number(seconds * 1e6) + " us";
}

}  // namespace belljar
