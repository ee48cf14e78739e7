#include "console.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "foreground.h"

namespace belljar::cli {
namespace {

constexpr const char* kDim = "\x1b[2m";
constexpr const char* kNormal = "\x1b[0m";

// A pipe that nobody empties must not keep a run from being stopped: writes what the pipe has room for, and gives up
// once the run is over its time.
bool is_writable(int fd, Session* session) {
  for (;;) {
    pollfd waiting{fd, POLLOUT, 0};
    const int ready = poll(&waiting, 1, 10);
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;  // ready, or broken: the write will tell
    if (session ? session->is_stopping() : was_interrupted()) return false;
  }
}

}  // namespace

bool wants_colours(int fd) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return isatty(fd) && !(no_colour && *no_colour) && terminal && *terminal && std::string_view(terminal) != "dumb";
}

Console::Channel Console::make_channel(int fd, bool raw) {
  Channel channel{fd, wants_colours(fd), std::nullopt};
  if (isatty(fd) && !raw) {
    channel.filter = channel.colours ? TerminalText(kDim, kNormal) : TerminalText();
  }
  return channel;
}

Console::Console(bool raw) : out_(make_channel(STDOUT_FILENO, raw)), err_(make_channel(STDERR_FILENO, raw)) {}

void Console::show(Stream stream, std::string_view bytes) {
  if (bytes.empty()) return;
  Channel& to = channel(stream);
  last_shown_ = &to;
  write_all(to.fd, to.filter ? to.filter->feed(bytes) : bytes);
}

void Console::say(std::string_view words) {
  if (words.empty()) return;
  if (words.ends_with('\n')) words.remove_suffix(1);
  std::string lines(words);
  if (err_.colours) lines = kDim + lines + kNormal;
  write_all(err_.fd, lines + "\n");
}

void Console::end_cell() {
  uint64_t escaped = 0;
  for (Channel* each : {&out_, &err_}) {
    if (!each->filter) continue;
    write_all(each->fd, each->filter->finish());
    escaped += each->filter->take_escaped();
  }
  if (escaped == 0) return;
  start_line();
  say("belljar: " + std::to_string(escaped) + (escaped == 1 ? " character" : " characters") +
      " that would steer the terminal or hide, shown as escapes (--raw passes them on)");
}

void Console::start_line() {
  Channel* last = last_shown_;
  if (last && last->filter && !last->filter->is_at_line_start()) write_all(last->fd, last->filter->feed("\n"));
}

void Console::write_all(int fd, std::string_view bytes) {
  Session* session = foreground_session();
  while (!bytes.empty() && error_ == 0 && is_writable(fd, session)) {
    // A pipe that polls as writable has room for this much without blocking.
    const ssize_t n = write(fd, bytes.data(), std::min<size_t>(bytes.size(), PIPE_BUF));
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno != EINTR && errno != EAGAIN) {
      if (fd == STDERR_FILENO && !session) return;  // our own words, and nowhere left to complain to
      // Nobody reads what the program writes: end it rather than let it run for nothing.
      error_ = errno;
      if (!session) return;
      session->cancel();
      session->cancel();
    }
  }
}

}  // namespace belljar::cli
