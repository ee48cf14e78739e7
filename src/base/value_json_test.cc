#include "base/value_json.h"

#include <gtest/gtest.h>

#include <limits>

namespace belljar {
namespace {

std::string rewritten(std::string_view text) {
  const Result<Value> value = value_from_json(text);
  if (!value) return value.error().message;
  const Result<std::string> written = value_to_json(*value);
  return written ? *written : written.error().message;
}

TEST(ValueJson, ComesBackAsItWas) {
  for (const char* text : {
           "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
           "18446744073709551615", "18446744073709551616", "-18446744073709551616", "1000000000000000000000000000000",
           "123456789012345678901234567890123456789", "0.5", "-0.0", "1e+300", "5e-324", "\"\"", "\"a\\\"\\\\\\n\\u0000\"",
           "\"\xE2\x82\xAC\"", "[]", "{}", "[1, [2, {\"a\": null, \"b\": [{}]}], \"c\"]", "{\"z\": 1, \"a\": 2}"}) {
    EXPECT_EQ(rewritten(text), text);
  }
}

TEST(ValueJson, ReadsWhatItMeans) {
  EXPECT_EQ(*value_from_json(" {\"a\" : [1 , 2.0]}\n"),
            Value(Value::Map{{"a", Value::List{Value(1), Value(2.0)}}}));
  EXPECT_EQ(*value_from_json("18446744073709551616"), Value(BigInt{false, std::string("\1\0\0\0\0\0\0\0\0", 9)}));
  EXPECT_EQ(*value_from_json("-9223372036854775809"), Value(BigInt{true, std::string("\x80\0\0\0\0\0\0\1", 8)}));
  EXPECT_EQ(*value_from_json("\"\\u20ac\""), Value("\xE2\x82\xAC"));
  EXPECT_EQ(value_from_json("1e0")->type(), Value::Type::kFloat);
}

TEST(ValueJson, RefusesWhatIsNoJson) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view text :
       {""sv, "NaN"sv, "Infinity"sv, "[1,]"sv, "{\"a\" 1}"sv, "1 2"sv, "\"\\ud800\""sv, "\"\xFF\""sv, "'a'"sv, "["sv, "1e400"sv,
        "1\0"sv, "\xEF\xBB\xBF""1"sv, "{\"a\": 1, \"b\": 2, \"a\": 3}"sv, "01"sv, "+1"sv}) {
    const Result<Value> value = value_from_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, ErrorCode::kInvalidArgument);
    EXPECT_GT(value.error().message.size(), 10u);
  }
  EXPECT_FALSE(value_from_json(std::string(400, '9')));
  EXPECT_NE(value_from_json("[1, x]").error().message.find("line 1, column 5"), std::string::npos);
}

TEST(ValueJson, LimitsDepth) {
  EXPECT_TRUE(value_from_json(std::string(100, '[') + std::string(100, ']')));
  EXPECT_FALSE(value_from_json(std::string(101, '[') + std::string(101, ']')));
  EXPECT_FALSE(value_from_json(std::string(10'000'000, '[')));
  Value deep = Value::List{};
  for (int i = 1; i < Value::kMaxDepth; i++) deep = Value::List{std::move(deep)};
  EXPECT_TRUE(value_to_json(deep));
  EXPECT_FALSE(value_to_json(Value::List{deep}));
}

TEST(ValueJson, RefusesWhatJsonCannotSay) {
  for (const Value& value :
       {Value(Bytes{"x"}), Value(std::numeric_limits<double>::quiet_NaN()), Value(std::numeric_limits<double>::infinity()),
        Value("\xFF"), Value(Value::Map{{"\xFF", Value()}}), Value(Value::Map{{"a", Value()}, {"a", Value()}}),
        Value(BigInt{false, "\1" + std::string(128, '\0')})}) {
    EXPECT_FALSE(value_to_json(value));
    EXPECT_FALSE(value_to_json(Value::List{value}));
  }
}

// The largest of both sides: what is written can be read again.
TEST(ValueJson, TheLargestIntegersComeBack) {
  const std::string most = "\x80" + std::string(127, '\0');
  for (const bool negative : {false, true}) {
    const Value value = BigInt{negative, most};
    const Result<std::string> text = value_to_json(value);
    ASSERT_TRUE(text);
    EXPECT_EQ(*value_from_json(*text), value);
  }
}

}  // namespace
}  // namespace belljar
