#!/usr/bin/env python3
"""Results of build steps, kept by the hash of everything that went into them.

A step that takes minutes (a compiler run over CPython, an engine) is an Artifact: a name, its inputs and the artifacts
it is made from. All of that hashed is its key, and its result lives in

    ${BELLJAR_CACHE:-~/.cache/belljar}/<name>-<key>/

It is built in a folder beside it and renamed when complete, under a lock: an interrupted build leaves nothing that
looks finished, and two builds at once do not do the same work twice. Nothing is ever deleted behind your back.

    artifact.py --list            what is there, how large, when last used
    artifact.py --clean [NAME]    delete it all, or what belongs to NAME
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

HEARTBEAT_SECONDS = 2  # a step longer than this says that it is alive
LOG_LINE_SECONDS = 30  # and without a terminal it does so this often
TAIL_LINES = 40


class BuildError(Exception):
    """A step failed; the message is for the person at the terminal."""


def cache_folder():
    return Path(os.environ.get("BELLJAR_CACHE") or Path.home() / ".cache" / "belljar").absolute()


def expand_inputs(inputs):
    """The files behind a list of files, folders and globs, sorted, without what tools leave behind."""
    found = set()
    for item in inputs:
        path = Path(item)
        if any(c in path.name for c in "*?["):
            matches = list(path.parent.glob(path.name))
        elif path.is_dir():
            matches = list(path.rglob("*"))
        elif path.exists():
            matches = [path]
        else:
            raise BuildError(f"input {path} does not exist")
        found.update(m for m in matches if m.is_file() and "__pycache__" not in m.parts)
    return sorted(found)


class Artifact:
    """`inputs`: files, folders, globs. `text`: strings that matter (flags, versions). `depends`: other artifacts.

    `recipe(folder, log)` makes the result in `folder`, running its commands with `log.run`.
    """

    def __init__(self, name, recipe, *, inputs=(), text=(), depends=(), doing="", why=""):
        self.name, self.recipe = name, recipe
        self.inputs, self.text, self.depends = list(inputs), list(text), list(depends)
        self.doing, self.why = doing or f"building {name}", why
        self._key = None

    @property
    def key(self):
        if self._key is None:
            self._key = self._hash_inputs()
        return self._key

    def _hash_inputs(self):
        h = hashlib.sha256()

        def add(kind, value):
            h.update(f"{kind}\0{len(value)}\0".encode())
            h.update(value)

        for file in expand_inputs(self.inputs):
            # The name, not the whole path: a checkout in another folder gives the same key.
            add("file", file.name.encode())
            add("content", file.read_bytes())
        for text in self.text:
            add("text", str(text).encode())
        for artifact in self.depends:
            add("depends", f"{artifact.name}-{artifact.key}".encode())
        return h.hexdigest()

    @property
    def path(self):
        return cache_folder() / f"{self.name}-{self.key[:16]}"

    @property
    def log_path(self):
        return cache_folder() / "logs" / f"{self.path.name}.log"

    def is_built(self):
        return self.path.is_dir()

    def all_depends(self):
        """Everything this is made from, each once, in an order in which it can be built."""
        ordered = []
        for artifact in self.depends:
            for item in [*artifact.all_depends(), artifact]:
                if all(item.path != o.path for o in ordered):
                    ordered.append(item)
        return ordered

    def ensure(self, label=""):
        """The folder with the result; builds it, and what it depends on, when it is not there."""
        if self.is_built():
            os.utime(self.path)  # for --list: when it was last used
            return self.path
        for artifact in self.depends:
            artifact.ensure(label)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _lock(self.path.with_name(self.path.name + ".lock"), f"{label}{self.doing}"):
            if not self.is_built():
                self._build(label)
        return self.path

    def _build(self, label):
        partial = self.path.with_name(self.path.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        self.log_path.parent.mkdir(exist_ok=True)
        why = f" ({self.why})" if self.why else ""
        with Log(self.log_path, f"{label}{self.doing}{why}") as log:
            self.recipe(partial, log)
            if self._hash_inputs() != self.key:
                # Kept under this key, it would come back when the edit is undone.
                raise BuildError("an input was edited while this was being built: build again")
        partial.rename(self.path)


def build_all(area, artifacts):
    """Builds artifacts with what they depend on, numbered: `[guest 3/7] linking ...`."""
    ordered = []
    for artifact in artifacts:
        for item in [*artifact.all_depends(), artifact]:
            if all(item.path != o.path for o in ordered):
                ordered.append(item)
    for number, artifact in enumerate(ordered, 1):
        artifact.ensure(f"[{area} {number}/{len(ordered)}] ")


@contextlib.contextmanager
def _lock(path, doing):
    with open(path, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"{doing}: waiting for another build that is doing this", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Log:
    """Runs the commands of one step: their output goes to a file, the terminal sees one line that stays alive."""

    def __init__(self, path, title):
        self.path, self.title = path, title
        self.file = None
        self.started = self.last_sign = 0.0
        self.on_terminal = sys.stdout.isatty()

    def __enter__(self):
        self.file = open(self.path, "w", buffering=1, errors="replace")
        self.started = self.last_sign = time.monotonic()
        self._show(self.title, end="" if self.on_terminal else "\n")
        return self

    def __exit__(self, kind, error, _traceback):
        self.file.close()
        elapsed = _duration(time.monotonic() - self.started)
        if error is None:
            self._show(f"{self.title}: done, {elapsed}", end="\n")
        elif isinstance(error, (KeyboardInterrupt, SystemExit)):
            self._show(f"{self.title}: interrupted after {elapsed}", end="\n")
        else:
            self._show(f"{self.title}: FAILED after {elapsed}", end="\n")
            if not isinstance(error, BuildError):
                print(f"  {kind.__name__}: {error}")
            print(f"  the end of {self.path}:\n{self._tail()}", flush=True)

    def run(self, command, *, cwd=None, env=None):
        """Runs a command; BuildError when it fails. `env` is added to this process's environment."""
        command = [str(c) for c in command]
        process = self._start(command, cwd, env)
        try:
            self._wait(process)
        except BaseException:
            # The whole group: a make that goes on compiling after Ctrl-C is worse than none.
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            raise
        if process.returncode:
            raise BuildError(f"{Path(command[0]).name} ended with status {process.returncode}")

    def run_all(self, commands, *, cwd=None, env=None):
        """Runs commands that do not depend on each other, as many at a time as there are processors."""
        waiting, running = list(reversed(commands)), {}
        try:
            while waiting or running:
                while waiting and len(running) < job_count():
                    command = [str(c) for c in waiting.pop()]
                    process = self._start(command, cwd, env)
                    running[process.pid] = (process, command)
                for pid, (process, command) in list(running.items()):
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        if process.wait(timeout=0.02):
                            raise BuildError(f"{command[0]} ended with status {process.returncode}: {command[-1]}")
                        del running[pid]
                self.alive(f"{len(waiting) + len(running)} to go")
        except BaseException:
            for process, _ in running.values():
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                process.wait()
            raise

    def note(self, text):
        self.file.write(f"{text}\n")

    def alive(self, doing=""):
        """A sign of life, when it is time for one."""
        now = time.monotonic()
        if now - self.last_sign < (HEARTBEAT_SECONDS if self.on_terminal else LOG_LINE_SECONDS):
            return
        self.last_sign = now
        text = f"{self.title}: {_duration(now - self.started)}"
        self._show(text + (f", {doing}" if doing else ""), end="" if self.on_terminal else "\n")

    def _start(self, command, cwd, env):
        self.file.write(f"\n$ {shlex.join(command)}\n")
        try:
            # A session of its own, so that a failure can end the command with all that it started.
            return subprocess.Popen(command, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
                                    stdout=self.file, stderr=self.file, start_new_session=True)
        except FileNotFoundError as error:
            raise BuildError(f"{error.filename} is not there: install it") from None

    def _wait(self, process):
        while process.returncode is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.5)
            self.alive()

    def _show(self, text, end):
        if self.on_terminal:
            width = shutil.get_terminal_size().columns - 1
            text = "\r\033[K" + (text if end else text[:width])
        print(text, end=end, flush=True)

    def _tail(self):
        lines = self.path.read_text(errors="replace").splitlines()[-TAIL_LINES:]
        return "\n".join("    " + line for line in lines)


