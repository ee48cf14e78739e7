"""Find meeting times that suit several time zones, over a change to summer time."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PEOPLE = {
    "Ann": "Europe/Berlin",
    "Bob": "America/New_York",
    "Chi": "Asia/Tokyo",
    "Dev": "Asia/Kolkata",
    "Eve": "Australia/Lord_Howe",
}
OFFICE = (time(8), time(20))


def suits(moment: datetime, zone: str) -> bool:
    local = moment.astimezone(ZoneInfo(zone))
    return OFFICE[0] <= local.time() <= OFFICE[1] and local.weekday() < 5


def candidates(day: date, people: dict[str, str]):
    moment = datetime.combine(day, time(0), timezone.utc)
    for _ in range(48):
        free = [name for name, zone in people.items() if suits(moment, zone)]
        yield len(free), moment, free
        moment += timedelta(minutes=30)


def main():
    for day in (date(2025, 3, 7), date(2025, 3, 28), date(2025, 10, 27), date(2025, 12, 6)):
        number, moment, free = max(candidates(day, PEOPLE), key=lambda c: (c[0], -c[1].hour))
        print(f"{day:%a %d %b %Y}: {number} of {len(PEOPLE)} at {moment:%H:%M} UTC: {', '.join(free) or 'nobody'}")
        for name, zone in PEOPLE.items():
            local = moment.astimezone(ZoneInfo(zone))
            print(f"   {name} {local:%a %H:%M %Z} (UTC{local:%z}, dst {local.dst()})")

    berlin = ZoneInfo("Europe/Berlin")
    early = datetime(2025, 10, 26, 2, 30, tzinfo=berlin)
    late = early.replace(fold=1)
    print(
        early.isoformat(),
        late.isoformat(),
        early == late,
        late.astimezone(timezone.utc) - early.astimezone(timezone.utc),
    )
    gap = datetime(2025, 3, 30, 2, 30, tzinfo=berlin)
    print(gap.isoformat(), "->", gap.astimezone(timezone.utc).astimezone(berlin).isoformat())
    noon = datetime(2025, 3, 29, 12, tzinfo=berlin)
    print(
        "wall clock day:",
        noon + timedelta(days=1),
        "real hours:",
        ((noon + timedelta(days=1)).astimezone(timezone.utc) - noon.astimezone(timezone.utc)),
    )
    print(repr(berlin), berlin.key, ZoneInfo("UTC").utcoffset(noon), str(timezone(timedelta(hours=-3, minutes=-30))))
    for year in (1900, 1945, 1970, 2050):
        print(datetime(year, 7, 1, tzinfo=ZoneInfo("Europe/London")).strftime("%Y %Z %z"), end="; ")
    print()
    for name in ("Mars/Olympus", "../etc/passwd"):
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            print(type(error).__name__)
    try:
        print(noon < datetime(2025, 1, 1))
    except TypeError as error:
        print(error)


if __name__ == "__main__":
    main()
