#include "packages/resolver.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/unique_fd.h"
#include "base/value_json.h"
#include "base/write_all.h"
#include "packages/scripts.h"

extern char** environ;

namespace belljar::packages {
namespace {

constexpr size_t kMaxAnswer = 64 << 20;

Error io_error(const char* what) { return {ErrorCode::kIo, std::string(what) + ": " + std::strerror(errno), ""}; }

struct Pipe {
  UniqueFd read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return io_error("cannot make a pipe");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// A child that is waited for, whatever happens.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);  // nobody reads what it says any more
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Its exit code; -1 when it did not end by itself.
  int wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_;
};

Result<pid_t> spawn_python(int input, int output) {
  const std::string script(resolve_script());
  // -I: no modules from the folder that the user happens to be in.
  for (const char* python : {"python3", "python"}) {
    std::string words[] = {python, "-I", "-c", script};
    char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    pid_t pid = 0;
    const int error = posix_spawnp(&pid, python, &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error == 0) return pid;
  }
  return Error{ErrorCode::kNotFound, "packages are chosen by the host's Python, and there is no python3",
               "install Python 3.9 or later with pip"};
}

// Reads lines until the last one, which is the answer; empty when there is none.
Result<std::string> read_answer(int fd, const Progress& progress) {
  std::string line, last;
  char buffer[16 << 10];
  for (;;) {
    const ssize_t n = read(fd, buffer, sizeof(buffer));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("cannot read from python3");
    if (n == 0) return last;
    line.append(buffer, static_cast<size_t>(n));
    if (line.size() > kMaxAnswer) return Error{ErrorCode::kIo, "python3 says too much", ""};
    for (size_t end; (end = line.find('\n')) != line.npos; line.erase(0, end + 1)) {
      last = line.substr(0, end);
      const Result<Value> said = value_from_json(last);
      const Value* doing = said ? said->find("progress") : nullptr;
      if (doing && doing->as_string()) progress(*doing->as_string());
    }
  }
}

std::string text(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  return found && found->as_string() ? *found->as_string() : "";
}

}  // namespace

Result<Value> resolve(const Value& job, const Progress& progress) {
  const std::string request = BELLJAR_TRY(value_to_json(job));
  Pipe input = BELLJAR_TRY(make_pipe());
  Pipe output = BELLJAR_TRY(make_pipe());
  Child child(BELLJAR_TRY(spawn_python(input.read.get(), output.write.get())));
  input.read = UniqueFd();
  output.write = UniqueFd();
  // It reads all of it before it says anything.
  const bool sent = write_all(input.write.get(), request);
  input.write = UniqueFd();
  const std::string last = BELLJAR_TRY(read_answer(output.read.get(), progress));
  const int exit_code = child.wait();
  Result<Value> answer = value_from_json(last);
  if (exit_code != 0 || !sent || !answer) {
    return Error{ErrorCode::kIo, "python3 could not choose the packages (exit code " + std::to_string(exit_code) + ")",
                 "what it says stands above"};
  }
  if (!answer->find("error")) return answer;
  return Error{ErrorCode::kInvalidArgument, text(*answer, "error"), text(*answer, "hint")};
}

}  // namespace belljar::packages
