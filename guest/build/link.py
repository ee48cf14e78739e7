"""The last step for the code: our kernel and CPython, linked into guest.wasm."""

import shlex

import cpython
import toolchain
import traces
from artifact import Artifact

SOURCES = toolchain.GUEST / "src"

# The C library's memory functions: plain objects in every configuration, see the head of the file.
PLAIN_SOURCES = {"memory.c"}

STACK_BYTES = 4 << 20
WARNINGS = ["-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers", "-Wno-cast-function-type-mismatch"]
EMULATIONS = ["-D_WASI_EMULATED_SIGNAL", "-D_WASI_EMULATED_GETPID", "-D_WASI_EMULATED_PROCESS_CLOCKS"]


def compile_command(config, libpython, sysroot, source, target):
    """How one file of the kernel is compiled. The sources of CPython's core are open to it: it is part of the guest."""
    plain = source.name in PLAIN_SOURCES
    return [*toolchain.compiler(sysroot.path / "usr"), "-std=c11", *toolchain.CODE_FLAGS, *WARNINGS, *EMULATIONS,
            *(["-fno-builtin"] if plain else config.optimiser_flags()),
            f"-I{libpython.path}/include", f"-I{libpython.path}/include/internal", f"-I{SOURCES}",
            "-c", "-o", target, source]


def link_command(config, libpython, libraries, sysroot, objects, target):
    archives = sorted((libpython.path / "lib").glob("*.a"), key=lambda a: a.name != "libpython3.14.a")
    return [*toolchain.compiler(sysroot.path / "usr"), "-mexec-model=reactor", *toolchain.CODE_FLAGS, *config.link_flags(),
            *objects, *archives, *sorted((libraries.path / "lib").glob("*.a")), *cpython.SYSTEM_LIBRARIES,
            # The shadow stack lies below everything else: overflowing it traps instead of corrupting data.
            f"-Wl,-z,stack-size={STACK_BYTES}", "-Wl,--stack-first",
            "-Wl,--export=__stack_pointer", "-Wl,--strip-debug", "-o", target]


def guest(config, libpython, libraries, sysroot):
    def recipe(folder, log):
        files = sorted(SOURCES.glob("*.c"))
        objects = [folder / f"{f.stem}.o" for f in files]
        log.run_all([compile_command(config, libpython, sysroot, f, o) for f, o in zip(files, objects)])
        linked = folder / "guest.wasm"
        log.run(link_command(config, libpython, libraries, sysroot, objects, linked))
        for file in objects:
            file.unlink()
        traces.refuse(linked.read_bytes(), linked.name)
        log.note(f"{linked.name}: {linked.stat().st_size} bytes")

    time = "about 3 min: the optimiser sees all of CPython at once" if config.lto else "seconds"
    return Artifact(f"guest-{config.name}", recipe, inputs=[SOURCES / "*.[ch]", traces.__file__, __file__], text=[config],
                    depends=[libpython, libraries, sysroot], doing=f"linking the guest ({config.name})", why=time)


def show_commands(config, libpython, libraries, sysroot):
    """The commands as text, for people who want to try a flag by hand."""
    source = SOURCES / "kernel.c"
    for command in (compile_command(config, libpython, sysroot, source, "kernel.o"),
                    link_command(config, libpython, libraries, sysroot, ["*.o"], "guest.wasm")):
        print(shlex.join(str(c) for c in command))
