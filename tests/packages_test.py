#!/usr/bin/env python3
"""`belljar image build`, `belljar images` and `--image`: packages in images. BELLJAR names the executable.

Most use wheels that are made here. Those with real packages fetch them once from the index that pip is configured for
and keep them in the build cache; without an index they are skipped.
"""

import json
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

from cli_support import BELLJAR, USAGE_ERROR
from packages_support import DEADLINE, REAL, build, digest, index, real_packages, sdist, wheel


def run(image, code, *options, command="run"):
    return subprocess.run([BELLJAR, command, "--image", str(image), *options, "-c", code], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)


class ImageTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="belljar-images-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.wheels = self.folder / "wheels"
        self.wheels.mkdir()
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        self.output = self.folder / "out.bjimg"

    def build(self, *arguments, env=None):
        env = {"TMPDIR": str(self.temporary), **(env or {})}
        result = build("--wheels", self.wheels, "--output", self.output, *arguments, env=env)
        self.assertEqual(list(self.temporary.iterdir()), [], "temporary files stay behind")
        return result

    def built(self, *arguments):
        result = self.build(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def refused(self, reason, *arguments, env=None):
        result = self.build(*arguments, env=env)
        self.assertIn(reason, result.stderr)
        self.assertEqual((result.returncode, result.stdout), (USAGE_ERROR, ""), result.stderr)
        self.assertFalse(self.output.exists(), "something was written")
        self.assertNotIn("Traceback", result.stderr)

    def runs(self, code, expected, image=None):
        result = run(image or self.output, code)
        self.assertEqual((result.stdout, result.stderr, result.returncode), (expected, "", 0))


class Build(ImageTest):
    def test_a_package_and_what_it_needs(self):
        wheel(self.wheels, "alpha", files={"alpha/__init__.py": "import beta\nvalue = beta.answer + 1\n", "alpha/data.txt": "text"},
              requires=["beta>=1", "missing; sys_platform == 'win32'", "never; python_version < '3.14'"])
        wheel(self.wheels, "beta", "1.5")
        wheel(self.wheels, "beta", "0.9", files={"beta.py": "answer = 0"})
        self.built("alpha")
        self.runs("import alpha, importlib.metadata, importlib.resources as r\n"
                  "print(alpha.value, importlib.metadata.version('beta'), r.files('alpha').joinpath('data.txt').read_text())", "43 1.5 text\n")
        self.runs("import sys; print('alpha' in sys.modules, sys.argv, __name__, [n for n in dir() if not n.startswith('__')])",
                  "True ['-c'] __main__ ['sys']\n")
        self.runs("import os; print(os.listdir('.'), os.listdir('/tmp'))", "[] []\n")
        self.runs("import alpha; print(alpha.__file__, alpha.__cached__)",
                  "/usr/local/lib/python3.14/site-packages/alpha/__init__.py "
                  "/usr/local/lib/python3.14/site-packages/alpha/__pycache__/__init__.cpython-314.pyc\n")
        self.assertEqual(stat.S_IMODE(self.output.stat().st_mode), 0o644)

    def test_the_base_has_none_of_it(self):
        result = subprocess.run([BELLJAR, "run", "-c", "import os, sys; print(os.path.exists('/usr/local'), sys.path)"],
                                capture_output=True, text=True, timeout=60)
        self.assertIn("False", result.stdout)
        self.assertNotIn("/usr/local", result.stdout.replace("False", ""))

    def test_random_numbers_are_new_each_time(self):
        wheel(self.wheels, "alpha", files={"alpha.py": "import random, secrets, tempfile, uuid\nfirst = random.random(), next(tempfile._get_candidate_names())\n"})
        self.built("alpha")
        code = "import alpha, random, tempfile, uuid; print(random.random(), next(tempfile._get_candidate_names()), uuid.uuid1().node, alpha.first)"
        one, two = (run(self.output, code).stdout.split() for _ in range(2))
        self.assertEqual([a == b for a, b in zip(one, two)], [False, False, False, True, True])

    def test_packages_are_read_only(self):
        wheel(self.wheels, "alpha")
        self.built("alpha")
        result = run(self.output, "open('/usr/local/lib/python3.14/site-packages/alpha.py', 'w')")
        self.assertIn("OSError: [Errno 30] Read-only file system", result.stderr)

    def test_tracebacks_show_a_packages_source(self):
        wheel(self.wheels, "alpha", files={"alpha.py": "def fail():\n    raise ValueError('here')  # the line\n"})
        self.built("alpha")
        result = run(self.output, "import alpha; alpha.fail()")
        self.assertIn('alpha.py", line 2, in fail\n    raise ValueError(\'here\')  # the line', result.stderr)

    def test_requirements_files(self):
        wheel(self.wheels, "alpha"), wheel(self.wheels, "beta"), wheel(self.wheels, "beta", "2.0")
        (self.folder / "more.txt").write_text("beta  # with a comment\n")
        (self.folder / "limits.txt").write_text("beta<2\n")
        (self.folder / "r.txt").write_text("# all of it\nalpha==1.0 ; \\\n  python_version >= '3.10'\n-r more.txt\n-c limits.txt\n")
        self.built("-r", self.folder / "r.txt")
        self.runs("import importlib.metadata as m; print(m.version('beta'), m.version('alpha'))", "1.0 1.0\n")
        (self.folder / "bad.txt").write_text("alpha\n-e ./here\n")
        self.output.unlink()
        self.refused("bad.txt:2: '-e' is not understood here", "-r", self.folder / "bad.txt")
        (self.folder / "bad.txt").write_text("alpha @ file:///tmp/alpha.whl\n")
        self.refused("is required from a URL", "-r", self.folder / "bad.txt")
        (self.folder / "bad.txt").write_text("=1\n")
        self.refused("bad.txt:1: '=1' is no requirement", "-r", self.folder / "bad.txt")
        self.refused("cannot read", "-r", self.folder / "none.txt")
        (self.folder / "loop.txt").write_text("-r loop.txt\n")
        self.refused("include each other", "-r", self.folder / "loop.txt")

    def test_hashes(self):
        import hashlib
        good = hashlib.sha256(wheel(self.wheels, "alpha").read_bytes()).hexdigest()
        (self.folder / "r.txt").write_text(f"alpha==1.0 --hash=sha256:{good}\n")
        self.built("-r", self.folder / "r.txt")
        self.output.unlink()
        (self.folder / "r.txt").write_text(f"alpha==1.0 --hash=sha256:{'0' * 64}\n")
        self.refused("no file of alpha has a hash that the requirements file allows", "-r", self.folder / "r.txt")
        wheel(self.wheels, "beta")
        (self.folder / "r.txt").write_text(f"alpha==1.0 --hash=sha256:{good}\nbeta\n")
        self.refused("beta has no version or no hash, and others have", "-r", self.folder / "r.txt")

    def test_what_cannot_be_chosen(self):
        wheel(self.wheels, "alpha", requires=["beta==1.0"]), wheel(self.wheels, "beta"), wheel(self.wheels, "beta", "2.0")
        wheel(self.wheels, "native", tag="cp314-cp314-manylinux_2_17_x86_64"), wheel(self.wheels, "numpy", tag="cp314-cp314-manylinux_2_17_x86_64")
        self.refused("there is no package 'nothing'", "nothing")
        self.refused("the newest version of beta that is offered is 2.0", "beta>=3")
        self.refused("the requirements contradict each other: ", "alpha", "beta==2.0")
        self.refused("native has wheels for single platforms only, and no source: it is native code", "native")
        self.refused("numpy is native code", "numpy")
        self.refused("'a b c' is no requirement", "a b c")
        self.refused("say what to install")

    def test_imports(self):
        wheel(self.wheels, "alpha", files={"alpha/__init__.py": "", "alpha/deep.py": "import sys; print('loud', file=sys.stderr)\n", "tests/__init__.py": "1/0"})
        loaded = "import sys; print([m for m in ('alpha', 'alpha.deep') if m in sys.modules])"
        self.built("alpha")
        self.runs(loaded, "['alpha']\n")
        self.built("alpha", "--no-import")
        self.runs(loaded, "[]\n")
        self.runs("import alpha.deep as d; print(d.__name__)".replace("import", "import sys; sys.stderr = sys.stdout; import", 1), "loud\nalpha.deep\n")
        report = json.loads(self.built("alpha", "--import", "alpha.deep", "--json").stdout)
        self.assertEqual((report["report"]["imports"], report["report"]["output"]), (["alpha.deep"], "loud\n"))
        self.runs(loaded, "['alpha', 'alpha.deep']\n")

    def test_an_import_that_fails(self):
        wheel(self.wheels, "alpha", files={"alpha.py": "def inner():\n    import _alpha_speedups\ninner()\n"})
        result = self.build("alpha")
        self.assertEqual(result.returncode, USAGE_ERROR)
        self.assertIn("cannot import alpha in the sandbox: ModuleNotFoundError: No module named '_alpha_speedups'", result.stderr)
        self.assertIn('site-packages/alpha.py", line 2, in inner', result.stderr)
        self.assertIn("needs native code", result.stderr)
        self.assertFalse(self.output.exists())
        wheel(self.wheels, "alpha", files={"alpha.py": "while True: pass\n"})
        began = time.monotonic()
        result = self.build("alpha", "--cpu", "0.5")
        self.assertIn("cannot import alpha in the sandbox", result.stderr)
        self.assertEqual(result.returncode, USAGE_ERROR)
        self.assertLess(time.monotonic() - began, 60)
        wheel(self.wheels, "alpha", files={"alpha.py": "import sys\nsys.exit(0)\n"})
        self.refused("cannot import alpha in the sandbox: SystemExit", "alpha")

    def test_layers(self):
        wheel(self.wheels, "alpha"), wheel(self.wheels, "beta", requires=["alpha"]), wheel(self.wheels, "alpha", "2.0")
        self.built("alpha==1.0")
        second = self.folder / "second.bjimg"
        result = build("--wheels", self.wheels, "--from", self.output, "--output", second, "beta")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.runs("import sys, importlib.metadata as m; print(m.version('alpha'), 'alpha' in sys.modules, 'beta' in sys.modules)",
                  "1.0 True True\n", image=second)
        shown = subprocess.run([BELLJAR, "images", str(second)], capture_output=True, text=True, timeout=60).stdout
        self.assertIn("alpha", shown)
        self.assertIn("beta", shown)
        result = build("--wheels", self.wheels, "--from", self.output, "--output", self.folder / "third.bjimg", "alpha==2.0")
        self.assertIn("the image that --from names has alpha 1.0", result.stderr)
        self.assertEqual(result.returncode, USAGE_ERROR)

    def test_interrupted(self):
        wheel(self.wheels, "alpha", files={"alpha.py": "while True: pass\n"})
        env = {**os.environ, "TMPDIR": str(self.temporary)}
        for signals in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen([BELLJAR, "image", "build", "--wheels", self.wheels, "--output", self.output, "alpha"],
                                       stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env)
            time.sleep(1)
            process.send_signal(signals)
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, 130)
            self.assertEqual(list(self.temporary.iterdir()), [])
            self.assertFalse(self.output.exists())

    def test_output_that_cannot_be_written(self):
        result = build("--output", "/nowhere/x.bjimg", "alpha")
        self.assertEqual(result.returncode, USAGE_ERROR)
        self.assertIn("cannot write /nowhere/x.bjimg", result.stderr)


