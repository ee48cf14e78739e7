"""Go on a board of 9 by 9: a player that searches the tree of moves by confidence bounds (UCT) and judges positions by
games of random moves. Objects that point at each other, lists, sets, integer random numbers."""

import math
import random

LOOPS = 110
CHECKSUM = "18 61 59 40 14"

SIZE = 9
EMPTY, BLACK, WHITE = 0, 1, 2
PASS = -1
KOMI = 6.5
LONGEST = SIZE * SIZE * 3


class Point:
    """A crossing. Stones of one colour that touch form a group; its root point counts, for every stone, the empty
    crossings beside it (so a crossing that two stones touch counts twice)."""

    def __init__(self, place):
        self.place = place
        self.around = []
        self.clear()

    def clear(self):
        self.color = EMPTY
        self.root = self
        self.liberties = 0

    def find(self):
        root = self
        while root.root is not root:
            root = root.root
        here = self
        while here.root is not root:
            here.root, here = root, here.root
        return root


class Board:
    def __init__(self):
        self.points = [Point(place) for place in range(SIZE * SIZE)]
        for place, point in enumerate(self.points):
            row, column = divmod(place, SIZE)
            for down, right in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                if 0 <= row + down < SIZE and 0 <= column + right < SIZE:
                    point.around.append(self.points[(row + down) * SIZE + column + right])
        self.reset()

    def reset(self):
        for point in self.points:
            point.clear()
        self.empty = list(range(SIZE * SIZE))
        self.index = list(range(SIZE * SIZE))  # where each place stands in `empty`
        self.turn = BLACK
        self.passes = self.count = 0
        self.ko = None
        self.captured = [0, 0, 0]

    def legal(self, place):
        point = self.points[place]
        if point.color != EMPTY or place == self.ko:
            return False
        touching = {}
        for near in point.around:
            if near.color == EMPTY:
                return True
            root = near.find()
            touching[root] = touching.get(root, 0) + 1
        # No free crossing beside it: it has to capture a group, or join one that keeps a liberty.
        return any((root.liberties > edges) == (root.color == self.turn) for root, edges in touching.items())

    def sensible(self, place):
        """Legal, and not one that fills an own eye."""
        for near in self.points[place].around:
            if near.color != self.turn:
                return self.legal(place)
        return False

    def play(self, place):
        self.count += 1
        self.ko = None
        if place == PASS:
            self.passes += 1
            self.turn = BLACK + WHITE - self.turn
            return
        self.passes = 0
        point = self.points[place]
        point.color = self.turn
        self.take_from_empty(place)
        lost = 0
        for near in point.around:
            if near.color == EMPTY:
                point.find().liberties += 1
                continue
            root = near.find()
            root.liberties -= 1
            if near.color == self.turn:
                mine = point.find()
                if mine is not root:
                    mine.root = root
                    root.liberties += mine.liberties
            elif root.liberties == 0:
                removed = self.capture(near)
                lost += removed
                only = near.place
        if lost == 1 and point.find() is point and point.liberties == 1:
            self.ko = only
        self.turn = BLACK + WHITE - self.turn

    def capture(self, first):
        color = first.color
        group = [first]
        first.color = EMPTY
        for point in group:
            for near in point.around:
                if near.color == color:
                    near.color = EMPTY
                    group.append(near)
        for point in group:
            point.clear()
            self.index[point.place] = len(self.empty)
            self.empty.append(point.place)
        for point in group:
            for near in point.around:
                if near.color != EMPTY:
                    near.find().liberties += 1
        self.captured[color] += len(group)
        return len(group)

    def take_from_empty(self, place):
        at, last = self.index[place], self.empty.pop()
        if last != place:
            self.empty[at] = last
            self.index[last] = at

    def random_move(self, rng):
        count = len(self.empty)
        start = int(rng.random() * count)
        for i in range(count):
            place = self.empty[(start + i) % count]
            if self.sensible(place):
                return place
        return PASS

    def over(self):
        return self.passes >= 2 or self.count >= LONGEST

    def winner(self):
        """Stones and single-coloured eyes count; the end of a random game leaves little else."""
        score = -KOMI
        for point in self.points:
            colors = {point.color} if point.color else {near.color for near in point.around}
            if colors == {BLACK}:
                score += 1
            elif colors == {WHITE}:
                score -= 1
        return BLACK if score > 0 else WHITE


class Node:
    def __init__(self, board, parent=None):
        self.parent = parent
        self.mover = BLACK + WHITE - board.turn  # who made the move that led here
        self.wins = self.visits = 0
        self.children = {}
        self.untried = [place for place in board.empty if board.sensible(place)] or [PASS]

    def descend(self):
        log = math.log(self.visits)
        best, choice = -1.0, None
        for place, child in self.children.items():
            value = child.wins / child.visits + math.sqrt(log / child.visits)
            if value > best:
                best, choice = value, place
        return choice

    def back_up(self, winner):
        node = self
        while node is not None:
            node.visits += 1
            node.wins += node.mover == winner
            node = node.parent


def search(board, history, games, rng):
    root = None
    for _ in range(games):
        board.reset()
        for place in history:
            board.play(place)
        if root is None:
            root = Node(board)
        node = root
        while not node.untried and not board.over():
            place = node.descend()
            board.play(place)
            node = node.children[place]
        if not board.over():
            place = node.untried.pop(int(rng.random() * len(node.untried)))
            board.play(place)
            node.children[place] = Node(board, node)
            node = node.children[place]
        while not board.over():
            board.play(board.random_move(rng))
        node.back_up(board.winner())
    return root


def run(n):
    rng = random.Random(5)
    board = Board()
    # A few plies with few moves to choose from near the end of a game, so that the tree gets deep as well.
    history = []
    while len(history) < 70:
        history.append(board.random_move(rng))
        board.play(history[-1])
    ending = search(board, history, n, rng)
    opening = search(board, [], n, rng)
    best = max(ending.children, key=lambda place: (ending.children[place].visits, place))
    return f"{best} {ending.wins} {opening.wins} {sum(board.captured)} {len(ending.children)}"
