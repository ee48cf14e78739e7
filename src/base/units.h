// Sizes and durations as people type them.
#ifndef BELLJAR_BASE_UNITS_H_
#define BELLJAR_BASE_UNITS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belljar {

/// "262144", "256K", "64M", "1G", "1.5G" (powers of 1024; KB, KiB and so on too). Nothing when it is no size, negative or
/// above 2^60.
std::optional<uint64_t> parse_size(std::string_view text);

/// "10", "0.5", "2s", "250ms": seconds unless told. Nothing when it is no duration, not above zero or above ten years.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// For a person: "256 MiB", "1.5 GiB", "19.9 MiB", "512 bytes".
std::string format_size(uint64_t bytes);

/// "10 s", "0.5 s", "2.4 ms", "85 us".
std::string format_duration(std::chrono::nanoseconds duration);

}  // namespace belljar

#endif  // BELLJAR_BASE_UNITS_H_