class Hostile(ImageTest):
    def test_names_that_lead_outside(self):
        for name in ("../evil.py", "/etc/evil.py", "alpha/../../evil.py", "a\\..\\evil.py", "C:/evil.py", "alpha/./evil.py", "alpha\n.py"):
            wheel(self.wheels, "alpha", files={"alpha.py": "", name: "evil"})
            self.refused("a file that would lie outside of it, or has no usable name", "alpha")

    def test_lying_record(self):
        def unlisted(rows):
            del rows["alpha.py"]

        def wrong(rows):
            rows["alpha.py"] = f"alpha.py,sha256={digest(b'other')},5"

        def weak(rows):
            rows["alpha.py"] = "alpha.py,md5=abc,5"

        def ghost(rows):
            rows["ghost.py"] = f"ghost.py,sha256={digest(b'')},0"

        for change, reason in ((unlisted, "a file that its RECORD does not list"), (wrong, "another 'alpha.py' than its RECORD says"),
                               (weak, "no good hash for 'alpha.py'"), (ghost, "lacks a file that its RECORD lists")):
            wheel(self.wheels, "alpha", record=change)
            self.refused(reason, "alpha")

    def test_links_and_twins(self):
        def link(entry):
            if entry.filename == "alpha.py":
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16

        wheel(self.wheels, "alpha", prepare=link)
        self.refused("a link or device in it: 'alpha.py'", "alpha")
        path = wheel(self.wheels, "alpha")
        with self.assertWarns(UserWarning), zipfile.ZipFile(path, "a") as archive:
            archive.writestr("alpha.py", "other")
        self.refused("has 'alpha.py' twice", "alpha")

    def test_bomb(self):
        wheel(self.wheels, "alpha", files={"alpha.py": "", "big.bin": b"\0" * (65 << 20)})
        self.refused("unpacks to more than", "alpha")

    def test_what_is_no_wheel(self):
        (self.wheels / "alpha-1.0-py3-none-any.whl").write_bytes(b"PK\3\4 not really")
        self.refused("alpha-1.0-py3-none-any.whl is damaged", "alpha")
        (self.wheels / "alpha-1.0-py3-none-any.whl").write_bytes(b"")
        self.refused("alpha-1.0-py3-none-any.whl is damaged", "alpha")

    def test_native_pth_and_other_names(self):
        wheel(self.wheels, "alpha", files={"alpha/__init__.py": "", "alpha/fast.cpython-314.so": b"\x7fELF"})
        self.refused("native code in it, although it says that it has none: alpha/fast.cpython-314.so", "alpha")
        wheel(self.wheels, "alpha", files={"alpha.py": "", "alpha.pth": "import os; os.system('true')\n"})
        self.refused("has alpha.pth, a file that runs code at every start of Python", "alpha")
        wheel(self.wheels, "alpha", metadata="Metadata-Version: 2.1\nName: beta\nVersion: 1.0\n")
        self.refused("says that it is beta 1.0", "alpha")
        wheel(self.wheels, "alpha", metadata="Metadata-Version: 2.1\nName: alpha\nVersion: 6.6\n")
        self.refused("says that it is alpha 6.6", "alpha")

    def test_bytecode_of_others_is_not_taken(self):
        wheel(self.wheels, "alpha", files={"alpha.py": "value = 'source'\n", "__pycache__/alpha.cpython-314.pyc": b"junk", "gamma.pyc": b"junk"})
        self.built("alpha")
        self.runs("import alpha, os; print(alpha.value, sorted(os.listdir('/usr/local/lib/python3.14/site-packages')))",
                  "source ['__pycache__', 'alpha-1.0.dist-info', 'alpha.py']\n")

    def test_scripts_are_left_out(self):
        wheel(self.wheels, "alpha", files={"alpha.py": "", "alpha-1.0.data/scripts/run": "#!/bin/sh\n", "alpha-1.0.data/purelib/delta.py": "d = 1\n"})
        self.built("alpha")
        self.runs("import delta, os; print(delta.d, [n for n in os.listdir('/usr/local/lib/python3.14/site-packages') if 'data' in n])", "1 []\n")

    def test_no_code_of_a_package_runs_on_the_host(self):
        mark = self.folder / "mark"
        run_it = f"open({str(mark)!r}, 'w').write('ran')\n"
        sdist(self.wheels, "alpha", files={"setup.py": run_it, "alpha.py": f"try:\n    {run_it}except OSError: pass\n",
                                           "pyproject.toml": "[build-system]\nrequires=[]\nbuild-backend='backend'\nbackend-path=['.']\n",
                                           "backend.py": run_it})
        self.built("alpha")
        self.assertFalse(mark.exists())


