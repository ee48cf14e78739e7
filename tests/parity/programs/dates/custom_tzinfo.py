"""A tzinfo subclass with its own rules, arithmetic across it, and pickling."""

import copy
import pickle
from datetime import datetime, timedelta, timezone, tzinfo

ZERO, HOUR = timedelta(0), timedelta(hours=1)


class Simple(tzinfo):
    """Summer time from the first Sunday in April, 02:00, to the last in October."""

    def __init__(self, hours: int = 0, name: str = "STD/DST"):
        self.offset = timedelta(hours=hours)
        self.names = name.split("/")

    @staticmethod
    def first_sunday_after(moment: datetime) -> datetime:
        return moment + timedelta(days=(6 - moment.weekday()) % 7)

    def dst(self, moment):
        start = self.first_sunday_after(datetime(moment.year, 4, 1, 2))
        end = self.first_sunday_after(datetime(moment.year, 10, 25, 1))
        naive = moment.replace(tzinfo=None)
        return HOUR if start <= naive < end else ZERO

    def utcoffset(self, moment):
        return self.offset + self.dst(moment)

    def tzname(self, moment):
        return self.names[bool(self.dst(moment))]

    def __repr__(self):
        return f"Simple({'/'.join(self.names)})"


def main():
    eastern = Simple(-5, "EST/EDT")
    for moment in (
        datetime(2025, 1, 15, 12),
        datetime(2025, 4, 6, 1, 59),
        datetime(2025, 4, 6, 3),
        datetime(2025, 10, 26, 1),
    ):
        aware = moment.replace(tzinfo=eastern)
        print(aware, aware.tzname(), aware.astimezone(timezone.utc).strftime("%H:%M"), aware.utctimetuple().tm_hour)
    utc = datetime(2025, 4, 6, 5, 30, tzinfo=timezone.utc)
    for step in range(4):
        print((utc + step * HOUR).astimezone(eastern).isoformat(), end=" ")
    print()
    fixed = timezone(timedelta(hours=5, minutes=45), "NPT")
    moment = datetime(2025, 6, 1, 9, tzinfo=fixed)
    print(moment, moment.tzname(), repr(moment), moment.astimezone(eastern))
    print(
        pickle.loads(pickle.dumps(moment)) == moment,
        copy.deepcopy(moment).tzinfo == fixed,
        hash(moment) == hash(moment.astimezone(timezone.utc)),
    )
    print(sorted([moment, utc, utc + 90 * 24 * HOUR, moment.astimezone(eastern) - HOUR])[0], utc - moment)
    for bad in (
        lambda: timezone(timedelta(hours=24)),
        lambda: datetime(2025, 1, 1).astimezone("UTC"),
        lambda: moment - datetime(2025, 1, 1),
    ):
        try:
            bad()
        except (ValueError, TypeError) as error:
            print(type(error).__name__, "-", error)


if __name__ == "__main__":
    main()
