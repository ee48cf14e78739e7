"""Friendly dates: relative times, ranges, ordinals, age of files, week tables, in several layouts of strftime."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2025, 3, 9, 17, 5, 3, tzinfo=UTC)


def relative(moment: datetime, now: datetime = NOW) -> str:
    seconds = round((now - moment).total_seconds())
    past, seconds = seconds >= 0, abs(seconds)
    if seconds < 10:
        return "just now"
    for size, name in (
        (31_536_000, "year"),
        (2_592_000, "month"),
        (604_800, "week"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ):
        if seconds >= size:
            n = seconds // size
            text = f"{n} {name}{'s' * (n != 1)}"
            return f"{text} ago" if past else f"in {text}"
    raise AssertionError


def date_range(start: datetime, end: datetime) -> str:
    if start.date() == end.date():
        return f"{start:%a %-d %b %Y}, {start:%H:%M}-{end:%H:%M}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start:%-d}-{end:%-d} {end:%B %Y}"
    if start.year == end.year:
        return f"{start:%-d %b} - {end:%-d %b} {end:%Y}"
    return f"{start:%-d %b %Y} - {end:%-d %b %Y}"


def ordinal(n: int) -> str:
    return f"{n}{'th' if 10 <= n % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def main():
    for delta in (
        timedelta(seconds=4),
        timedelta(seconds=59),
        timedelta(minutes=1),
        timedelta(hours=5, minutes=59),
        timedelta(days=1),
        timedelta(days=20),
        timedelta(days=45),
        timedelta(days=800),
        timedelta(days=-3),
        timedelta(seconds=-90),
    ):
        print(f"{(NOW - delta):%Y-%m-%d %H:%M:%S}  {relative(NOW - delta)}")
    for hours in (2, 30, 24 * 25, 24 * 340):
        print(date_range(NOW, NOW + timedelta(hours=hours)))
    for pattern in (
        "%A, %d %B %Y",
        "%a %b %e %H:%M:%S %Y",
        "%d/%m/%y",
        "%m/%d/%Y",
        "%I:%M:%S %p",
        "%-I:%M %p",
        "%Y%m%dT%H%M%SZ",
        "%j",
        "Week %V of %G",
        "%U/%W",
        "%s",
        "%T",
        "%R",
        "%F %T",
        "%D",
        "%h",
        "%n%t|",
        "%%",
        "%c",
        "%x %X",
        "%y %C",
        "%Z%z",
        "%:z",
        "%f",
        "%-m.%-d.",
        "\u00e9 %Y \u20ac",
        "",
        "no directive",
        "%u %w",
        "%H%%%M",
    ):
        print(f"{pattern!r:<24} {NOW.strftime(pattern)!r}")
    print(
        f"the {ordinal(NOW.day)} of {NOW:%B}, day {NOW:%-j} of the year; early: {datetime(2025, 1, 2, 3, 4, 5):%-d.%-m. %-H:%-M:%-S} {datetime(5, 1, 2):%Y|%G|%y}"
    )
    monday = NOW - timedelta(days=NOW.weekday())
    print(
        " ".join(f"{monday + timedelta(days=n):%a%d}" for n in range(7)),
        f"{NOW:}",
        f"{NOW.date()!s:>12}",
        f"{NOW.time():%H-%M}",
        format(NOW, "%B"),
    )


if __name__ == "__main__":
    main()
