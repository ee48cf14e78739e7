"""Context managers: classes, generators, ExitStack, suppress, redirect, nesting and errors in __exit__."""

import contextlib
import io
import os
import sys


class Resource:
    def __init__(self, name, swallow=(), fail_on_exit=False):
        self.name, self.swallow, self.fail_on_exit = name, swallow, fail_on_exit

    def __enter__(self):
        print(f"   open {self.name}")
        return self

    def __exit__(self, kind, error, traceback):
        print(f"   close {self.name} ({kind.__name__ if kind else 'no error'})")
        if self.fail_on_exit:
            raise OSError(f"cannot close {self.name}")
        return kind is not None and issubclass(kind, self.swallow)


@contextlib.contextmanager
def indent(prefix):
    buffer = io.StringIO()
    with contextlib.redirect_stdout(buffer):
        try:
            yield buffer
        except ZeroDivisionError:
            print("(divided by zero)")
    for line in buffer.getvalue().splitlines():
        print(prefix + line)


@contextlib.contextmanager
def environment(**values):
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Timer(contextlib.ContextDecorator):
    runs = 0

    def __enter__(self):
        Timer.runs += 1

    def __exit__(self, *error):
        return False


@Timer()
def work(n):
    return sum(range(n))


def main():
    with Resource("a") as a, Resource("b"):
        print("   using", a.name)
    with (
        Resource("swallows", ValueError),
        Resource("inner"),
    ):
        raise ValueError("hidden")
    print("went on")
    with indent("> ") as buffer:
        print("captured\nlines")
        1 / 0
    print(len(buffer.getvalue()))
    with environment(COLOUR="blue"):
        print(os.environ["COLOUR"])
    print("COLOUR" in os.environ, work(10), work(100), Timer.runs)

    with contextlib.ExitStack() as stack:
        names = [stack.enter_context(Resource(f"r{i}")).name for i in range(3)]
        stack.callback(print, "   callback", sep="")
        stack.push(lambda *error: print("   pushed", error[0]))
        print("  ", names)
        kept = stack.pop_all()
    print("nothing closed yet")
    kept.close()

    with contextlib.suppress(KeyError, IndexError):
        {}["missing"]
        print("never")
    with contextlib.redirect_stderr(sys.stdout):
        print("to stderr", file=sys.stderr)
    with contextlib.closing(io.StringIO("x")) as text, contextlib.nullcontext(5) as five:
        print(text.read(), five)
    print(text.closed)
    try:
        with Resource("outer"), Resource("failing", fail_on_exit=True):
            raise KeyError("first")
    except OSError as error:
        print(error, "| context:", repr(error.__context__))
    for attempt in ("with 3: pass", "with open: pass"):
        try:
            exec(attempt)
        except TypeError as error:
            print(error)

    @contextlib.contextmanager
    def twice():
        yield 1
        yield 2
    try:
        with twice():
            pass
    except RuntimeError as error:
        print(error)


if __name__ == "__main__":
    main()
