"""Fetches what wheels.txt names into a folder, each file checked by its hash. Without an index it says so, and the tests
that need the wheels are skipped.

    wheels.py FOLDER
"""

import subprocess
import sys
from pathlib import Path

LIST = Path(__file__).resolve().parent / "wheels.txt"


def main():
    folder = Path(sys.argv[1])
    wanted = [line.split("==") for line in LIST.read_text().splitlines() if "==" in line]
    if all(list(folder.glob(f"{name.replace('-', '_')}-{rest.split()[0]}-*.whl")) for name, rest in wanted):
        return
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes",
         "--only-binary", ":all:", "--python-version", "3.14", "--platform", "any", "--implementation", "py", "--abi", "none",
         "--dest", folder, "--requirement", LIST], capture_output=True, text=True)
    if done.returncode != 0:
        print("the wheels of tests/wheels.txt cannot be had; their tests are skipped:", done.stderr.strip()[-500:])


if __name__ == "__main__":
    main()