class Sdists(ImageTest):
    def test_layouts(self):
        sdist(self.wheels, "alpha", files={"src/alpha/__init__.py": "a = 1\n", "src/alpha/fast.c": "int x;", "tests/__init__.py": "1/0"})
        sdist(self.wheels, "beta", files={"lib/beta_module/__init__.py": "b = 2\n", "lib/_beta/__init__.py": "", "lib/x/__init__.py": "",
                                          "lib/beta.egg-info/top_level.txt": "_beta\nbeta_module\n"})
        sdist(self.wheels, "gamma", files={"gamma.py": "g = 3\n", "setup.py": "1/0\n"})
        self.built("alpha", "beta", "gamma")
        self.runs("import alpha, beta_module, gamma, os\nprint(alpha.a, beta_module.b, gamma.g, os.listdir(os.path.dirname(alpha.__file__)),"
                  "sorted(n for n in os.listdir('/usr/local/lib/python3.14/site-packages') if '.' not in n))",
                  "1 2 3 ['__init__.py', '__pycache__'] ['__pycache__', '_beta', 'alpha', 'beta_module']\n")

    def test_nothing_in_it(self):
        sdist(self.wheels, "alpha", files={"alpha.c": "int x;"})
        self.refused("no pure-Python package was found in it", "alpha")

    def test_a_wheel_comes_first(self):
        sdist(self.wheels, "alpha", files={"alpha.py": "a = 'sdist'\n"})
        wheel(self.wheels, "alpha", files={"alpha.py": "a = 'wheel'\n"})
        self.built("alpha")
        self.runs("import alpha; print(alpha.a)", "wheel\n")


