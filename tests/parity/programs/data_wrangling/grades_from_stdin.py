"""Read 'name: grade, grade, ...' lines until an empty line, then print a table with ranks."""


def letter(average: float) -> str:
    for limit, grade in ((90, "A"), (80, "B"), (70, "C"), (60, "D")):
        if average >= limit:
            return grade
    return "F"


def read_students():
    students = {}
    while True:
        try:
            line = input("student> ")
        except EOFError:
            print("(end of input)")
            return students
        if not line.strip():
            print()
            return students
        name, separator, grades = line.partition(":")
        if not separator:
            print("! no colon in", repr(line))
            continue
        try:
            numbers = [float(g) for g in grades.split(",") if g.strip()]
        except ValueError as error:
            print("!", error)
            continue
        students.setdefault(name.strip(), []).extend(numbers)


def main():
    students = read_students()
    averages = {n: sum(g) / len(g) for n, g in students.items() if g}
    ordered = sorted(averages.items(), key=lambda item: (-item[1], item[0]))
    print("{:>4} {:<12} {:>8} {:^7}".format("rank", "name", "average", "grade"))
    rank = 0
    for position, (name, average) in enumerate(ordered, 1):
        if position == 1 or average != ordered[position - 2][1]:
            rank = position
        print("{:>4} {:<12} {:>8.2f} {:^7}".format(rank, name, average, letter(average)))
    rest = input("anything else? ") if ordered else ""
    print(f"got {rest!r}")


if __name__ == "__main__":
    main()
