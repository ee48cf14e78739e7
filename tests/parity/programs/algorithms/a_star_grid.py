"""A* on a grid with walls and swamp; shows the path and how many cells were looked at."""

import heapq

GRID = """\
S...#......~~..
.##.#.####.~~#.
.#..#....#.~~#.
.#.####.##...#.
.#......#..###.
.######.#.##...
......#.#....#.
.####.#.######.
.#....#.......E
"""


def parse(text):
    rows = text.splitlines()
    where = {cell: (r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell in "SE"}
    return rows, where["S"], where["E"]


def cost(cell: str) -> int:
    return 5 if cell == "~" else 1


def search(rows, start, goal, heuristic):
    best, came_from, expanded = {start: 0}, {}, 0
    heap = [(heuristic(start, goal), 0, start)]
    closed = set()
    while heap:
        _, so_far, here = heapq.heappop(heap)
        if here in closed:
            continue
        closed.add(here)
        expanded += 1
        if here == goal:
            path = [here]
            while path[-1] != start:
                path.append(came_from[path[-1]])
            return so_far, path[::-1], expanded
        r, c = here
        for nr, nc in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
            if not (0 <= nr < len(rows) and 0 <= nc < len(rows[0])) or rows[nr][nc] == "#":
                continue
            total = so_far + cost(rows[nr][nc])
            if total < best.get((nr, nc), float("inf")):
                best[nr, nc] = total
                came_from[nr, nc] = here
                heapq.heappush(heap, (total + heuristic((nr, nc), goal), total, (nr, nc)))
    return None


def manhattan(a, b):
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def main():
    rows, start, goal = parse(GRID)
    for name, heuristic in (("A*", manhattan), ("Dijkstra", lambda a, b: 0)):
        total, path, expanded = search(rows, start, goal, heuristic)
        print(f"{name}: cost {total}, {len(path) - 1} steps, {expanded} cells expanded")
    marked = [list(row) for row in rows]
    for r, c in path[1:-1]:
        marked[r][c] = "*"
    print("\n".join("".join(row) for row in marked))
    walled = [row[:7] + "#" + row[8:] for row in rows]
    print("with a wall across:", search(walled, start, goal, manhattan))


if __name__ == "__main__":
    main()
