"""json.loads of several texts: empty, flat, nested, one long list, strings with escapes."""

import json

LOOPS = 100
CHECKSUM = 8000016226116106


def texts():
    flat = {f"field{i}": value for i, value in enumerate([1, -2.5, "three", None, True, False, 10**15, ""])}
    nested = {"id": 17, "owner": {"name": "Ada", "tags": ["x", "y", "z"], "address": {"street": "Long Lane", "no": 4}},
              "lines": [{"item": f"part-{i}", "count": i % 7, "price": i * 0.25} for i in range(20)]}
    long = [[i, i * i, str(i)] for i in range(300)]
    escaped = {"tabs": 'a\tb "c" \\d\n' * 10, "wide": "na\u00efve \u2713 \U0001f40d " * 10}
    # (text, how often per round)
    return [("{}", 200), (json.dumps(flat), 60), (json.dumps(nested, indent=2), 20), (json.dumps(long), 4),
            (json.dumps(escaped), 20)]


def weigh(value):
    """A number that depends on every part of a JSON value."""
    if isinstance(value, dict):
        return 3 + sum(len(key) + 2 * weigh(item) for key, item in value.items())
    if isinstance(value, list):
        return 5 + sum((i + 1) * weigh(item) for i, item in enumerate(value))
    if isinstance(value, str):
        return 7 + sum(map(ord, value))
    return 11 + int((value or 0) * 4)


def run(n):
    todo = texts()
    check = 0
    for _ in range(n):
        for text, times in todo:
            for _ in range(times):
                value = json.loads(text)
            check += len(value)
    for text, _ in todo:
        check += weigh(json.loads(text))
    return check
