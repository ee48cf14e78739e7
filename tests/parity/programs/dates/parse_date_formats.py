"""Recognise dates in many formats with strptime and fromisoformat."""

from datetime import UTC, date, datetime, time

FORMATS = [
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%m/%d/%y",
    "%d %B %Y",
    "%b %d, %Y",
    "%Y%m%d",
    "%a, %d %b %Y %H:%M:%S %z",
    "%d-%b-%y %I:%M %p",
    "%G-W%V-%u",
    "%Y-%j",
    "%H:%M:%S.%f",
]
INPUTS = [
    "2025-03-09",
    "9.3.2025",
    "12/31/99",
    "1 January 1970",
    "Feb 29, 2024",
    "20250309",
    "Sun, 09 Mar 2025 14:05:06 +0130",
    "09-Mar-25 12:30 AM",
    "2020-W53-5",
    "2024-366",
    "23:59:59.000123",
    "2023-02-29",
    "31/31/2000",
    "tomorrow",
    "",
]


def guess(text: str) -> tuple[datetime, str] | None:
    for pattern in FORMATS:
        try:
            return datetime.strptime(text, pattern), pattern
        except ValueError:
            continue
    return None


def main():
    for text in INPUTS:
        match guess(text):
            case None:
                print(f"{text!r:<36} not a date")
            case moment, pattern:
                print(f"{text!r:<36} {moment.isoformat():<26} {pattern}")
    print()
    for text in (
        "2025-03-09T10:11:12Z",
        "20250309T101112,5+0200",
        "2025-W10-7",
        "2025-03-09 10:11",
        "2025-068",
        "2025-13-01",
        "10:11",
    ):
        try:
            print(text, "->", repr(datetime.fromisoformat(text)))
        except ValueError as error:
            print(text, "->", error)
    print(date.fromisoformat("20250309"), time.fromisoformat("T10:11:12.345678+05:30"))
    moment = datetime(2025, 3, 9, 5, 7, 9, 1234, tzinfo=UTC)
    for directive in "aAbBdeHIjmMpSuUVwWyYGzZfcxXDFT%":
        print(f"%{directive}={moment.strftime('%' + directive)}", end=" ")
    print()
    print(moment.isoformat(" ", "milliseconds"), moment.timestamp(), datetime.fromtimestamp(0, UTC), moment.ctime())
    print(
        moment.replace(year=1999, tzinfo=None),
        moment.date() - date(2000, 1, 1),
        moment.toordinal(),
        date.fromordinal(730_000),
    )
    for text, pattern in (("2025", "%Y-%m"), ("2025-1-1 x", "%Y-%m-%d"), ("2025", "%Q")):
        try:
            datetime.strptime(text, pattern)
        except ValueError as error:
            print(error)


if __name__ == "__main__":
    main()
