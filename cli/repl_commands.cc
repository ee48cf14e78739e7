#include "repl_commands.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "text.h"
#include "units.h"

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

NextStep quit(std::string_view, ReplSession&, Console&) { return {.leaves = true}; }

struct Command {
  std::string_view name;
  std::string_view argument;
  std::string_view what;
  NextStep (*run)(std::string_view argument, ReplSession& session, Console& console);
};

// A command is a line here and a function above. One whose argument is CODE takes Python, of any number of lines.
constexpr Command kCommands[] = {
    {":help", "", "this list", help},
    {":limits", "", "what a cell may use, and the option that changes it", limits},
    {":quit", "", "leave; Ctrl-D does the same", quit},
    {":reset", "", "start afresh: a new sandbox, nothing kept", reset},
    {":time", "CODE", "run a cell and say how long it took", time_cell},
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
    console.say("belljar: " + result.error().message + (result.error().hint.empty() ? "" : ": " + result.error().hint));
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
