"""CPython twice: for this machine (it compiles the library tree, helps the second build and is what `make bench`
compares with), and for WebAssembly as a static library."""

import lzma
import os
import shlex
import shutil

import sources
import toolchain
from artifact import Artifact, job_count

PROFILE = toolchain.HERE / "profile" / "python.profdata.xz"

# What `make` builds beside libpython: CPython keeps these libraries apart.
STATIC_LIBRARIES = [
    *(f"Modules/_hacl/libHacl_Hash_{name}.a" for name in ("MD5", "SHA1", "SHA2", "SHA3", "BLAKE2")),
    "Modules/_hacl/libHacl_HMAC.a",
    "Modules/expat/libexpat.a", "Modules/_decimal/libmpdec/libmpdec.a",
]
SYSTEM_LIBRARIES = ["-ldl", "-lwasi-emulated-signal", "-lwasi-emulated-getpid", "-lwasi-emulated-process-clocks",
                    "-lpthread", "-lm"]

# The interpreter's loop is one function. Whatever is inlined into it takes registers from all of it, and Cranelift then
# keeps its variables in memory: no link-time optimisation, and little inlining. docs/decisions/008-eval-loop.md
EVAL_LOOP_FLAGS = ["-mllvm", "-inline-threshold=50", "-mllvm", "-hot-callsite-threshold=100",
                   "-mllvm", "-locally-hot-callsite-threshold=100"]

# configure's names for the libraries of libraries.py.
PKG_CONFIG_NAMES = {"ZLIB": "z", "BZIP2": "bz2", "LIBLZMA": "lzma", "LIBZSTD": "zstd", "LIBSQLITE3": "sqlite3"}


def native_python():
    """As released, no patch of ours, gcc -O3. Runs from its build folder, which finds everything by relative paths."""
    def recipe(folder, log):
        sources.unpack_cpython(folder / "src", log)
        build = folder / "build"
        build.mkdir()
        # -q: configure's thousand lines of answers are in config.log.
        log.run(["../src/configure", "-q", "--disable-test-modules", "--without-ensurepip", "CC=gcc",
                 "OPT=-O3 -DNDEBUG", f"CFLAGS=-ffile-prefix-map={folder}=/build"], cwd=build)
        log.run(["make", "-s", f"-j{job_count()}"], cwd=build)
        for file in [*build.rglob("*.o"), *build.rglob("*.a")]:
            file.unlink()
        shutil.rmtree(folder / "src/Lib/test")

    return Artifact("native-python", recipe, text=[sources.pin("cpython"), toolchain.version_of("gcc")],
                    doing=f"building CPython {sources.version('cpython')} for this machine",
                    why="about 3 min: it compiles the library tree and is what the benchmark compares with")


def native_executable(native):
    return native.path / "build/python"


def configured(source, native, libraries, sysroot):
    """The source, configured for WebAssembly. One for all configurations: what differs is added when it is compiled."""
    def recipe(folder, log):
        (folder / "src").symlink_to(source.path / "src")
        build = folder / "build"
        build.mkdir()
        log.run(["../src/configure", "-q", "--host=wasm32-unknown-wasip1", "--build=x86_64-pc-linux-gnu",
                 f"--with-build-python={native_executable(native)}", "--prefix=/usr", "--with-pymalloc",
                 # What Linux has; a cross-compiling configure cannot try out whether it may.
                 "--with-hash-algorithm=siphash13",
                 "--disable-test-modules", "OPT=-DNDEBUG -O3",
                 f"CFLAGS=-Wno-everything {shlex.join(toolchain.MACHINE_FLAGS)}"],
                cwd=build, env=_configure_environment(libraries, sysroot))
        log.run(["make", "-s", "pybuilddir.txt", "Modules/config.c"], cwd=build)

    return Artifact("cpython-configured", recipe, depends=[source, native, libraries, sysroot],
                    text=[*toolchain.MACHINE_FLAGS, toolchain.compiler_version(), CONFIGURE_RECIPE],
                    doing="configuring CPython for WebAssembly",
                    why="about 1 min: some thousand small questions to the compiler")


CONFIGURE_RECIPE = "3"  # raise it when the recipe above changes


def _configure_environment(libraries, sysroot):
    compiler = shlex.join(toolchain.compiler(sysroot.path / "usr"))
    environment = {
        "CONFIG_SITE": "../src/Tools/wasm/wasi/config.site-wasm32-wasi",
        "CC": compiler, "CPP": f"{compiler} -E", "CXX": compiler,
        "AR": toolchain.AR, "RANLIB": toolchain.RANLIB, "NM": toolchain.NM,
        "HOSTRUNNER": "/bin/false",  # nothing of the target is run while building
        "PKG_CONFIG": "/bin/false", "PKG_CONFIG_PATH": "", "PKG_CONFIG_LIBDIR": "/nonexistent",
        **toolchain.REPRODUCIBLE,
    }
    for name, library in PKG_CONFIG_NAMES.items():
        environment[f"{name}_CFLAGS"] = f"-I{libraries.path}/include"
        environment[f"{name}_LIBS"] = f"-L{libraries.path}/lib -l{library}"
    return environment


def libpython(config, configured_, source):
    def recipe(folder, log):
        # The copy keeps times, or make would start over with configure.
        shutil.copytree(configured_.path / "build", folder / "build", symlinks=True)
        (folder / "src").symlink_to(source.path / "src")
        profile = []
        if config.profile:
            file = folder / "python.profdata"
            file.write_bytes(lzma.decompress(PROFILE.read_bytes()))
            profile = [f"-fprofile-use={file}", "-Wprofile-instr-out-of-date"]

        def make(flags, *targets):
            log.run(["make", "-s", f"-j{job_count()}", f"EXTRA_CFLAGS={shlex.join(flags)}", *targets],
                    cwd=folder / "build", env=toolchain.REPRODUCIBLE)

        make([*profile, *EVAL_LOOP_FLAGS], "Python/ceval.o")
        make([*profile, *config.optimiser_flags()], "libpython3.14.a", *STATIC_LIBRARIES)
        _keep_results(folder, source)

    inputs = [PROFILE] if config.profile else []
    return Artifact(f"libpython-{config.name}", recipe, inputs=inputs, text=[config, *EVAL_LOOP_FLAGS, "2"], depends=[configured_],
                    doing=f"compiling CPython for WebAssembly ({config.name})", why="about 1.5 min")


def _keep_results(folder, source):
    build = folder / "build"
    (folder / "lib").mkdir()
    for library in ["libpython3.14.a", *STATIC_LIBRARIES]:
        shutil.copy(build / library, folder / "lib")
    shutil.copytree(source.path / "src/Include", folder / "include")
    shutil.copy(build / "pyconfig.h", folder / "include")
    (folder / "python.profdata").unlink(missing_ok=True)
    os.unlink(folder / "src")
    shutil.rmtree(build)
