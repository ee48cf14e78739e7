"""A validator for a large part of JSON Schema, with paths, references, formats and combined schemas."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from ipaddress import AddressValueError, IPv4Address
from urllib.parse import urlsplit

SCHEMA = json.loads(r"""
{
  "$defs": {
    "name": {"type": "string", "minLength": 2, "maxLength": 12, "pattern": "^[A-Z]"},
    "tree": {"type": "object", "required": ["value"], "properties": {"value": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}, "additionalProperties": false},
    "strange/na~me": {"const": "found"}
  },
  "type": "object",
  "required": ["id", "name"],
  "properties": {
    "id": {"type": "integer", "minimum": 1, "exclusiveMaximum": 1000, "multipleOf": 5},
    "name": {"$ref": "#/$defs/name"},
    "email": {"type": "string", "format": "email"},
    "born": {"type": ["string", "null"], "format": "date"},
    "seen": {"format": "date-time"},
    "tags": {"type": "array", "items": {"enum": ["red", "green", 3]}, "uniqueItems": true, "maxItems": 3, "contains": {"const": "red"}},
    "pair": {"prefixItems": [{"type": "string"}, {"type": "number"}], "items": false},
    "price": {"type": "number", "multipleOf": 0.01},
    "shape": {"oneOf": [{"properties": {"kind": {"const": "circle"}, "radius": {"type": "number"}}, "required": ["radius"]}, {"properties": {"kind": {"const": "square"}, "side": {"type": "number"}}, "required": ["side"]}]},
    "contact": {"anyOf": [{"required": ["phone"]}, {"required": ["address"]}]},
    "tree": {"$ref": "#/$defs/tree"},
    "odd": {"$ref": "#/$defs/strange~1na~0me"},
    "never": false,
    "not_text": {"not": {"type": "string"}},
    "country": {"if": {"properties": {"code": {"const": "US"}}}, "then": {"required": ["state"]}, "else": {"not": {"required": ["state"]}}},
    "homepage": {"format": "uri"}, "host": {"format": "ipv4"}, "at": {"format": "time"}
  },
  "patternProperties": {"^x-": {"type": "string"}},
  "additionalProperties": false,
  "dependentRequired": {"price": ["email"]},
  "propertyNames": {"maxLength": 10},
  "maxProperties": 6
}
""")

DOCUMENTS = [
    {"id": 5, "name": "Ann", "email": "ann@example.org", "born": "2000-02-29", "tags": ["red", 3], "x-note": "ok"},
    {"name": "a", "id": 7.5, "born": "2001-02-29", "extra": 1},
    {"id": 1000, "name": "Bob", "tags": ["green", "blue", "green", 3], "pair": ["a", "b", "c"], "price": 1.005},
    {"id": True, "name": None, "shape": {"kind": "circle", "side": 2}, "contact": {}, "x-n": 1},
    {
        "id": 10,
        "name": "Cid",
        "shape": {"kind": "square", "radius": 1, "side": 2},
        "contact": {"phone": 1},
        "tree": {"value": 1, "children": [{"value": 2, "children": [{"val": 3}]}, {"value": "x"}]},
    },
    {"id": 10, "name": "Dee", "odd": "lost", "never": 1, "not_text": "text", "country": {"code": "US"}},
    {
        "id": 10.0,
        "name": "Eve",
        "country": {"code": "FR", "state": "x"},
        "seen": "2025-01-01T10:00:00Z",
        "homepage": "not a uri",
        "host": "1.2.3.400",
    },
    {
        "id": 15,
        "name": "Fay",
        "at": "25:00",
        "price": 19.99,
        "a-very-long-key": 1,
        "seen": "yesterday",
        "email": "nobody",
    },
    [],
    "text",
    None,
]


def json_type(value) -> set[str]:
    match value:
        case bool():
            return {"boolean"}
        case int():
            return {"integer", "number"}
        case float():
            return {"number", "integer"} if value.is_integer() else {"number"}
        case str():
            return {"string"}
        case None:
            return {"null"}
        case list():
            return {"array"}
        case dict():
            return {"object"}
    raise TypeError(type(value).__name__)


def same(a, b) -> bool:
    """Equality as JSON means it: true is not 1."""
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return a == b


def is_uri(text):
    parts = urlsplit(text)
    if not parts.scheme or " " in text:
        raise ValueError(text)


def is_email(text):
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise ValueError(text)


FORMATS = {
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
    "time": time.fromisoformat,
    "ipv4": IPv4Address,
    "uri": is_uri,
    "email": is_email,
}


class Validator:
    def __init__(self, schema):
        self.root = schema

    def resolve(self, reference: str):
        node = self.root
        for part in reference.removeprefix("#").split("/")[1:]:
            node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def errors(self, value, schema=None, path="$") -> Iterator[str]:
        schema = self.root if schema is None else schema
        if isinstance(schema, bool):
            if not schema:
                yield f"{path}: nothing is allowed here"
            return
        if "$ref" in schema:
            yield from self.errors(value, self.resolve(schema["$ref"]), path)
        kinds = json_type(value)
        if "type" in schema:
            wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            if not kinds & set(wanted):
                yield f"{path}: {' or '.join(wanted)} wanted, not {sorted(kinds)[-1]}"
                return
        if "const" in schema and not same(value, schema["const"]):
            yield f"{path}: must be {json.dumps(schema['const'])}"
        if "enum" in schema and not any(same(value, option) for option in schema["enum"]):
            yield f"{path}: {json.dumps(value)} is none of {json.dumps(schema['enum'])}"
        for kind, check in (
            ("number", self.number),
            ("string", self.string),
            ("array", self.array),
            ("object", self.object),
        ):
            if kind in kinds:
                yield from check(value, schema, path)
        yield from self.combined(value, schema, path)

    def number(self, value, schema, path):
        if value < schema.get("minimum", -math.inf):
            yield f"{path}: {value} is below {schema['minimum']}"
        if value > schema.get("maximum", math.inf):
            yield f"{path}: {value} is above {schema['maximum']}"
        if value >= schema.get("exclusiveMaximum", math.inf):
            yield f"{path}: {value} is not below {schema['exclusiveMaximum']}"
        if factor := schema.get("multipleOf"):
            quotient = value / factor
            if abs(quotient - round(quotient)) > 1e-9:
                yield f"{path}: {value} is no multiple of {factor}"

    def string(self, value, schema, path):
        if len(value) < schema.get("minLength", 0):
            yield f"{path}: shorter than {schema['minLength']}"
        if len(value) > schema.get("maxLength", math.inf):
            yield f"{path}: longer than {schema['maxLength']}"
        if not re.search(schema.get("pattern", ""), value):
            yield f"{path}: {value!r} does not match {schema['pattern']}"
        if check := FORMATS.get(schema.get("format")):
            try:
                check(value)
            except ValueError, AddressValueError:
                yield f"{path}: {value!r} is no {schema['format']}"

    def array(self, value, schema, path):
        prefix = schema.get("prefixItems", [])
        for i, item in enumerate(value):
            if i < len(prefix):
                yield from self.errors(item, prefix[i], f"{path}[{i}]")
            elif "items" in schema:
                yield from self.errors(item, schema["items"], f"{path}[{i}]")
        if len(value) > schema.get("maxItems", math.inf):
            yield f"{path}: {len(value)} items are too many"
        if schema.get("uniqueItems") and any(same(a, b) for i, a in enumerate(value) for b in value[:i]):
            yield f"{path}: items repeat"
        if "contains" in schema and not any(self.valid(item, schema["contains"]) for item in value):
            yield f"{path}: contains nothing that is wanted"

    def object(self, value, schema, path):
        for name in schema.get("required", []):
            if name not in value:
                yield f"{path}.{name}: missing"
        if len(value) > schema.get("maxProperties", math.inf):
            yield f"{path}: {len(value)} properties are too many"
        for name, item in value.items():
            if "propertyNames" in schema:
                yield from self.errors(name, schema["propertyNames"], f"{path}<{name}>")
            matched = False
            if name in schema.get("properties", {}):
                matched = True
                yield from self.errors(item, schema["properties"][name], f"{path}.{name}")
            for pattern, inner in schema.get("patternProperties", {}).items():
                if re.search(pattern, name):
                    matched = True
                    yield from self.errors(item, inner, f"{path}.{name}")
            if not matched and "additionalProperties" in schema:
                if schema["additionalProperties"] is False:
                    yield f"{path}.{name}: unexpected"
                else:
                    yield from self.errors(item, schema["additionalProperties"], f"{path}.{name}")
        for name, needed in schema.get("dependentRequired", {}).items():
            for other in needed:
                if name in value and other not in value:
                    yield f"{path}: {name} needs {other}"

    def combined(self, value, schema, path):
        for inner in schema.get("allOf", []):
            yield from self.errors(value, inner, path)
        if "anyOf" in schema and not any(self.valid(value, inner) for inner in schema["anyOf"]):
            yield f"{path}: fits none of {len(schema['anyOf'])} schemas"
        if "oneOf" in schema and (number := sum(self.valid(value, inner) for inner in schema["oneOf"])) != 1:
            yield f"{path}: fits {number} schemas instead of one"
        if "not" in schema and self.valid(value, schema["not"]):
            yield f"{path}: fits what it must not"
        if "if" in schema:
            branch = schema.get("then" if self.valid(value, schema["if"]) else "else", True)
            yield from self.errors(value, branch, path)

    def valid(self, value, schema=None) -> bool:
        return next(self.errors(value, schema), None) is None


def main():
    validator = Validator(SCHEMA)
    for number, document in enumerate(DOCUMENTS):
        problems = list(validator.errors(json.loads(json.dumps(document))))
        print(f"document {number}: {'valid' if not problems else f'{len(problems)} problem(s)'}")
        for problem in problems:
            print("   ", problem)
    print(
        validator.valid({"id": 5, "name": "Ok"}),
        Validator(True).valid(3),
        Validator({}).valid([1]),
        same([True], [1]),
        same({"a": 1.0}, {"a": 1}),
    )
    try:
        validator.resolve("#/$defs/nothing")
    except KeyError as error:
        print("no such definition:", error)


if __name__ == "__main__":
    main()
