#!/usr/bin/env python3
"""Packs a directory tree into one blob that belljar uses in place: docs/formats/pack.md.

    pack.py DIRECTORY OUTPUT          writes OUTPUT
    pack.py --list PACK               prints what is in it

Nothing but names and contents goes in, so the same tree gives the same bytes. Needs Python 3.11 and the `zstd` command:
Python's own zstd cannot be told how to train a dictionary, so its bytes would be others.
"""

import argparse
import concurrent.futures
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

MAGIC = b"BJPACK\0\0"
VERSION = 2
PAGE = 4096
LEVEL = 19
DICTIONARY_SIZE = 256 << 10
# Everything given, so that zstd does not look for the best (minutes): segments of k bytes, found by hashes of d bytes.
TRAINING = "--train-fastcover=k=1000,d=8,f=20,accel=1"
MIN_CONTENT = 8 * DICTIONARY_SIZE  # with less to learn from, there is no dictionary
MAX_RECORDS = 1 << 20
MAX_FILE = 64 << 20
MAX_TOTAL = 1 << 30
HEADER = struct.Struct("<8sIIIIQQQQIIQ8x")
RECORD = struct.Struct("<IHBxIII4xQQ")
DIRECTORY, STORED, ZSTD = 0, 1, 2

MASK = (1 << 64) - 1
P1, P2, P3, P4, P5 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63,
                      0x27D4EB2F165667C5)


def rotate(value, bits):
    return (value << bits | value >> (64 - bits)) & MASK


def step(lane, word):
    lane = (lane + word * P2) & MASK
    return ((lane << 31 | lane >> 33) & MASK) * P1 & MASK


def xxh64(data):
    """XXH64 with seed 0."""
    size = len(data)
    at = 0
    value = P5
    if size >= 32:
        a, b, c, d = (P1 + P2) & MASK, P2, 0, -P1 & MASK
        at = size // 32 * 32
        for w0, w1, w2, w3 in struct.iter_unpack("<4Q", memoryview(data)[:at]):
            a, b, c, d = step(a, w0), step(b, w1), step(c, w2), step(d, w3)
        value = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
        for lane in (a, b, c, d):
            value = ((value ^ step(0, lane)) * P1 + P4) & MASK
    value = (value + size) & MASK
    while size - at >= 8:
        value = (rotate(value ^ step(0, struct.unpack_from("<Q", data, at)[0]), 27) * P1 + P4) & MASK
        at += 8
    if size - at >= 4:
        value = (rotate(value ^ struct.unpack_from("<I", data, at)[0] * P1 & MASK, 23) * P2 + P3) & MASK
        at += 4
    for byte in data[at:]:
        value = rotate(value ^ byte * P5 & MASK, 11) * P1 & MASK
    value = (value ^ value >> 33) * P2 & MASK
    value = (value ^ value >> 29) * P3 & MASK
    return value ^ value >> 32


def zstd(folder, *arguments):
    # --single-thread: with threads a frame would be cut at other places.
    subprocess.run(["zstd", f"-{LEVEL}", "--single-thread", "-q", *arguments], cwd=folder, check=True)


