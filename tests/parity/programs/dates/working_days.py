"""Count working days, find due dates, and lay out sprints."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, takewhile

HOLIDAYS = {
    date(2025, 4, 18),
    date(2025, 4, 21),
    date(2025, 5, 1),
    date(2025, 12, 25),
    date(2025, 12, 26),
    date(2026, 1, 1),
}


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def working_days(start: date) -> Iterator[date]:
    day = start
    while True:
        if is_working(day):
            yield day
        day += timedelta(days=1)


def due(start: date, days: int) -> date:
    step = 1 if days >= 0 else -1
    day, left = start, abs(days)
    while left:
        day += timedelta(days=step)
        left -= is_working(day)
    return day


def sprints(start: date, end: date, length: int = 10) -> Iterator[tuple[date, date, int]]:
    days = takewhile(lambda day: day <= end, working_days(start))
    while sprint := list(islice(days, length)):
        yield sprint[0], sprint[-1], len(sprint)


def main():
    start = date(2025, 4, 14)
    print("next ten:", [f"{day:%d.%m.}" for day in islice(working_days(start), 10)])
    for days in (0, 1, 4, 10, 180, -5):
        print(f"{days:>4} working days from {start}: {due(start, days):%A, %d %B %Y}")
    for number, (first, last, length) in enumerate(sprints(start, date(2025, 6, 13)), 1):
        print(
            f"sprint {number}: {first:%a %d %b} - {last:%a %d %b} ({length} days, {(last - first).days + 1} calendar days)"
        )
    months = {}
    for day in takewhile(lambda d: d.year == 2025, working_days(date(2025, 1, 1))):
        months[day.month] = months.get(day.month, 0) + 1
    print("per month:", months, "total", sum(months.values()))
    print(
        "paydays:",
        [f"{max(takewhile(lambda d: d.month == m, working_days(date(2025, m, 1)))):%d.%m.}" for m in range(1, 13)],
    )


if __name__ == "__main__":
    main()
