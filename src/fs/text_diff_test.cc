#include "fs/text_diff.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>
#include <vector>

namespace belljar::fs {
namespace {

TEST(TextDiff, LooksAsExpected) {
  EXPECT_EQ(unified_diff("a", "same\n", "b", "same\n"), "");
  EXPECT_EQ(unified_diff("a/f", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "b/f", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
  EXPECT_EQ(unified_diff("/dev/null", "", "b/f", "x\n"), "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+x\n");
  EXPECT_EQ(unified_diff("a/f", "n\nA, 3\nB\nC\nC\n", "b/f", "n\nA,3\nC\n"),
            "--- a/f\n+++ b/f\n@@ -1,5 +1,3 @@\n n\n-A, 3\n-B\n+A,3\n C\n-C\n");
  EXPECT_EQ(unified_diff("a/f", "x", "b/f", "x\n"),
            "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n");
}

// Both sides, read from the hunks again: the old one must be what it was, and the new one.
void expect_sound(const std::string& before, const std::string& after) {
  std::istringstream diff(unified_diff("a", before, "b", after));
  std::vector<std::string> old_lines, made;
  std::string line;
  std::istringstream in(before);
  while (std::getline(in, line)) old_lines.push_back(line);
  size_t at = 0;
  std::getline(diff, line);
  std::getline(diff, line);
  while (std::getline(diff, line)) {
    if (line[0] == '@') {
      size_t start = 0, count = 1;
      const int fields = std::sscanf(line.c_str(), "@@ -%zu,%zu", &start, &count);
      ASSERT_GE(fields, 1);
      if (count > 0) start--;
      ASSERT_GE(start, at);
      while (at < start) made.push_back(old_lines[at++]);
      continue;
    }
    if (line[0] == '+') {
      made.push_back(line.substr(1));
      continue;
    }
    ASSERT_LT(at, old_lines.size());
    ASSERT_EQ(line.substr(1), old_lines[at]);
    if (line[0] == ' ') made.push_back(old_lines[at]);
    at++;
  }
  while (at < old_lines.size()) made.push_back(old_lines[at++]);
  std::string text;
  for (const std::string& each : made) text += each + "\n";
  ASSERT_EQ(text, after);
}

TEST(TextDiff, LeadsFromOneToTheOther) {
  std::mt19937 random(1);
  for (int round = 0; round < 500; round++) {
    std::string before, after;
    const auto lines = random() % 60, chance = 1 + random() % 20;
    for (size_t i = 0; i < lines; i++) {
      const std::string line = std::to_string(random() % 9) + "\n";
      before += line;
      const auto edit = random() % (3 * chance);
      if (edit != 0) after += line;
      if (edit == 1) after += std::to_string(random() % 9) + "\n";
    }
    if (before == after) continue;
    ASSERT_NO_FATAL_FAILURE(expect_sound(before, after)) << "round " << round;
  }
}

TEST(TextDiff, OfTextsThatShareNothingIsBounded) {
  std::string before = "begin\n", after = "begin\n";
  for (int i = 0; i < 20'000; i++) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  expect_sound(before, after);
}

}  // namespace
}  // namespace belljar::fs
