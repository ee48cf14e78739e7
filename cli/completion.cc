#include "completion.h"

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <vector>

#include "report.h"

namespace belljar::cli {
namespace {

// ---- what there is to complete -------------------------------------------------------------------------------

enum class Value { kNone, kFile, kOther };

struct Option {
  std::vector<std::string> names;  ///< with their dashes
  std::string description;
  Value value;
  bool repeats;
};

struct Command {
  std::string name, description;
  std::vector<Option> options;  // those of its subcommands, too
  std::vector<std::string> subcommands;
  bool takes_file = false;
};

std::vector<const CLI::App*> subcommands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

void add_options(const CLI::App& app, Command* to) {
  Command& command = *to;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    if (option->nonpositional()) {
      Option described{{}, option->get_description(), Value::kOther, option->get_items_expected_max() > 1};
      for (const std::string& name : option->get_snames()) described.names.push_back("-" + name);
      for (const std::string& name : option->get_lnames()) described.names.push_back("--" + name);
      if (option->get_items_expected_max() == 0) described.value = Value::kNone;
      if (option->get_type_name() == "FILE") described.value = Value::kFile;
      command.options.push_back(std::move(described));
    } else if (option->get_name() == "FILE") {
      command.takes_file = true;
    }
  }
}

Command describe(const CLI::App& app) {
  Command command{app.get_name(), app.get_description(), {}, {}};
  add_options(app, &command);
  return command;
}

std::vector<Command> describe_commands(const CLI::App& app) {
  std::vector<Command> commands;
  for (const CLI::App* app_of : subcommands_of(app)) {
    Command command = describe(*app_of);
    for (const CLI::App* nested : subcommands_of(*app_of)) {
      command.options.clear();  // its own are --help alone, which the nested ones have
      command.subcommands.push_back(nested->get_name());
    }
    for (const CLI::App* nested : subcommands_of(*app_of)) add_options(*nested, &command);
    commands.push_back(std::move(command));
  }
  return commands;
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined += separator;
    joined += word;
  }
  return joined;
}

// `text` in single quotes, with a backslash before each of `special`.
std::string quote(std::string_view text, std::string_view special) {
  std::string quoted = "'";
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) quoted += '\\';
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return quoted + "'";
}

// ---- bash ----------------------------------------------------------------------------------------------------

// Where COMPREPLY stays empty bash completes file names, unless `compopt` says otherwise.
std::string bash_case(const Command& command) {
  std::vector<std::string> words = command.subcommands, with_file, with_other;
  for (const Option& option : command.options) {
    for (const std::string& name : option.names) {
      words.push_back(name);
      if (option.value == Value::kFile) with_file.push_back("\"" + command.name + " " + name + "\"");
      if (option.value == Value::kOther) with_other.push_back("\"" + command.name + " " + name + "\"");
    }
  }
  std::string text;
  if (!with_file.empty()) text += "    " + join(with_file, "|") + ") return ;;\n";
  if (!with_other.empty()) text += "    " + join(with_other, "|") + ") compopt +o default; return ;;\n";
  text += "    \"" + command.name + " \"*) words=\"" + join(words, " ") + "\"";
  return text + (command.takes_file ? "; [[ $word == -* ]] || return ;;\n" : " ;;\n");
}

std::string bash_script(const Command& top, const std::vector<Command>& commands) {
  std::vector<std::string> first;
  std::string cases;
  for (const Command& command : commands) {
    first.push_back(command.name);
    cases += bash_case(command);
  }
  for (const Option& option : top.options) first.insert(first.end(), option.names.begin(), option.names.end());
  return "_belljar() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} words=\"\"\n"
         "  COMPREPLY=()\n"
         "  [[ \" ${COMP_WORDS[*]:0:COMP_CWORD} \" == *\" -- \"* ]] && return\n"
         "  ((COMP_CWORD == 1)) && words=\"" + join(first, " ") + "\" ||\n"
         "  case \"${COMP_WORDS[1]} ${COMP_WORDS[COMP_CWORD-1]}\" in\n" + cases +
         "  esac\n"
         "  compopt +o default\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
         "}\n"
         "complete -o default -F _belljar belljar\n";
}

// ---- zsh -----------------------------------------------------------------------------------------------------

