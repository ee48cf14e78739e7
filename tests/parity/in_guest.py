"""Runs one module of CPython's test suite inside the sandbox and prints what became of it as one line of JSON.

Standard input is a tar of the parts of the `test` package that the module needs; sys.argv has the module's name and the
ids of tests to leave out.
"""

import importlib.util
import io
import json
import os
import re
import sys
import tarfile
import traceback
import types
import unittest

MARK = "\nparity-result: "

# What the guest says where it has no processes, threads, network or C modules for tests. A test that gets this answer
# has been answered: it counts as skipped.
REFUSAL = re.compile(r"this sandbox has no |not available in this sandbox|no threads in this sandbox|No module named '_test")


def unpack():
    with tarfile.open(fileobj=io.BytesIO(sys.stdin.buffer.read())) as tar:
        tar.extractall("/workspace", filter="tar")
    os.makedirs("/tmp/run")
    os.chdir("/tmp/run")
    sys.path[:0] = ["/workspace"]


class Missing:
    """Something of a module that the guest has not: whatever is done with it skips the test."""

    def __init__(self, name):
        self.name = name

    def _skip(self, *_, **__):
        raise unittest.SkipTest(f"needs {self.name}")

    __call__ = __index__ = __int__ = __iter__ = __add__ = __radd__ = __sub__ = __mul__ = __rmul__ = __lt__ = __gt__ = _skip


class Absent(types.ModuleType):
    """In place of one of CPython's C modules for tests: what needs it is skipped, the rest of a test module runs."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(self.__name__)


def load(name):
    """Imports the module, with stand-ins where it insists on C modules for tests."""
    for _ in range(8):
        try:
            return unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module("test." + name))
        except (ImportError, unittest.SkipTest) as error:
            missing = re.search(r"No module named '(_test\w+)'", str(error))
            if not missing:
                raise
            sys.modules[missing[1]] = Absent(missing[1])
            sys.modules.pop("test." + name, None)
    raise ImportError(f"test.{name}")


def leave_out(suite, ids):
    """Tests, or whole classes of them, that would end the run or spoil the next ones."""
    for index, test in enumerate(suite):
        if isinstance(test, unittest.TestSuite):
            leave_out(test, ids)
        elif test is not None and (test.id() in ids or test.id().rpartition(".")[0] in ids):
            suite._tests[index] = unittest.FunctionTestCase(lambda: None, description=test.id())
    return suite


class Result(unittest.TestResult):
    """Names of what failed; says on standard error which test is running, for the case that it is the last."""

    def __init__(self):
        super().__init__()
        self.failed = {}
        self.refused = set()

    def startTest(self, test):
        super().startTest(test)
        print(test.id(), file=sys.stderr)

    def _record(self, test, error):
        # A subtest counts for its test.
        test = getattr(test, "test_case", test)
        text = "".join(traceback.format_exception(*error))
        if REFUSAL.search(text):
            self.refused.add(test.id())
        else:
            self.failed.setdefault(test.id(), text[-1500:])

    def addError(self, test, error):
        super().addError(test, error)
        self._record(test, error)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._record(test, error)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self._record(test, error)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.failed.setdefault(test.id(), "unexpected success")


def pretend(name, support):
    """Whole modules skip themselves for want of sockets or processes where a few of their tests mean an event loop, a
    host name or a helper module. Those few are refused, one by one."""
    if name.startswith(("test_async", "test_mailbox", "test_urllib")):
        from test.support import socket_helper
        support.has_socket_support = True
        socket_helper.has_gethostname = True
    if name in ("test_argparse", "test_getopt", "test_optparse"):
        support.has_subprocess_support = True


def main():
    name, *left_out = sys.argv[1:]
    unpack()
    from test import support
    support.verbose = 0
    support.use_resources = {}
    pretend(name, support)
    result = Result()
    outcome = {}
    try:
        suite = leave_out(load(name), set(left_out))
    except unittest.SkipTest as skip:
        outcome["skipped_module"] = str(skip)
    else:
        suite.run(result)
    skipped = len({test.id() for test, _ in result.skipped} | result.refused)
    outcome.update(run=result.testsRun, skipped=skipped, failed=result.failed,
                   passed=max(0, result.testsRun - skipped - len(result.failed)))
    if not outcome["passed"] and not result.failed:
        outcome.setdefault("skipped_module", result.skipped[0][1] if result.skipped else "no tests, or all refused")
    print(MARK + json.dumps(outcome), flush=True)
    os._exit(0)


main()
