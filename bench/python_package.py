"""The Python package's figures, printed as JSON: run by bench.py with a Python that has belljar."""

import json
import multiprocessing
import subprocess
import sys
import threading
import time

import belljar

BATCHES = 8


def p50(function, n):
    """Median of the least disturbed batch, in us."""
    best = float("inf")
    for _ in range(BATCHES):
        times = []
        for _ in range(n):
            start = time.perf_counter()
            function()
            times.append(time.perf_counter() - start)
        times.sort()
        best = min(best, times[n // 2] * 1e6)
    return best


def tool_call():
    """One call from inside, the loop around it taken off."""
    def price(symbol: str) -> dict:
        return {"price": 12.5, "symbol": symbol}

    timed = "import time\nt = time.perf_counter()\nfor _ in range(5000): {}\n(time.perf_counter() - t) / 5000 * 1e6"
    with belljar.Session(tools=[price]) as s:
        calls, nothing = (min(s.run(timed.format(body)).value for _ in range(BATCHES)) for body in ("price('ACME')", "str('ACME')"))
    return calls - nothing


def fork():
    with belljar.Session() as s:
        s.run("x = 1")
        return p50(lambda: s.fork().run("x"), 200) - p50(lambda: s.run("x"), 200), p50(lambda: s.fork().close(), 200)


def fresh_runs(seconds):
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        belljar.run("print(1+1)")
        done += 1
    return done


def count_in_process(queue):
    fresh_runs(0.1)
    queue.put(fresh_runs(1))


def two_threads():
    counts = []
    threads = [threading.Thread(target=lambda: counts.append(fresh_runs(1))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


def two_processes():
    context = multiprocessing.get_context("spawn")
    queue = context.SimpleQueue()
    processes = [context.Process(target=count_in_process, args=(queue,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return queue.get() + queue.get()


def cold_import():
    """What `import belljar` and making the Runtime add to a Python that starts."""
    def best(code):
        least = float("inf")
        for _ in range(25):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-I", "-c", code], check=True)
            least = min(least, time.perf_counter() - start)
        return least * 1e3
    # The second runs a cell: code and image are mapped when they are first used.
    nothing, imported, used = best("pass"), best("import belljar"), best("import belljar; belljar.run('1')")
    return imported - nothing, used - nothing


def main():
    figures = {}
    figures["py_run_fresh_us_p50"] = p50(lambda: belljar.run("print(1+1)"), 1000), "us"
    with belljar.Session() as s:
        s.run("x = 0")
        figures["py_session_run_us_p50"] = p50(lambda: s.run("x = 1"), 1000), "us"
    with belljar.Session(checkpoints=False) as s:
        s.run("x = 0")
        figures["py_session_run_manual_us_p50"] = p50(lambda: s.run("x = 1"), 1000), "us"
    figures["py_tool_call_us_p50"] = tool_call(), "us"
    figures["py_fork_and_run_us_p50"], figures["py_fork_us_p50"] = ((value, "us") for value in fork())
    imported, used = cold_import()
    figures["py_import_ms"] = imported, "ms"
    figures["py_import_and_first_run_ms"] = used, "ms"
    pairs = [(two_threads(), two_processes()) for _ in range(3)]
    figures["py_2threads_vs_2processes"] = max(t for t, _ in pairs) / max(p for _, p in pairs), "x"
    json.dump({name: {"value": value, "unit": unit} for name, (value, unit) in figures.items()}, sys.stdout)


if __name__ == "__main__":
    main()
