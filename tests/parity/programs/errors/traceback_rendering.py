"""Tracebacks as text: nested calls, chained causes, source lines, carets, stack summaries, colours off."""

import sys
import traceback


class ConfigError(Exception):
    """Something in the configuration is wrong."""


def parse(text):
    return {key: int(value) for key, value in (pair.split("=") for pair in text.split(","))}


def load(text):
    try:
        return parse(text)
    except ValueError as error:
        raise ConfigError(f"cannot load {text!r}") from error


def cleanup_fails():
    try:
        {}["missing"]
    except KeyError:
        [][1]


def hide():
    try:
        1 / 0
    except ZeroDivisionError:
        raise RuntimeError("the cause is hidden") from None


def recurse(n):
    return recurse(n - 1) if n else 1 / n


def show(function, *arguments):
    print(f"--- {function.__name__}{arguments}")
    try:
        function(*arguments)
    except Exception as error:
        lines = traceback.format_exception(error)
        print("".join(lines).replace(__file__, "program.py").rstrip())


def main():
    show(load, "a=1,b=x")
    show(load, "a=1=2")
    show(cleanup_fails)
    show(hide)
    show(recurse, 6)
    show(lambda: (lambda x: x.upper() + x.nope)("abc"))
    show(eval, "1 +")
    show(exec, "def f():\n    return g()\nf()")
    try:
        load("a=b")
    except ConfigError as error:
        summary = traceback.TracebackException.from_exception(error, capture_locals=True)
        frame = summary.stack[-1]
        print(
            frame.name,
            frame.line,
            {k: v for k, v in frame.locals.items() if k == "text"},
            summary.exc_type_str,
            summary.__cause__.exc_type_str,
        )
        frames = traceback.extract_tb(error.__traceback__)
        print(
            [f.name for f in frames],
            [(n - frames[0].lineno) for _, n, _, _ in frames][0],
            traceback.format_exception_only(error),
        )
        print(
            error.__cause__.args,
            error.__suppress_context__,
            error.__context__ is error.__cause__,
            error.__traceback__.tb_next.tb_frame.f_code.co_name,
        )
        traceback.clear_frames(error.__traceback__)
    print(len(traceback.extract_stack()), traceback.extract_stack()[-1].name)
    try:
        raise ValueError("with note").with_traceback(None)
    except ValueError as error:
        error.add_note("first note")
        error.add_note("second\nnote")
        traceback.print_exception(error, limit=0, file=sys.stdout)
        print(error.__notes__)
    traceback.print_exc(file=sys.stdout)


if __name__ == "__main__":
    main()
