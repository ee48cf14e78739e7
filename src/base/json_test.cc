#include "base/json.h"

#include <gtest/gtest.h>

namespace belljar {
namespace {

TEST(Json, AcceptsWhatTheKernelWrites) {
  for (const char* text : {"null", "true", "-1.5e300", "123456789012345678901234567890", "\"\\u0001\\n\"",
                           "[1, [2, {\"a\": null}]]", "{\"k\": \"\u20ac\"}"}) {
    EXPECT_TRUE(is_json(text, 100)) << text;
  }
}

TEST(Json, RefusesWhatIsNone) {
  for (const char* text : {"", "NaN", "Infinity", "[1,]", "{\"a\" 1}", "1 2", "\"\\ud800\"", "\"\xFF\"", "'a'", "[",
                           "\"a\nb\""}) {
    EXPECT_FALSE(is_json(text, 100)) << text;
  }
}

// It goes into a line of output as it is.
TEST(Json, RefusesWhatIsNotOneWholeLine) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view text : {"[\n1]"sv, "1\r"sv, "\t1"sv, "1\0"sv, "1\0}\n{\"status\": \"ok\"}"sv, "\0"sv,
                                      "\xEF\xBB\xBF""1"sv}) {
    EXPECT_FALSE(is_json(text, 100)) << text;
  }
}

TEST(Json, LimitsDepthWithoutRecursion) {
  EXPECT_TRUE(is_json(std::string(100, '[') + std::string(100, ']'), 100));
  EXPECT_FALSE(is_json(std::string(101, '[') + std::string(101, ']'), 100));
  EXPECT_FALSE(is_json(std::string(10'000'000, '['), 100));
}

TEST(Json, ReadsListsOfStringsAndNothingElse) {
  EXPECT_EQ(parse_string_list("[]"), std::vector<std::string>{});
  EXPECT_EQ(parse_string_list(R"(["a", "b\n\u00e9"])"), (std::vector<std::string>{"a", "b\n\xC3\xA9"}));
  for (const char* bad : {"", "null", "\"a\"", "{}", "[1]", "[\"a\", null]", "[[\"a\"]]", "[\"a\"", "[\"a\"] x", "[\"\xFF\"]",
                          "[\"\\ud800\"]"}) {
    EXPECT_FALSE(parse_string_list(bad)) << bad;
  }
}

TEST(Json, QuotesAnyBytes) {
  EXPECT_EQ(quote_json("a\"b\\\n"), "\"a\\\"b\\\\\\n\"");
  EXPECT_EQ(quote_json(std::string_view("\0", 1)), "\"\\u0000\"");
  EXPECT_EQ(quote_json("x\xFF"), "\"x\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace belljar
