"""Moving averages, resampling by week and gaps in a daily series."""

import random
from collections import deque
from datetime import date, timedelta
from itertools import accumulate, groupby


def make_series(days: int) -> list[tuple[date, int]]:
    generator = random.Random(42)
    start, level, series = date(2025, 1, 1), 100, []
    for n in range(days):
        level += generator.randint(-5, 6)
        if generator.random() > 0.12:
            series.append((start + timedelta(days=n), level))
    return series


def gaps(series):
    for (before, _), (after, _) in zip(series, series[1:]):
        if (missing := (after - before).days - 1):
            yield before + timedelta(days=1), missing


def fill_forward(series):
    result = []
    for day, value in series:
        while result and result[-1][0] < day - timedelta(days=1):
            result.append((result[-1][0] + timedelta(days=1), result[-1][1]))
        result.append((day, value))
    return result


def moving_average(values, size):
    window = deque(maxlen=size)
    for value in values:
        window.append(value)
        yield sum(window) / len(window)


def main():
    series = make_series(45)
    print(len(series), "days, first", series[0][0].isoformat(), "last", series[-1][0].isoformat())
    for day, missing in gaps(series):
        print(f"   gap of {missing} from {day:%d %b}")
    filled = fill_forward(series)
    for key, group in groupby(filled, key=lambda item: item[0].isocalendar()[:2]):
        values = [value for _, value in group]
        print(f"week {key[0]}-W{key[1]:02}: n={len(values)} min={min(values)} max={max(values)} "
              f"mean={sum(values) / len(values):.2f}")
    averages = list(moving_average([v for _, v in filled], 7))
    print("7-day average:", " ".join(f"{a:.1f}" for a in averages[6::6]))
    peak = list(accumulate((v for _, v in filled), max))
    drawdown = max(p - v for p, (_, v) in zip(peak, filled))
    print("largest drop from a peak:", drawdown)


if __name__ == "__main__":
    main()
