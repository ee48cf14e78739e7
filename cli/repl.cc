#include "repl.h"

#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "cell_reader.h"
#include "console.h"
#include "foreground.h"
#include "history_file.h"
#include "line_editor.h"
#include "python_colours.h"
#include "repl_commands.h"
#include "repl_session.h"
#include "report.h"
#include "text.h"
#include "base/units.h"

namespace belljar::cli {
namespace {

constexpr std::string_view kPrompt = ">>> ";
constexpr std::string_view kContinuation = "... ";

bool is_terminal() { return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO); }

// The kinds of terminal that rustyline knows for having no cursor to move.
bool can_edit() {
  const char* name = std::getenv("TERM");
  if (!is_terminal() || !name) return false;
  const std::string_view terminal = name;
  return !terminal.empty() && terminal != "dumb" && terminal != "cons25" && terminal != "emacs";
}

std::string greeting(const Limits& limits) {
  return "belljar " BELLJAR_VERSION ", Python " BELLJAR_PYTHON_VERSION " in a sandbox: " + format_size(limits.memory) +
         ", " + format_duration(limits.cpu) + " CPU per cell, no network. :help shows more.\n";
}

// ---- where cells come from -----------------------------------------------------------------------------------

// The Python whose end decides whether the input is finished; nothing when it is finished as it is.
std::optional<std::string_view> unfinished_code(std::string_view input) {
  if (is_blank(input)) return std::nullopt;
  return is_command(input) ? code_of_command(input) : input;
}

LineCallbacks editor_callbacks(ReplSession& session, bool colours) {
  const auto complete = [&session](std::string_view text, size_t cursor) {
    std::string_view before = text.substr(0, cursor);
    if (before.starts_with(':') && before.find(' ') == std::string_view::npos) {
      return LineCallbacks::Completion{0, commands_starting(before)};
    }
    SessionQueries::Completion found = session.queries().complete(before);
    return LineCallbacks::Completion{cursor - found.replaced.size(), std::move(found.candidates)};
  };
  const auto enter = [&session](std::string_view text) -> std::optional<std::string> {
    const std::optional<std::string_view> code = unfinished_code(text);
    if (!code) return std::nullopt;
    const SessionQueries::Progress progress = session.queries().progress(*code);
    if (progress.state == SessionQueries::CellState::kFinished) return std::nullopt;
    return "\n" + progress.indentation;
  };
  // A paste may hold what steers the terminal, or shows code in another order than Python reads it.
  const auto display = [colours](std::string_view text) {
    const std::string shown = without_hidden(text);
    return colours ? colour_python(shown) : shown;
  };
  return {complete, enter, display};
}

using NextCell = std::function<Result<TypedCell>()>;

// History is a convenience: what is wrong with it is said once, and the prompt does without.
class History {
 public:
  History(LineEditor& editor, Console& console, bool wanted) : editor_(editor), console_(console) {
    if (!wanted) return;
    Result<std::string> path = history_file();
    if (path) path_ = *path;
    complain_of(path ? editor_.load_history(path_) : Status(path.error()));
  }

  void add(const std::string& text) {
    editor_.remember(text);
    if (!path_.empty()) complain_of(editor_.append_history(path_));
  }

 private:
  void complain_of(const Status& status) {
    if (status) return;
    console_.say("belljar: " + status.error().message + "; going on without it");
    path_.clear();
  }

  LineEditor& editor_;
  Console& console_;
  std::string path_;
};

Result<NextCell> edited_cells(ReplSession& session, Console& console, bool keeps_history) {
  const bool colours = wants_colours(STDOUT_FILENO);
  std::shared_ptr<LineEditor> editor = BELLJAR_TRY(LineEditor::open(editor_callbacks(session, colours), colours));
  auto history = std::make_shared<History>(*editor, console, keeps_history);
  return NextCell([editor, history]() -> Result<TypedCell> {
    TypedCell cell = BELLJAR_TRY(editor->read(kPrompt));
    cell.text.erase(cell.text.find_last_not_of(kWhiteSpace) + 1);
    if (!cell.text.empty()) history->add(cell.text);
    return cell;
  });
}

NextCell plain_cells(ReplSession& session, Console& console) {
  CellReader::Callbacks callbacks;
  callbacks.state = [&session](std::string_view source) {
    const std::optional<std::string_view> code = unfinished_code(source);
    return code ? session.queries().progress(*code).state : SessionQueries::CellState::kFinished;
  };
  callbacks.was_interrupted = [&console] {
    if (was_interrupted() && is_terminal()) console.print("\n");  // behind the ^C
    return was_interrupted();
  };
  if (is_terminal()) {
    callbacks.prompt = [&console](bool goes_on) { console.print(goes_on ? kContinuation : kPrompt); };
  }
  return [reader = CellReader(STDIN_FILENO, std::move(callbacks))]() mutable { return reader.next(); };
}

// ---- the loop ------------------------------------------------------------------------------------------------

int run_cells(const NextCell& next_cell, ReplSession& session, Console& console) {
  const bool interactive = is_terminal();
  int first_failure = kExitOk;
  for (;;) {
    forget_interrupt();
    const Result<TypedCell> cell = next_cell();
    if (!cell) return complain(cell.error());
    if (cell->outcome == TypedCell::Outcome::kInterrupted) {
      if (!interactive) return kExitCancelled;
      continue;
    }
    if (cell->outcome == TypedCell::Outcome::kEnd) return interactive ? kExitOk : first_failure;
    if (is_blank(cell->text)) continue;
    const NextStep step = is_command(cell->text) ? run_command(cell->text, session, console)
                                                 : run_cell(cell->text, session, console);
    if (console.error() != 0) return complain_of_output(console.error());
    if (step.leaves) return step.exit_code;
    if (first_failure == kExitOk) first_failure = step.exit_code;
    if (step.exit_code == kExitCancelled && !interactive) return kExitCancelled;
  }
}

}  // namespace

CLI::App* ReplCommand::add_to(CLI::App& app) {
  CLI::App* command = app.add_subcommand("repl", "An interactive prompt in a fresh sandbox");
  command->footer(
      "At the prompt :help shows its commands and keys. Standard input that is no terminal is read cell by cell,\n"
      "without prompts.\n\n"
      "Exit code: 0, or n for sys.exit(n). Without a terminal: that of the first cell that did not end well, as with\n"
      "`belljar run --cell`.");
  rights.add_to(*command, "cell");
  command->add_flag("--no-history", no_history, "Neither read nor write the history of earlier prompts");
  command->add_flag("--raw", raw, kRawHelp);
  return command;
}

int ReplCommand::execute() const {
  const Result<PolicyFile> file = rights.load();
  if (!file) return complain(file.error());
  Console console(raw);
  const bool interactive = is_terminal();
  Result<std::unique_ptr<ReplSession>> session = ReplSession::open(*file, console, interactive ? STDIN_FILENO : -1);
  if (!session) return complain(session.error());
  handle_interrupts();
  if (interactive) console.print(greeting(file->policy.limits));
  Result<NextCell> cells = can_edit() ? edited_cells(**session, console, !no_history) : plain_cells(**session, console);
  if (!cells) return complain(cells.error());
  return run_cells(*cells, **session, console);
}

}  // namespace belljar::cli
