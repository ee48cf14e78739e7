"""Extract title, links, headings and a table from HTML with html.parser."""

import html
from html.parser import HTMLParser
from urllib.parse import urljoin

PAGE = """
<!doctype html>
<html><head><title>Tea &amp; Coffee</title><script>if (a < b) { document.write("<a href='no'>"); }</script></head>
<body>
<h1>Prices <em>today</em></h1>
<p>See <a href="/tea?a=1&amp;b=2" title=Tea>tea</a>, <A HREF='coffee.html#top'>coffee</A> or
<a name="anchor">nothing</a>.<br>&copy; 2025 &#x2615; &#9749; &unknown;
<img src=logo.png alt="">
<h2>List</h2>
<table><tr><th>Kind<th>Euro</tr><tr><td>Green<td>3.20</tr><tr><td>Black</td><td>2.80</td></tr></table>
<!-- comment --><a href="mailto:x@example.org">mail</a>
</body></html>
"""


class Scraper(HTMLParser):
    def __init__(self, base: str):
        super().__init__()
        self.base = base
        self.title, self.links, self.headings, self.rows, self.images = "", [], [], [], []
        self.stack: list[str] = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "a" and "href" in attributes:
            self.links.append([urljoin(self.base, attributes["href"]), ""])
        elif tag == "img":
            self.images.append(attributes)
            return
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag in ("h1", "h2"):
            self.headings.append((tag, []))
        self.stack.append(tag)

    def handle_endtag(self, tag):
        while tag in self.stack and self.stack.pop() != tag:
            pass

    def handle_data(self, data):
        if not self.stack or self.stack[-1] in ("script", "style"):
            return
        if "title" in self.stack:
            self.title += data
        if self.stack[-1] == "a" and self.links:
            self.links[-1][1] += data
        if {"h1", "h2"} & set(self.stack):
            self.headings[-1][1].append(data)
        if self.stack[-1] in ("td", "th"):
            self.rows[-1][-1] += data

    def handle_comment(self, data):
        print("comment:", data.strip())


def main():
    scraper = Scraper("https://example.org/shop/index.html")
    scraper.feed(PAGE)
    scraper.close()
    print("title:", scraper.title)
    for tag, pieces in scraper.headings:
        print(tag, "".join(pieces).strip())
    for url, text in scraper.links:
        print(f"   {text!r} -> {url}")
    print(scraper.images, scraper.rows)
    print(html.escape("<a href=\"x\">'&'</a>"))
    print(ascii(html.unescape("&lt;&copy;&#x2615;&#9749;&notit;&hearts; &amp;amp; &#0;&#128;")))


if __name__ == "__main__":
    main()
