"""The compiler for the guest, its flags, and the two configurations.

`release` is what ships: link-time optimisation over all of CPython, steered by the committed profile.
`fast` is for people who work on the kernel: the same code and the same flags otherwise, linked in a second.
"""

import dataclasses
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
GUEST = HERE.parent
ROOT = GUEST.parent

sys.path.insert(0, str(ROOT / "scripts"))
from artifact import BuildError, cache_folder  # noqa: E402

TARGET = "wasm32-wasip1"
LLVM = "22"
CLANG, AR, RANLIB, NM = f"clang-{LLVM}", f"llvm-ar-{LLVM}", f"llvm-ranlib-{LLVM}", f"llvm-nm-{LLVM}"
PROFDATA = f"llvm-profdata-{LLVM}"

# SIMD carries our memory functions. No bulk memory: DESIGN section 5.4, docs/formats/guest-abi.md. The other two are
# clang's defaults today, said aloud because the engine is configured to accept exactly these.
MACHINE_FLAGS = ["-msimd128", "-msign-ext", "-mnontrapping-fptoint", "-mno-bulk-memory", "-mno-bulk-memory-opt"]
CODE_FLAGS = ["-O3", "-DNDEBUG", *MACHINE_FLAGS]

# The build date that CPython shows is that of the release, so that a build can be repeated byte by byte.
REPRODUCIBLE = {"SOURCE_DATE_EPOCH": "1785888000", "TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}

PACKAGES = "clang-22 lld-22 llvm-22 libclang-rt-22-dev-wasm32"


@dataclasses.dataclass(frozen=True)
class Config:
    name: str
    lto: bool
    profile: bool

    def optimiser_flags(self):
        return ["-flto=full"] if self.lto else []

    def link_flags(self):
        return ["-flto=full", "-Wl,--lto-O3"] if self.lto else []


CONFIGS = {c.name: c for c in (Config("release", lto=True, profile=True), Config("fast", lto=False, profile=False))}


def compiler_version():
    """Part of every key: another compiler makes another guest."""
    missing = [t for t in (CLANG, AR, RANLIB, NM, f"wasm-ld-{LLVM}") if shutil.which(t) is None]
    if missing:
        raise BuildError(f"{', '.join(missing)} not found. Install the compiler: apt-get install {PACKAGES}")
    return version_of(CLANG)


def version_of(tool):
    if shutil.which(tool) is None:
        raise BuildError(f"{tool} is not there: install it")
    return subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout


def compiler(sysroot):
    """The command that compiles and links for the guest."""
    # No path of this machine in what we ship: __FILE__ and friends lose the cache folder.
    return [CLANG, f"--target={TARGET}", f"--sysroot={sysroot}", f"-ffile-prefix-map={cache_folder()}=/build"]
