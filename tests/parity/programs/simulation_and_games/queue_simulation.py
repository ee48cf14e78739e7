"""Discrete events with a heap: a shop with several tills, seeded arrivals, and two queue disciplines."""

import heapq
import random
from collections import deque
from itertools import count


class Shop:
    def __init__(self, tills: int, seed: int, shared: bool):
        self.generator, self.shared = random.Random(seed), shared
        self.queues = [deque() for _ in range(1 if shared else tills)]
        self.busy = [False] * tills
        self.events, self.ticket, self.now = [], count(), 0
        self.waits: list[int] = []
        self.longest = 0

    def at(self, time: int, action, *arguments):
        heapq.heappush(self.events, (time, next(self.ticket), action, arguments))

    def arrive(self, customers_left: int):
        items = self.generator.randint(1, 20)
        queue = min(range(len(self.queues)), key=lambda q: len(self.queues[q]) + (not self.shared and self.busy[q]))
        self.queues[queue].append((self.now, items))
        self.longest = max(self.longest, max(map(len, self.queues)))
        self.serve_all()
        if customers_left:
            self.at(self.now + self.generator.randint(5, 40), self.arrive, customers_left - 1)

    def serve_all(self):
        for till, busy in enumerate(self.busy):
            queue = self.queues[0 if self.shared else till]
            if not busy and queue:
                arrived, items = queue.popleft()
                self.busy[till] = True
                self.waits.append(self.now - arrived)
                self.at(self.now + 20 + 3 * items, self.finish, till)

    def finish(self, till: int):
        self.busy[till] = False
        self.serve_all()

    def run(self, customers: int):
        self.at(0, self.arrive, customers - 1)
        while self.events:
            self.now, _, action, arguments = heapq.heappop(self.events)
            action(*arguments)
        return self


def main():
    for tills in (1, 2, 3):
        for shared in (True, False):
            shop = Shop(tills, 11, shared).run(60)
            waits = sorted(shop.waits)
            print(
                f"{tills} tills, {'one queue ' if shared else 'own queues'}: closed at {shop.now}, mean wait {sum(waits) / len(waits):.2f}, "
                f"median {waits[len(waits) // 2]}, 90% {waits[len(waits) * 9 // 10]}, longest queue {shop.longest}"
            )


if __name__ == "__main__":
    main()
