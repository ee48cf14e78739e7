"""Streams: incremental JSON and XML, codecs and text wrappers, selectors of data with io pipes in memory, iter with sentinel."""

import io
import json
import xml.dom.pulldom
import xml.etree.ElementTree as ET
import xml.parsers.expat
import xml.sax.saxutils
from functools import partial


class Pipe(io.RawIOBase):
    """A raw stream that gives its data in small pieces and counts the reads."""

    def __init__(self, data: bytes, size: int):
        self.data, self.size, self.reads = data, size, 0

    def readable(self):
        return True

    def readinto(self, buffer):
        self.reads += 1
        piece = self.data[: min(self.size, len(buffer))]
        buffer[: len(piece)] = piece
        self.data = self.data[len(piece) :]
        return len(piece)


class Tee(io.TextIOBase):
    def __init__(self, *targets):
        self.targets = targets

    def write(self, text):
        for target in self.targets:
            target.write(text)
        return len(text)


def documents(stream, decoder=json.JSONDecoder()):
    """JSON values one after the other, from a text stream in pieces."""
    text = ""
    for piece in iter(partial(stream.read, 7), ""):
        text = (text + piece).lstrip()
        while text:
            try:
                value, end = decoder.raw_decode(text)
            except json.JSONDecodeError:
                break
            if end == len(text) and isinstance(value, (int, float)):
                break
            yield value
            text = text[end:].lstrip()
    if text.strip():
        yield decoder.decode(text)


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


class Encoder(json.JSONEncoder):
    def default(self, o):
        return {"__point__": [o.x, o.y]} if isinstance(o, Point) else super().default(o)


def main():
    raw = Pipe("line one \u20ac\nline two\nlast".encode(), 5)
    text = io.TextIOWrapper(io.BufferedReader(raw, 8), encoding="utf-8")
    print([line for line in text], raw.reads > 4, text.closed)
    print(list(documents(io.StringIO('{"a": 1} [1, 2]\n"three" 4 55 null {"deep": {"x": [true]}} 6.5'))))
    encoded = json.dumps({"p": Point(1, 2), "q": [Point(0, -1)]}, cls=Encoder)
    print(encoded, json.loads(encoded, object_hook=lambda d: Point(*d["__point__"]) if "__point__" in d else d))
    print(
        "".join(Encoder(indent="\t").iterencode([1, {"k": []}])).encode(),
        json.dumps("\u2028\x7f</script>\U0001f600"),
        json.loads('"\\ud83d\\ude00 \\ud83d"') == "\U0001f600 \ud83d",
    )
    pull = ET.XMLPullParser(["start", "end", "comment", "start-ns"])
    for piece in ("<r xmlns:a='u'><i n='1'>te", "xt</i><!-- no", "te --><a:j/>", "</r>"):
        pull.feed(piece)
        print(
            [
                (
                    event,
                    item.tag
                    if hasattr(item, "tag") and isinstance(item.tag, str)
                    else item
                    if isinstance(item, tuple)
                    else item.text,
                )
                for event, item in pull.read_events()
            ]
        )
    events = []
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: events.append((name, attributes, parser.CurrentLineNumber))
    parser.CharacterDataHandler = lambda data: events.append(data)
    parser.ProcessingInstructionHandler = lambda target, data: events.append((target, data))
    parser.Parse("<?pi data?><a x='1'>b&amp;c\n<d/></a>", True)
    print(events, xml.parsers.expat.ErrorString(4))
    for event, node in xml.dom.pulldom.parseString(
        "<list><item id='1'>one</item><item id='2'><b>two</b></item></list>"
    ):
        if event == "START_ELEMENT" and node.tagName == "item":
            print(node.getAttribute("id"), end=" ")
    print(
        xml.sax.saxutils.escape("<&>'", {"'": "&apos;"}),
        xml.sax.saxutils.quoteattr("a\"b'c"),
        xml.sax.saxutils.unescape("&lt;&amp;lt;"),
    )
    out, log = io.StringIO(), io.StringIO()
    print("both", 1, sep="-", file=Tee(out, log))
    generator = xml.sax.saxutils.XMLGenerator(out, short_empty_elements=True)
    generator.startDocument()
    generator.startElement("x", {"a": "<"})
    generator.characters("&")
    generator.startElement("y", {})
    generator.endElement("y")
    generator.endElement("x")
    print(out.getvalue(), log.getvalue().strip())
    blocks = list(iter(partial(io.BytesIO(bytes(10)).read, 4), b""))
    pair = io.BufferedRWPair(Pipe(b"in", 1), io.BytesIO())
    print(
        [len(b) for b in blocks],
        pair.read(2),
        io.BufferedRandom(io.BytesIO(b"abcdef")).peek()[:3],
        io.IncrementalNewlineDecoder(None, True).decode("a\r\nb\rc"),
    )
    bomb = (
        "<!DOCTYPE b [<!ENTITY a 'aaaaaaaaaa'>"
        + "".join(f"<!ENTITY {c} '{('&' + p + ';') * 20}'>" for p, c in zip("abcdefg", "bcdefgh"))
        + "]><b>&h;</b>"
    )
    for bad in (bomb, "<a>" * 3, "\x00", "<a/><b/>", "<a>\x01</a>"):
        try:
            print(len(ET.fromstring(bad).text))
        except ET.ParseError as error:
            print(error)


if __name__ == "__main__":
    main()
