"""Every way to read standard input, one after the other on the same stream."""

import sys


def main():
    print(
        "isatty:",
        sys.stdin.isatty(),
        "encoding:",
        sys.stdin.encoding,
        "name:",
        sys.stdin.name,
        "fileno:",
        sys.stdin.fileno(),
    )
    first = input("name? ")
    print(f"hello {first}")
    number = int(input())
    print("number", number + 1, [int(x) for x in input().split()], sep=" | ")
    print("readline:", repr(sys.stdin.readline()))
    print("read(4):", repr(sys.stdin.read(4)))
    print("rest of that line:", repr(sys.stdin.readline()))
    for line in sys.stdin:
        line = line.rstrip("\n")
        if not line:
            break
        print("loop:", line)
    matrix = [list(map(float, input().split(","))) for _ in range(2)]
    print(matrix)
    words = iter(lambda: input("> "), "stop")
    print([w.upper() for w in words])
    try:
        while True:
            line = input()
            print("then:", ascii(line), len(line))
            if line == "last":
                break
    except EOFError:
        print("never")
    print("lines:", sys.stdin.readlines(2), repr(sys.stdin.buffer.read(3)))
    print("all the rest:", repr(sys.stdin.read()))
    print(repr(sys.stdin.read()), repr(sys.stdin.readline()), list(sys.stdin), sys.stdin.buffer.read())
    try:
        input("prompt at the end: ")
    except EOFError as error:
        print()
        print("EOFError:", error)
    sys.stdin.close()
    for attempt in (sys.stdin.read, input, lambda: sys.__stdin__.readline()):
        try:
            attempt()
        except ValueError as error:
            print("ValueError:", error)


if __name__ == "__main__":
    main()
