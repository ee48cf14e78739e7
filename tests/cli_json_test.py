"""`belljar run --json`, and sessions of several cells."""

import json

from cli_support import CPU, NEVER_POLLS, USAGE_ERROR, CliTest, belljar


class JsonTest(CliTest):
    FIELDS = {"status": str, "state": str, "stdout": str, "stderr": str, "stdout_dropped": int, "stderr_dropped": int,
              "value": (dict, type(None)), "value_dropped": int, "displays": list, "error": (dict, type(None)), "exit_code": (int, type(None)),
              "usage": dict}
    STATUSES = {"ok", "exception", "exit", "time_limit", "memory_limit", "trap", "cancelled"}

    def run_json(self, *arguments, code=0, **options):
        """Runs, checks the shape of every line, and returns the objects."""
        result = belljar("run", "--json", *arguments, **options)
        self.assertEqual((result.returncode, result.stderr), (code, b""))
        self.assertTrue(result.stdout.endswith(b"\n"))
        return [self.check(line) for line in result.stdout.decode("utf-8", "strict").split("\n")[:-1]]

    def cells(self, *cells, **options):
        return self.run_json(*(a for cell in cells for a in ("--cell", cell)), **options)

    def check(self, line):
        def no_constant(name):
            self.fail(f"{name} is no JSON")

        def no_duplicates(pairs):
            self.assertEqual(len(pairs), len(dict(pairs)), pairs)
            return dict(pairs)
        run = json.loads(line, parse_constant=no_constant, object_pairs_hook=no_duplicates)
        json.dumps(run, ensure_ascii=False).encode("utf-8")  # raises at a lone surrogate
        self.assertEqual(list(run), list(self.FIELDS))
        for name, kind in self.FIELDS.items():
            self.assertIsInstance(run[name], kind, name)
        self.assertIn(run["status"], self.STATUSES)
        self.assertIn(run["state"], ("kept", "rolled_back"))
        self.assertEqual(run["error"] is None, run["status"] == "ok")
        self.assertEqual(run["exit_code"] is not None, run["status"] == "exit")
        if run["error"]:
            self.assertEqual({name: type(text) for name, text in run["error"].items()},
                             {"type": str, "message": str, "traceback": str})
        for representation in ("wall_ms", "cpu_ms", "memory_peak_bytes"):
            self.assertGreater(run["usage"][representation], 0)
        self.assertIsInstance(run["usage"]["memory_peak_bytes"], int)
        return run


class Json(JsonTest):
    """One object per run, whatever became of it."""

    def test_ok(self):
        [run] = self.run_json("-c", "import sys; print('out'); print('err', file=sys.stderr)")
        self.assertEqual((run["status"], run["state"], run["stdout"], run["stderr"]), ("ok", "kept", "out\n", "err\n"))
        self.assertEqual((run["value"], run["stdout_dropped"], run["stderr_dropped"]), (None, 0, 0))

    def test_every_status_exits_with_zero(self):
        for program, status, state in (
                ("1/0", "exception", "kept"), ("import sys; sys.exit(3)", "exit", "kept"), ("import os; os.abort()", "trap", "rolled_back"),
                ("while True: pass", "time_limit", "kept"), (NEVER_POLLS, "time_limit", "rolled_back")):
            with self.subTest(program=program):
                [run] = self.run_json("--cpu", CPU, "-c", program)
                self.assertEqual((run["status"], run["state"]), (status, state))

    def test_exit_code(self):
        runs = self.cells("import sys", "sys.exit()", "sys.exit(3)", "sys.exit('why')", "sys.exit(300)", "1")
        self.assertEqual([run["exit_code"] for run in runs], [None, 0, 3, 1, 300, None])
        self.assertEqual(runs[3]["stderr"], "why\n")

    def test_error(self):
        [run] = self.run_json("-c", "raise ValueError('caf\u00e9')")
        self.assertEqual((run["error"]["type"], run["error"]["message"]), ("ValueError", "caf\u00e9"))
        self.assertTrue(run["error"]["traceback"].endswith("ValueError: caf\u00e9\n"))

    def test_values(self):
        runs = self.cells("None", "x = 1", "41 + 1", "'text'", "[1, {'a': None}]", "{1: 2}", "float('nan')", "object", "print('x')")
        self.assertEqual([run["value"] for run in runs[:2]], [None, None])
        self.assertEqual(runs[2]["value"], {"text/plain": "42", "application/json": 42})
        self.assertEqual(runs[3]["value"], {"text/plain": "'text'", "application/json": "text"})
        self.assertEqual(runs[4]["value"]["application/json"], [1, {"a": None}])
        for run in runs[5:8]:
            self.assertEqual(list(run["value"]), ["text/plain"])
        self.assertIsNone(runs[8]["value"])

    def test_text_that_is_none(self):
        runs = self.cells("import sys; sys.stdout.buffer.write(b'a\\xff\\xfeb\\xed\\xa0\\x80'); None", "'\\ud800'",
                          "raise ValueError('\\udfff')", "class E(Exception): __name__ = 'x'\nE.__name__ = 'E\\ud800'\nraise E",
                          "print('\\0\\x1b\\u2028')")
        self.assertEqual(runs[0]["stdout"], "a\ufffd\ufffdb\ufffd\ufffd\ufffd")
        self.assertEqual(runs[1]["value"], {"text/plain": "'\\ud800'"})
        self.assertEqual(runs[4]["stdout"], "\0\x1b\u2028\n")

    def test_output_cannot_imitate_a_result(self):
        fake = '{"status": "ok"}'
        runs = self.cells(f"print({fake!r})", "1/0")
        self.assertEqual([run["status"] for run in runs], ["ok", "exception"])
        self.assertEqual(runs[0]["stdout"], fake + "\n")

    def test_dropped_bytes_are_counted(self):
        arguments = ("-c", "import sys; print('\u00e9\u00e9'); print('oh', file=sys.stderr); 'value'")
        [run] = self.run_json("--output", "3", *arguments)
        self.assertEqual((run["stdout"], run["stdout_dropped"]), ("\u00e9\ufffd", 2))
        self.assertEqual((run["stderr"], run["stderr_dropped"]), ("oh\n", 0))
        [run] = self.run_json("--output", "0", *arguments)
        self.assertEqual((run["stdout"], run["stdout_dropped"], run["stderr"], run["stderr_dropped"]), ("", 5, "", 3))
        [run] = self.run_json("-c", "'x' * 3_000_000")
        self.assertLessEqual(len(run["value"]["text/plain"]), 1 << 20)
        self.assertGreater(run["value_dropped"], 0)

    def test_memory_counts_the_image(self):
        small, large = self.cells("1", "x = bytearray(50_000_000)")
        self.assertGreater(small["usage"]["memory_peak_bytes"], 10 << 20)
        self.assertGreater(large["usage"]["memory_peak_bytes"], 50_000_000 + (10 << 20))

    def test_usage_errors_are_no_json(self):
        self.assert_refused(belljar("run", "--json", "--cpu", "x", "-c", "1"))


