"""Expand a few recurrence rules, a cron-like expression, and an event overlap check."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice


@dataclass(frozen=True)
class Rule:
    start: datetime
    every: str
    interval: int = 1
    times: int | None = None
    until: datetime | None = None

    def __iter__(self):
        made = 0
        for n in count(0, self.interval):
            if (moment := self._nth(n)) is None:
                continue
            if (self.times is not None and made >= self.times) or (self.until and moment > self.until):
                return
            made += 1
            yield moment

    def _nth(self, n):
        match self.every:
            case "day":
                return self.start + timedelta(days=n)
            case "week":
                return self.start + timedelta(weeks=n)
            case "month":
                years, month = divmod(self.start.month - 1 + n, 12)
                try:
                    return self.start.replace(year=self.start.year + years, month=month + 1)
                except ValueError:
                    return None
            case _:
                raise ValueError(self.every)


def field(text: str, low: int, high: int) -> set[int]:
    values: set[int] = set()
    for part in text.split(","):
        part, _, step = part.partition("/")
        first, _, last = part.partition("-")
        if part == "*":
            first, last = low, high
        values.update(range(int(first), int(last or (high if step else first)) + 1, int(step or 1)))
    if not values <= set(range(low, high + 1)):
        raise ValueError(f"{text!r} is outside {low}-{high}")
    return values


def cron(expression: str, after: datetime):
    minutes, hours, days, months, weekdays = (
        field(t, *limits)
        for t, limits in zip(expression.split(), [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)], strict=True)
    )
    moment = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while True:
        if moment.day not in days or moment.month not in months or moment.isoweekday() % 7 not in weekdays:
            moment = moment.replace(hour=0, minute=0) + timedelta(days=1)
        elif moment.hour not in hours:
            moment = moment.replace(minute=0) + timedelta(hours=1)
        else:
            if moment.minute in minutes:
                yield moment
            moment += timedelta(minutes=1)


if __name__ == "__main__":
    show = lambda moments: ", ".join(f"{m:%a %Y-%m-%d %H:%M}" for m in moments)
    begin = datetime(2025, 1, 31, 9, 30)
    print("daily x3:", show(Rule(begin, "day", 2, times=3)))
    print("monthly on the 31st:", show(islice(Rule(begin, "month"), 5)))
    print("weekly until:", show(Rule(begin, "week", until=datetime(2025, 2, 20))))
    for expression in ("*/20 9-10 * * 1-5", "0 0 29 2 *", "15,45 12 1 */3 *", "0 25 * * *", "1 2 3"):
        try:
            print(f"{expression:<18}", show(islice(cron(expression, datetime(2025, 1, 31, 23, 59)), 4)))
        except ValueError as error:
            print(f"{expression:<18} {error}")
