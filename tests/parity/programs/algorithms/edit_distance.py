"""Levenshtein distance with the edit script that achieves it."""


def edit_table(source: str, target: str) -> list[list[int]]:
    rows, columns = len(source) + 1, len(target) + 1
    table = [[0] * columns for _ in range(rows)]
    for i in range(rows):
        table[i][0] = i
    for j in range(columns):
        table[0][j] = j
    for i in range(1, rows):
        for j in range(1, columns):
            cost = source[i - 1] != target[j - 1]
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
    return table


def edit_script(source: str, target: str) -> list[str]:
    table = edit_table(source, target)
    i, j, steps = len(source), len(target), []
    while i or j:
        if i and j and table[i][j] == table[i - 1][j - 1] + (source[i - 1] != target[j - 1]):
            i, j = i - 1, j - 1
            if source[i] != target[j]:
                steps.append(f"replace {source[i]!r} by {target[j]!r} at {i}")
        elif i and table[i][j] == table[i - 1][j] + 1:
            i -= 1
            steps.append(f"delete {source[i]!r} at {i}")
        else:
            j -= 1
            steps.append(f"insert {target[j]!r} at {i}")
    return steps[::-1]


def closest(word: str, dictionary: list[str]) -> list[tuple[int, str]]:
    return sorted((edit_table(word, other)[-1][-1], other) for other in dictionary)[:3]


if __name__ == "__main__":
    for a, b in [("kitten", "sitting"), ("flaw", "lawn"), ("", "abc"), ("same", "same"),
                 ("intention", "execution"), ("na\u00efve", "naive")]:
        print(f"{a!r} -> {b!r}: {edit_table(a, b)[-1][-1]}")
        for step in edit_script(a, b):
            print("   ", step)
    words = ["python", "pylon", "typhoon", "pathos", "cython", "pytho", "marathon"]
    print(closest("pyhton", words))
