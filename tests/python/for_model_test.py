"""belljar.for_model: a result as text for a model, whatever the guest does."""

import unittest

import belljar
from belljar import for_model


class ForModel(unittest.TestCase):
    def test_parts(self):
        self.assertEqual(for_model(belljar.run("print('a')\nimport sys; print('b', file=sys.stderr)\ndisplay([1])\n6 * 7")),
                         "a\n[stderr]\nb\n[1]\n[value] 42")
        self.assertEqual(for_model(belljar.run("x = 1")), "[no output: print() what you want to see]")
        self.assertTrue(for_model(belljar.run("print(1)\n1 / 0")).endswith("\nZeroDivisionError: division by zero"))
        self.assertEqual(for_model(belljar.run("import sys; sys.exit(3)")), "SystemExit: 3")

    def test_limits(self):
        with belljar.Session(cpu=0.2, output="1K") as session:
            self.assertEqual(for_model(session.run("while True: pass")),
                             "[time_limit] the CPU time limit of 0.2 s was reached\n[what it did until then was kept]")
            hard = for_model(session.run("print('so far')\nsum(range(10**12))"))
            self.assertTrue(hard.startswith("so far\n[time_limit] "), hard)
            self.assertTrue(hard.endswith("[nothing that this code did was kept: variables and files are as they were before it]"), hard)
            self.assertIn("[977 more bytes were printed and dropped: print less]", for_model(session.run("print('x' * 2000)")))

    def test_it_is_bounded(self):
        for code in ("print('x' * 50_000)", "'x' * 50_000", "raise ValueError('x' * 50_000)", "for i in range(500): display('x' * 100)",
                     "import sys; print('x' * 50_000, file=sys.stderr); print('y' * 50_000); raise ValueError('z' * 50_000)",
                     "def f(n): return f(n + 1)\nf(0)", "exec(compile('def g(n):\\n return g(n+1) if n else 1/0\\ng(1)', '<belljar>', 'exec'))"):
            result = belljar.run(code)
            for limit in (0, 1, 50, 1000, 10_000):
                with self.subTest(code=code, limit=limit):
                    self.assertLessEqual(len(for_model(result, limit)), max(limit, len("[no output: print() what you want to see]")))
        text = for_model(belljar.run("print('begin' + 'x' * 50_000 + 'end')"))
        self.assertTrue(text.startswith("begin") and text.endswith("end"))
        self.assertIn("characters left out]", text)

    def test_the_end_of_a_long_traceback(self):
        code = "".join(f"def f{n}():\n    return f{n + 1}()\n" for n in range(50)) + "def f50():\n    return 1 / 0\nf0()"
        text = for_model(belljar.run(code))
        self.assertTrue(text.startswith("Traceback (most recent call last):\n  ["), text)
        self.assertIn("in f50", text)
        self.assertNotIn("in f10\n", text)

    def test_frames_of_ours_are_left_out(self):
        def fail():
            raise ValueError("no")

        text = for_model(belljar.run("def mine():\n    fail()\nmine()", tools=[fail]))
        self.assertIn("in mine", text)
        self.assertNotIn("<tools>", text)


if __name__ == "__main__":
    unittest.main()
