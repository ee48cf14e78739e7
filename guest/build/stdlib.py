"""The guest's library tree, as it will stand in /usr/lib/python3.14: CPython's Lib with our patches and files, time
zone data, and everything byte-compiled."""

import importlib.util
import json
import re
import shutil
import sys
import zipfile
from pathlib import Path

import cpython
import sources
import toolchain
import traces
from artifact import Artifact, BuildError, cache_folder

GUEST_FOLDER = "/usr/lib/python3.14"
OWN_FILES = toolchain.GUEST / "lib"
EXCLUDED = toolchain.HERE / "stdlib_excluded.txt"
SOURCE_ONLY = toolchain.HERE / "stdlib_source_only.txt"
REQUIREMENTS = toolchain.HERE / "requirements.txt"
COMPILER = toolchain.HERE / "compile_tree.py"


def stdlib(source, native, configured):
    def recipe(folder, log):
        lib = folder / "stdlib"
        # The patches call it Lib.
        shutil.copytree(source.path / "src/Lib", folder / "Lib", ignore=shutil.ignore_patterns("__pycache__"))
        sources.apply_patches(sources.patches(library=True), folder, log)
        (folder / "Lib").rename(lib)
        _remove_excluded(lib)
        _add_own_files(lib)
        _add_sysconfig(lib, configured.path / "build")
        _add_packages(lib / "site-packages", folder, native, log)
        log.run([cpython.native_executable(native), "-I", "-S", COMPILER, lib, GUEST_FOLDER],
                env=toolchain.REPRODUCIBLE)
        _remove_bytecode(lib)
        _check_no_traces(lib)
        log.note(sizes(lib))

    return Artifact("guest-stdlib", recipe, depends=[source, native, configured], text=["1"],
                    inputs=[*sources.patches(library=True), OWN_FILES, EXCLUDED, SOURCE_ONLY, REQUIREMENTS, COMPILER,
                            traces.__file__, __file__],
                    doing="making the guest's library tree", why="about 10 s: 550 files are byte-compiled")


def _listed(listing, lib):
    """The paths that a text file names."""
    for line in listing.read_text().splitlines():
        name = line.split("#")[0].strip()
        if name and not (lib / name).exists():
            raise BuildError(f"{listing.name}: {name} is not in this CPython")
        if name:
            yield lib / name


def _remove_excluded(lib):
    for path in _listed(EXCLUDED, lib):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _remove_bytecode(lib):
    for path in _listed(SOURCE_ONLY, lib):
        for source in path.rglob("*.py") if path.is_dir() else [path]:
            (source.parent / "__pycache__" / f"{source.stem}.cpython-314.pyc").unlink()


def _add_own_files(lib):
    for file in sorted(OWN_FILES.rglob("*.py")):
        target = lib / file.relative_to(OWN_FILES)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)


def _add_sysconfig(lib, build):
    """What sysconfig knows about this build, without this build's paths."""
    generated = next((build / "build").glob("lib.*"))
    for file in generated.glob("_sysconfigdata_*.py"):
        scope = {}
        exec(compile(file.read_text(), file.name, "exec"), scope)
        variables = {name: _without_paths(value) for name, value in sorted(scope["build_time_vars"].items())}
        text = "# How this Python was built; the folders of the build are replaced by /build.\n"
        lines = "".join(f"    {name!r}: {value!r},\n" for name, value in variables.items())
        (lib / file.name).write_text(f"{text}build_time_vars = {{\n{lines}}}\n")
    for file in generated.glob("_sysconfig_vars_*.json"):
        variables = {name: _without_paths(value) for name, value in sorted(json.loads(file.read_text()).items())}
        (lib / file.name).write_text(json.dumps(variables, indent=1, sort_keys=True) + "\n")


def _without_paths(value):
    if not isinstance(value, str):
        return value
    cache = re.escape(str(cache_folder()))
    value = re.sub(rf"-ffile-prefix-map={cache}\S* ?", "", value)
    # Down to the artifact's folder: its name holds a key that changes with every input.
    return re.sub(cache + r"(/[^/\s'\"]+)?", "/build", value)


def _add_packages(target, folder, native, log):
    """The wheels of requirements.txt, each checked by pip against its hash there."""
    wheels = folder / "wheels"
    log.run([*_pip(native), "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:",
             "--require-hashes", "--requirement", REQUIREMENTS, "--dest", wheels])
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target)
    shutil.rmtree(wheels)


def _pip(native):
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    # A Debian without python3-pip: CPython's source carries a pip that runs from its wheel.
    bundled = next((native.path / "src/Lib/ensurepip/_bundled").glob("pip-*.whl"))
    return [sys.executable, bundled / "pip"]


def _check_no_traces(lib):
    for file in sorted(lib.rglob("*")):
        if file.is_file():
            traces.refuse(file.read_bytes(), file.relative_to(lib))


def sizes(lib):
    totals = {suffix: sum(f.stat().st_size for f in lib.rglob(f"*{suffix}")) for suffix in (".py", ".pyc")}
    whole = sum(f.stat().st_size for f in lib.rglob("*") if f.is_file())
    return (f"library tree: .py {totals['.py'] / 1e6:.1f} MB, .pyc {totals['.pyc'] / 1e6:.1f} MB, "
            f"all {whole / 1e6:.1f} MB")
