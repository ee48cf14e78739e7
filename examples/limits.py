"""A program runs into its limits and goes on: `belljar run --memory 128M examples/limits.py`.

A limit that a program can handle is an ordinary Python exception. The time limit ends the program from outside:
try `belljar run --cpu 1 -c 'while True: pass'` and look at the exit code, 124.
"""


def too_much_memory():
    hoard = []
    for _ in range(256):  # 4 GiB in all
        hoard.append(bytes(16 << 20))


def too_deep(n=0):
    return too_deep(n + 1) + 1


def too_many_bytes_in_files():
    with open("/tmp/big", "wb") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))


for program in (too_much_memory, too_deep, too_many_bytes_in_files):
    try:
        program()
        print(f"{program.__name__}: no limit met")
    except (MemoryError, RecursionError, OSError) as error:
        print(f"{program.__name__}: {type(error).__name__} {error}".rstrip())
print("Still alive:", sum(range(1_000_000)))
