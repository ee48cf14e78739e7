#include "program.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace belljar::cli {
namespace {

Result<std::string> read_all(int fd, const std::string& name) {
  std::string text;
  char buffer[64 << 10];
  for (;;) {
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n == 0) return text;
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error{ErrorCode::kIo, "cannot read " + name + ": " + std::strerror(errno), ""};
    text.append(buffer, static_cast<size_t>(n));
    if (text.size() > size_t{16} << 20) {
      return Error{ErrorCode::kInvalidArgument, name + " is larger than 16 MiB", "read the data from a file instead"};
    }
  }
}

Result<std::string> read_file(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!fd.valid() || fstat(fd.get(), &info) != 0) {
    return Error{ErrorCode::kIo, "cannot open " + path + ": " + std::strerror(errno), "check the path"};
  }
  if (S_ISDIR(info.st_mode)) {
    return Error{ErrorCode::kInvalidArgument, path + " is a directory", "name a Python file in it"};
  }
  return read_all(fd.get(), path);
}

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

// The file is put where __file__ says it is; nothing else of the host's directory comes along.
Result<Program> load_file(const std::string& path, Policy* policy) {
  Program program;
  program.cells.push_back(BELLJAR_TRY(read_file(path)));
  program.argv0 = base_name(path);
  program.options.filename = "/workspace/" + program.argv0;
  program.options.is_script = true;
  if (program.cells[0].size() < policy->limits.files / 2) {
    policy->workspace.emplace_back(program.argv0, program.cells[0]);
  }
  return program;
}

}  // namespace

void ProgramOptions::add_to(CLI::App& command) {
  command.add_option("FILE", file, "Python file to run, or - for standard input");
  command.add_option("-c", code, "Program text to run")->type_name("CODE");
  command.add_option("--cell", cells, "One cell; repeat it for several in one session")
      ->type_name("CODE")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--stdin", stdin_file, "File that the program reads as standard input")->type_name("FILE");
}

Result<Program> ProgramOptions::load(Policy* policy) const {
  if (!file.empty() + code.has_value() + !cells.empty() != 1) {
    return Error{ErrorCode::kInvalidArgument, "say what to run: one of FILE, -c CODE, - or --cell CODE ...",
                 "see `belljar run --help`"};
  }
  Program program;
  if (!cells.empty()) {
    program.cells = cells;
  } else if (code) {
    program.cells = {*code};
    program.argv0 = "-c";
    program.options.filename = "<string>";
  } else if (file == "-") {
    program.cells = {BELLJAR_TRY(read_all(0, "standard input"))};
    program.argv0 = "-";
    program.options.filename = "<stdin>";
    program.reads_stdin = false;
  } else {
    program = BELLJAR_TRY(load_file(file, policy));
  }
  program.options.is_last = cells.empty();
  std::vector<std::string>& all = policy->arguments;
  all.insert(all.end(), arguments.begin(), arguments.end());
  if (!program.argv0.empty() || !all.empty()) all.insert(all.begin(), program.argv0);
  program.options.stdin_fd = program.reads_stdin ? STDIN_FILENO : -1;
  return program;
}

Result<UniqueFd> ProgramOptions::open_stdin(Program* program) const {
  if (stdin_file.empty()) return UniqueFd();
  UniqueFd fd(open(stdin_file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    return Error{ErrorCode::kIo, "cannot open " + stdin_file + ": " + std::strerror(errno), "check the path"};
  }
  struct stat info {};
  if (fstat(fd.get(), &info) == 0 && S_ISDIR(info.st_mode)) {
    return Error{ErrorCode::kInvalidArgument, "--stdin " + stdin_file + " is a directory", "name a file"};
  }
  program->options.stdin_fd = fd.get();
  return fd;
}

}  // namespace belljar::cli
