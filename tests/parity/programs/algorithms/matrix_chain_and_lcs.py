"""Three classics of dynamic programming, with memoisation."""

from functools import cache
from bisect import bisect_left


def matrix_chain(dimensions: tuple[int, ...]) -> tuple[int, str]:
    """The cheapest order to multiply a chain of matrices."""
    @cache
    def best(i: int, j: int) -> tuple[int, str]:
        if i == j:
            return 0, chr(ord("A") + i)
        options = []
        for k in range(i, j):
            left_cost, left = best(i, k)
            right_cost, right = best(k + 1, j)
            cost = left_cost + right_cost + dimensions[i] * dimensions[k + 1] * dimensions[j + 1]
            options.append((cost, f"({left}{right})"))
        return min(options)

    result = best(0, len(dimensions) - 2)
    print("   cache:", best.cache_info().misses, "sub-problems")
    return result


def longest_common_subsequence(a: str, b: str) -> str:
    @cache
    def lcs(i: int, j: int) -> str:
        if i == len(a) or j == len(b):
            return ""
        if a[i] == b[j]:
            return a[i] + lcs(i + 1, j + 1)
        return max(lcs(i + 1, j), lcs(i, j + 1), key=len)
    return lcs(0, 0)


def longest_increasing(numbers: list[int]) -> list[int]:
    tails, tail_index, previous = [], [], [-1] * len(numbers)
    for index, number in enumerate(numbers):
        position = bisect_left(tails, number)
        if position == len(tails):
            tails.append(number)
            tail_index.append(index)
        else:
            tails[position] = number
            tail_index[position] = index
        if position:
            previous[index] = tail_index[position - 1]
    result, index = [], tail_index[-1]
    while index >= 0:
        result.append(numbers[index])
        index = previous[index]
    return result[::-1]


def coin_change(amount: int, coins: list[int]) -> int:
    ways = [1] + [0] * amount
    for coin in coins:
        for total in range(coin, amount + 1):
            ways[total] += ways[total - coin]
    return ways[amount]


if __name__ == "__main__":
    for chain in [(10, 30, 5, 60), (40, 20, 30, 10, 30), (5, 10, 3, 12, 5, 50, 6)]:
        cost, order = matrix_chain(chain)
        print(chain, "->", cost, order)
    print(longest_common_subsequence("AGGTABQRSTPLM", "GXTXAYBQSRTLPM"))
    print(longest_increasing([0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15]))
    print(coin_change(100, [1, 5, 10, 25, 50]), coin_change(1000, [1, 2, 5, 10, 20, 50, 100, 200]))
