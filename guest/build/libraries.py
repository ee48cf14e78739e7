"""The C libraries behind zlib, bz2, lzma, compression.zstd and sqlite3, for WebAssembly.

Their sources come bundled in crates that cargo fetches and verifies (deps/Cargo.lock). No link-time optimisation here:
it would make the link longer and nothing faster, since CPython calls these libraries in large pieces.
"""

import os
import re
import shutil

import toolchain
from artifact import Artifact

DEPS = toolchain.HERE / "deps"
SQLITE_LOCKS = toolchain.HERE / "sqlite_locks.h"

SQLITE_FLAGS = [
    "-DSQLITE_THREADSAFE=0", "-DSQLITE_OMIT_LOAD_EXTENSION", "-DSQLITE_OMIT_SHARED_CACHE", "-DSQLITE_OMIT_WAL",
    "-DSQLITE_ENABLE_FTS5", "-DSQLITE_ENABLE_RTREE", "-DSQLITE_ENABLE_MATH_FUNCTIONS", "-DSQLITE_ENABLE_COLUMN_METADATA",
    "-DSQLITE_DEFAULT_UNIX_VFS=\"unix\"", "-include", SQLITE_LOCKS,
    # A temporary file is memory anyway.
    "-DSQLITE_DEFAULT_MEMSTATUS=0", "-DSQLITE_TEMP_STORE=2",
    "-Os",  # a sixth of all machine code is SQLite at -O3
]


def c_libraries(sysroot):
    def recipe(folder, log):
        vendor = _vendor(folder, log)
        (folder / "include").mkdir()
        (folder / "lib").mkdir()
        objects = folder / "objects"
        objects.mkdir()
        compile_ = [*toolchain.compiler(sysroot.path / "usr"), *toolchain.CODE_FLAGS, "-w", "-c"]
        libraries = {name: describe(vendor) for name, describe in LIBRARIES.items()}
        commands = []
        for name, (sources, flags, headers) in libraries.items():
            for header in headers:
                copy = shutil.copytree if header.is_dir() else shutil.copy
                copy(header, folder / "include" / header.name)
            commands += [[*compile_, *flags, "-o", objects / f"{name}-{s.stem}.o", s] for s in sources]
        commands.sort(key=lambda c: -os.path.getsize(c[-1]))  # the largest file first: it sets the time
        log.run_all(commands)
        for name in libraries:
            log.run([toolchain.AR, "rcsD", folder / "lib" / f"lib{name}.a", *sorted(objects.glob(f"{name}-*.o"))])
        shutil.rmtree(objects)
        shutil.rmtree(vendor)

    return Artifact("guest-libraries", recipe, inputs=[DEPS / "Cargo.toml", DEPS / "Cargo.lock", SQLITE_LOCKS, __file__],
                    text=[*toolchain.CODE_FLAGS, toolchain.compiler_version()], depends=[sysroot],
                    doing="compiling zlib, bzip2, xz, zstd and sqlite for WebAssembly", why="about half a minute")


def _vendor(folder, log):
    """The crates' sources, checked by cargo against Cargo.lock."""
    project = folder / "project"
    shutil.copytree(DEPS, project)
    log.run(["cargo", "vendor", "--locked", "--quiet", folder / "vendor"], cwd=project)
    shutil.rmtree(project)
    return folder / "vendor"


# Each returns (sources, flags, headers).

def _zlib(vendor):
    top = vendor / "libz-sys/src/zlib"
    return sorted(top.glob("*.c")), ["-DHAVE_UNISTD_H"], [top / "zlib.h", top / "zconf.h"]


def _bzip2(vendor):
    top = next((vendor / "bzip2-sys").glob("bzip2-1*"))
    names = ("blocksort", "huffman", "crctable", "randtable", "compress", "decompress", "bzlib")
    return [top / f"{n}.c" for n in names], [], [top / "bzlib.h"]


def _xz(vendor):
    crate = vendor / "liblzma-sys"
    liblzma, common = crate / "xz/src/liblzma", crate / "xz/src/common"
    folders = [liblzma / d for d in ("common", "lzma", "lz", "check", "delta", "rangecoder", "simple")]
    # Small-code twins of other files, generators of tables, and the threaded coders.
    skipped = re.compile(r".*(tablegen|_small|_consts_gen|mt)$")
    sources = [s for d in folders for s in sorted(d.glob("*.c")) if not skipped.match(s.stem)]
    sources += [common / "tuklib_cpucores.c", common / "tuklib_physmem.c"]
    includes = [f"-I{d}" for d in (*folders, liblzma / "api", common, crate)]
    return sources, ["-DHAVE_CONFIG_H", *includes], [liblzma / "api/lzma.h", liblzma / "api/lzma"]


def _zstd(vendor):
    top = vendor / "zstd-sys/zstd/lib"
    sources = [s for d in ("common", "compress", "decompress", "dictBuilder") for s in sorted((top / d).glob("*.c"))]
    return sources, ["-DZSTD_DISABLE_ASM", "-DZSTD_LEGACY_SUPPORT=0"], sorted(top.glob("*.h"))


def _sqlite(vendor):
    top = vendor / "libsqlite3-sys/sqlite3"
    return [top / "sqlite3.c"], SQLITE_FLAGS, [top / "sqlite3.h", top / "sqlite3ext.h"]


LIBRARIES = {"z": _zlib, "bz2": _bzip2, "lzma": _xz, "zstd": _zstd, "sqlite3": _sqlite}
