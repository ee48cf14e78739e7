#include "base/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include <utility>

namespace belljar {
namespace {

// Accepts events and keeps nothing: the check costs no memory, whatever the text.
class DepthLimit final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit DepthLimit(int max_depth) : room_(max_depth) {}
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(size_t) override { return room_-- > 0; }
  bool end_object() override { return ++room_, true; }
  bool start_array(size_t) override { return room_-- > 0; }
  bool end_array() override { return ++room_, true; }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  int room_;
};

// The parser takes a NUL for the end of the text, whatever follows, and skips a byte order mark. Line ends are white
// space to it; to whoever reads lines they are the end of an object.
bool is_one_line(std::string_view text) {
  return !text.starts_with("\xEF\xBB\xBF") &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
}

// One array, and strings in it.
class StringList final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<std::string> strings;

  bool null() override { return false; }
  bool boolean(bool) override { return false; }
  bool number_integer(number_integer_t) override { return false; }
  bool number_unsigned(number_unsigned_t) override { return false; }
  bool number_float(number_float_t, const string_t&) override { return false; }
  bool string(string_t& text) override {
    if (!is_open_) return false;
    strings.push_back(std::move(text));
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool key(string_t&) override { return false; }
  bool start_object(size_t) override { return false; }
  bool end_object() override { return false; }
  bool start_array(size_t) override { return !std::exchange(is_open_, true); }
  bool end_array() override { return true; }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool is_open_ = false;
};

}  // namespace

bool is_json(std::string_view text, int max_depth) {
  if (!is_one_line(text)) return false;
  DepthLimit handler(max_depth);
  return nlohmann::json::sax_parse(text, &handler);
}

std::string quote_json(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::vector<std::string>> parse_string_list(std::string_view text) {
  StringList handler;
  if (!nlohmann::json::sax_parse(text, &handler)) return std::nullopt;
  return std::move(handler.strings);
}

}  // namespace belljar
