"""Flatten nested JSON into dotted keys, and put it together again."""

import json

DOCUMENT = """
{
  "user": {"name": "Zo\\u00eb", "emails": ["zoe@example.org", "z@example.net"], "active": true},
  "orders": [
    {"id": 1, "items": [{"sku": "A-1", "price": 9.5}, {"sku": "B-2", "price": 12}], "note": null},
    {"id": 2, "items": [], "note": "line\\nbreak"}
  ],
  "meta": {}
}
"""


def flatten(value, prefix=""):
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from flatten(inner, f"{prefix}.{key}" if prefix else key)
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from flatten(inner, f"{prefix}[{index}]")
    else:
        yield prefix, value


def split(path):
    for part in path.split("."):
        name, *indexes = part.replace("]", "").split("[")
        yield name
        yield from map(int, indexes)


def unflatten(pairs):
    root = {}
    for path, value in pairs:
        keys = list(split(path))
        target = root
        for key, following in zip(keys, keys[1:]):
            empty = [] if isinstance(following, int) else {}
            if isinstance(key, int):
                if key == len(target):
                    target.append(empty)
            elif key not in target:
                target[key] = empty
            target = target[key]
        if isinstance(keys[-1], int):
            target.append(value)
        else:
            target[keys[-1]] = value
    return root


if __name__ == "__main__":
    data = json.loads(DOCUMENT)
    flat = dict(flatten(data))
    for key, value in flat.items():
        print(f"{key:<28} {json.dumps(value)}")
    assert unflatten(flat.items()) == data
    print(json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
    for bad in ('{"a": 1,}', "[1, 2", '{"a": NaN}x', "'single'", '{"k": "\t"}'):
        try:
            json.loads(bad)
        except json.JSONDecodeError as error:
            print(f"{bad!r}: {error.msg} at line {error.lineno} column {error.colno}")
