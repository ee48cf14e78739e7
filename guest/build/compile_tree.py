"""Byte-compiles a library tree; run by the native Python of the same version: compile_tree.py FOLDER GUEST_FOLDER

The pycs are of the kind that is never checked against its source (the tree is read-only in the guest) and name the
files as the guest sees them. One process and a fixed order: what marshal writes depends on what was interned before.
"""

import py_compile
import sys
from pathlib import Path


def main(folder, guest_folder):
    for source in sorted(Path(folder).rglob("*.py")):
        shown = f"{guest_folder}/{source.relative_to(folder)}"
        py_compile.compile(source, dfile=shown, doraise=True, quiet=1,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        print(shown, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
