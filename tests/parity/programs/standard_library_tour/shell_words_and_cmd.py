"""shlex, getopt, optparse, glob patterns, a calculator on cmd.Cmd, fileinput-free argument handling."""

import cmd
import fnmatch
import getopt
import io
import optparse
import shlex
import string


class Calculator(cmd.Cmd):
    """A stack calculator."""

    prompt = "> "
    doc_header = "Commands"

    def __init__(self, **streams):
        super().__init__(**streams)
        self.stack: list[float] = []

    def default(self, line):
        try:
            self.stack.append(float(line))
        except ValueError:
            self.stdout.write(f"*** {line}?\n")

    def _binary(self, operation):
        if len(self.stack) < 2:
            self.stdout.write("*** two numbers are needed\n")
            return
        b, a = self.stack.pop(), self.stack.pop()
        try:
            self.stack.append(operation(a, b))
        except ZeroDivisionError as error:
            self.stdout.write(f"*** {error}\n")
            self.stack += [a, b]

    def do_add(self, _):
        "add: replaces two numbers by their sum"
        self._binary(lambda a, b: a + b)

    def do_div(self, _):
        "div: replaces two numbers by their quotient"
        self._binary(lambda a, b: a / b)

    def do_show(self, line):
        self.stdout.write(f"{self.stack[-int(line or 0) :]}\n")

    def complete_show(self, text, line, begin, end):
        return [n for n in ("1", "2", "10") if n.startswith(text)]

    def help_numbers(self):
        self.stdout.write("Just type them.\n")

    def do_quit(self, _):
        return True

    def emptyline(self):
        pass


def main():
    for line in (
        "echo 'single quotes' \"double $x\" a\\ b",
        "a 'b\"c' \"d'e\"",
        "x=1 # comment",
        "unclosed 'quote",
        "",
        "''",
        '--flag="a b" -x',
    ):
        try:
            print(repr(line), shlex.split(line), shlex.split(line, comments=True, posix=True) == shlex.split(line))
        except ValueError as error:
            print(repr(line), error)
    print(
        shlex.join(["a b", "it's", "", "$HOME", "plain"]),
        shlex.quote("a;rm"),
        list(shlex.shlex("a=1;b<<c && d|e", punctuation_chars=True)),
        list(shlex.shlex("x.y 'q'", posix=False)),
    )
    script = "3\n4\nadd\nshow\n0\ndiv\nshow\nadd\nadd\nfoo\n\nhelp\nhelp add\nhelp numbers\nhelp nope\nquit\n9\n"
    output = io.StringIO()
    calculator = Calculator(stdin=io.StringIO(script), stdout=output)
    calculator.use_rawinput = False
    calculator.cmdloop("calculator")
    print(output.getvalue())
    print(
        calculator.stack,
        calculator.complete_show("1", "show 1", 5, 6),
        calculator.completenames("s"),
        calculator.parseline("show 12"),
        calculator.onecmd("show 1"),
    )
    for arguments in (
        ["-v", "-o", "out.txt", "--size=3", "a", "b"],
        ["-vv", "a", "-o", "x"],
        ["--si", "4"],
        ["-z"],
        ["-o"],
        ["--verbose=1"],
    ):
        try:
            print(
                getopt.getopt(arguments, "vo:", ["size=", "verbose"]),
                getopt.gnu_getopt(arguments, "vo:", ["size=", "verbose"])[1],
            )
        except getopt.GetoptError as error:
            print(error)
    parser = optparse.OptionParser(usage="%prog [options] FILE", prog="tool", version="2.0")
    parser.add_option("-n", "--number", type="int", default=1, metavar="N", help="how many [default: %default]")
    parser.add_option("-q", action="store_false", dest="verbose", default=True, help="be quiet")
    parser.add_option("-c", "--choice", type="choice", choices=["a", "b"])
    options, rest = parser.parse_args(["-n", "5", "-q", "--choice", "b", "file"])
    print(vars(options), rest)
    print(parser.format_help())
    print(
        [fnmatch.fnmatch(n, "[!.]*.p[yl]") for n in ("a.py", ".a.py", "b.pl", "c.pz")],
        fnmatch.filterfalse(["a", "b"], "a"),
        string.Template("$a-${b}").substitute(a=1, b=2),
    )


if __name__ == "__main__":
    main()
