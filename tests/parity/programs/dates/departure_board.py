"""A departure board with 12-hour times, as people format them on Linux."""

from datetime import datetime, timedelta

DEPARTURES = [("Oslo", 5, 0), ("Rome", 55, 12), ("Lima", 430, 0), ("Perth", 1105, 45)]


def main():
    midnight = datetime(2025, 7, 4)
    print(f"{midnight:%A, %B %-d}")
    for city, minutes, delay in DEPARTURES:
        planned = midnight + timedelta(minutes=minutes)
        line = planned.strftime("%l:%M %P").strip().ljust(10) + city
        if delay:
            line += (planned + timedelta(minutes=delay)).strftime(" (now %-I:%M %p, hour %k)")
        print(line)


if __name__ == "__main__":
    main()
