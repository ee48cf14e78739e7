"""The peers: how each is installed and spoken to."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from environments import NotHere, node_packages, python_environment

HERE = Path(__file__).resolve().parent
ADAPTERS = HERE / "adapters"
PROGRAM = "print(1 + 1)"
IMAGE = "python:3.14-slim"


@dataclass(frozen=True)
class Ready:
    """A peer that can be measured: the command of its adapter, and one that prints 2 from nothing."""

    adapter: list[str]
    cold: list[str]


@dataclass(frozen=True)
class Peer:
    """`prepare` installs what is missing and may raise NotHere. `held` is how many sessions its memory is measured
    over: enough to divide by, few enough to fit."""

    name: str
    what: str
    prepare: Callable[[Path], Ready]
    held: int


def adapter(python: str | Path, name: str) -> list[str]:
    return [str(python), str(ADAPTERS / name)]


def belljar_cli(belljar: Path) -> Ready:
    if not belljar.is_file():
        raise NotHere(f"there is no {belljar}: run `make build`, or say where it is with --belljar")
    return Ready([*adapter(sys.executable, "belljar_cli.py"), str(belljar)], [str(belljar), "run", "-c", PROGRAM])


def belljar_python(belljar: Path) -> Ready:
    if subprocess.run([sys.executable, "-c", "import belljar"], capture_output=True).returncode != 0:
        raise NotHere("`import belljar` fails in this Python: run `make peers`, or this with build/python/venv/bin/python after `make python`")
    return Ready(adapter(sys.executable, "belljar_python.py"),
                 [sys.executable, "-c", f"import belljar; print(belljar.run({PROGRAM!r}).stdout, end='')"])


def monty(_: Path) -> Ready:
    binaries = python_environment("monty")
    return Ready(adapter(binaries / "python", "monty.py"), [str(binaries / "monty"), "-c", PROGRAM])


def eryx(_: Path) -> Ready:
    binaries = python_environment("eryx", (3, 12))
    return Ready(adapter(binaries / "python", "eryx_peer.py"), [str(binaries / "eryx"), "-c", PROGRAM])


def in_process_filter(name: str, requirements: str) -> Callable[[Path], Ready]:
    def prepare(_: Path) -> Ready:
        command = adapter(python_environment(requirements) / "python", name)
        return Ready(command, [*command, "print"])

    return prepare


def pyodide(_: Path) -> Ready:
    packages = node_packages("pyodide")
    command = ["node", str(ADAPTERS / "pyodide.mjs"), str(packages)]
    return Ready(command, [*command, "print"])


def process(_: Path) -> Ready:
    return behind([], sys.executable)


def behind(wall: list[str], python: str) -> Ready:
    return Ready([*adapter(sys.executable, "process.py"), shlex.join([*wall, python])],
                 [*wall, python, "-I", "-S", "-c", PROGRAM])


def container(tool: str) -> Callable[[Path], Ready]:
    def prepare(_: Path) -> Ready:
        if not shutil.which(tool):
            raise NotHere(f"{tool} is not installed")
        if subprocess.run([tool, "image", "inspect", IMAGE], capture_output=True).returncode != 0:
            raise NotHere(f"{tool} does not run here, or has no image {IMAGE}: `{tool} pull {IMAGE}`")
        limits = ["--network", "none", "--memory", "128m", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"]
        return behind([tool, "run", "--rm", "--interactive", *limits, IMAGE], "python3")

    return prepare


def bubblewrap(_: Path) -> Ready:
    if not shutil.which("bwrap"):
        raise NotHere("bwrap is not installed")
    system = [word for folder in ("/usr", "/lib", "/lib64", "/bin") for word in ("--ro-bind-try", folder, folder)]
    return behind(["bwrap", "--unshare-all", "--die-with-parent", "--clearenv", *system, "--tmpfs", "/tmp", "--proc",
                   "/proc", "--chdir", "/tmp"], "/usr/bin/python3")


PEERS = [
    Peer("belljar", "CPython 3.14 in WebAssembly, by the command line", belljar_cli, 20),
    Peer("belljar-python", "the same in-process, by the Python package", belljar_python, 100),
    Peer("monty", "interpreter of its own in Rust, a subset of Python, in worker processes", monty, 20),
    Peer("eryx", "CPython 3.14 in WebAssembly, in-process", eryx, 20),
    Peer("pyodide", "CPython in WebAssembly on node", pyodide, 3),
    Peer("smolagents", "LocalPythonExecutor: walks the syntax tree, in-process",
         in_process_filter("smolagents_local.py", "smolagents"), 100),
    Peer("restrictedpython", "rewrites the syntax tree for exec, in-process",
         in_process_filter("restricted.py", "restrictedpython"), 100),
    Peer("python", "python3 -I -S, a process with a time-out: no sandbox", process, 10),
    Peer("bubblewrap", "python3 in Linux namespaces", bubblewrap, 10),
    Peer("docker", "python3 in a container", container("docker"), 5),
    Peer("podman", "python3 in a container", container("podman"), 5),
]


def chosen(only: str | None) -> list[Peer]:
    """The peers of a list such as "belljar,python"; a name stands for those that begin with it and a dash, too."""
    if not only:
        return PEERS
    names = only.split(",")
    unknown = [n for n in names if n not in {p.name for p in PEERS}]
    if unknown:
        raise SystemExit(f"peers: no peer is called {', '.join(unknown)}; there are {', '.join(p.name for p in PEERS)}")
    return [p for p in PEERS if any(p.name == n or p.name.startswith(n + "-") for n in names)]
