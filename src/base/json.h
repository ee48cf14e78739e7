// JSON through nlohmann/json: checking text that a guest made, and quoting strings.
#ifndef BELLJAR_BASE_JSON_H_
#define BELLJAR_BASE_JSON_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belljar {

/// Strict JSON (RFC 8259) on one line, in valid UTF-8 without a byte order mark, without lone surrogates in escapes,
/// nested at most `max_depth` deep.
bool is_json(std::string_view text, int max_depth);

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string quote_json(std::string_view text);

/// The strings of a JSON array that holds nothing else. Nothing when `text` is anything else.
std::optional<std::vector<std::string>> parse_string_list(std::string_view text);

}  // namespace belljar

#endif  // BELLJAR_BASE_JSON_H_
