"""A virtual environment with belljar's wheel and what its tests need, at build/python/venv.

    venv.py --wheels build/wheel --link build/python/venv

The packages of others (requirements-*.txt) are installed once, into the build cache; the wheel anew whenever it has changed.
Where there is no index the tests that need such packages are skipped; the wheel itself needs none.
"""

import argparse
import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "scripts"))

from artifact import cache_folder  # noqa: E402


def environment():
    """The folder of an environment with all requirements, made once."""
    requirements = sorted(HERE.glob("requirements-*.txt"))
    key = hashlib.sha256("\n".join([sys.executable, *(f.read_text() for f in requirements)]).encode()).hexdigest()[:16]
    folder = cache_folder() / f"python-tests-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            if not (folder / "venv/bin/pip").exists():
                subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
            # One after the other: what cannot be had leaves the others alone, and is tried again the next time.
            complete = True
            for file in requirements:
                if (folder / f"{file.stem}.installed").exists():
                    continue
                print(f"belljar: installing {file.name}", flush=True)
                done = subprocess.run([folder / "venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", file],
                                      capture_output=True, text=True)
                if done.returncode == 0:
                    (folder / f"{file.stem}.installed").touch()
                else:
                    complete = False
                    print(f"belljar: {file.name} cannot be had; its tests are skipped: {done.stderr.strip()[-500:]}", flush=True)
            if complete:
                (folder / "complete").touch()
    return folder / "venv"


def install(venv, wheels):
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    found = sorted(wheels.glob("belljar-*-abi3-*.whl" if sys.version_info >= (3, 12) else f"belljar-*-{tag}-*.whl"))
    if not found:
        sys.exit(f"belljar: {wheels} has no wheel for this Python: run `make wheel`")
    stamp, hashed = venv / "belljar.installed", hashlib.sha256(found[-1].read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == hashed:
        return
    subprocess.run([venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--force-reinstall", "--no-deps",
                    found[-1]], check=True)
    stamp.write_text(hashed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, required=True)
    parser.add_argument("--link", type=Path, required=True)
    options = parser.parse_args()
    venv = environment()
    install(venv, options.wheels)
    options.link.parent.mkdir(parents=True, exist_ok=True)
    options.link.unlink(missing_ok=True)
    options.link.symlink_to(venv)


if __name__ == "__main__":
    main()
