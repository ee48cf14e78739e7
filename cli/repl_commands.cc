#include "repl_commands.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "text.h"
#include "base/units.h"

namespace belljar::cli {
namespace {

std::string duration(uint64_t ns) { return format_duration(std::chrono::nanoseconds(ns)); }

// ---- the commands --------------------------------------------------------------------------------------------

NextStep help(std::string_view argument, ReplSession& session, Console& console);

NextStep time_cell(std::string_view code, ReplSession& session, Console& console) {
  if (code.empty()) return console.say("name the code to time: :time sum(range(1000))"), NextStep{};
  const NextStep next = run_cell(code, session, console);
  if (const std::optional<Usage>& usage = session.last_usage()) {
    console.say("took " + duration(usage->wall_ns) + ", of which " + duration(usage->cpu_ns) + " computing");
  }
  return next;
}

NextStep usage(std::string_view, ReplSession& session, Console& console) {
  const auto line = [](const Usage& u) {
    return duration(u.wall_ns) + ", of which " + duration(u.cpu_ns) + " computing; memory " +
           format_size(u.memory_peak_bytes) + "; output " + format_size(u.output_bytes) + "\n";
  };
  if (!session.last_usage()) return console.print("no cell has run yet\n"), NextStep{};
  const ReplSession::Totals& totals = session.totals();
  console.print("last cell   " + line(*session.last_usage()));
  console.print("session     " + line(totals.usage) + "cells       " + std::to_string(totals.cells) + "\n");
  if (const Result<SessionUsage> holds = session.holds()) {
    console.print("holds       " + format_size(holds->private_bytes) + " of memory; files " +
                  format_size(holds->file_bytes) + ", " + std::to_string(holds->file_entries) + " entries\n");
  }
  return {};
}

NextStep limits(std::string_view, ReplSession& session, Console& console) {
  const Limits& l = session.policy().limits;
  console.print("memory      " + format_size(l.memory) + " in all, Python itself included (--memory)\n" +
                "CPU time    " + format_duration(l.cpu) + " per cell (--cpu)\n" +
                "wall time   " + format_duration(l.wall) + " per cell, waiting included (--wall)\n" +
                "output      " + format_size(l.output) + " per cell, for standard output and error each (--output)\n" +
                "files       " + format_size(l.files) + ", " + std::to_string(l.file_entries) + " entries (--files)\n" +
                "network     none\n");
  return {};
}

NextStep reset(std::string_view, ReplSession& session, Console& console) {
  const Status status = session.reset();
  console.say(status ? "a fresh sandbox; everything before is gone" : "belljar: " + status.error().message);
  return {};
}

// "belljar: MESSAGE: HINT", for what did not work.
NextStep complain_at(Console& console, const Error& error) {
  console.say("belljar: " + error.message + (error.hint.empty() ? "" : ": " + error.hint));
  return {};
}

NextStep undo(std::string_view, ReplSession& session, Console& console) {
  const Result<bool> undone = session.undo();
  if (!undone) return complain_at(console, undone.error());
  console.say(*undone ? "the session is as it was before the last cell" : "there is nothing to undo");
  return {};
}

NextStep fork(std::string_view argument, ReplSession& session, Console& console) {
  if (argument == "end") {
    const Result<bool> left = session.leave_fork();
    if (!left) return complain_at(console, left.error());
    console.say(*left ? "back in the session that was put aside" : "no session was put aside: `:fork` does that");
    return {};
  }
  if (!argument.empty()) return console.say("write :fork, or :fork end"), NextStep{};
  const Result<size_t> forks = session.fork();
  if (!forks) return complain_at(console, forks.error());
  console.say("this is a copy now; `:fork end` drops it and goes back (" + std::to_string(*forks) + " put aside)");
  return {};
}

NextStep save(std::string_view path, ReplSession& session, Console& console) {
  if (path.empty()) return console.say("name the file to write: :save session.bj"), NextStep{};
  const Status status = session.save(std::string(path));
  if (!status) return complain_at(console, status.error());
  console.say("saved; `:load " + terminal_text(path) + "` or `belljar resume` goes on from it");
  return {};
}

NextStep load(std::string_view path, ReplSession& session, Console& console) {
  if (path.empty()) return console.say("name the file to load: :load session.bj"), NextStep{};
  const Status status = session.load(std::string(path));
  if (!status) return complain_at(console, status.error());
  console.say("going on from " + terminal_text(path) + "; the session before is gone");
  return {};
}

NextStep quit(std::string_view, ReplSession&, Console&) { return {.leaves = true}; }

struct Command {
  std::string_view name;
  std::string_view argument;
  std::string_view what;
  NextStep (*run)(std::string_view argument, ReplSession& session, Console& console);
};

// A command is a line here and a function above. One whose argument is CODE takes Python, of any number of lines.
constexpr Command kCommands[] = {
    {":fork", "[end]", "go on in a copy of the session; drop the copy and go back", fork},
    {":help", "", "this list", help},
    {":limits", "", "what a cell may use, and the option that changes it", limits},
    {":load", "FILE", "go on from a saved session", load},
    {":quit", "", "leave; Ctrl-D does the same", quit},
    {":reset", "", "start afresh: a new sandbox, nothing kept", reset},
    {":save", "FILE", "write the session to a file", save},
    {":time", "CODE", "run a cell and say how long it took", time_cell},
    {":undo", "", "back to before the last cell; again, further back", undo},
    {":usage", "", "what the last cell and the session have used", usage},
};

NextStep help(std::string_view, ReplSession&, Console& console) {
  std::string text;
  const auto line = [&](std::string left, std::string_view right) {
    left.resize(std::max<size_t>(left.size() + 1, 16), ' ');
    text += left.append(right) + "\n";
  };
  for (const Command& c : kCommands) {
    line(std::string(c.name) + (c.argument.empty() ? "" : " ") + std::string(c.argument), c.what);
  }
  line("?NAME, NAME?", "signature and documentation of a name");
  line("_", "the last value shown");
  line("Tab", "completes names, attributes, keys and modules; indents at the start of a line");
  line("Enter", "runs a finished cell; Alt-Enter always starts a new line");
  line("Ctrl-C", "clears the input; interrupts a cell, and stops it the second time");
  line("Up, Ctrl-R", "earlier cells, a search in them");
  console.print(text);
  return {};
}

// ---- finding one ---------------------------------------------------------------------------------------------

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); i++) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); j++) {
      const size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, replaced}));
    }
  }
  return row[b.size()];
}

