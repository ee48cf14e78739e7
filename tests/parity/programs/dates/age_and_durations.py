"""Ages, time between dates in years-months-days, human durations and their parser."""

import re
from datetime import date, timedelta

UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}


def difference(start: date, end: date) -> tuple[int, int, int]:
    if start > end:
        start, end = end, start
    months = (end.year - start.year) * 12 + end.month - start.month
    if end.day < start.day:
        months -= 1
    year, month = divmod(start.month - 1 + months, 12)
    anchor_year, anchor_month = start.year + year, month + 1
    day = start.day
    while True:
        try:
            anchor = date(anchor_year, anchor_month, day)
            break
        except ValueError:
            day -= 1
    return (*divmod(months, 12), (end - anchor).days)


def human(delta: timedelta) -> str:
    sign = "-" if delta < timedelta(0) else ""
    seconds = abs(int(delta.total_seconds()))
    parts = []
    for unit, size in UNITS.items():
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return sign + (" ".join(parts) or "0s")


def parse(text: str) -> timedelta:
    if not re.fullmatch(r"-?(\s*\d+(\.\d+)?[wdhms])+", text):
        raise ValueError(f"not a duration: {text!r}")
    total = sum(float(n) * UNITS[u] for n, u in re.findall(r"(\d+(?:\.\d+)?)([wdhms])", text))
    return timedelta(seconds=-total if text.startswith("-") else total)


def main():
    today = date(2025, 3, 1)
    for name, born in {
        "Ada": date(1815, 12, 10),
        "Leap": date(2000, 2, 29),
        "New": date(2025, 2, 28),
        "Future": date(2031, 1, 31),
    }.items():
        years, months, days = difference(born, today)
        print(f"{name:<7} {born} {years} y {months} m {days} d, {abs(today - born).days} days")
    for text in ("90m", "1d 2h 3m 4s", "2w", "1.5h", "-36h", "0s", "5 apples"):
        try:
            delta = parse(text)
            print(f"{text!r:>15} = {delta!r} = {delta} = {human(delta)}")
        except ValueError as error:
            print(error)
    delta = timedelta(days=-1, hours=5, microseconds=7)
    print(
        delta,
        delta.days,
        delta.seconds,
        delta.total_seconds(),
        abs(delta),
        -delta,
        divmod(timedelta(hours=7), timedelta(hours=2)),
    )
    print(timedelta(hours=1) / 3, timedelta(days=1) // 7, timedelta(days=1) * 0.1, timedelta.max, timedelta.resolution)
    for operation in (
        lambda: timedelta.max + timedelta(1),
        lambda: date.max + timedelta(1),
        lambda: date(2023, 2, 29),
        lambda: timedelta(1) / 0,
    ):
        try:
            print(operation())
        except (OverflowError, ValueError, ZeroDivisionError) as error:
            print(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
