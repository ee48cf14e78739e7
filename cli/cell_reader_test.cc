#include "cell_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

namespace belljar::cli {
namespace {

using enum SessionQueries::CellState;

// Enough of Python for these tests: brackets, and blocks that begin with a colon at the end of a line.
SessionQueries::CellState state_of(std::string_view source) {
  int open = 0;
  for (const char c : source) open += (c == '(') - (c == ')');
  if (open > 0) return kOpen;
  const std::string_view last = source.substr(source.rfind('\n') + 1);
  if (last.ends_with(':')) return kOpen;
  return source.find(":\n") != std::string_view::npos && !last.empty() ? kBlock : kFinished;
}

class CellReaderTest : public ::testing::Test {
 protected:
  ~CellReaderTest() override { close(fds_[0]); }

  /// All cells of `input`, which is read as it is, and as a person at a prompt when `has_prompt`.
  std::vector<std::string> cells(std::string_view input, bool has_prompt = false) {
    EXPECT_EQ(pipe(fds_), 0);
    EXPECT_EQ(write(fds_[1], input.data(), input.size()), static_cast<ssize_t>(input.size()));
    close(fds_[1]);
    CellReader::Callbacks callbacks;
    callbacks.state = [this](std::string_view source) {
      asked_++;
      return state_of(source);
    };
    callbacks.was_interrupted = [] { return false; };
    if (has_prompt) callbacks.prompt = [this](bool goes_on) { prompts_ += goes_on ? '.' : '>'; };
    CellReader reader(fds_[0], callbacks);
    std::vector<std::string> cells;
    for (;;) {
      const Result<TypedCell> cell = reader.next();
      EXPECT_TRUE(cell);
      if (!cell || cell->outcome == TypedCell::Outcome::kEnd) return cells;
      cells.push_back(cell->text);
    }
  }

  int fds_[2] = {-1, -1};
  int asked_ = 0;
  std::string prompts_;
};

using Cells = std::vector<std::string>;

TEST_F(CellReaderTest, LinesAreCells) { EXPECT_EQ(cells("a\n\n  \nb\r\nc"), (Cells{"a", "b", "c"})); }

TEST_F(CellReaderTest, NothingIsNoCell) { EXPECT_EQ(cells(""), Cells{}); }

TEST_F(CellReaderTest, BracketsGoOn) { EXPECT_EQ(cells("f(\n\n1)\nb\n"), (Cells{"f(\n\n1)", "b"})); }

TEST_F(CellReaderTest, ABlockEndsWithTheNextLineAtTheLeft) {
  EXPECT_EQ(cells("for:\n  a\n\n  b\n# still\nc\nd\n"), (Cells{"for:\n  a\n\n  b\n# still", "c", "d"}));
}

TEST_F(CellReaderTest, ABlockGoesOnWithItsOtherHalf) {
  EXPECT_EQ(cells("if:\n  a\nelse:\n  b\nelsewhere\n"), (Cells{"if:\n  a\nelse:\n  b", "elsewhere"}));
}

TEST_F(CellReaderTest, ABlockDoesNotEndWithinBrackets) {
  EXPECT_EQ(cells("if:\n  a\n  f(\n1)\nb\n"), (Cells{"if:\n  a\n  f(\n1)", "b"}));
}

TEST_F(CellReaderTest, AtAPromptABlockEndsWithAnEmptyLine) {
  EXPECT_EQ(cells("for:\n  a\n\nb\n", true), (Cells{"for:\n  a\n", "b"}));
  EXPECT_EQ(prompts_, ">..>>");
}

TEST_F(CellReaderTest, TheEndEndsWhateverWasBegun) {
  EXPECT_EQ(cells("f(\n1"), Cells{"f(\n1"});
}

TEST_F(CellReaderTest, AsksLittleWithinABlock) {
  std::string block = "for:\n";
  for (int i = 0; i < 1000; i++) block += "  a\n";
  EXPECT_EQ(cells(block + "b\n").size(), 2u);
  EXPECT_LT(asked_, 10);
}

// One that came before the reader waits: it would wait for ever.
TEST_F(CellReaderTest, AnEarlierInterruptIsSeen) {
  ASSERT_EQ(pipe(fds_), 0);
  CellReader::Callbacks callbacks;
  callbacks.state = state_of;
  callbacks.was_interrupted = [] { return true; };
  const Result<TypedCell> cell = CellReader(fds_[0], callbacks).next();
  close(fds_[1]);
  ASSERT_TRUE(cell);
  EXPECT_EQ(cell->outcome, TypedCell::Outcome::kInterrupted);
}

}  // namespace
}  // namespace belljar::cli
