"""Group records with itertools.groupby and with dictionaries; compute statistics for each group."""

import statistics
from itertools import groupby
from operator import itemgetter

EMPLOYEES = [
    ("Ada", "Engineering", 120_500, 12), ("Grace", "Engineering", 134_000, 20), ("Linus", "Engineering", 98_000, 4),
    ("Margaret", "Research", 141_250, 25), ("Alan", "Research", 110_000, 7), ("Edsger", "Research", 110_000, 15),
    ("Barbara", "Operations", 76_400, 9), ("Ken", "Operations", 81_300, 11), ("Dennis", "Operations", 69_999, 2),
    ("Donald", "Library", 58_000, 30),
]
FIELDS = ("name", "department", "salary", "years")


def summarise(salaries):
    spread = statistics.stdev(salaries) if len(salaries) > 1 else 0.0
    return {
        "n": len(salaries),
        "mean": round(statistics.fmean(salaries), 2),
        "median": statistics.median(salaries),
        "stdev": round(spread, 2),
        "range": (min(salaries), max(salaries)),
    }


def main():
    people = [dict(zip(FIELDS, row)) for row in EMPLOYEES]
    by_department = itemgetter("department")
    for department, group in groupby(sorted(people, key=by_department), key=by_department):
        members = list(group)
        print(department, summarise([p["salary"] for p in members]))
        longest = max(members, key=itemgetter("years"))
        print(f"   longest: {longest['name']} ({longest['years']} years)")

    salaries = [p["salary"] for p in people]
    print("quartiles:", statistics.quantiles(salaries, n=4))
    print("modes:", statistics.multimode(salaries))
    slope, intercept = statistics.linear_regression([p["years"] for p in people], salaries)
    print(f"salary = {slope:.3f} * years + {intercept:.2f}")
    print(f"correlation {statistics.correlation([p['years'] for p in people], salaries):.6f}")

    bands = {}
    for person in people:
        bands.setdefault(person["salary"] // 25_000 * 25_000, []).append(person["name"])
    for low in sorted(bands):
        print(f"{low:>7}-{low + 24_999}: {'#' * len(bands[low])} {', '.join(bands[low])}")


if __name__ == "__main__":
    main()
