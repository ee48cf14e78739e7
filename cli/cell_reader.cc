#include "cell_reader.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "text.h"

namespace belljar::cli {
namespace {

constexpr size_t kMaxCellBytes = size_t{16} << 20;

bool is_indented(std::string_view line) { return line.starts_with(' ') || line.starts_with('\t'); }

// A line at the left edge that goes on with the block above it. A comment there may lie within the block.
bool continues_block(std::string_view line) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto end = std::find_if_not(line.begin(), line.end(), is_letter);
  const std::string_view word = line.substr(0, static_cast<size_t>(end - line.begin()));
  return line.starts_with('#') || word == "elif" || word == "else" || word == "except" || word == "finally";
}

}  // namespace

Result<TypedCell> CellReader::next() {
  using enum TypedCell::Outcome;
  using enum SessionQueries::CellState;
  std::string cell;
  SessionQueries::CellState state = kFinished;
  for (;;) {
    const TypedCell line = BELLJAR_TRY(next_line(!cell.empty()));
    if (line.outcome == kInterrupted) return line;
    if (line.outcome == kEnd) return cell.empty() ? line : TypedCell{kRead, cell};
    const bool blank = is_blank(line.text);
    if (cell.empty() && blank) continue;
    const bool inside = is_indented(line.text) || continues_block(line.text);
    if (state == kBlock && !blank && !inside) {
      // Asked again, because nobody has looked at the lines within the block: a string may have begun there.
      state = callbacks_.state(cell + "\n");
      if (state == kFinished) {
        ahead_ = line.text;
        return TypedCell{kRead, cell};
      }
    }
    if (!cell.empty()) cell += '\n';
    cell += line.text;
    if (cell.size() > kMaxCellBytes) {
      return Error{ErrorCode::kInvalidArgument, "a cell is larger than 16 MiB", "read the data from a file instead"};
    }
    // Within a block nothing is asked: a block of n lines would be parsed n times.
    if (state == kBlock && (blank ? !callbacks_.prompt : is_indented(line.text))) continue;
    state = callbacks_.state(cell);
    if (state == kFinished) return TypedCell{kRead, cell};
  }
}

Result<TypedCell> CellReader::next_line(bool goes_on) {
  using enum TypedCell::Outcome;
  if (ahead_) return TypedCell{kRead, *std::exchange(ahead_, std::nullopt)};
  if (callbacks_.prompt) callbacks_.prompt(goes_on);
  size_t searched = 0;
  for (;;) {
    const size_t newline = buffer_.find('\n', searched);
    if (newline != std::string::npos || (at_end_ && !buffer_.empty())) {
      TypedCell line{kRead, buffer_.substr(0, newline)};
      buffer_.erase(0, newline == std::string::npos ? newline : newline + 1);
      if (line.text.ends_with('\r')) line.text.pop_back();
      return line;
    }
    if (at_end_) return TypedCell{kEnd, ""};
    searched = buffer_.size();
    if (searched > kMaxCellBytes) {
      return Error{ErrorCode::kInvalidArgument, "a line is longer than 16 MiB", "read the data from a file instead"};
    }
    if (is_interrupted_before_input()) return TypedCell{kInterrupted, ""};
    char bytes[16 << 10];
    const ssize_t n = read(fd_, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error{ErrorCode::kIo, std::string("cannot read standard input: ") + std::strerror(errno), ""};
    at_end_ = n == 0;
    buffer_.append(bytes, static_cast<size_t>(n));
  }
}

// Waits for input. Ctrl-C must not be missed when it comes between the prompt and the waiting: the signal is held back
// until poll() is there to be woken by it.
bool CellReader::is_interrupted_before_input() {
  sigset_t interrupt, before;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_BLOCK, &interrupt, &before);
  bool interrupted = callbacks_.was_interrupted();
  pollfd waiting{fd_, POLLIN, 0};
  if (!interrupted && ppoll(&waiting, 1, nullptr, &before) < 0) interrupted = callbacks_.was_interrupted();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return interrupted;
}

}  // namespace belljar::cli
