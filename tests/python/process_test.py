"""The package and its process: signals, fork, multiprocessing, the interpreter's end, memory."""

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import unittest
import warnings

import belljar


def python(code, *, timeout=60, **options):
    """Runs `code` in a Python of its own."""
    return subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=timeout, **options)


def run_in_child(code):
    return belljar.run(code).value


class CtrlC(unittest.TestCase):
    def interrupted(self, code, first_line="ready", again=0):
        child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            self.assertEqual(child.stdout.readline().strip(), first_line)
            time.sleep(0.2)
            child.send_signal(signal.SIGINT)
            for _ in range(again):
                time.sleep(0.05)
                child.send_signal(signal.SIGINT)
            out, err = child.communicate(timeout=20)
            return child.returncode, out, err
        finally:
            child.kill()
            child.wait()

    def test_it_reaches_the_guest_and_is_raised(self):
        code, out, err = self.interrupted("""
            import belljar, time
            s = belljar.Session(on_stdout=lambda line: print(line, flush=True))
            start = time.monotonic()
            try:
                s.run("x = 1\\nprint('ready')\\ntry:\\n  while True: pass\\nfinally:\\n  print('cleaned up')")
            except KeyboardInterrupt:
                print('interrupted', time.monotonic() - start < 5)
            print(s['x'])
            """)
        self.assertEqual((code, out), (0, "cleaned up\ninterrupted True\n1\n"), err)

    def test_a_guest_that_ignores_it(self):
        code, out, err = self.interrupted("""
            import belljar
            try:
                belljar.run("print('ready')\\nwhile True:\\n  try:\\n    while True: pass\\n  except BaseException: pass",
                            on_stdout=lambda line: print(line, flush=True))
            except KeyboardInterrupt:
                print('interrupted')
            """)
        self.assertEqual((code, out), (0, "interrupted\n"), err)

    def test_a_handler_of_the_programs_own(self):
        code, out, err = self.interrupted("""
            import belljar, signal
            signal.signal(signal.SIGINT, lambda *_: print('mine'))
            r = belljar.run("print('ready')\\nwhile True: pass", on_stdout=lambda line: print(line, flush=True))
            print(r.status)
            """)
        self.assertEqual((code, out), (0, "mine\ncancelled\n"), err)

    def test_where_it_is_ignored(self):
        code, out, err = self.interrupted("""
            import belljar, signal
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            r = belljar.run("print('ready')\\nimport time; time.sleep(1); 5", on_stdout=lambda line: print(line, flush=True))
            print(r.value)
            """)
        self.assertEqual((code, out), (0, "5\n"), err)

    def test_asyncio(self):
        code, out, err = self.interrupted("""
            import asyncio, belljar
            async def main():
                with belljar.Session(on_stdout=lambda line: print(line, flush=True)) as s:
                    await s.arun("print('ready')\\nwhile True: pass")
            try:
                asyncio.run(main())
            except KeyboardInterrupt:
                print('interrupted')
            """)
        self.assertEqual(code, 0, err)
        self.assertEqual(out, "interrupted\n", err)

    def test_in_a_run_of_a_tool(self):
        code, out, err = self.interrupted("""
            import belljar, time
            def inner():
                belljar.run("print('ready')\\nwhile True: pass", on_stdout=lambda line: print(line, flush=True))
            start = time.monotonic()
            try:
                belljar.run("try:\\n  inner()\\nexcept BaseException: pass\\nwhile True: pass", tools=[inner], cpu=9)
            except KeyboardInterrupt:
                print('interrupted', time.monotonic() - start < 5)
            """)
        self.assertEqual((code, out), (0, "interrupted True\n"), err)

    def test_under_a_handler_that_passes_it_on(self):
        code, out, err = self.interrupted("""
            import belljar, faulthandler, signal, sys
            belljar.run('1')
            faulthandler.register(signal.SIGINT, chain=True)
            try:
                belljar.run("print('ready')\\nwhile True: pass", on_stdout=lambda line: print(line, flush=True))
            except KeyboardInterrupt:
                print('interrupted')
            """)
        self.assertEqual((code, out), (0, "interrupted\n"), err)

    def test_imported_by_another_thread(self):
        code, out, err = self.interrupted("""
            import threading
            t = threading.Thread(target=lambda: __import__('belljar')); t.start(); t.join()
            import belljar
            try:
                belljar.run("print('ready')\\nwhile True: pass", on_stdout=lambda line: print(line, flush=True))
            except KeyboardInterrupt:
                print('interrupted')
            """)
        self.assertEqual((code, out), (0, "interrupted\n"), err)

    def test_in_a_tool(self):
        code, out, err = self.interrupted("""
            import belljar, time
            def wait():
                print('ready', flush=True)
                time.sleep(20)
            try:
                belljar.run("try:\\n  wait()\\nexcept BaseException: pass", tools=[wait])
            except KeyboardInterrupt:
                print('interrupted')
            """)
        self.assertEqual((code, out), (0, "interrupted\n"), err)