class Index(ImageTest):
    def build(self, *arguments, env=None):
        result = build("--output", self.output, *arguments, env={"TMPDIR": str(self.temporary), **env})
        self.assertEqual(list(self.temporary.iterdir()), [], "temporary files stay behind")
        return result

    def test_an_index(self):
        with index({"alpha": [(wheel(self.wheels, "alpha", requires=["beta"]), {})], "beta": [(wheel(self.wheels, "beta"), {})]}) as env:
            result = self.build("alpha", env=env)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.output.unlink()
            self.refused("there is no package 'gamma'", "gamma", env=env)

    def test_yanked(self):
        with index({"alpha": [(wheel(self.wheels, "alpha"), {}), (wheel(self.wheels, "alpha", "2.0"), {"data-yanked": "broken"})],
                    "beta": [(wheel(self.wheels, "beta"), {"data-yanked": ""})]}) as env:
            report = json.loads(self.build("alpha", "--json", env=env).stdout)
            self.assertEqual(report["report"]["packages"][0]["version"], "1.0")
            report = json.loads(self.build("alpha==2.0", "--json", env=env).stdout)
            self.assertEqual(report["report"]["packages"][0]["version"], "2.0")
            self.output.unlink()
            self.refused("beta 1.0 was yanked by its authors", "beta", env=env)

    def test_a_python_that_is_too_old(self):
        with index({"alpha": [(wheel(self.wheels, "alpha"), {}), (wheel(self.wheels, "alpha", "2.0"), {"data-requires-python": "&gt;=3.99"})]}) as env:
            report = json.loads(self.build("alpha", "--json", env=env).stdout)
            self.assertEqual(report["report"]["packages"][0]["version"], "1.0")
            self.output.unlink()
            self.refused("alpha 2.0 requires Python >=3.99", "alpha>=2", env=env)

    def test_a_file_that_is_another(self):
        with index({"alpha": [(wheel(self.wheels, "alpha"), {"sha256": "0" * 64})]}) as env:
            self.refused("has another hash than its index says", "alpha", env=env)

    def test_no_index(self):
        self.refused("cannot fetch http://127.0.0.1:9/simple/alpha/", "alpha",
                     env={"PIP_INDEX_URL": "http://user:secret@127.0.0.1:9/simple/", "PIP_FIND_LINKS": "", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"})


class Scan(ImageTest):
    def test_what_is_found(self):
        wheel(self.wheels, "alpha", files={"alpha.py": "import base64, os as system, pickle\nfrom subprocess import run as go\n"
                                           "def f(x):\n    system.system(x)\n    go(x)\n    pickle.loads(x)\n    exec(base64.b64decode(x))\n    import ctypes\n",
                                           "blob.py": f"x = '{'A' * 3000}'\n",
                                           "net.py": "def later():\n    import urllib.request; urllib.request.urlopen('x')\n"})
        result = self.built("alpha", "--no-import")
        self.assertIn("alpha.py:4  calls os.system: starts a shell", " ".join(result.stderr.split(" ")).replace("    ", "  "))
        report = json.loads(self.built("alpha", "--no-import", "--json").stdout)["report"]
        found = {(f["file"], f["line"]): f["what"] for f in report["findings"]}
        self.assertEqual(sorted(found), [("alpha.py", 4), ("alpha.py", 5), ("alpha.py", 6), ("alpha.py", 7), ("alpha.py", 8), ("blob.py", 1)])
        self.assertIn("hidden code", found["alpha.py", 7])
        self.output.unlink()
        result = self.build("alpha", "--fail-on", "scan")
        self.assertEqual(result.returncode, 1)
        self.assertIn("was not written: 6 findings of the scan", result.stderr)
        self.assertFalse(self.output.exists())

    def test_network_at_import(self):
        wheel(self.wheels, "alpha", files={"alpha.py": "import urllib.request\nif 0:\n    urllib.request.urlopen('x')\n"})
        report = json.loads(self.built("alpha", "--json").stdout)["report"]
        self.assertEqual([f["what"] for f in report["findings"]], ["calls urllib.request.urlopen when it is imported: uses the network"])

    def test_advisories(self):
        wheel(self.wheels, "alpha", "1.5"), wheel(self.wheels, "beta", "1.0")
        def advisory(name, number, ranges=None, **more):
            return {"id": f"TEST-{number}", "summary": "it is bad", "affected": [{"package": {"ecosystem": "PyPI", "name": name},
                    "ranges": [{"type": "ECOSYSTEM", "events": ranges or []}], **more}]}
        entries = [advisory("Alpha", 1, [{"introduced": "0"}, {"fixed": "1.10"}]), advisory("alpha", 2, [{"introduced": "0"}, {"fixed": "1.5"}]),
                   advisory("alpha", 3, [{"introduced": "1.6"}]), advisory("alpha", 4, versions=["1.5"]),
                   advisory("alpha", 5, [{"introduced": "0"}, {"last_affected": "1.4"}]), advisory("gamma", 6, [{"introduced": "0"}]),
                   {**advisory("alpha", 7, [{"introduced": "0"}]), "withdrawn": "2020-01-01T00:00:00Z"}]
        (self.folder / "list.json").write_text(json.dumps(entries))
        report = json.loads(self.built("alpha", "beta", "--json", "--osv", self.folder / "list.json").stdout)["report"]
        self.assertEqual([v["id"] for v in report["vulnerabilities"]], ["TEST-1", "TEST-4"])
        folder = self.folder / "advisories"
        folder.mkdir()
        (folder / "one.json").write_text(json.dumps(entries[0]))
        self.output.unlink()
        result = self.build("alpha", "--osv", folder, "--fail-on", "vulnerability")
        self.assertEqual(result.returncode, 1)
        self.assertIn("TEST-1", result.stderr)
        self.assertFalse(self.output.exists())
        (folder / "bad.json").write_text("nothing")
        self.refused("is no OSV advisory file", "alpha", "--osv", folder)
        self.refused("--fail-on 'x' is neither", "alpha", "--fail-on", "x")


class Images(ImageTest):
    def test_shows_the_lock(self):
        wheel(self.wheels, "alpha", requires=["beta"]), wheel(self.wheels, "beta")
        self.built("alpha")
        shown = subprocess.run([BELLJAR, "images", str(self.output)], capture_output=True, text=True, timeout=60)
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertRegex(shown.stdout, r"alpha +1\.0 +MIT +wheel +[0-9a-f]{16}\b")
        self.assertRegex(shown.stdout, r"beta +1\.0 +MIT +wheel +[0-9a-f]{16} +dependency")
        shown = json.loads(subprocess.run([BELLJAR, "images", "--json", str(self.output)], capture_output=True, text=True, timeout=60).stdout)
        self.assertEqual([p["name"] for p in shown["lock"]["packages"]], ["alpha", "beta"])
        self.assertEqual(shown["lock"]["imports"], ["alpha"])
        base = subprocess.run([BELLJAR, "images"], capture_output=True, text=True, timeout=60)
        self.assertIn("CPython 3.14", base.stdout)

    def test_the_guest_and_terminals(self):
        wheel(self.wheels, "alpha", metadata="Metadata-Version: 2.1\nName: alpha\nVersion: 1.0\nLicense: \x1b]0;evil\x07MIT\n")
        self.built("alpha")
        shown = subprocess.run([BELLJAR, "images", str(self.output)], capture_output=True, timeout=60)
        self.assertNotIn(b"\x1b", shown.stdout)

    def test_damage(self):
        wheel(self.wheels, "alpha")
        self.built("alpha")
        content = bytearray(self.output.read_bytes())
        content[len(content) // 2] ^= 1
        self.output.write_bytes(content)
        result = run(self.output, "1")
        self.assertEqual(result.returncode, USAGE_ERROR)
        self.assertIn("the image is damaged: its hash differs", result.stderr)

    def test_snapshots_of_an_images_sessions(self):
        wheel(self.wheels, "alpha", files={"alpha/__init__.py": "", "alpha/later.py": "value = 5\n"})
        self.built("alpha")
        saved = str(self.folder / "s.bj")
        result = subprocess.run([BELLJAR, "snapshot", "--image", str(self.output), "--output", saved, "-c", "x = 1"], capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, 0, result.stderr)
        code = "import alpha.later; print(x + alpha.later.value)"
        result = subprocess.run([BELLJAR, "resume", saved, "-c", code], capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, USAGE_ERROR)
        self.assertRegex(result.stderr, r"taken in the image 'out' \([0-9a-f]{16}\), which has not been loaded: load the image first \(--image FILE\)")
        result = subprocess.run([BELLJAR, "resume", saved, "--image", str(self.output), "-c", code], capture_output=True, text=True, timeout=60)
        self.assertEqual((result.stdout, result.returncode), ("6\n", 0), result.stderr)


class RealPackages(unittest.TestCase):
    """Each of these programs does something that the package is for."""

    @classmethod
    def setUpClass(cls):
        found = real_packages()
        if not found:
            raise unittest.SkipTest("there is no index of packages here, and none are in the build cache")
        folder, packages = found
        cls.folder = Path(tempfile.mkdtemp(prefix="belljar-images-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.image = cls.folder / "all.bjimg"
        result = build("--wheels", folder, "--output", cls.image, *(f"{p['name']}=={p['version']}" for p in packages if p["name"] in REAL))
        assert result.returncode == 0, result.stderr

    def runs(self, code, expected):
        result = run(self.image, code)
        self.assertEqual((result.stdout, result.stderr, result.returncode), (expected, "", 0))

    def test_attrs(self):
        self.runs("import attrs\n@attrs.frozen\nclass P:\n    x: int = attrs.field(validator=attrs.validators.instance_of(int))\n    y: int = 0\n"
                  "print(P(1), attrs.evolve(P(1), y=2), attrs.asdict(P(3)))\ntry:\n    P('a')\nexcept TypeError as e:\n    print(type(e).__name__)\n",
                  "P(x=1, y=0) P(x=1, y=2) {'x': 3, 'y': 0}\nTypeError\n")

    def test_beautifulsoup4(self):
        self.runs("from bs4 import BeautifulSoup\nsoup = BeautifulSoup('<ul><li class=a>one<li class=b>two <b>bold</b></ul>', 'html.parser')\n"
                  "print([li.get_text() for li in soup.select('li')][-1], soup.select_one('li.b b').text)", "two bold bold\n")

    def test_httpx(self):
        self.runs("import httpx\ndef answer(request):\n    return httpx.Response(200, json={'path': request.url.path, 'q': request.url.params['q']})\n"
                  "with httpx.Client(transport=httpx.MockTransport(answer), base_url='https://example.org') as client:\n"
                  "    r = client.get('/x', params={'q': 'a b'})\nprint(r.status_code, r.json())", "200 {'path': '/x', 'q': 'a b'}\n")

    def test_jinja2(self):
        self.runs("from jinja2 import Environment\nt = Environment(autoescape=True).from_string('{% for n in names %}{{ n }};{% endfor %}')\n"
                  "print(t.render(names=['a', '<b>']))", "a;&lt;b&gt;;\n")

    def test_networkx(self):
        self.runs("import networkx as nx\ng = nx.cycle_graph(6); g.add_edge(0, 3)\n"
                  "print(nx.shortest_path_length(g, 1, 4), nx.diameter(g), sorted(nx.greedy_color(g).values()))", "3 3 [0, 0, 0, 1, 1, 1]\n")

    def test_python_dateutil(self):
        self.runs("from dateutil import parser, relativedelta, rrule\nd = parser.parse('2024-01-31T10:00:00+02:00')\n"
                  "print((d + relativedelta.relativedelta(months=1)).isoformat(), [x.day for x in rrule.rrule(rrule.WEEKLY, count=3, dtstart=d)])",
                  "2024-02-29T10:00:00+02:00 [31, 7, 14]\n")

    def test_pyyaml(self):
        self.runs("import yaml\nprint(yaml.safe_load('a: [1, 2.5, {b: null}]\\nd: 2024-01-31\\n'), yaml.safe_dump({'x': [1, 'two']}), end='')",
                  "{'a': [1, 2.5, {'b': None}], 'd': datetime.date(2024, 1, 31)} x:\n- 1\n- two\n")

    def test_requests(self):
        self.runs("import requests\np = requests.Request('POST', 'https://example.org/a b', params={'q': 1}, json={'k': 'v'}).prepare()\n"
                  "print(p.url, p.body, p.headers['Content-Type'])", "https://example.org/a%20b?q=1 b'{\"k\": \"v\"}' application/json\n")

    def test_rich(self):
        self.runs("from rich.console import Console\nfrom rich.table import Table\nt = Table('name', 'n'); t.add_row('a', '1')\n"
                  "c = Console(width=20, force_terminal=False); c.print(t); c.print('[bold]x[/]')",
                  "\u250f\u2501\u2501\u2501\u2501\u2501\u2501\u2533\u2501\u2501\u2501\u2513\n\u2503 name \u2503 n \u2503\n\u2521\u2501\u2501\u2501\u2501\u2501\u2501\u2547\u2501\u2501\u2501\u2529\n\u2502 a    \u2502 1 \u2502\n\u2514\u2500\u2500\u2500\u2500\u2500\u2500\u2534\u2500\u2500\u2500\u2518\nx\n")

    def test_sympy(self):
        self.runs("import sympy as sp\nx = sp.symbols('x')\nprint(sp.integrate(sp.exp(-x**2), (x, -sp.oo, sp.oo)), sp.solve(x**2 - 5*x + 6), sp.factorint(360))",
                  "sqrt(pi) [2, 3] {2: 3, 3: 2, 5: 1}\n")

    def test_all_of_it_is_in_the_lock(self):
        shown = json.loads(subprocess.run([BELLJAR, "images", "--json", str(self.image)], capture_output=True, text=True, timeout=60).stdout)
        packages = {p["name"]: p for p in shown["lock"]["packages"]}
        self.assertLess(set(REAL), set(packages))
        self.assertTrue(all(len(p["sha256"]) == 64 and p["license"] != "" for p in packages.values()))
        self.assertEqual(packages["pyyaml"]["source"], "sdist")
        self.assertFalse(packages["markupsafe"]["requested"])


if __name__ == "__main__":
    unittest.main()
