"""The first steps: source trees, unpacked and patched."""

import io
import lzma
import os
import re
import tarfile
import tomllib

import toolchain
from artifact import Artifact, BuildError
from fetch import fetch_source

SOURCES = toolchain.HERE / "sources.toml"
PATCHES = toolchain.GUEST / "patches"

# Compiled into the interpreter by Tools/build/freeze_modules.py: a patch of one of these changes libpython.
FROZEN = {"_collections_abc", "_sitebuiltins", "abc", "codecs", "genericpath", "importlib", "io", "ntpath", "os",
          "posixpath", "runpy", "site", "stat", "zipimport"}


def pin(name):
    """What of sources.toml belongs into a key."""
    source = tomllib.loads(SOURCES.read_text())[name]
    return f"{source['file']} {source['sha256']}"


def version(name):
    return tomllib.loads(SOURCES.read_text())[name]["version"]


def is_library_patch(patch):
    """True when a patch touches only .py files that are not frozen: then libpython need not be built again."""
    touched = re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(), re.M)
    if not touched:
        raise BuildError(f"{patch} touches no file: is it a unified diff with a/ and b/ prefixes?")
    return all(p.startswith("Lib/") and p.split("/")[1].removesuffix(".py") not in FROZEN for p in touched)


def patches(library):
    return [p for p in sorted(PATCHES.glob("*.patch")) if is_library_patch(p) == library]


def apply_patches(patches, folder, log):
    for patch in patches:
        # git, because everybody who has this checkout has it. The ceiling: the cache may lie inside another checkout.
        log.run(["git", "apply", "--whitespace=nowarn", patch], cwd=folder,
                env={"GIT_CEILING_DIRECTORIES": str(folder.parent)})


def unpack_cpython(folder, log):
    """The CPython source, as released, in `folder`."""
    archive = fetch_source(SOURCES, "cpython", log)
    with tarfile.open(archive) as tar:
        _extract(tar, folder.parent)
        top = tar.getnames()[0].split("/")[0]
    os.rename(folder.parent / top, folder)


def _extract(tar, folder):
    # Debian 12's Python is older than the argument. The archives are pinned by hash: we know what is in them.
    tar.extractall(folder, **({"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}))


def cpython_source():
    def recipe(folder, log):
        unpack_cpython(folder / "src", log)
        apply_patches(patches(library=False), folder / "src", log)

    return Artifact("cpython-source", recipe, inputs=patches(library=False), text=[pin("cpython")],
                    doing=f"unpacking and patching CPython {version('cpython')}")


def sysroot():
    """wasi-libc: headers and libraries of the target. The package has no dependencies and nothing to run."""
    def recipe(folder, log):
        archive = fetch_source(SOURCES, "wasi-libc", log).read_bytes()
        with tarfile.open(fileobj=io.BytesIO(lzma.decompress(_ar_member(archive, b"data.tar.xz")))) as tar:
            _extract(tar, folder)

    return Artifact("wasi-sysroot", recipe, text=[pin("wasi-libc")], doing="unpacking wasi-libc")


def _ar_member(archive, name):
    """One member of an ar archive, which is what a .deb is."""
    position = 8
    while position < len(archive):
        header = archive[position:position + 60]
        size = int(header[48:58])
        if header[:16].rstrip(b" /") == name:
            return archive[position + 60:position + 60 + size]
        position += 60 + size + size % 2
    raise BuildError(f"{name.decode()} is missing in the package")
