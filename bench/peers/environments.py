"""Environments of the peers, in ${BELLJAR_CACHE:-~/.cache/belljar}/peers: built once for each set of requirements."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "scripts"))

from artifact import cache_folder  # noqa: E402

NEWEST_MINOR = 14


class NotHere(Exception):
    """A peer cannot be measured on this machine; the message says why and what would help."""


def python_environment(name: str, at_least: tuple[int, int] = (3, 10)) -> Path:
    """The folder of programs of the virtual environment that requirements/NAME.txt describes."""
    requirements = HERE / "requirements" / f"{name}.txt"
    python = find_python(at_least)
    version = run([python, "-c", "import platform; print(platform.python_version())"], "Python does not start").strip()

    def build(folder: Path) -> None:
        run([python, "-m", "venv", str(folder)], "the venv module of Python failed")
        run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             "--only-binary", ":all:", "--requirement", str(requirements)],
            f"{requirements.name} could not be installed")

    return environment(name, requirements.read_text(encoding="utf-8") + version, build) / "bin"


def node_packages(name: str) -> Path:
    """A folder with the packages that NAME/package.json asks for."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise NotHere("node or npm is not installed")
    description = HERE / name / "package.json"

    def build(folder: Path) -> None:
        folder.mkdir()
        shutil.copy(description, folder)
        run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts",
             "--prefix", str(folder)], "npm could not install them")

    return environment(name, description.read_text(encoding="utf-8"), build)


def environment(name: str, inputs: str, build: Callable[[Path], None]) -> Path:
    """The folder that `build` fills. A virtual environment cannot be renamed, so a stamp says that it is complete."""
    root = cache_folder() / "peers"
    root.mkdir(parents=True, exist_ok=True)
    folder = root / f"{name}-{hashlib.sha256(inputs.encode()).hexdigest()[:16]}"
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = folder / "complete"
        if not stamp.exists():
            shutil.rmtree(folder, ignore_errors=True)
            print(f"peers: installing {name}", file=sys.stderr, flush=True)
            build(folder)
            stamp.touch()
    return folder


def find_python(at_least: tuple[int, int]) -> str:
    """This Python if it is new enough, else the newest that is installed."""
    if sys.version_info[:2] >= at_least:
        return sys.executable
    named = [shutil.which(f"python3.{minor}") for minor in range(NEWEST_MINOR, at_least[1] - 1, -1)]
    managed = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python3"), reverse=True)
    test = f"import sys; sys.exit(sys.version_info[:2] < {at_least})"
    for python in [*filter(None, named), *map(str, managed)]:
        # Run, because a version manager may leave a command behind that only says what to install.
        if subprocess.run([python, "-c", test], capture_output=True).returncode == 0:
            return python
    raise NotHere(f"it needs Python {at_least[0]}.{at_least[1]} or later beside this {sys.version.split()[0]}")


def run(command: list[str], failure: str) -> str:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode != 0:
        words = done.stderr.strip().split("\n")
        raise NotHere(f"{failure}: {words[-1]}")
    return done.stdout