def compress_all(contents):
    """A dictionary made from all contents, or nothing, as it is and as a frame, and one frame for each content: with its
    size, without a checksum."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "packed").mkdir()
        for i, content in enumerate(contents):
            (folder / str(i)).write_bytes(content)
        names = [str(i) for i in range(len(contents))]
        dictionary, packed_dictionary, options = b"", b"", []
        if sum(map(len, contents)) >= MIN_CONTENT:
            (folder / "samples").write_text("\n".join(names))
            zstd(folder, TRAINING, f"--maxdict={DICTIONARY_SIZE}", "-o", "dictionary", "--filelist", "samples")
            dictionary = (folder / "dictionary").read_bytes()
            zstd(folder, "--no-check", "dictionary")
            packed_dictionary = (folder / "dictionary.zst").read_bytes()
            options = ["-D", "dictionary", "--no-dictID"]

        # Many files for one command: it prepares the dictionary once.
        def compress(part):
            list_name = f"files{part}"
            (folder / list_name).write_text("\n".join(names[part::workers]))
            zstd(folder, *options, "--no-check", "--output-dir-flat", "packed", "--filelist", list_name)

        workers = min(os.cpu_count(), len(names))
        with concurrent.futures.ThreadPoolExecutor(workers or 1) as pool:
            list(pool.map(compress, range(workers)))
        return (dictionary, packed_dictionary), [(folder / "packed" / f"{name}.zst").read_bytes() for name in names]


class Entry:
    def __init__(self, path, name, parent):
        self.path = path
        self.name = name
        self.parent = parent
        self.kind = DIRECTORY
        self.size = self.packed_size = self.offset = self.checksum = 0
        self.data = b""


def check_name(path, name):
    if len(name) > 255 or b"\0" in name:
        sys.exit(f"pack: {path}: impossible name")
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        sys.exit(f"pack: {path}: the name is not UTF-8")


def scan(top):
    """All entries, breadth first: the children of a directory are consecutive and come after it."""
    entries = [Entry(top, b"", 0)]
    at = 0
    while at < len(entries):
        directory = entries[at]
        if directory.kind == DIRECTORY:
            children = sorted(directory.path.iterdir(), key=lambda p: os.fsencode(p.name))
            directory.offset = len(entries) if children else 0
            directory.size = len(children)
            for child in children:
                name = os.fsencode(child.name)
                check_name(child, name)
                entry = Entry(child, name, at)
                if child.is_symlink() or not (child.is_dir() or child.is_file()):
                    sys.exit(f"pack: {child}: only regular files and directories can be packed")
                if child.is_file():
                    entry.kind = STORED
                entries.append(entry)
        at += 1
    if len(entries) > MAX_RECORDS:
        sys.exit(f"pack: {len(entries)} entries are too many")
    return entries


def load(entry):
    content = entry.path.read_bytes()
    if len(content) > MAX_FILE:
        sys.exit(f"pack: {entry.path}: more than {MAX_FILE} bytes")
    entry.size = len(content)
    entry.checksum = xxh64(content)
    entry.data = content
    entry.packed_size = len(content)


def compress(files):
    """Packs what gets smaller. Returns the dictionary that it takes, as it is and packed."""
    large = [entry for entry in files if entry.size >= 64]
    dictionary, frames = compress_all([entry.data for entry in large])
    for entry, frame in zip(large, frames):
        if len(frame) <= entry.size - entry.size // 8:
            entry.kind = ZSTD
            entry.data = frame
            entry.packed_size = len(frame)
    return dictionary


def pack(top):
    entries = scan(Path(top))
    files = [entry for entry in entries if entry.kind != DIRECTORY]
    for entry in files:
        load(entry)
    dictionary, packed_dictionary = compress(files)

    names = bytearray()
    where = {}  # equal names are stored once: there are many __init__.pyc
    for entry in entries:
        if entry.name not in where:
            where[entry.name] = len(names)
            names += entry.name
    dictionary_at = HEADER.size + RECORD.size * len(entries) + len(names)
    at = dictionary_at + len(packed_dictionary)
    for entry in files:
        entry.offset = at
        at += entry.packed_size
    total = (at + PAGE - 1) // PAGE * PAGE
    if total > MAX_TOTAL:
        sys.exit(f"pack: {total} bytes are too many")

    records = b"".join(RECORD.pack(where[e.name], len(e.name), e.kind, e.parent, e.size, e.packed_size, e.offset,
                                   e.checksum) for e in entries)
    index = records + bytes(names)
    content_size = sum(entry.size for entry in files)
    header = HEADER.pack(MAGIC, VERSION, len(entries), len(names), 0, total, content_size, xxh64(index),
                         dictionary_at, len(dictionary), len(packed_dictionary), xxh64(dictionary))
    blob = b"".join([header, index, packed_dictionary, *(entry.data for entry in files)])
    return blob.ljust(total, b"\0"), len(files), content_size


def listing(path):
    blob = Path(path).read_bytes()
    magic, version, count, names_size, _, _, _, checksum, _, dictionary, packed, _ = HEADER.unpack_from(blob)
    names_at = HEADER.size + RECORD.size * count
    if magic != MAGIC or version != VERSION or xxh64(blob[HEADER.size:names_at + names_size]) != checksum:
        sys.exit(f"pack: {path}: not a pack, or damaged")
    print(f"{dictionary:9} {packed:9} the dictionary")
    paths = []
    for i in range(count):
        name, length, kind, parent, size, packed, _, _ = RECORD.unpack_from(blob, HEADER.size + RECORD.size * i)
        text = blob[names_at + name:names_at + name + length].decode()
        paths.append(f"{paths[parent]}/{text}" if i else "")
        if kind != DIRECTORY:
            print(f"{size:9} {packed:9} {paths[i]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", metavar="PACK", help="print what is in a pack")
    parser.add_argument("directory", nargs="?")
    parser.add_argument("output", nargs="?")
    arguments = parser.parse_args()
    if arguments.list:
        return listing(arguments.list)
    if not arguments.output:
        parser.error("DIRECTORY and OUTPUT are needed")
    blob, files, content_size = pack(arguments.directory)
    temporary = Path(arguments.output + ".tmp")
    temporary.write_bytes(blob)
    temporary.replace(arguments.output)
    print(f"pack: {files} files, {content_size} bytes in {len(blob)}")


if __name__ == "__main__":
    main()
