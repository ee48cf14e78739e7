#include "base/utf8.h"

#include <gtest/gtest.h>

namespace belljar {
namespace {

TEST(Utf8, LeavesValidTextAlone) {
  for (const char* text : {"", "plain", "\u00e9\u20ac\U0001F600", "\xEF\xBF\xBD"}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
    EXPECT_EQ(to_valid_utf8(text), text);
  }
  EXPECT_TRUE(is_valid_utf8(std::string_view("a\0b", 3)));
}

// Expected counts are those of CPython's bytes.decode("utf-8", "replace").
TEST(Utf8, ReplacesEachMaximalIllFormedPart) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(to_valid_utf8("a\xFFz"), "a" + r + "z");
  EXPECT_EQ(to_valid_utf8("\x80\x80"), r + r);
  EXPECT_EQ(to_valid_utf8("\xE2\x82"), r);
  EXPECT_EQ(to_valid_utf8("\xE2\x82X"), r + "X");
  EXPECT_EQ(to_valid_utf8("\xF0\x9F\x98"), r);
  EXPECT_EQ(to_valid_utf8("\xC0\xAF"), r + r) << "overlong";
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"), r + r + r) << "lone surrogate";
  EXPECT_EQ(to_valid_utf8("\xF4\x90\x80\x80"), r + r + r + r) << "above U+10FFFF";
}

TEST(Utf8, FindsAnErrorAtAnyPlaceInALongText) {
  for (size_t at = 0; at < 40; at++) {
    std::string text(40, 'x');
    text[at] = '\xFE';
    EXPECT_EQ(valid_utf8_prefix(text), at);
  }
}

}  // namespace
}  // namespace belljar
