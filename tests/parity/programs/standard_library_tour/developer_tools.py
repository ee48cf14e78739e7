"""Tools for developers run from code: profiles, memory traces, coverage, a debugger fed with commands, a console, help."""

import ast
import cProfile
import code
import gc
import io
import linecache
import pdb
import pstats
import pydoc
import pyclbr
import re
import sys
import tabnanny
import timeit
import trace
import tracemalloc
from contextlib import redirect_stderr, redirect_stdout


class Shape:
    """A shape with sides.

    It knows its name.
    """

    sides: int = 0

    def name(self, upper: bool = False) -> str:
        """Return the name."""
        return {3: "triangle", 4: "square"}.get(self.sides, "shape")


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def branches(x):
    if x > 0:
        return "positive"
    return "other"


def profile():
    profiler = cProfile.Profile()
    profiler.runcall(fibonacci, 12)
    stream = io.StringIO()
    pstats.Stats(profiler, stream=stream).strip_dirs().print_stats("fibonacci")
    print([line.split()[0] for line in stream.getvalue().splitlines() if "(fibonacci)" in line])
    print(pstats.Stats(profiler).total_calls > 400, pstats.Stats(profiler).prim_calls)


def memory():
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    kept = [bytes(1000) for _ in range(100)]
    growth = tracemalloc.take_snapshot().compare_to(before, "lineno")[0]
    print(
        growth.size_diff > 100_000,
        growth.count_diff >= 100,
        len(kept),
        linecache.getline(__file__, growth.traceback[0].lineno).strip(),
    )
    tracemalloc.stop()
    print(
        tracemalloc.is_tracing(),
        gc.isenabled(),
        gc.get_threshold()[0] > 0,
        gc.collect() >= 0,
        gc.is_tracked([]),
        gc.get_count()[0] >= 0,
    )


def coverage():
    tracer = trace.Trace(count=1, trace=0)
    tracer.runfunc(branches, -1)
    first = branches.__code__.co_firstlineno
    print(sorted(line - first for (_, line), n in tracer.results().counts.items() if first < line < first + 4))
    seen = []

    def hook(frame, event, argument):
        if frame.f_code.co_name == "branches":
            seen.append((event, frame.f_lineno - first))
        return hook

    sys.settrace(hook)
    branches(1)
    sys.settrace(None)
    print(seen)
    monitored, monitor = [], sys.monitoring
    monitor.use_tool_id(3, "demo")
    monitor.register_callback(3, monitor.events.PY_START, lambda c, offset: monitored.append(c.co_name))
    monitor.set_events(3, monitor.events.PY_START)
    fibonacci(2)
    monitor.set_events(3, 0)
    monitor.free_tool_id(3)
    print(monitored)


def debugger():
    output = io.StringIO()
    debug = pdb.Pdb(
        stdin=io.StringIO("step\nstep\nargs\np x * 2\nwhere\n!x = 5\nnext\nnext\nretval\ncontinue\n"),
        stdout=output,
        nosigint=True,
        readrc=False,
    )
    debug.use_rawinput = False
    print(debug.runcall(branches, -3))
    print(
        re.sub(r"> .*\((\d+)\)", r"> line", output.getvalue()).count("(Pdb)"),
        "positive" in output.getvalue(),
        "x = -3" in output.getvalue(),
        "-6" in output.getvalue(),
    )


def console():
    output = io.StringIO()
    interpreter = code.InteractiveConsole({"name": "Ann"})
    with redirect_stdout(output), redirect_stderr(output):
        for line in (
            "1 + 1",
            "def double(n):",
            "    return n * 2",
            "",
            "double(name)",
            "1 / 0",
            "for i in range(2):",
            "    i",
            "",
            "x = = 1",
        ):
            interpreter.push(line)
    print(output.getvalue())


def documentation():
    print(pydoc.plain(pydoc.render_doc(Shape)).strip())
    print(pydoc.plain(pydoc.render_doc(divmod)).strip())
    print(pydoc.splitdoc(Shape.__doc__)[0], pydoc.locate("os.path.join").__name__, pydoc.describe(branches))


def main():
    for part in (profile, memory, coverage, debugger, console, documentation):
        print(f"-- {part.__name__}")
        part()
    print(
        timeit.timeit("x += 1", "x = 0", number=1000) >= 0,
        timeit.repeat(lambda: None, number=1, repeat=3) != [],
        timeit.Timer("pass").autorange(lambda n, t: None)[0] >= 1,
    )
    print(
        tabnanny.check(__file__),
        [
            n.name
            for n in ast.parse(linecache.getlines(__file__) and "".join(linecache.getlines(__file__))).body
            if isinstance(n, ast.ClassDef)
        ],
        hasattr(pyclbr, "readmodule"),
    )


if __name__ == "__main__":
    main()
