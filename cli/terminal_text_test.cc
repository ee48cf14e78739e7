#include "terminal_text.h"

#include <gtest/gtest.h>

#include <random>

namespace belljar::cli {
namespace {

TEST(TerminalText, ShowsWhatShowsItself) {
  const std::string text =
      "plain, tab\tand\nnewline \xC3\xA9 \xE2\x82\xAC \xE6\xBC\xA2 \xF0\x9F\x98\x80 \xE2\x9D\xA4\xEF\xB8\x8F ~";
  EXPECT_EQ(terminal_text(text), text);
  EXPECT_EQ(terminal_text(""), "");
}

TEST(TerminalText, WritesOutWhatSteersATerminal) {
  EXPECT_EQ(terminal_text("\x1b[2J\x1b]52;c;eA==\a"), "\\x1b[2J\\x1b]52;c;eA==\\x07");
  EXPECT_EQ(terminal_text("abc\b\b\bxyz\x7f"), "abc\\x08\\x08\\x08xyz\\x7f");
  EXPECT_EQ(terminal_text("secret\rpublic"), "secret\\x0dpublic");
  EXPECT_EQ(terminal_text("\v\f\x0e\x0f"), "\\x0b\\x0c\\x0e\\x0f");
  EXPECT_EQ(terminal_text(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(terminal_text("\xC2\x9B" "31m \xC2\x90 \xC2\x85"), "\\x9b31m \\x90 \\x85") << "C1, as UTF-8";
  EXPECT_EQ(terminal_text("\x9B" "31m"), "\\x9b31m") << "C1, as a byte";
}

TEST(TerminalText, WritesOutWhatHidesOrReorders) {
  EXPECT_EQ(terminal_text("a\xE2\x80\xAE" "b\xE2\x80\xAC"), "a\\u202eb\\u202c") << "right-to-left override";
  EXPECT_EQ(terminal_text("\xE2\x81\xA6\xE2\x81\xA9\xD8\x9C"), "\\u2066\\u2069\\u061c") << "isolates";
  EXPECT_EQ(terminal_text("ad\xC2\xADmin\xE2\x80\x8B"), "ad\\xadmin\\u200b") << "soft hyphen, zero width";
  EXPECT_EQ(terminal_text("\xEF\xBB\xBFx"), "\\ufeffx");
  EXPECT_EQ(terminal_text("\xF3\xA0\x81\xA1\xF3\xA0\x84\x80"), "\\U000e0061\\U000e0100") << "tags, selectors";
  EXPECT_EQ(terminal_text("\xE2\x80\xA8\xE3\x85\xA4"), "\\u2028\\u3164") << "line separator, filler";
}

TEST(TerminalText, WritesOutBytesThatAreNoText) {
  EXPECT_EQ(terminal_text("\xFF\xFE"), "\\xff\\xfe");
  EXPECT_EQ(terminal_text("\xC0\xAF"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(terminal_text("\xE0\x9B\x80"), "\\xe0\\x9b\\x80") << "overlong";
  EXPECT_EQ(terminal_text("\xED\xA0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(terminal_text("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond Unicode";
  EXPECT_EQ(terminal_text("\xE2\x82" "x"), "\\xe2\\x82x") << "cut short";
  EXPECT_EQ(terminal_text("x\xF0\x9F\x98"), "x\\xf0\\x9f\\x98") << "cut short at the end";
  EXPECT_EQ(terminal_text("\xE2\x1b[m"), "\\xe2\\x1b[m") << "a lead byte hides nothing behind it";
}

TEST(TerminalText, TakesCrLfForANewline) {
  EXPECT_EQ(terminal_text("a\r\nb\r\n"), "a\nb\n");
  TerminalText split;
  EXPECT_EQ(split.feed("a\r"), "a");
  EXPECT_EQ(split.feed("\nb\r"), "\nb");
  EXPECT_EQ(split.feed("c"), "\\x0dc");
  EXPECT_EQ(split.feed("\r"), "");
  EXPECT_EQ(split.finish(), "\\x0d");
}

TEST(TerminalText, IsTheSameHoweverTheStreamIsCut) {
  std::mt19937 random(1);
  const std::string pieces[] = {"a", "\n", "\r", "\x1b[1m", "\xC3\xA9", "\xE2\x80\xAE", "\xF0\x9F\x98\x80",
                                "\x80", "\xE2", "\xF0\x9F"};
  for (int round = 0; round < 300; round++) {
    std::string text;
    for (int i = 0; i < 20; i++) text += pieces[random() % std::size(pieces)];
    TerminalText filter;
    std::string out;
    for (size_t at = 0; at < text.size();) {
      const size_t n = std::min<size_t>(1 + random() % 4, text.size() - at);
      out += filter.feed(std::string_view(text).substr(at, n));
      at += n;
    }
    ASSERT_EQ(out + filter.finish(), terminal_text(text));
  }
}

TEST(TerminalText, NothingGetsThrough) {
  std::mt19937 random(2);
  for (int round = 0; round < 2000; round++) {
    std::string text(random() % 40, '\0');
    for (char& c : text) c = static_cast<char>(random());
    for (const unsigned char c : terminal_text(text)) ASSERT_TRUE(c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7F));
  }
}

TEST(TerminalText, MarksAndCountsEscapes) {
  TerminalText filter("<", ">");
  EXPECT_EQ(filter.feed("a\x1b" "b\xFF"), "a<\\x1b>b<\\xff>");
  EXPECT_EQ(filter.take_escaped(), 2u);
  EXPECT_EQ(filter.take_escaped(), 0u);
}

TEST(TerminalText, LeavesOutWhatHides) {
  EXPECT_EQ(without_hidden("a\x1b[1m\tb\n\xC2\x9B\xE2\x80\xAE" "c\xC3\xA9\xFF\xE2"), "a[1m\tb\nc\xC3\xA9");
  EXPECT_EQ(without_hidden(""), "");
}

TEST(TerminalText, KnowsWhereTheLineStarts) {
  TerminalText filter;
  EXPECT_TRUE(filter.is_at_line_start());
  filter.feed("a");
  EXPECT_FALSE(filter.is_at_line_start());
  filter.feed("b\n");
  EXPECT_TRUE(filter.is_at_line_start());
  filter.feed("\a");
  EXPECT_FALSE(filter.is_at_line_start());
}

}  // namespace
}  // namespace belljar::cli
