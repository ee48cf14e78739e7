"""The pickle module's Python implementation, without its C accelerator: dumps and loads of dicts, lists, objects."""

import pickle
import types
import zlib

LOOPS = 90
CHECKSUM = 3848081728

PROTOCOL = 4


def part(number):
    return types.SimpleNamespace(number=number, label=f"part {number}", size=(number, number / 4, -number))


def documents():
    flat = {"count": 3, "ratio": 0.125, "name": "belljar", "none": None, "yes": True, "big": 10**30, "raw": b"\x00\xff"}
    lists = [[list(range(10)), list(range(1000, 1010))] for _ in range(10)]
    shared = ["again"] * 3
    graph = {"parts": [part(i) for i in range(20)], "shared": [shared, shared],
             "keys": {(i, str(i)): i for i in range(20)}}
    graph["self"] = graph["parts"]
    return [flat, lists, graph]


def run(n):
    todo = documents()
    check = 0
    for _ in range(n):
        for document in todo:
            data = pickle._dumps(document, PROTOCOL)
            back = pickle._loads(data)
            check += len(data) + len(back)
    graph = back
    assert graph["self"] is graph["parts"] and graph["shared"][0] is graph["shared"][1]
    assert graph == todo[2]
    return zlib.crc32(repr(graph).encode(), check)
