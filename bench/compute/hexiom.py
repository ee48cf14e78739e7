"""Hexiom: put numbered tiles on a board of hexagons so that every tile has as many tiles beside it as its number says.
Depth-first search with propagation: small sets of candidates per cell, copied at every branch."""

LOOPS = 7
CHECKSUM = "229 True 7707217713777373434552274554772727777"

# Rows of the board from top to bottom. '?' is to be filled, '.' stays empty, a digit is a tile that stays there.
LEVEL = """
   ? ? 0 ?
  ? 1 . ? ?
 3 ? ? ? ? .
? ? ? ? ? ? ?
 2 ? ? ? 5 ?
  ? ? ? ? ?
   ? ? ? ?
"""
TILES = [1, 2, 5, 4, 4, 4, 0]  # how many tiles there are with 0, 1, 2 ... on them, those on the board included
EMPTY = 7


class Contradiction(Exception):
    pass


class Board:
    """The cells of a level, and which cells lie beside which."""

    def __init__(self, level):
        rows = [line.split() for line in level.strip("\n").splitlines()]
        middle = len(rows) // 2
        places = {}
        self.given = []
        for down, row in enumerate(rows):
            for along, mark in enumerate(row):
                # Slanted coordinates: the same step leads to the same neighbour everywhere.
                places[down, along + max(0, down - middle)] = len(self.given)
                self.given.append({"?": None, ".": EMPTY}.get(mark, mark))
        self.beside = []
        for down, along in places:
            steps = ((0, 1), (1, 1), (1, 0), (0, -1), (-1, -1), (-1, 0))
            self.beside.append([places[down + y, along + x] for y, x in steps if (down + y, along + x) in places])


class Search:
    def __init__(self, board, tiles):
        self.board = board
        self.need = dict(enumerate(tiles))
        self.need[EMPTY] = len(board.given) - sum(tiles)
        self.visited = 0

    def start(self):
        everything = {value for value, count in self.need.items() if count}
        return [set(everything) if mark is None else {int(mark)} for mark in self.board.given]

    def by_neighbours(self, cells):
        """Removes numbers that the neighbours rule out, and decides neighbours of cells whose number is certain."""
        changed = False
        for cell, beside in zip(cells, self.board.beside):
            least = most = 0
            for near in beside:
                other = cells[near]
                if EMPTY not in other:
                    least += 1
                    most += 1
                elif len(other) > 1:
                    most += 1
            wrong = [value for value in cell if value != EMPTY and not least <= value <= most]
            if wrong:
                changed = True
                cell.difference_update(wrong)
                if not cell:
                    raise Contradiction
            if len(cell) > 1 or EMPTY in cell or least == most:
                continue
            number, = cell
            if number == least or number == most:
                for near in beside:
                    other = cells[near]
                    if EMPTY in other and len(other) > 1:
                        changed = True
                        if number == least:
                            other.clear()
                            other.add(EMPTY)
                        else:
                            other.discard(EMPTY)
        return changed

    def by_supply(self, cells):
        """Compares how many tiles of each number there are with how many cells have or could take one."""
        changed = False
        for value, need in self.need.items():
            takers = [cell for cell in cells if value in cell]
            settled = sum(len(cell) == 1 for cell in takers)
            if settled > need or len(takers) < need:
                raise Contradiction
            if settled == len(takers):
                continue
            if settled == need or len(takers) == need:
                changed = True
                for cell in takers:
                    if len(cell) > 1:
                        if settled == need:
                            cell.discard(value)
                        else:
                            cell.intersection_update((value,))
        return changed

    def solve(self, cells):
        """The first solution in a fixed order, or None."""
        self.visited += 1
        try:
            while self.by_neighbours(cells) or self.by_supply(cells):
                pass
        except Contradiction:
            return None
        undecided = [(len(cell), i) for i, cell in enumerate(cells) if len(cell) > 1]
        if not undecided:
            return [min(cell) for cell in cells]
        _, index = min(undecided)
        for value in sorted(cells[index]):
            branch = [set(cell) for cell in cells]
            branch[index] = {value}
            found = self.solve(branch)
            if found:
                return found
        return None


def right(board, solution):
    return all(value == EMPTY or value == sum(solution[near] != EMPTY for near in board.beside[i])
               for i, value in enumerate(solution))


def run(n):
    board = Board(LEVEL)
    for _ in range(n):
        search = Search(board, TILES)
        solution = search.solve(search.start())
    return f"{search.visited} {right(board, solution)} {''.join(map(str, solution))}"
