// The session that Ctrl-C reaches. There is one of them, because signals know no objects.
#ifndef BELLJAR_CLI_FOREGROUND_H_
#define BELLJAR_CLI_FOREGROUND_H_

#include <string_view>

#include "belljar/session.h"

namespace belljar::cli {

/// From now on Ctrl-C interrupts the cell that runs in the foreground: softly, and stops it when it comes again. A pipe
/// that nobody reads is an error of write(), not the end of the process.
void handle_interrupts();

/// The same for SIGTERM and SIGHUP, for a command that has something to clean up.
void handle_terminations();

/// Session::run, with Ctrl-C.
Result<RunResult> run_in_foreground(Session& session, std::string_view source, const RunOptions& options);

/// Null when no cell is running.
Session* foreground_session();

/// Ctrl-C has come since the start, or since the last forget_interrupt().
bool was_interrupted();
void forget_interrupt();

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_FOREGROUND_H_
