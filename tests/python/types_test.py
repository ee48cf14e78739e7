"""The package's types: they hold, and they say what is there."""

import ast
import importlib.util
import inspect
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import belljar
from belljar import _native

PACKAGE = Path(belljar.__file__).parent


class Types(unittest.TestCase):
    @unittest.skipUnless(importlib.util.find_spec("mypy"), "mypy is not installed")
    def test_they_hold(self):
        program = ("import belljar\n"
                   "r = belljar.run('1', memory='64M', tools={'f': lambda x: x})\n"
                   "one: belljar.Session = belljar.Session(cpu=1).fork()\n"
                   "many: list[belljar.Session] = one.fork(3)\n"
                   "text: str = r.stdout\n"
                   "belljar.run('1', colour='red')  # type: ignore[call-arg]\n"
                   "belljar.run(5)  # type: ignore[arg-type]\n")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "program.py"
            path.write_text(program)
            # What needs packages of others is left to them.
            own = [word for file in PACKAGE.glob("_*.py") if not file.stem.startswith(("_dspy", "_smolagents"))
                   for word in ("-m", f"belljar.{file.stem}" if file.stem != "__init__" else "belljar")]
            for what in ([path], own):
                done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", folder, *what], capture_output=True,
                                      text=True, cwd=folder)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_stub_names_what_is_bound(self):
        stub = ast.parse((PACKAGE / "_native.pyi").read_text())
        public = lambda thing: {name for name in vars(thing) if not name.startswith("__")}  # noqa: E731
        named = {node.name for node in stub.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        named |= {node.target.id for node in stub.body if isinstance(node, ast.AnnAssign)}
        self.assertEqual(named, public(_native))
        for node in stub.body:
            if isinstance(node, ast.ClassDef):
                self.assertEqual({f.name for f in node.body} - {"__init__"}, public(getattr(_native, node.name)), node.name)

    def test_grants_are_the_arguments_of_a_policy(self):
        tree = ast.parse((PACKAGE / "_policy.py").read_text())
        grants = next(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == "Grants")
        fields = [f.target.id for f in grants.body if isinstance(f, ast.AnnAssign)]
        self.assertEqual(fields, [name for name in inspect.signature(belljar.Policy).parameters])

    def test_everything_public_is_explained(self):
        for name in belljar.__all__:
            thing = getattr(belljar, name)
            self.assertTrue(name == "python_version" or inspect.getdoc(thing), name)
            for method, function in vars(thing).items() if inspect.isclass(thing) else ():
                if inspect.isfunction(function) and not method.startswith("_"):
                    self.assertTrue(function.__doc__, f"{name}.{method}")


if __name__ == "__main__":
    unittest.main()
