"""json.dumps of several documents: empty, flat, nested, one long list, text that needs escapes."""

import json
import zlib

LOOPS = 90
CHECKSUM = 3755131668


def documents():
    flat = {f"field{i}": value for i, value in enumerate([1, -2.5, "three", None, True, False, 10**15, ""])}
    nested = {"id": 17, "owner": {"name": "Ada", "tags": ["x", "y", "z"], "address": {"street": "Long Lane", "no": 4}},
              "lines": [{"item": f"part-{i}", "count": i % 7, "price": i * 0.25} for i in range(20)]}
    long = [[i, i * i, str(i)] for i in range(300)]
    text = {"plain": "the quick brown fox " * 10, "escaped": 'tab\t quote" back\\slash \n' * 10,
            "wide": "na\u00efve \u2713 \U0001f40d " * 10}
    # (document, how often per round)
    return [({}, 200), (flat, 60), (nested, 20), (long, 4), (text, 20)]


def run(n):
    todo = documents()
    check = 0
    for _ in range(n):
        for document, times in todo:
            for _ in range(times):
                out = json.dumps(document)
            check = (check + len(out)) & 0xFFFFFFFF
    for document, _ in todo:
        check = zlib.crc32(json.dumps(document).encode(), check)
    return check