std::string zsh_option(const Option& option) {
  std::string spec = "[";
  for (const char c : option.description) spec += std::string(c == '[' || c == ']' ? "\\" : "") + c;
  spec += option.value == Value::kNone ? "]" : option.value == Value::kFile ? "]:file:_files" : "]:value: ";
  const std::string names = option.names.size() > 1 ? "{" + join(option.names, ",") + "}" : option.names[0];
  return std::string(" \\\n        ") + (option.repeats ? "\\*" : "") + names + quote(spec, "");
}

std::string zsh_script(const Command& top, const std::vector<Command>& commands) {
  std::string names, cases;
  for (const Command& command : commands) {
    names += " \\\n      " + quote(command.name + ":" + command.description, "");
    cases += "    " + command.name + ")\n      _arguments -S";
    for (const Option& option : command.options) cases += zsh_option(option);
    if (!command.subcommands.empty()) cases += " \\\n        '1:command:(" + join(command.subcommands, " ") + ")'";
    cases += command.takes_file ? " \\\n        '*:file:_files' ;;\n" : " ;;\n";
  }
  std::string options;
  for (const Option& option : top.options) options += zsh_option(option);
  return "#compdef belljar\n"
         "_belljar() {\n"
         "  local curcontext=$curcontext state line\n"
         "  local -a commands=(" + names + ")\n"
         "  _arguments -C" + options + " \\\n        '1: :->command' '*:: :->argument'\n"
         "  case $state in\n"
         "    command) _describe command commands; return ;;\n"
         "    argument) ;;\n"
         "    *) return ;;\n"
         "  esac\n"
         "  case $line[1] in\n" + cases +
         "  esac\n"
         "}\n"
         "if [[ $funcstack[1] == _belljar ]]; then _belljar \"$@\"; else compdef _belljar belljar; fi\n";
}

// ---- fish ----------------------------------------------------------------------------------------------------

std::string fish_option(const Option& option, const std::string& condition) {
  std::string line = "complete -c belljar -n " + condition;
  for (const std::string& name : option.names) {
    const bool is_long = name[1] == '-';
    line += (is_long ? " -l " : " -s ") + name.substr(is_long ? 2 : 1);
  }
  if (option.value != Value::kNone) line += option.value == Value::kFile ? " -r" : " -x";
  return line + " -d " + quote(option.description, "\\") + "\n";
}

std::string fish_script(const Command& top, const std::vector<Command>& commands) {
  std::string text = "complete -c belljar -n __fish_use_subcommand -f\n";
  for (const Option& option : top.options) text += fish_option(option, "__fish_use_subcommand");
  for (const Command& command : commands) {
    text += "complete -c belljar -n __fish_use_subcommand -a " + command.name + " -d " +
            quote(command.description, "\\") + "\n";
    const std::string condition = "'__fish_seen_subcommand_from " + command.name + "'";
    if (!command.takes_file) text += "complete -c belljar -n " + condition + " -f\n";
    for (const std::string& name : command.subcommands) text += "complete -c belljar -n " + condition + " -a " + name + "\n";
    for (const Option& option : command.options) text += fish_option(option, condition);
  }
  return text;
}

}  // namespace

CLI::App* CompletionCommand::add_to(CLI::App& app) {
  CLI::App* command = app.add_subcommand("completion", "Print a script that completes commands and options in a shell");
  command->footer(
      "Examples:\n"
      "  source <(belljar completion bash)        in ~/.bashrc\n"
      "  source <(belljar completion zsh)         in ~/.zshrc, after compinit\n"
      "  belljar completion fish | source         in ~/.config/fish/config.fish");
  command->add_option("SHELL", shell, "bash, zsh or fish")->required()->type_name("");
  return command;
}

int CompletionCommand::execute(const CLI::App& app) const {
  const Command top = describe(app);
  const std::vector<Command> commands = describe_commands(app);
  if (shell == "bash") {
    std::fputs(bash_script(top, commands).c_str(), stdout);
  } else if (shell == "zsh") {
    std::fputs(zsh_script(top, commands).c_str(), stdout);
  } else if (shell == "fish") {
    std::fputs(fish_script(top, commands).c_str(), stdout);
  } else {
    return complain("there is no completion for '" + shell + "'", "name bash, zsh or fish");
  }
  if (std::fflush(stdout) != 0) return complain_of_output(errno);
  return kExitOk;
}

}  // namespace belljar::cli