class Cells(JsonTest):
    """Several cells in one session."""

    def test_displays(self):
        [run] = self.run_json("-c", "display('a', [1])\nfor _ in range(2): display(2)\n3")
        self.assertEqual(run["displays"], [{"text/plain": "'a'", "application/json": "a"},
                                           {"text/plain": "[1]", "application/json": [1]},
                                           *[{"text/plain": "2", "application/json": 2}] * 2])
        self.assertEqual(run["value"]["application/json"], 3)
        self.assertEqual(belljar("run", "-c", "print(1); display('a'); print(2)").stdout, b"1\n'a'\n2\n")

    def test_a_soft_stop_between_cells(self):
        first, second, third = self.run_json("--cpu", "1", "--cell", "x=41", "--cell", "while True: pass", "--cell", "print(x+1)")
        self.assertEqual([run["status"] for run in (first, second, third)], ["ok", "time_limit", "ok"])
        self.assertEqual((second["state"], third["stdout"]), ("kept", "42\n"))

    def test_a_hard_stop_between_cells(self):
        first, second, third = self.run_json("--cpu", "1", "--cell", "x=41", "--cell", NEVER_POLLS, "--cell", "print(x+1)")
        self.assertEqual([run["status"] for run in (first, second, third)], ["ok", "time_limit", "ok"])
        self.assertEqual((second["state"], third["stdout"]), ("rolled_back", "42\n"))

    def test_a_rollback_undoes_the_cell_alone(self):
        runs = self.run_json("--cpu", CPU, "--cell", "x = 1; open('f', 'w').write('before')",
                             "--cell", f"x = 2; open('f', 'w').write('after'); print('said', flush=True); {NEVER_POLLS}",
                             "--cell", "x, open('f').read()")
        self.assertEqual((runs[1]["state"], runs[1]["stdout"]), ("rolled_back", "said\n"))
        self.assertEqual(runs[2]["value"]["text/plain"], "(1, 'before')")

    def test_a_rollback_does_not_repeat_random_numbers(self):
        draw = "print(random.random(), uuid.uuid4(), secrets.token_hex(), flush=True)"
        runs = self.run_json("--cpu", CPU, "--cell", "import random, uuid, secrets; random.random()",
                             "--cell", f"{draw}; {NEVER_POLLS}", "--cell", draw)
        self.assertEqual(runs[1]["state"], "rolled_back")
        self.assertFalse(set(runs[1]["stdout"].split()) & set(runs[2]["stdout"].split()))

    def test_a_trap_between_cells(self):
        runs = self.cells("x = 1", "import os; os.abort()", "x")
        self.assertEqual([run["status"] for run in runs], ["ok", "trap", "ok"])
        self.assertEqual(runs[2]["value"]["text/plain"], "1")

    def test_a_bad_cell_ends_the_run(self):
        result = belljar("run", "--json", "--cell", "1", "--cell", b"\xff", "--cell", "2")
        self.assertEqual(result.returncode, USAGE_ERROR)
        self.assert_one_line(result.stderr)

    def test_names_of_cells(self):
        runs = self.cells("def f(): return 1 / 0", "f()")
        self.assertIn('File "<cell 2>", line 1', runs[1]["error"]["traceback"])
        self.assertIn("def f(): return 1 / 0", runs[1]["error"]["traceback"])

    def test_in_words(self):
        result = belljar("run", "--cell", "x = 20", "--cell", "1/0", "--cell", "print(x * 2)", "--cell", "x")
        self.assertEqual((result.returncode, result.stdout), (1, b"40\n"))
        self.assertTrue(result.stderr.endswith(b"ZeroDivisionError: division by zero\n"))
