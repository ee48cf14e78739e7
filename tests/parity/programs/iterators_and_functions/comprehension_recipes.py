"""Comprehensions and built-ins in everyday recipes: any/all, sorted keys, zip, enumerate, min/max, unpacking."""

STUDENTS = [("Mia", 23, [88, 92, 79]), ("Leo", 21, [95, 67, 85]), ("Ida", 23, [70, 100, 98]), ("Max", 22, [])]


def transpose(rows):
    return [list(column) for column in zip(*rows)]


def rotate(matrix):
    return [list(row) for row in zip(*matrix[::-1])]


def spiral(matrix):
    return [*matrix[0], *spiral([*zip(*matrix[1:])][::-1])] if matrix else []


def main():
    averages = {name: sum(marks) / len(marks) for name, _, marks in STUDENTS if marks}
    print({name: round(a, 2) for name, a in averages.items()}, max(averages, key=averages.get))
    print(sorted(STUDENTS, key=lambda s: (-s[1], s[0]))[0][0], [n for n, *_ in sorted(STUDENTS, key=lambda s: s[1])])
    by_age = {}
    for name, age, _ in STUDENTS:
        by_age.setdefault(age, []).append(name)
    print(by_age, {v: k for k, v in {"a": 1, "b": 2}.items()}, dict(sorted(by_age.items())))
    print([(i, c) for i, c in enumerate("abc", start=1) if i != 2], list(zip(range(3), "ab")), dict(zip("xy", [1, 2])))
    print([[r * c for c in range(1, 5)] for r in range(1, 4)], [x for row in [[1, 2], [3]] for x in row])
    print(any(not marks for *_, marks in STUDENTS), all(age > 20 for _, age, _ in STUDENTS), all([]), any([]))
    print({c: "banana".count(c) for c in sorted(set("banana"))}, sorted({len(w) for w in "a bb cc ddd".split()}))
    matrix = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    print(transpose(matrix), rotate(matrix), spiral(matrix), [matrix[i][i] for i in range(3)], sum(map(sum, matrix)))
    first, *_, last = "hello world foo".split()
    (a, b), *rest = [(1, 2), (3, 4), (5, 6)]
    print(first, last, a, b, rest, [*range(3), *"ab"], {**{"a": 1}, **{"a": 2, "b": 3}}, *[10, 20], sep=" | ")
    print(
        [n if n % 3 else "Fizz" for n in range(1, 7)],
        [("Fizz" * (n % 3 == 0) + "Buzz" * (n % 5 == 0)) or n for n in range(9, 17)],
    )
    numbers = [5, 3, 8, 1]
    print(
        min(numbers),
        sorted(numbers, reverse=True),
        numbers[::-1],
        numbers[-2:],
        sum(numbers, start=100),
        sorted("bAc", key=str.lower),
    )
    print(
        list(map(lambda x, y: x + y, [1, 2], [10, 20])),
        list(filter(None, [0, "a", "", None, 3])),
        list(reversed("abc")),
    )
    copy = numbers[:]
    copy[1:3] = ["x", "y", "z"]
    del copy[0]
    copy.insert(0, "new")
    print(numbers, copy, copy.index("z"), numbers * 2, [0] * 3, [[]] * 2 == [[], []])
    print(
        divmod(17, 5),
        round(7 / 3, 3),
        abs(-4),
        pow(2, 10, 1000),
        bin(10),
        oct(8),
        hex(255),
        chr(97),
        ord("z"),
        bool(""),
        int("7") + float("1.5"),
    )
    print(
        "-".join(str(d) for d in range(5)),
        "a,b,,c".split(","),
        "  pad ".strip() + "|",
        "x=1;y=2".partition(";"),
        "Title Case".swapcase(),
        "abc".zfill(5),
    )
    total = 0
    for i in range(10):
        if i == 7:
            break
        if i % 2:
            continue
        total += i
    else:
        print("never printed")
    while total > 5:
        total -= 4
    else:
        print("loop ended with", total)
    print(
        [y for x in range(20) if (y := x * x) % 7 == 1],
        (lambda: (yield))().__class__.__name__,
        range(10)[2:8:3],
        6 in range(0, 10, 2),
    )


if __name__ == "__main__":
    main()
