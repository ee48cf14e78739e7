"""0/1 knapsack by dynamic programming, with the chosen items, and the fractional version for comparison."""

from typing import NamedTuple


class Item(NamedTuple):
    name: str
    weight: int
    value: int


ITEMS = [
    Item("map", 9, 150), Item("compass", 13, 35), Item("water", 153, 200), Item("sandwich", 50, 160),
    Item("glucose", 15, 60), Item("tin", 68, 45), Item("banana", 27, 60), Item("apple", 39, 40),
    Item("cheese", 23, 30), Item("beer", 52, 10), Item("suntan cream", 11, 70), Item("camera", 32, 30),
    Item("t-shirt", 24, 15), Item("trousers", 48, 10), Item("umbrella", 73, 40), Item("note-case", 22, 80),
    Item("sunglasses", 7, 20), Item("towel", 18, 12), Item("socks", 4, 50), Item("book", 30, 10),
]


def knapsack(items: list[Item], capacity: int) -> tuple[int, list[Item]]:
    table = [[0] * (capacity + 1) for _ in range(len(items) + 1)]
    for row, item in enumerate(items, 1):
        for room in range(capacity + 1):
            best = table[row - 1][room]
            if item.weight <= room:
                best = max(best, table[row - 1][room - item.weight] + item.value)
            table[row][room] = best

    chosen, room = [], capacity
    for row in range(len(items), 0, -1):
        if table[row][room] != table[row - 1][room]:
            chosen.append(items[row - 1])
            room -= items[row - 1].weight
    return table[-1][capacity], chosen[::-1]


def fractional(items: list[Item], capacity: int) -> float:
    total = 0.0
    for item in sorted(items, key=lambda i: i.value / i.weight, reverse=True):
        share = min(1.0, capacity / item.weight)
        total += share * item.value
        capacity -= share * item.weight
        if capacity <= 0:
            break
    return total


def main() -> None:
    for capacity in (50, 200, 400):
        value, chosen = knapsack(ITEMS, capacity)
        weight = sum(item.weight for item in chosen)
        print(f"capacity {capacity}: value {value}, weight {weight}")
        print("   " + ", ".join(item.name for item in chosen))
        print(f"   fractional bound: {fractional(ITEMS, capacity):.2f}")


if __name__ == "__main__":
    main()
