#include "run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "foreground.h"
#include "report.h"
#include "snapshot_key.h"

namespace belljar::cli {
namespace {

struct Texts {
  const char* name;
  const char* description;
  const char* footer;
};

constexpr Texts kTexts[] = {
    {"run", "Run a Python program, or cells, in a fresh sandbox",
     "Limits are on by default: 256 MiB of memory, 10 s of CPU time, 30 s in all, 1 MiB of output, no network, no\n"
     "files of yours. The program sees an empty /workspace.\n\n"
     "Examples:\n"
     "  belljar run script.py -- --verbose input.txt     arguments after -- are the program's\n"
     "  belljar run -c 'print(sum(range(10)))'\n"
     "  echo 'print(input())' > p.py; echo hello | belljar run p.py\n"
     "  belljar run --cell 'x = 41' --cell 'x + 1' --json  cells share their state; one JSON object per cell\n"
     "  belljar run --cpu 1 --memory 64M script.py\n\n"
     "Exit code: 0 ok, 1 uncaught exception, n for sys.exit(n), 2 usage error, 124 time limit, 130 interrupted,\n"
     "134 crash inside the sandbox, 137 memory limit. With --json: 0 whenever every cell was carried out."},
    {"snapshot", "Run a program, then save the session to a file",
     "What is saved is the state: memory, files, open files. Limits, environment and everything else that is granted\n"
     "come from whoever resumes it. The file is written, mode 0600, when the program has ended well; else nothing is.\n\n"
     "Examples:\n"
     "  belljar snapshot --output ready.bj -c 'import json, decimal; table = {n: n * n for n in range(1000)}'\n"
     "  belljar resume ready.bj -c 'print(table[12])'\n"
     "  belljar snapshot --image ready.bj --output next.bj -c 'table[12] = 0'\n\n"
     "Exit code: as with `belljar run`; 2 also when the file cannot be written."},
    {"resume", "Run a program, or cells, in a saved session",
     "The file stays as it is: every run begins with the same state. Its random numbers are new each time. A file that\n"
     "somebody else made is safe to resume, but its Python is what they made of it.\n\n"
     "Examples:\n"
     "  belljar resume ready.bj -c 'print(table[12])'\n"
     "  belljar resume ready.bj --cell 'table[12] = 0' --cell 'table[12]' --json\n"
     "  belljar resume ready.bj --cpu 1 script.py -- argument\n\n"
     "Exit code: as with `belljar run`."},
};

}  // namespace

CLI::App* RunCommand::add_to(CLI::App& app) {
  const Texts& texts = kTexts[static_cast<size_t>(kind_)];
  CLI::App* command = app.add_subcommand(texts.name, texts.description);
  command->footer(texts.footer);
  if (kind_ == Kind::kResume) {
    command->add_option("SNAPSHOT", snapshot_, "The file that `belljar snapshot` wrote")->required();
  }
  program_.add_to(*command);
  command->add_flag("--json", json_, "Print one JSON object per run or cell on standard output, and nothing else");
  // `snapshot` writes its file to --output.
  rights_.add_to(*command, "run or cell", kind_ == Kind::kSnapshot ? "--output-limit" : "--output");
  if (kind_ == Kind::kSnapshot) {
    command->add_option("--output", output_, "The file to write")->type_name("FILE")->required();
  }
  command->add_option("--key-file", key_file_, kKeyHelp)->type_name("FILE");
  command->add_flag("--raw", raw_, kRawHelp);
  command->add_flag("--diff", diff_, "Show on standard error, at the end, what was changed in --mount ...:cow");
  return command;
}

int RunCommand::execute() {
  Result<PolicyFile> rights = rights_.load();
  if (!rights) return complain(rights.error());
  Policy& policy = rights->policy;
  Result<Program> program = program_.load(&policy);
  if (!program) return complain(program.error());
  if (kind_ == Kind::kSnapshot) program->options.is_last = false;
  program->options.wants_value = json_;
  std::optional<SnapshotKey> key;
  if (!snapshot_.empty() || !rights->image.empty() || !output_.empty()) {
    Result<std::optional<SnapshotKey>> read = read_key(key_file_);
    if (!read) return complain(read.error());
    key = *read;
  }
  const Result<UniqueFd> stdin_fd = program_.open_stdin(&*program);
  if (!stdin_fd) return complain(stdin_fd.error());
  Console console(raw_);
  if (!json_) {
    program->options.on_output = [&](Stream stream, std::string_view bytes) { console.show(stream, bytes); };
    program->options.on_display = [&](const MimeBundle& shown) { console.show(Stream::kStdout, displayed_text(shown)); };
  }

  Result<std::shared_ptr<Runtime>> runtime = Runtime::create();
  if (!runtime) return complain(runtime.error());
  Result<std::unique_ptr<Session>> session = open(**runtime, *rights, key ? &*key : nullptr);
  if (!session) return complain(session.error());
  handle_interrupts();
  const int status = run_cells(**session, policy, *program, key ? &*key : nullptr, console);
  // The process is about to end: taking the sandbox apart would only be work.
  std::fflush(nullptr);
  _exit(status);
}

Result<std::unique_ptr<Session>> RunCommand::open(Runtime& runtime, const PolicyFile& rights, const SnapshotKey* key) const {
  if (kind_ != Kind::kResume) return open_session(runtime, rights, key);
  // A snapshot that was taken in an image needs it.
  std::optional<Snapshot> image;
  if (!rights.image.empty()) image = BELLJAR_TRY(runtime.load_file(rights.image));
  return runtime.resume(BELLJAR_TRY(runtime.load_file(snapshot_, key)), rights.policy);
}

// Of the copy-on-write mounts; nothing where there are none, or nobody asks.
Result<std::optional<FileReport>> RunCommand::report_files(Session& session, const Policy& policy) const {
  const bool keeps_changes = std::any_of(policy.mounts.begin(), policy.mounts.end(),
                                         [](const Mount& mount) { return mount.mode == MountMode::kCopyOnWrite; });
  std::optional<FileReport> report;
  if (!keeps_changes || !(json_ || diff_)) return report;
  report.emplace();
  report->changes = BELLJAR_TRY(session.changes());
  if (diff_) report->diff = BELLJAR_TRY(session.diff());
  return report;
}

// Runs the cells; returns the exit code of the first that did not end well.
int RunCommand::run_cells(Session& session, const Policy& policy, const Program& program, const SnapshotKey* key,
                          Console& console) const {
  int first_failure = kExitOk;
  bool all_well = true;
  for (size_t i = 0; i < program.cells.size(); i++) {
    const std::string& cell = program.cells[i];
    if (was_interrupted()) return kExitCancelled;
    Result<RunResult> result = run_in_foreground(session, cell, program.options);
    if (console.error() != 0) return complain_of_output(console.error());
    if (!result) return complain(result.error());
    all_well = all_well && exit_code(*result) == kExitOk;
    Result<std::optional<FileReport>> files = std::optional<FileReport>();
    if (i + 1 == program.cells.size()) files = report_files(session, policy);
    if (!files) return complain(files.error());
    if (json_) {
      console.show(Stream::kStdout, to_json_line(*result, *files ? &**files : nullptr));
    } else {
      console.show(Stream::kStderr, to_text(*result));
      if (*files && (*files)->diff) console.show(Stream::kStderr, *(*files)->diff);
      if (first_failure == kExitOk) first_failure = exit_code(*result);
    }
    console.end_cell();
    if (json_ && console.error() != 0) return complain_of_output(console.error());
    if (was_interrupted()) return kExitCancelled;
  }
  if (kind_ != Kind::kSnapshot) return first_failure;
  if (!all_well) {
    console.say("belljar: " + output_ + " was not written: the program did not end well");
    return first_failure;
  }
  const Status status = session.suspend(output_, key);
  return status ? kExitOk : complain(status.error());
}

}  // namespace belljar::cli
