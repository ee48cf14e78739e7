"""Parse, query, change and write XML with ElementTree; count events with SAX."""

import io
import xml.etree.ElementTree as ET
import xml.sax
from collections import Counter
from xml.dom import minidom

CATALOGUE = """<?xml version="1.0"?>
<!DOCTYPE catalogue [<!ENTITY shop "Books &amp; More">]>
<catalogue xmlns:x="http://example.org/x" owner="&shop;">
  <!-- a comment -->
  <book id="b1" lang="en"><title>Sand &lt;and&gt; Stone</title><price currency="EUR">12.50</price></book>
  <book id="b2" lang="de"><title>Stra\u00dfe</title><price currency="EUR">9.95</price><x:tag>new</x:tag></book>
  <book id="b3" lang="en"><title><![CDATA[<raw> & more]]></title><price currency="USD">20</price></book>
</catalogue>
"""


class Counting(xml.sax.ContentHandler):
    def __init__(self):
        super().__init__()
        self.elements = Counter()
        self.text = 0

    def startElement(self, name, attrs):
        self.elements[name] += 1

    def characters(self, content):
        self.text += len(content.strip())


def main():
    root = ET.fromstring(CATALOGUE)
    print(root.tag, root.attrib, len(root))
    for book in root.iterfind("book"):
        price = book.find("price")
        print(book.get("id"), repr(book.findtext("title")), float(price.text), price.get("currency"))
    print([b.get("id") for b in root.findall("./book[@lang='en']")])
    print([e.text for e in root.iter("{http://example.org/x}tag")])

    total = sum(float(p.text) for p in root.iter("price") if p.get("currency") == "EUR")
    summary = ET.SubElement(root, "summary", {"total": f"{total:.2f}", "quote": 'a"b'})
    summary.text = "sum of 2 & more"
    root.remove(root.find("book[@id='b2']"))
    ET.indent(root, space="   ")
    print(ET.tostring(root, encoding="unicode"))
    print(ET.canonicalize("<a z='1' b='2'><c/></a>"))

    handler = Counting()
    xml.sax.parseString(CATALOGUE.encode(), handler)
    print(dict(handler.elements), handler.text)

    for event, element in ET.iterparse(io.BytesIO(CATALOGUE.encode()), events=("start", "end")):
        if element.tag == "book":
            print(event, element.get("id"), end="; ")
    print()
    print(minidom.parseString("<p>one<b>two</b></p>").toprettyxml(indent=" ").strip())
    for bad in ("<a><b></a>", "", "<a>&nope;</a>", "<a b=1/>"):
        try:
            ET.fromstring(bad)
        except ET.ParseError as error:
            print(error, error.position)


if __name__ == "__main__":
    main()