struct Call {
  std::string_view name, argument;
};

Call parse(std::string_view input) {
  input = trim(input);
  const size_t end = std::min(input.find_first_of(" \t\n"), input.size());
  return {input.substr(0, end), trim(input.substr(end))};
}

const Command* find(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kCommands), std::end(kCommands), [&](const Command& c) { return c.name == name; });
  return found == std::end(kCommands) ? nullptr : found;
}

std::string_view nearest(std::string_view name) {
  return std::min_element(std::begin(kCommands), std::end(kCommands), [&](const Command& a, const Command& b) {
           return edit_distance(name, a.name) < edit_distance(name, b.name);
         })->name;
}

// ---- questions -----------------------------------------------------------------------------------------------

// The name that `?name` or `name?` asks for; nothing when it is no such thing.
std::optional<std::string_view> name_asked_for(std::string_view input) {
  input = trim(input);
  if (input.starts_with('?')) return trim(input.substr(1));
  if (!input.ends_with('?')) return std::nullopt;
  input = trim(input.substr(0, input.size() - 1));
  // Anything else with a question mark behind it is a mistake in Python, for Python to report.
  const bool is_name = !input.empty() && input.find_first_of(" \t\n()[]{}'\"#?:=+-*/,;") == std::string_view::npos;
  return is_name ? std::optional(input) : std::nullopt;
}

void describe(std::string_view name, ReplSession& session, Console& console) {
  if (name.empty()) return console.say("name what to describe: ?len");
  const std::optional<std::string> text = session.queries().describe(name);
  if (!text) return console.say("nothing is known of '" + terminal_text(name) + "' here");
  console.show(Stream::kStdout, *text + "\n");
}

}  // namespace

bool is_command(std::string_view input) {
  return trim(input).starts_with(':') || name_asked_for(input).has_value();
}

std::optional<std::string_view> code_of_command(std::string_view input) {
  const Call call = parse(input);
  const Command* command = find(call.name);
  if (!command || command->argument != "CODE" || call.argument.empty()) return std::nullopt;
  return input.substr(static_cast<size_t>(call.argument.data() - input.data()));
}

NextStep run_command(std::string_view input, ReplSession& session, Console& console) {
  NextStep next;
  if (const std::optional<std::string_view> name = name_asked_for(input)) {
    describe(*name, session, console);
  } else {
    const Call call = parse(input);
    if (const Command* command = find(call.name)) {
      next = command->run(call.argument, session, console);
    } else {
      console.say("there is no command " + terminal_text(call.name) + "; the nearest is " +
                  std::string(nearest(call.name)));
    }
  }
  console.end_cell();
  return next;
}

NextStep run_cell(std::string_view source, ReplSession& session, Console& console) {
  const Result<RunResult> result = session.run(source);
  if (!result) {
    complain_at(console, result.error());
    return {.exit_code = kExitUsage};
  }
  return {result->status == RunStatus::kExit, exit_code(*result)};
}

std::vector<std::string> commands_starting(std::string_view prefix) {
  std::vector<std::string> names;
  for (const Command& c : kCommands) {
    if (c.name.starts_with(prefix)) names.emplace_back(c.name);
  }
  return names;
}

}  // namespace belljar::cli
