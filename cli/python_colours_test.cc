#include "python_colours.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <regex>

namespace belljar::cli {
namespace {

// "\x1b[1;34mdef\x1b[0m f" as "{1;34:def} f".
std::string marked(std::string_view source) {
  std::string text = std::regex_replace(colour_python(source), std::regex("\x1b\\[0m"), "}");
  return std::regex_replace(text, std::regex("\x1b\\[([0-9;]+)m"), "{$1:");
}

TEST(PythonColours, ColoursWhatPythonReads) {
  EXPECT_EQ(marked("def f(x): return None"), "{1;34:def} f(x): {1;34:return} {36:None}");
  EXPECT_EQ(marked("defer.match(undef)"), "defer.match(undef)") << "words, not parts of them; attributes are plain";
  EXPECT_EQ(marked("x = 'it\\'s' + rb\"y\" # 'z'"), "x = {32:'it\\'s'} + {32:rb\"y\"} {31:# 'z'}");
  EXPECT_EQ(marked("'''a\n'b'\n''' 'c"), "{32:'''a\n'b'\n'''} {32:'c}");
  EXPECT_EQ(marked("'open\nif 1: x1"), "{32:'open}\n{1;34:if} {33:1}: x1");
  EXPECT_EQ(marked("0x1F + 1_0.5e-3 - 2j"), "{33:0x1F} + {33:1_0.5e-3} - {33:2j}");
  EXPECT_EQ(marked("0xe+1"), "{33:0xe}+{33:1}");
  EXPECT_EQ(marked("  @a.b(c)\na @ b"), "  {35:@a.b}(c)\na @ b");
  EXPECT_EQ(marked("\xC3\xA9if = 1"), "\xC3\xA9if = {33:1}");
  EXPECT_EQ(marked(""), "");
}

TEST(PythonColours, ChangesNothingElse) {
  std::mt19937 random(3);
  const std::string pieces[] = {"'", "\"", "'''", "\\", "\n", " ", "#", "@",
                                "def", "1", ".", "e", "+", "x", "f'", "\xC3\xA9", "("};
  for (int round = 0; round < 2000; round++) {
    std::string source;
    for (int i = 0; i < 12; i++) source += pieces[random() % std::size(pieces)];
    ASSERT_EQ(std::regex_replace(colour_python(source), std::regex("\x1b\\[[0-9;]*m"), ""), source);
  }
}

}  // namespace
}  // namespace belljar::cli