class Forks(unittest.TestCase):
    def test_the_child_has_a_runtime_of_its_own(self):
        s = belljar.Session()
        s.run("x = 1")
        read, write = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            try:
                try:
                    s.run("x")
                    said = "no error"
                except belljar.ForkedError as error:
                    said = str(error)
                os.write(write, f"{said}|{belljar.run('6*7').value}".encode())
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            said, value = pipe.read().decode().split("|")
        os.waitpid(pid, 0)
        self.assertIn("after a fork", said)
        self.assertEqual(value, "42")
        self.assertEqual(s.run("x").value, 1)

    def test_a_child_ends_in_an_orderly_way(self):
        done = python("""
            import belljar, os, sys, warnings
            warnings.simplefilter('ignore')
            s = belljar.Session(); s.run('x = 1')
            pid = os.fork()
            if pid == 0:
                print(belljar.run('2').value); sys.exit(0)
            print(os.waitpid(pid, 0)[1], s['x'])
            """)
        self.assertEqual((done.returncode, done.stdout.split()), (0, ["2", "0", "1"]), done.stderr)

    def test_an_audit_log_stays_the_parents(self):
        done = python("""
            import belljar, os, sys, tempfile, warnings
            warnings.simplefilter('ignore')
            path = os.path.join(tempfile.mkdtemp(), 'log')
            policy = belljar.Policy(audit=path)
            belljar.run('1', policy=policy)
            pid = os.fork()
            if pid == 0:
                try:
                    belljar.run('2', policy=policy)
                except belljar.ForkedError as error:
                    print('refused', flush=True)
                os._exit(0)
            os.waitpid(pid, 0)
            belljar.run('3', policy=policy)
            print(belljar.AuditLog.verify(path)[0] > 4)
            """)
        self.assertEqual((done.returncode, done.stdout), (0, "refused\nTrue\n"), done.stderr)

    def test_multiprocessing(self):
        belljar.run("1")
        for method in ("fork", "spawn", "forkserver"):
            with self.subTest(method), warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                with multiprocessing.get_context(method).Pool(2) as pool:
                    self.assertEqual(pool.map(run_in_child, ["1+1", "2+2", "3+3"]), [2, 4, 6])


