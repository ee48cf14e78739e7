"""A rotating shift schedule with handovers, overtime and a plain-text timetable."""

from collections import Counter, deque
from datetime import date, datetime, time, timedelta

SHIFTS = {"early": (time(6), time(14)), "late": (time(14), time(22)), "night": (time(22), time(6))}
TEAM = ["Ann", "Bob", "Cyd", "Dan"]


def span(day: date, shift: str) -> tuple[datetime, datetime]:
    start, end = SHIFTS[shift]
    begin = datetime.combine(day, start)
    finish = datetime.combine(day, end)
    return begin, finish if finish > begin else finish + timedelta(days=1)


def plan(start: date, days: int):
    rotation = deque(TEAM)
    for n in range(days):
        day = start + timedelta(days=n)
        if n and n % 2 == 0:
            rotation.rotate(1)
        yield day, dict(zip(SHIFTS, rotation))


def rest_violations(schedule, minimum=timedelta(hours=11)):
    last_end: dict[str, datetime] = {}
    for day, assignment in schedule:
        for shift, person in assignment.items():
            begin, end = span(day, shift)
            if person in last_end and begin - last_end[person] < minimum:
                yield person, begin, begin - last_end[person]
            last_end[person] = end


def main():
    schedule = list(plan(date(2025, 12, 29), 8))
    print("            " + " ".join(f"{shift:<6}" for shift in SHIFTS))
    for day, assignment in schedule:
        print(f"{day:%a %d %b}  " + " ".join(f"{person:<6}" for person in assignment.values()))
    hours = Counter()
    night_hours = Counter()
    for day, assignment in schedule:
        for shift, person in assignment.items():
            begin, end = span(day, shift)
            hours[person] += (end - begin) // timedelta(hours=1)
            night_hours[person] += shift == "night" and 8
    print(dict(sorted(hours.items())), dict(sorted(night_hours.items())))
    for person, begin, rest in rest_violations(schedule):
        print(f"! {person} begins {begin:%d.%m. %H:%M} after {rest} of rest")
    weeks = sorted({day.isocalendar()[:2] for day, _ in schedule})
    print(
        "ISO weeks:", weeks, "quarter:", (schedule[0][0].month - 1) // 3 + 1, "fold:", datetime(2025, 1, 1, fold=1).fold
    )


if __name__ == "__main__":
    main()
