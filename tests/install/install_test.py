#!/usr/bin/env python3
"""What `cmake --install` puts down serves a user's project, in C++ and C, shared and static, wherever it is moved to.

    BELLJAR_HOST_BUILD=build/host python3 tests/install/install_test.py
"""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HOST_BUILD = Path(os.environ.get("BELLJAR_HOST_BUILD", ROOT / "build" / "host")).resolve()
ANSWER = "42\n"

EXPECTED = {
    "bin/belljar",
    "lib/libbelljar.a", "lib/libbelljar.so", "lib/libbelljar.so.0", "lib/libbelljar.so.0.1.0",
    "lib/cmake/belljar/belljarConfig.cmake", "lib/cmake/belljar/belljarConfigVersion.cmake",
    "lib/pkgconfig/belljar.pc",
    "share/man/man1/belljar.1",
    "share/doc/belljar/LICENSE-APACHE", "share/doc/belljar/LICENSE-MIT", "share/doc/belljar/NOTICE",
    "share/bash-completion/completions/belljar", "share/zsh/site-functions/_belljar",
    "share/fish/vendor_completions.d/belljar.fish",
}


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="belljar-install-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        first = cls.folder / "first"
        run("cmake", "--install", HOST_BUILD, "--prefix", first, env={**os.environ, "DESTDIR": ""})
        cls.prefix = cls.folder / "moved"  # nothing may remember where it was first
        first.rename(cls.prefix)
        cls.library = next(path.parent for path in cls.prefix.rglob("libbelljar.a"))
        cls.project = cls.folder / "project"
        shutil.copytree(HERE / "project", cls.project)

    def pkg_config(self, *options):
        environment = {**os.environ, "PKG_CONFIG_PATH": str(self.library / "pkgconfig")}
        return run("pkg-config", *options, "belljar", env=environment).split()

    def test_files(self):
        files = {str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*") if not path.is_dir()}
        files = {name.replace(str(self.library.relative_to(self.prefix)) + "/", "lib/") for name in files}
        headers = {str(path.relative_to(ROOT)) for path in (ROOT / "include").rglob("*.h")}
        self.assertEqual(files, EXPECTED | headers)

    def test_binary_runs(self):
        self.assertEqual(run(self.prefix / "bin/belljar", "run", "-c", "print(6 * 7)", env={}), ANSWER)

    def test_cmake_project(self):
        build = self.folder / "build"
        run("cmake", "-S", self.project, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("cmake", "--build", build, "-j", "2")
        for name in ("cc_shared", "cc_static", "c_shared", "c_static"):
            with self.subTest(name=name):
                self.assertEqual(run(build / name, env={}), ANSWER)
                needed = run("readelf", "-d", build / name)
                self.assertEqual("libbelljar.so.0" in needed, name.endswith("shared"))
        for command in json.loads((build / "compile_commands.json").read_text()):
            for flag in ("-fvisibility", "-Wshadow", "-fno-omit-frame-pointer", "_FORTIFY_SOURCE"):
                self.assertNotIn(flag, command["command"], "belljar's own flags are not for users")

    def test_pkg_config_and_c(self):
        program = self.folder / "by_pkg_config"
        run("cc", "-std=c11", self.project / "main.c", *self.pkg_config("--cflags", "--libs"), "-o", program)
        self.assertEqual(run(program, env={"LD_LIBRARY_PATH": str(self.library)}), ANSWER)

    def test_pkg_config_and_a_whole_static_program(self):
        program = self.folder / "whole"
        run("cc", "-std=c11", "-static", self.project / "main.c", *self.pkg_config("--static", "--cflags", "--libs"), "-o",
            program)
        alone = self.folder / "empty" / "program"
        alone.parent.mkdir()
        program.rename(alone)
        self.assertEqual(run(alone, env={}, cwd=alone.parent), ANSWER)


if __name__ == "__main__":
    unittest.main(verbosity=1)
