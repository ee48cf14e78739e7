"""Generate mazes with three algorithms and solve them; everything from integer seeds."""

import random
from collections import deque

DIRECTIONS = {"N": (-1, 0), "S": (1, 0), "E": (0, 1), "W": (0, -1)}
OPPOSITE = dict(zip("NSEW", "SNWE"))


class Maze:
    def __init__(self, rows: int, columns: int):
        self.rows, self.columns = rows, columns
        self.open: dict[tuple[int, int], set[str]] = {(r, c): set() for r in range(rows) for c in range(columns)}

    def neighbours(self, cell):
        for direction, (dr, dc) in DIRECTIONS.items():
            other = cell[0] + dr, cell[1] + dc
            if other in self.open:
                yield direction, other

    def carve(self, cell, direction, other):
        self.open[cell].add(direction)
        self.open[other].add(OPPOSITE[direction])

    def passages(self, cell):
        return ((d, other) for d, other in self.neighbours(cell) if d in self.open[cell])

    def render(self, path=()):
        marked = set(path)
        lines = ["+" + "---+" * self.columns]
        for r in range(self.rows):
            middle, bottom = "|", "+"
            for c in range(self.columns):
                middle += (" * " if (r, c) in marked else "   ") + (" " if "E" in self.open[r, c] else "|")
                bottom += ("   " if "S" in self.open[r, c] else "---") + "+"
            lines += [middle, bottom]
        return "\n".join(lines)

    def solve(self, start, goal):
        previous, queue = {start: None}, deque([start])
        while queue:
            cell = queue.popleft()
            if cell == goal:
                path = []
                while cell is not None:
                    path.append(cell)
                    cell = previous[cell]
                return path[::-1]
            for _, other in self.passages(cell):
                if other not in previous:
                    previous[other] = cell
                    queue.append(other)


def backtracker(rows, columns, generator):
    maze, stack, seen = Maze(rows, columns), [(0, 0)], {(0, 0)}
    while stack:
        choices = [(d, o) for d, o in maze.neighbours(stack[-1]) if o not in seen]
        if not choices:
            stack.pop()
            continue
        direction, other = generator.choice(choices)
        maze.carve(stack[-1], direction, other)
        seen.add(other)
        stack.append(other)
    return maze


def kruskal(rows, columns, generator):
    maze = Maze(rows, columns)
    group = {cell: cell for cell in maze.open}

    def find(cell):
        while group[cell] != cell:
            cell = group[cell]
        return cell
    walls = [(cell, d, o) for cell in maze.open for d, o in maze.neighbours(cell) if d in "SE"]
    generator.shuffle(walls)
    for cell, direction, other in walls:
        if find(cell) != find(other):
            group[find(cell)] = find(other)
            maze.carve(cell, direction, other)
    return maze


def sidewinder(rows, columns, generator):
    maze = Maze(rows, columns)
    for r in range(rows):
        run = []
        for c in range(columns):
            run.append((r, c))
            if r and (c == columns - 1 or generator.random() < 0.4):
                cell = generator.choice(run)
                maze.carve(cell, "N", (r - 1, cell[1]))
                run = []
            elif c < columns - 1:
                maze.carve((r, c), "E", (r, c + 1))
    return maze


def main():
    for algorithm in (backtracker, kruskal, sidewinder):
        maze = algorithm(6, 9, random.Random(2025))
        path = maze.solve((0, 0), (5, 8))
        dead_ends = sum(len(exits) == 1 for exits in maze.open.values())
        print(f"{algorithm.__name__}: path of {len(path)}, {dead_ends} dead ends")
        print(maze.render(path))


if __name__ == "__main__":
    main()
