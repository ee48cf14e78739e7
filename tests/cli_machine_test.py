"""The command line on machines that have too little, and with executables that are damaged."""

import os
import resource
import shutil
import signal
import subprocess
import unittest

from cli_support import (BELLJAR, CPU, DEADLINE, NEVER_POLLS, TIME_LIMIT, USAGE_ERROR, CliTest, belljar, limited,
                         refused_by_the_kernel)


class Machine(CliTest):
    def assert_refused_or_never_started(self, result, path, prepare=None):
        if result.returncode in (-signal.SIGSEGV, -signal.SIGKILL, -signal.SIGBUS):
            refused = refused_by_the_kernel(path, prepare)
            if refused is None:
                self.skipTest("ptrace is not allowed: cannot tell a crash from a refused execve")
            self.assertTrue(refused, "the program was started and crashed")
            self.assertEqual((result.stdout, result.stderr), (b"", b""))
            return "kernel"
        self.assert_refused(result)
        return "belljar"

    def test_address_space(self):
        outcomes = []
        for mebibytes in (8, 32, 48, 56, 64, 96, 256, 2048, 4128, 4200):
            with self.subTest(mebibytes=mebibytes):
                prepare = limited(resource.RLIMIT_AS, mebibytes << 20)
                result = belljar("run", "-c", "print(1)", preexec_fn=prepare)
                outcomes.append(self.assert_refused_or_never_started(result, BELLJAR, prepare))
        self.assertEqual(outcomes[-1], "belljar")
        self.assertIn(b"ulimit -v", result.stderr)
        enough = limited(resource.RLIMIT_AS, 5 << 30)
        self.assert_runs(belljar("run", "-c", "print(1)", preexec_fn=enough), b"1\n")

    def test_descriptors(self):
        for count in range(0, 8):
            with self.subTest(count=count):
                result = belljar("run", "-c", "print(1)", preexec_fn=limited(resource.RLIMIT_NOFILE, count))
                if result.returncode == 0:
                    self.assert_runs(result, b"1\n")
                    break
                self.assert_refused(result, "open files")
        self.assertLessEqual(count, 6, "descriptors that a run needs")

    def test_large_sessions_with_few_descriptors(self):
        cells = ["x = b'a' * 5_000_000", "y = 1", NEVER_POLLS, "print(len(x), y)"]
        for count in (5, 6, 7, 8):
            result = belljar("run", "--cpu", CPU, *(a for cell in cells for a in ("--cell", cell)),
                             preexec_fn=limited(resource.RLIMIT_NOFILE, count))
            if result.returncode == USAGE_ERROR:
                self.assert_one_line(result.stderr)
            else:
                self.assertEqual((result.returncode, result.stdout), (TIME_LIMIT, b"5000000 1\n"), result.stderr)
        self.assertEqual(result.returncode, TIME_LIMIT)

    def test_data_segment(self):
        for mebibytes in (1, 4, 16, 64):
            prepare = limited(resource.RLIMIT_DATA, mebibytes << 20)
            result = belljar("run", "-c", "print(1)", preexec_fn=prepare)
            self.assert_refused_or_never_started(result, BELLJAR, prepare)

    def test_small_stack(self):
        result = belljar("run", "-c", "print(1)", preexec_fn=limited(resource.RLIMIT_STACK, 128 << 10))
        self.assert_runs(result, b"1\n")

    def test_truncated_executable(self):
        path = str(self.folder / "truncated")
        shutil.copy(BELLJAR, path)
        size = os.path.getsize(path)
        by = [1, 500, 1000, 2000, 3000, 3500, 4096, 8192, 20_000, 100_000, 1_000_000]
        lengths = [size - n for n in by] + [size * n // 8 for n in range(7, 0, -1)] + [100_000, 4096, 1000, 63, 1, 0]
        ran = []
        for length in lengths:  # descending: one copy, cut shorter and shorter
            os.truncate(path, length)
            with self.subTest(length=length, missing=size - length):
                try:
                    result = belljar("run", "-c", "print(1+1)", binary=path)
                except OSError:
                    continue  # "exec format error"
                if result.returncode == 0:
                    # The section headers stand at the very end, and nothing needs them.
                    self.assertLess(size - length, 4096)
                    self.assert_runs(result, b"2\n")
                    ran.append(length)
                else:
                    self.assert_refused_or_never_started(result, path)
        self.assertLess(len(ran), len(lengths) // 2)

    def test_damaged_executable(self):
        """`doctor --verify` notices one flipped bit in image and library."""
        path = str(self.folder / "damaged")
        shutil.copy(BELLJAR, path)
        with open(path, "r+b") as file:
            content = file.read()
            library = content.rindex(b"BJPACK\0\0")
            # Within the compressed data of some module, far from the index that every start checks.
            place = library + (len(content) - library) // 2
            file.seek(place)
            file.write(bytes([content[place] ^ 1]))
        result = belljar("doctor", "--verify", binary=path)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertRegex(result.stdout, rb"(?m)^no +payload")

    def test_alone_in_an_empty_folder_without_environment(self):
        alone = self.folder / "alone"
        alone.mkdir()
        path = shutil.copy(BELLJAR, alone / "belljar")
        result = belljar("run", "-c", "import json, os; print(json.dumps(os.listdir()))", binary=path, cwd=alone, env={})
        self.assert_runs(result, b"[]\n")
        self.assertEqual(os.listdir(alone), ["belljar"], "leaves nothing behind")

    def test_replaced_while_it_runs(self):
        path = shutil.copy(BELLJAR, self.folder / "replaced")
        process = subprocess.Popen([path, "run", "--cell", "print('up', flush=True); input()", "--cell", "print(6 * 7)"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        self.read_until(process.stdout, b"up\n")
        os.replace(self.write("other", "not a program"), path)
        out, err = process.communicate(b"go on\n", timeout=DEADLINE)
        self.assertEqual((process.returncode, out, err), (0, b"42\n", b""))

    def test_no_memory_is_writable_and_executable(self):
        process = self.start("run", "-c", "print('up', flush=True); input()", stdin=subprocess.PIPE)
        self.read_until(process.stdout, b"up\n")
        with open(f"/proc/{process.pid}/maps", encoding="utf-8") as maps:
            rights = [line.split()[1] for line in maps]
        self.assertIn("r-xp", rights)
        self.assertEqual([r for r in rights if "w" in r and "x" in r], [])

    @unittest.skipUnless(os.geteuid() == 0, "needs root for chroot")
    def test_without_proc(self):
        """No /proc: no PAGEMAP_SCAN and no path to the own file. Everything works, by the slower ways."""
        root = self.folder / "root"
        root.mkdir()
        shutil.copy(BELLJAR, root / "belljar")

        def enter():
            os.chroot(root)
            os.chdir("/")
        cells = ["x = b'a' * 5_000_000", NEVER_POLLS, "print(len(x))"]
        result = belljar("run", "--cpu", CPU, *(a for cell in cells for a in ("--cell", cell)), binary="/belljar",
                         preexec_fn=enter, env={})
        self.assertEqual((result.returncode, result.stdout), (TIME_LIMIT, b"5000000\n"), result.stderr)
        doctor = belljar("doctor", binary="/belljar", preexec_fn=enter, env={})
        self.assertEqual(doctor.returncode, 0, doctor.stdout)
        self.assertRegex(doctor.stdout, rb"(?m)^no +PAGEMAP_SCAN")
