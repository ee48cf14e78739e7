"""An elevator with a simple scheduling rule, simulated tick by tick; statistics at the end."""

import random
from dataclasses import dataclass, field
from enum import Enum
from statistics import fmean


class Direction(Enum):
    UP = 1
    DOWN = -1
    IDLE = 0


@dataclass
class Passenger:
    number: int
    start: int
    goal: int
    appeared: int
    entered: int | None = None
    left: int | None = None


@dataclass
class Elevator:
    floors: int
    capacity: int = 4
    floor: int = 0
    direction: Direction = Direction.IDLE
    riders: list[Passenger] = field(default_factory=list)
    travelled: int = 0

    def choose(self, waiting: list[Passenger]) -> None:
        targets = {p.goal for p in self.riders} | {p.start for p in waiting if len(self.riders) < self.capacity}
        if not targets:
            self.direction = Direction.IDLE
            return
        ahead = {
            Direction.UP: [t for t in targets if t > self.floor],
            Direction.DOWN: [t for t in targets if t < self.floor],
        }
        if self.direction is Direction.IDLE or not ahead[self.direction]:
            nearest = min(targets, key=lambda t: (abs(t - self.floor), t))
            self.direction = (
                Direction.UP if nearest > self.floor else Direction.DOWN if nearest < self.floor else Direction.IDLE
            )

    def exchange(self, waiting: list[Passenger], time: int) -> tuple[list[Passenger], list[Passenger]]:
        out = [p for p in self.riders if p.goal == self.floor]
        self.riders = [p for p in self.riders if p.goal != self.floor]
        entering = [p for p in waiting if p.start == self.floor][: self.capacity - len(self.riders)]
        for p in entering:
            p.entered = time
            waiting.remove(p)
        for p in out:
            p.left = time
        self.riders += entering
        return out, entering

    def move(self) -> None:
        self.floor += self.direction.value
        self.travelled += abs(self.direction.value)
        assert 0 <= self.floor < self.floors


def simulate(seed: int, floors=8, people=15, ticks=200, verbose=False):
    generator = random.Random(seed)
    arrivals = sorted((generator.randrange(60), *generator.sample(range(floors), 2)) for _ in range(people))
    passengers = [Passenger(i, start, goal, time) for i, (time, start, goal) in enumerate(arrivals)]
    waiting, elevator, upcoming = [], Elevator(floors), passengers[:]
    for time in range(ticks):
        while upcoming and upcoming[0].appeared <= time:
            waiting.append(upcoming.pop(0))
        out, entering = elevator.exchange(waiting, time)
        if verbose and (out or entering):
            print(
                f"t={time:<3} floor {elevator.floor}: out {[p.number for p in out]} in {[p.number for p in entering]} aboard {len(elevator.riders)}"
            )
        elevator.choose(waiting)
        elevator.move()
        if not upcoming and not waiting and not elevator.riders:
            break
    return passengers, elevator, time


def main():
    passengers, elevator, time = simulate(3, people=8, verbose=True)
    print(f"done at {time}, travelled {elevator.travelled}")
    for seed in range(4):
        passengers, elevator, time = simulate(seed)
        waits = [p.entered - p.appeared for p in passengers if p.entered is not None]
        rides = [p.left - p.entered for p in passengers if p.left is not None]
        print(
            f"seed {seed}: {len(rides)}/{len(passengers)} arrived by {time}, mean wait {fmean(waits):.2f}, longest {max(waits)}, mean ride {fmean(rides):.2f}, floors {elevator.travelled}"
        )


if __name__ == "__main__":
    main()
