"""The manual page and the completions name the options that `--help` names, and no others."""

import re
import shutil
import subprocess
import unittest

from cli_support import DEADLINE, ROOT, CliTest, belljar

MANUAL = ROOT / "docs" / "man" / "belljar.1"
EVERYWHERE = {"-h", "--help"}
OPTION = r"--?\w[\w-]*"


def printed(*arguments):
    return belljar(*arguments).stdout.decode()


def options_of(*command):
    """What `belljar COMMAND --help` lists."""
    names = re.findall(rf"(?m)^  ({OPTION}(?:,{OPTION})*)\b", printed(*command, "--help"))
    return {name for line in names for name in line.split(",")}


def commands(*command):
    return re.findall(r"(?m)^  (\w+) ", printed(*command, "--help").partition("Subcommands:")[2])


def programs():
    """Each command, or each of a command's own, as a list of words."""
    return [words for command in commands() for words in [[command, name] for name in commands(command)] or [[command]]]


def run(*command, **options):
    """Exit code, output, errors."""
    process = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, **options)
    return process.returncode, process.stdout, process.stderr


class Manual(CliTest):
    def sections(self):
        """Title of each .Ss section -> the options that it lists."""
        text = MANUAL.read_text(encoding="utf-8")
        sections = re.findall(r"(?ms)^\.Ss (.+?)\n(.*?)(?=^\.S[hs] )", text)
        return {title: {"-" + name for line in re.findall(r"(?m)^\.It (Fl .*)$", body)
                        for name in re.findall(r"Fl (-?\w[\w-]*)", line)} for title, body in sections}

    def test_lists_the_options_of_every_command(self):
        sections = self.sections()
        self.assertEqual(sections.pop("Options of every command"), options_of())
        shared = sections.pop("What a sandbox may use")
        for words in programs():
            options = options_of(*words) - EVERYWHERE
            own = sections.pop(" ".join(["belljar", *words]))
            # `snapshot` writes its file to --output, and has another name for the limit.
            uses = shared - own if shared - {"--output"} <= options else set()
            self.assertEqual(own | uses, options, words)
        self.assertEqual(sections, {})

    def test_names_the_defaults(self):
        manual = MANUAL.read_text(encoding="utf-8")
        guide = (ROOT / "docs" / "guide" / "command-line.md").read_text(encoding="utf-8")
        defaults = re.findall(r"(?m)^  --([\w-]+) .*\[(\w+)\]$", printed("run", "--help"))
        self.assertGreater(len(defaults), 0)
        for option, default in defaults:
            self.assertRegex(manual, rf"\.It Fl -{option} [^.]+\n(?:[^.].*\n)*The default is {default}\.\n")
            self.assertRegex(guide, rf"(?m)^\| `--{option} [A-Z]+` \|.*\| {default} \|$")

    @unittest.skipUnless(shutil.which("groff"), "groff is not there")
    def test_is_well_formed(self):
        self.assertEqual(run("groff", "-mdoc", "-Tascii", "-ww", "-z", MANUAL), (0, "", ""))


class Completions(CliTest):
    def completed(self, *words):
        """What bash offers for the last of `words`. compopt works only in a real completion."""
        script = ('source <(printf %s "$1"); compopt() { :; }; shift\n'
                  'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _belljar; printf "%s\\n" "${COMPREPLY[@]}"')
        code, offered, complaint = run("bash", "-c", script, "bash", printed("completion", "bash"), *words)
        self.assertEqual((code, complaint), (0, ""))
        return set(offered.split())

    def test_bash_offers_commands_and_options(self):
        self.assertEqual(self.completed("belljar", ""), {*commands(), *options_of()})
        for command in commands():
            options = set.union(*(options_of(*words) for words in programs() if words[0] == command))
            self.assertEqual(self.completed("belljar", command, "-"), options)
        self.assertEqual(self.completed("belljar", "policy", "e"), {"explain"})
        self.assertEqual(self.completed("belljar", "run", "--m"), {"--memory", "--mount"})

    def test_bash_leaves_values_and_arguments_alone(self):
        for words in (("run", ""), ("run", "--stdin", ""), ("run", "--memory", ""), ("run", "x.py", "--", "--")):
            self.assertEqual(self.completed("belljar", *words), set(), words)

    def test_every_script_names_every_option(self):
        for shell, form in (("bash", "{}"), ("zsh", "{}"), ("fish", "-{} {}")):
            script = printed("completion", shell)
            for command in commands():
                self.assertRegex(script, rf"\b{command}\b", shell)
                for option in options_of(command):
                    kind, name = ("l", option[2:]) if option.startswith("--") else ("s", option[1:])
                    self.assertIn(form.format(kind, name) if shell == "fish" else option, script, shell)

    def test_scripts_are_well_formed(self):
        for shell in ("bash", "zsh", "fish"):
            if shutil.which(shell):
                with self.subTest(shell=shell):
                    self.assertEqual(run(shell, "-n", input=printed("completion", shell)), (0, "", ""))

    def test_another_shell_is_refused(self):
        self.assert_refused(belljar("completion", "tcsh"), "bash, zsh or fish")
