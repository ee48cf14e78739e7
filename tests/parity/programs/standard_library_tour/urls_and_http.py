"""URLs taken apart and put together, query strings, cookies, HTTP dates and status codes, robots.txt, mime types: all without a network."""

import email.utils
import http.cookies
import mimetypes
import urllib.robotparser
from http import HTTPMethod, HTTPStatus
from urllib.parse import (
    ParseResult,
    SplitResult,
    parse_qs,
    parse_qsl,
    quote,
    unquote_plus,
    urldefrag,
    urlencode,
    urljoin,
    urlparse,
    urlsplit,
    urlunsplit,
)
from urllib.request import Request

URLS = [
    "https://user:p%40ss@Example.COM:8443/a/b;v=1/c.html?q=caf%C3%A9&x=1&x=2&empty=#frag",
    "mailto:ann@example.org?subject=Hi",
    "//cdn.example.org/lib.js",
    "/path/only",
    "http://[2001:db8::1]:80/",
    "file:///tmp/x",
    "http://example.org:99999/",
    "data:text/plain;base64,SGk=",
    "http://ex ample.org/",
    "",
]


def normalise(url: str) -> str:
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    if parts.port and {"http": 80, "https": 443}.get(parts.scheme) != parts.port:
        host += f":{parts.port}"
    segments: list[str] = []
    for segment in parts.path.split("/"):
        if segment == "..":
            segments = segments[:-1] or [""]
        elif segment != ".":
            segments.append(segment)
    return urlunsplit(
        (
            parts.scheme.lower(),
            host,
            quote("/".join(segments), safe="/%") or "/",
            urlencode(sorted(parse_qsl(parts.query))),
            "",
        )
    )


def main():
    for url in URLS:
        parts = urlparse(url)
        try:
            port = parts.port
        except ValueError as error:
            port = f"({error})"
        print(f"{tuple(parts)} host={parts.hostname} port={port} user={parts.username} pw={parts.password}")
    print(
        parse_qs(urlsplit(URLS[0]).query, keep_blank_values=True),
        parse_qs("a=1;b=2&c", strict_parsing=False),
        unquote_plus("a+b%2Bc"),
    )
    for relative in (
        "d.html",
        "../d",
        "/d",
        "//other/d",
        "?q=1",
        "#f",
        "",
        "https://x/y",
        "./../../../z",
        "g;x=1/../y",
    ):
        print(repr(relative), "->", urljoin("http://a/b/c/file;p?q#f", relative))
    print(
        urlencode({"a": [1, 2], "b": "x y&z", "c": "\u00e9"}, doseq=True),
        urldefrag("http://x/y#z"),
        normalise("HTTP://Example.org:80/a/./b/../c d/?b=2&a=1#x"),
        SplitResult("http", "h", "p", "q", "f").geturl(),
        ParseResult("s", "n", "/p", "pa", "q", "f")._replace(path="/new").geturl(),
    )
    for bad in ("http://[::1/", "http://h:port/"):
        try:
            print(urlsplit(bad).port)
        except ValueError as error:
            print(error)
    cookie = http.cookies.SimpleCookie('session=abc123; theme="dark mode"')
    cookie["session"].update({"path": "/", "httponly": True, "max-age": 3600, "samesite": "Lax"})
    print(cookie.output(sep=" | "), {k: m.value for k, m in cookie.items()})
    print(
        HTTPStatus.NOT_FOUND,
        HTTPStatus(418).phrase,
        HTTPStatus.OK.is_success,
        HTTPMethod.PATCH,
        [s.value for s in HTTPStatus if s.is_redirection],
    )
    print(
        email.utils.format_datetime(email.utils.parsedate_to_datetime("Sun, 06 Nov 1994 08:49:37 GMT")),
        email.utils.formatdate(784111777, usegmt=True),
        email.utils.parseaddr('"Lee, Ann" <ann@x.org>'),
    )
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(
        "User-agent: *\nDisallow: /private/\nAllow: /private/ok\nCrawl-delay: 3\n\nUser-agent: bad\nDisallow: /\nSitemap: http://x/s.xml".splitlines()
    )
    print(
        [robots.can_fetch(agent, path) for agent, path in (("me", "/"), ("me", "/private/x"), ("bad", "/"))],
        robots.crawl_delay("me"),
        robots.site_maps(),
    )
    mimetypes.init(files=[])  # without what the machine knows
    print(
        [mimetypes.guess_type(n) for n in ("a.html", "b.tar.gz", "c.PNG", "d.unknown", "e.json", "f.py")],
        mimetypes.guess_extension("text/css"),
    )
    request = Request("http://example.org/x?y#z", data=b"d=1", headers={"X-Thing": "1"}, method="PUT")
    print(
        request.get_method(),
        request.host,
        request.selector,
        request.full_url,
        request.header_items(),
        Request("http://h/").get_method(),
    )


if __name__ == "__main__":
    main()
