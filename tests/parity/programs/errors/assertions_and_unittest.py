"""A small test suite run from code: unittest with subtests, mocks, expected failures, doctest."""

import doctest
import io
import re
import unittest
from unittest import mock


def divide(a, b):
    """Divide two numbers.

    >>> divide(6, 3)
    2.0
    >>> divide(1, 0)
    Traceback (most recent call last):
        ...
    ZeroDivisionError: division by zero
    >>> [divide(n, 4) for n in range(3)]  # doctest: +ELLIPSIS
    [0.0, ..., 0.5]
    """
    return a / b


def wrong():
    """
    >>> 1 + 1
    3
    """


class Mailer:
    def send(self, to, text):
        raise RuntimeError("no network")


def notify(mailer, users):
    for user in users:
        mailer.send(user, text=f"hi {user}")
    return len(users)


class DivideTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.numbers = [1, 2, 4]

    def test_values(self):
        for n in self.numbers:
            with self.subTest(n=n):
                self.assertEqual(divide(8, n), 8 // n)

    def test_zero(self):
        with self.assertRaisesRegex(ZeroDivisionError, "division"):
            divide(1, 0)

    def test_fails(self):
        self.assertEqual([1, 2, 3], [1, 2, 4])

    def test_errors(self):
        divide("a", 1)

    @unittest.skip("not today")
    def test_skipped(self):
        pass

    @unittest.expectedFailure
    def test_expected(self):
        self.assertAlmostEqual(0.1 + 0.2, 0.4)

    def test_mocks(self):
        mailer = mock.create_autospec(Mailer, instance=True)
        self.assertEqual(notify(mailer, ["ann", "bob"]), 2)
        mailer.send.assert_has_calls([mock.call("ann", text="hi ann"), mock.call("bob", text="hi bob")])
        with (
            mock.patch.object(Mailer, "send", return_value=None, side_effect=[1, OSError("down")]) as send,
            self.assertRaises(OSError),
        ):
            notify(Mailer(), ["x", "y"])
        self.assertEqual(send.call_count, 2)
        with self.assertRaises(TypeError):
            mailer.send()


def main():
    stream = io.StringIO()
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(DivideTest)
    result = unittest.TextTestRunner(stream, verbosity=2).run(suite)
    output = re.sub(r"in \d+\.\d+s", "in N s", stream.getvalue()).replace(__file__, "program.py")
    print("\n".join(line for line in output.splitlines() if not line.startswith("    ")))
    print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped), result.wasSuccessful())
    finder, report = doctest.DocTestFinder(), io.StringIO()
    runner = doctest.DocTestRunner(verbose=False)
    for function in (divide, wrong):
        for test in finder.find(function, globs=globals()):
            print(test.name.rpartition(".")[2], runner.run(test, out=report.write))
    print("\n".join(report.getvalue().splitlines()[-7:]).replace(__file__, "program.py"))
    fake = mock.MagicMock(name="fake", **{"method.return_value": 5})
    fake["k"].attribute.deep(1)
    print(fake.method(), len(fake), fake.mock_calls, repr(mock.sentinel.thing), mock.call(1, a=2))
    try:
        fake.method.assert_called_with(3)
    except AssertionError as error:
        print(str(error).splitlines())


if __name__ == "__main__":
    main()
