"""A JSON parser written from scratch, compared with the json module."""

import json
from typing import Any


class Parser:
    ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

    def __init__(self, text: str):
        self.text, self.at = text, 0

    def parse(self) -> Any:
        value = self.value()
        self.space()
        if self.at < len(self.text):
            self.fail("extra data")
        return value

    def fail(self, message: str):
        raise ValueError(f"{message} at {self.at}")

    def space(self):
        while self.at < len(self.text) and self.text[self.at] in " \t\r\n":
            self.at += 1

    def peek(self) -> str:
        self.space()
        return self.text[self.at : self.at + 1]

    def take(self, expected: str):
        if self.peek() != expected:
            self.fail(f"expected {expected!r}")
        self.at += 1

    def value(self):
        match self.peek():
            case "{":
                return self.object()
            case "[":
                return self.array()
            case '"':
                return self.string()
            case c if c and c in "-0123456789":
                return self.number()
            case "":
                self.fail("unexpected end")
        for word, constant in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return constant
        self.fail("unexpected character")

    def object(self):
        self.take("{")
        result = {}
        while self.peek() != "}":
            if result:
                self.take(",")
                self.space()
            key = self.string()
            self.take(":")
            result[key] = self.value()
        self.take("}")
        return result

    def array(self):
        self.take("[")
        result = []
        while self.peek() != "]":
            if result:
                self.take(",")
            result.append(self.value())
        self.take("]")
        return result

    def string(self):
        self.take('"')
        pieces = []
        while True:
            c = self.text[self.at : self.at + 1]
            self.at += 1
            if c == '"':
                return "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
            if c == "":
                self.fail("unterminated string")
            if c == "\\":
                c = self.text[self.at]
                self.at += 1
                if c == "u":
                    c = chr(int(self.text[self.at : self.at + 4], 16))
                    self.at += 4
                else:
                    c = self.ESCAPES[c]
            pieces.append(c)

    def number(self):
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "+-0123456789.eE":
            self.at += 1
        text = self.text[start : self.at]
        return int(text) if text.lstrip("-").isdigit() else float(text)


SAMPLES = [
    '{"a": [1, -2.5, 3e2, {"b": null}], "c": "x\\ty", "d": [true, false]}',
    '["\\u00e9\\ud83d\\ude00", "", "\\"\\\\\\/"]',
    "[]",
    "{}",
    "  -0 ",
    "1E400",
    "[1, 2",
    "nul",
    '{"a" 1}',
    '"abc',
    "[1] 2",
]

if __name__ == "__main__":
    for sample in SAMPLES:
        try:
            mine = Parser(sample).parse()
            print(ascii(mine), "same" if mine == json.loads(sample) else "DIFFERENT")
        except ValueError as error:
            try:
                json.loads(sample)
                print("json accepts", sample)
            except json.JSONDecodeError:
                print(f"{sample!r}: {error}; json refuses it too")