def job_count():
    return int(os.environ.get("BELLJAR_JOBS") or len(os.sched_getaffinity(0)))


def _duration(seconds):
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60} min {int(seconds) % 60:02} s"


def folder_size(path):
    return sum(f.lstat().st_size for f in path.rglob("*") if not f.is_dir())


def list_artifacts():
    folders = [p for p in sorted(cache_folder().glob("*-*")) if p.is_dir()]
    for path in folders:
        used = time.strftime("%Y-%m-%d %H:%M", time.localtime(path.stat().st_mtime))
        state = "  (unfinished)" if path.suffix == ".partial" else ""
        print(f"{folder_size(path) / 1e6:9.1f} MB  last used {used}  {path.name}{state}")
    print(f"{len(folders)} in {cache_folder()}")


def clean_artifacts(name):
    for path in sorted(cache_folder().glob("*")):
        if name and path.name != name and path.name.rsplit("-", 1)[0] != name:
            continue
        print(f"deleting {path.name}")
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def main():
    parser = argparse.ArgumentParser(description="The kept results of build steps.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--list", action="store_true", help="what is there, how large, when last used")
    what.add_argument("--clean", nargs="?", const="", metavar="NAME", help="delete everything, or what belongs to NAME")
    args = parser.parse_args()
    if not cache_folder().is_dir():
        print(f"nothing in {cache_folder()}")
    elif args.list:
        list_artifacts()
    else:
        clean_artifacts(args.clean)


if __name__ == "__main__":
    main()
