#include "run.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/unique_fd.h"
#include "belljar/runtime.h"
#include "console.h"
#include "foreground.h"
#include "report.h"

namespace belljar::cli {
namespace {

constexpr const char* kNotBuiltYet[] = {"--mount", "--allow-net", "--image", "--secret"};

// ---- what to run ---------------------------------------------------------------------------------------------

struct Program {
  std::vector<std::string> cells;
  RunOptions options;
  std::string argv0;
  bool reads_stdin = true;
};

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

Result<Program> load(const RunCommand& command, Policy* policy) {
  if (!command.file.empty() + command.code.has_value() + !command.cells.empty() != 1) {
    return Error{ErrorCode::kInvalidArgument, "say what to run: one of FILE, -c CODE, - or --cell CODE ...",
                 "see `belljar run --help`"};
  }
  Program program;
  if (!command.cells.empty()) {
    program.cells = command.cells;
  } else if (command.code) {
    program.cells = {*command.code};
    program.argv0 = "-c";
    program.options.filename = "<string>";
  } else if (command.file == "-") {
    program.cells = {BELLJAR_TRY(read_all(0, "standard input"))};
    program.argv0 = "-";
    program.options.filename = "<stdin>";
    program.reads_stdin = false;
  } else {
    program = BELLJAR_TRY(load_file(command.file, policy));
  }
  program.options.is_last = command.cells.empty();
  return program;
}

// ---- running it ----------------------------------------------------------------------------------------------

// Runs the cells; returns the exit code of the first that did not end well.
int run_cells(Session& session, const Program& program, Console& console, bool json) {
  int first_failure = kExitOk;
  for (const std::string& cell : program.cells) {
    if (was_interrupted()) return kExitCancelled;
    Result<RunResult> result = run_in_foreground(session, cell, program.options);
    if (console.error() != 0) return complain_of_output(console.error());
    if (!result) return complain(result.error());
    if (json) {
      console.show(Stream::kStdout, to_json_line(*result));
    } else {
      console.show(Stream::kStderr, to_text(*result));
      if (first_failure == kExitOk) first_failure = exit_code(*result);
    }
    console.end_cell();
    if (json && console.error() != 0) return complain_of_output(console.error());
    if (was_interrupted()) return kExitCancelled;
  }
  return first_failure;
}

}  // namespace

CLI::App* RunCommand::add_to(CLI::App& app) {
  command_ = app.add_subcommand("run", "Run a Python program, or cells, in a fresh sandbox");
  command_->footer(
      "Limits are on by default: 256 MiB of memory, 10 s of CPU time, 30 s in all, 1 MiB of output, no network, no\n"
      "files of yours. The program sees an empty /workspace.\n\n"
      "Examples:\n"
      "  belljar run script.py -- --verbose input.txt     arguments after -- are the program's\n"
      "  belljar run -c 'print(sum(range(10)))'\n"
      "  echo 'print(input())' > p.py; echo hello | belljar run p.py\n"
      "  belljar run --cell 'x = 41' --cell 'x + 1' --json  cells share their state; one JSON object per cell\n"
      "  belljar run --cpu 1 --memory 64M script.py\n\n"
      "Exit code: 0 ok, 1 uncaught exception, n for sys.exit(n), 2 usage error, 124 time limit, 130 interrupted,\n"
      "134 crash inside the sandbox, 137 memory limit. With --json: 0 whenever every cell was carried out.");
  command_->add_option("FILE", file, "Python file to run, or - for standard input");
  command_->add_option("-c", code, "Program text to run")->type_name("CODE");
  command_->add_option("--cell", cells, "One cell; repeat it for several in one session")
      ->type_name("CODE")
      ->take_all()
      ->allow_extra_args(false);
  command_->add_flag("--json", json, "Print one JSON object per run or cell on standard output, and nothing else");
  limits.add_to(*command_, "run or cell");
  command_->add_flag("--raw", raw, kRawHelp);
  command_->add_option("--stdin", stdin_file, "File that the program reads as standard input")->type_name("FILE");
  for (size_t i = 0; i < std::size(kNotBuiltYet); i++) {
    command_->add_option(kNotBuiltYet[i], not_built_yet[i], "Not built yet")->take_all()->group("");
  }
  return command_;
}

int RunCommand::execute() {
  for (size_t i = 0; i < std::size(kNotBuiltYet); i++) {
    if (!not_built_yet[i].empty()) return complain(std::string(kNotBuiltYet[i]) + " is not built yet in this version");
  }
  Result<Policy> policy = limits.make_policy();
  if (!policy) return complain(policy.error());
  Result<Program> program = load(*this, &*policy);
  if (!program) return complain(program.error());
  if (!program->argv0.empty()) policy->arguments = {program->argv0};
  if (policy->arguments.empty() && !arguments.empty()) policy->arguments = {""};
  policy->arguments.insert(policy->arguments.end(), arguments.begin(), arguments.end());

  UniqueFd stdin_fd;
  program->options.stdin_fd = program->reads_stdin ? STDIN_FILENO : -1;
  if (!stdin_file.empty()) {
    stdin_fd = UniqueFd(open(stdin_file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!stdin_fd.valid()) return complain("cannot open " + stdin_file + ": " + std::strerror(errno), "check the path");
    struct stat info {};
    if (fstat(stdin_fd.get(), &info) == 0 && S_ISDIR(info.st_mode)) {
      return complain("--stdin " + stdin_file + " is a directory", "name a file");
    }
    program->options.stdin_fd = stdin_fd.get();
  }
  program->options.wants_value = json;
  Console console(raw);
  if (!json) program->options.on_output = [&](Stream stream, std::string_view bytes) { console.show(stream, bytes); };

  Result<std::shared_ptr<Runtime>> runtime = Runtime::create();
  if (!runtime) return complain(runtime.error());
  Result<std::unique_ptr<Session>> session = (*runtime)->open(*policy);
  if (!session) return complain(session.error());
  handle_interrupts();
  const int status = run_cells(**session, *program, console, json);
  // The process is about to end: taking the sandbox apart would only be work.
  std::fflush(nullptr);
  _exit(status);
}

}  // namespace belljar::cli
