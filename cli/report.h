// A run's result as the command line shows it: JSON Lines, or words on standard error and an exit code.
#ifndef BELLJAR_CLI_REPORT_H_
#define BELLJAR_CLI_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "belljar/error.h"
#include "belljar/run_result.h"
#include "belljar/session.h"

namespace belljar::cli {

/// Exit codes of the contract (docs/guide/command-line.md).
enum ExitCode : int {
  kExitOk = 0,
  kExitException = 1,
  kExitUsage = 2,
  kExitTimeLimit = 124,
  kExitCancelled = 130,
  kExitTrap = 134,
  kExitMemoryLimit = 137,
};

/// What there is to say of a session's files at its end.
struct FileReport {
  std::vector<FileChange> changes;
  std::optional<std::string> diff;
};

/// One line of JSON, newline included. `files`, unless it is null, is in it.
std::string to_json_line(const RunResult& result, const FileReport* files = nullptr);

/// What `display(object)` comes to where only text can be shown: a line, or nothing.
std::string displayed_text(const MimeBundle& shown);

/// Lines that count what went over the limit on output; empty when nothing did.
std::string dropped_in_words(const RunResult& result);

/// For a person: the traceback or the reason, and what was dropped; empty when there is nothing to say.
std::string to_text(const RunResult& result);

int exit_code(const RunResult& result);

/// Prints "belljar: MESSAGE (HINT)" on standard error; returns kExitUsage.
int complain(const std::string& message, const std::string& hint = "");
int complain(const Error& error);

/// The same for a write to standard output that failed with `error`, an errno.
int complain_of_output(int error);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_REPORT_H_
