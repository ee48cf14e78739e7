"""Seven sorting algorithms on the same inputs, checked against sorted()."""

import heapq
import random


def bubble_sort(items):
    items = list(items)
    for end in range(len(items) - 1, 0, -1):
        swapped = False
        for i in range(end):
            if items[i] > items[i + 1]:
                items[i], items[i + 1] = items[i + 1], items[i]
                swapped = True
        if not swapped:
            break
    return items


def insertion_sort(items):
    result = []
    for item in items:
        position = len(result)
        while position and result[position - 1] > item:
            position -= 1
        result.insert(position, item)
    return result


def merge_sort(items):
    if len(items) <= 1:
        return list(items)
    middle = len(items) // 2
    left, right = merge_sort(items[:middle]), merge_sort(items[middle:])
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    return merged + left[i:] + right[j:]


def quick_sort(items):
    if len(items) <= 1:
        return list(items)
    pivot = items[len(items) // 2]
    return (quick_sort([x for x in items if x < pivot]) + [x for x in items if x == pivot]
            + quick_sort([x for x in items if x > pivot]))


def heap_sort(items):
    heap = list(items)
    heapq.heapify(heap)
    return [heapq.heappop(heap) for _ in range(len(heap))]


def counting_sort(items):
    if not items:
        return []
    low, high = min(items), max(items)
    counts = [0] * (high - low + 1)
    for item in items:
        counts[item - low] += 1
    return [value + low for value, count in enumerate(counts) for _ in range(count)]


def shell_sort(items):
    items, gap = list(items), len(items) // 2
    while gap:
        for i in range(gap, len(items)):
            item, j = items[i], i
            while j >= gap and items[j - gap] > item:
                items[j] = items[j - gap]
                j -= gap
            items[j] = item
        gap //= 2
    return items


SORTS = [bubble_sort, insertion_sort, merge_sort, quick_sort, heap_sort, counting_sort, shell_sort]


def main():
    generator = random.Random(2024)
    inputs = {
        "empty": [],
        "single": [7],
        "reversed": list(range(10, 0, -1)),
        "duplicates": [3, 1, 3, 2, 1, 3],
        "random": [generator.randint(-100, 100) for _ in range(60)],
    }
    for name, data in inputs.items():
        print(f"{name}: {data[:12]}{' ...' if len(data) > 12 else ''}")
        for sort in SORTS:
            verdict = "ok" if sort(data) == sorted(data) else "WRONG"
            print(f"  {sort.__name__:<15}{verdict}")
    print(merge_sort(inputs["random"])[:10])


if __name__ == "__main__":
    main()
