"""Print calendars: text, ISO weeks, Friday the 13ths, nth weekdays, an HTML month."""

import calendar
from datetime import date, timedelta


def nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    days = [d for d in calendar.Calendar().itermonthdates(year, month) if d.month == month and d.weekday() == weekday]
    return days[n - 1 if n > 0 else n]


def easter(year: int) -> date:
    """The anonymous Gregorian algorithm."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> dict[date, str]:
    sunday = easter(year)
    return dict(
        sorted(
            {
                date(year, 1, 1): "New Year",
                sunday - timedelta(2): "Good Friday",
                sunday + timedelta(1): "Easter Monday",
                sunday + timedelta(39): "Ascension",
                sunday + timedelta(50): "Whit Monday",
                date(year, 12, 25): "Christmas",
                nth_weekday(year, 11, calendar.THURSDAY, 4): "Thanksgiving",
                nth_weekday(year, 5, calendar.MONDAY, -1): "Memorial Day",
            }.items()
        )
    )


def main():
    print(calendar.month(2024, 2))
    print(calendar.TextCalendar(calendar.SUNDAY).formatmonth(2025, 6, w=3))
    print("leap years:", [y for y in range(1896, 1913) if calendar.isleap(y)], calendar.leapdays(1900, 2001))
    print("Friday 13th:", [f"{y}-{m:02}" for y in (2025, 2026) for m in range(1, 13) if date(y, m, 13).weekday() == 4])
    for day, name in holidays(2025).items():
        print(f"{day:%a %d %b} (day {day.timetuple().tm_yday}, week {day.isocalendar().week}) {name}")
    print([easter(y).isoformat() for y in (1961, 2000, 2024, 2038)])
    for day in (date(2020, 12, 31), date(2021, 1, 3), date(2024, 12, 30)):
        iso = day.isocalendar()
        print(day, tuple(iso), date.fromisocalendar(iso.year, iso.week, iso.weekday) == day)
    print(calendar.monthrange(2025, 2), calendar.weekday(1969, 7, 20), calendar.monthcalendar(2021, 2))
    html = calendar.HTMLCalendar().formatmonth(2025, 2)
    print(html.count("<td"), html.splitlines()[-2][:60])
    print(list(calendar.day_abbr), calendar.Month.MAY, calendar.Day(6))
    try:
        calendar.monthrange(2025, 13)
    except calendar.IllegalMonthError as error:
        print(error)


if __name__ == "__main__":
    main()