class TheEnd(unittest.TestCase):
    def test_live_sessions(self):
        done = python("""
            import belljar
            async def tool(): return 1
            s = belljar.Session(tools=[tool]); s.run('await tool()')
            kids, snap = s.fork(5), s.snapshot()
            print('end')
            """)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "end\n", ""))

    def test_a_thread_in_a_run(self):
        for daemon in (True, False):
            start = time.monotonic()
            done = python(f"""
                import belljar, threading, time
                def tool(): return 1
                s = belljar.Session(tools=[tool], cpu=3)
                threading.Thread(target=lambda: s.run('while True: tool()'), daemon={daemon}).start()
                time.sleep(0.3)
                print('end')
                """)
            self.assertEqual((done.returncode, done.stdout), (0, "end\n"), done.stderr)
            self.assertLess(time.monotonic() - start, 20)

    def test_threads_that_run_again_and_again(self):
        done = python("""
            import belljar, threading, time
            def tool(x): return x
            def work(s):
                while True:
                    s.run('for i in range(100): tool(i)')
                    belljar.run('print(1)', on_stdout=lambda line: None)
            for s in [belljar.Session(tools=[tool]) for _ in range(4)]:
                threading.Thread(target=work, args=(s,), daemon=True).start()
            time.sleep(0.5)
            print('end')
            """)
        self.assertEqual((done.returncode, done.stdout), (0, "end\n"), done.stderr)

    def test_threads_in_tools(self):
        done = python("""
            import belljar, threading, time
            def tool():
                while True: time.sleep(5e-5)
            for _ in range(4):
                threading.Thread(target=lambda: belljar.run('tool()', tools=[tool]), daemon=True).start()
            time.sleep(0.5)
            print('end')
            """)
        self.assertEqual((done.returncode, done.stdout), (0, "end\n"), done.stderr)

    def test_a_loop_that_was_closed(self):
        start = time.monotonic()
        done = python("""
            import asyncio, belljar
            loop = asyncio.new_event_loop()
            task = loop.create_task(belljar.arun('while True: pass', cpu=20))
            loop.run_until_complete(asyncio.sleep(0.3)); loop.close()
            task._log_destroy_pending = False
            print('end')
            """)
        self.assertEqual((done.returncode, done.stdout), (0, "end\n"), done.stderr)
        self.assertLess(time.monotonic() - start, 10)

    def test_an_event_loop_in_a_run(self):
        done = python("""
            import asyncio, belljar
            async def main():
                s = belljar.Session(cpu=3)
                task = asyncio.create_task(s.arun('while True: pass'))
                await asyncio.sleep(0.3)
                print('end')
            asyncio.run(main())
            """)
        self.assertEqual((done.returncode, done.stdout), (0, "end\n"), done.stderr)

    def test_import_does_little(self):
        done = python("""
            import sys
            before = set(sys.modules)
            import belljar
            print(sorted(set(sys.modules) - before))
            """)
        self.assertNotRegex(done.stdout, "asyncio|inspect|typing|dataclasses|json|ast|concurrent", done.stderr)
        self.assertIn("belljar", done.stdout)


class Memory(unittest.TestCase):
    def resident(self):
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def growth(self, function, n):
        for _ in range(n // 2 + 500):
            function()
        before = self.resident()
        for _ in range(n):
            function()
        return self.resident() - before

    def test_runs_leave_nothing(self):
        n = 100_000 if os.environ.get("BELLJAR_SOAK") else 5_000
        with belljar.Session(tools={"f": lambda x: {"got": [x]}}, checkpoints=False) as s:
            self.assertLess(self.growth(lambda: s.run("y = f('a' * 1000)['got']; y"), n), 2 << 20)
            self.assertLess(self.growth(lambda: s.run("1/0"), n // 10), 2 << 20)
            s["v"] = 0
            self.assertLess(self.growth(lambda: s.__setitem__("v", list(range(100))) or s["v"], n), 2 << 20)
        self.assertLess(self.growth(lambda: belljar.run("print(1); [1]"), n // 2), 4 << 20)
        self.assertLess(self.growth(lambda: belljar.run("f()", tools={"f": lambda: 1}), n // 10), 4 << 20)

    def test_threads(self):
        errors = []

        def work(number):
            try:
                with belljar.Session(tools={"f": lambda x: x + number}) as s:
                    for i in range(100):
                        if s.run(f"f({i})").value != i + number:
                            errors.append((number, i))
            except Exception as error:
                errors.append(error)
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])


if __name__ == "__main__":
    unittest.main()
