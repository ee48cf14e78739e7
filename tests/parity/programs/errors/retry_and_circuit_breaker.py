"""Retries with backoff and a circuit breaker, with a fake clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum


class State(Enum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class CircuitOpen(Exception):
    pass


@dataclass
class Clock:
    now: float = 0.0

    def sleep(self, seconds: float):
        self.now += seconds


@dataclass
class Breaker:
    clock: Clock
    threshold: int = 3
    cooldown: float = 30.0
    state: State = State.CLOSED
    failures: int = 0
    opened_at: float = 0.0
    history: list[str] = field(default_factory=list)

    def _become(self, state: State):
        self.history.append(f"{self.clock.now:g}s {self.state.value}->{state.value}")
        self.state = state

    def call[T](self, function: Callable[[], T]) -> T:
        if self.state is State.OPEN:
            if self.clock.now - self.opened_at < self.cooldown:
                raise CircuitOpen(f"try again in {self.cooldown - (self.clock.now - self.opened_at):g}s")
            self._become(State.HALF_OPEN)
        try:
            result = function()
        except ConnectionError:
            self.failures += 1
            if self.state is State.HALF_OPEN or self.failures >= self.threshold:
                self.opened_at = self.clock.now
                self._become(State.OPEN)
            raise
        self.failures = 0
        if self.state is not State.CLOSED:
            self._become(State.CLOSED)
        return result


def with_backoff(function, clock, attempts=4, base=1.0, factor=2.0, ceiling=5.0):
    errors = []
    for attempt in range(attempts):
        try:
            return function()
        except (ConnectionError, CircuitOpen) as error:
            errors.append(error)
            clock.sleep(min(base * factor**attempt, ceiling))
    raise ExceptionGroup(f"{attempts} attempts failed", errors)


def main():
    clock = Clock()
    breaker = Breaker(clock)
    answers = iter(["ok", *[ConnectionResetError("reset")] * 4, "ok", BrokenPipeError("pipe"), "ok"])

    def service():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer
    for step in range(12):
        try:
            result = breaker.call(service)
            print(f"{step:>2} t={clock.now:<5g} {result}")
        except StopIteration:
            print(f"{step:>2} no more answers")
        except (ConnectionError, CircuitOpen) as error:
            print(f"{step:>2} t={clock.now:<5g} {type(error).__name__}: {error}")
        clock.sleep(10)
    print(breaker.history)
    clock = Clock()
    breaker = Breaker(clock, threshold=2, cooldown=3)
    answers = iter([ConnectionError("a"), ConnectionError("b"), "finally"])
    print(with_backoff(lambda: breaker.call(service), clock), clock.now, breaker.history)
    answers = iter([TimeoutError("late")] * 9)
    try:
        with_backoff(lambda: breaker.call(service), clock, attempts=3)
    except TimeoutError as error:
        print("not retried:", error)
    answers = iter([ConnectionRefusedError(111, "refused")] * 9)
    try:
        with_backoff(lambda: breaker.call(service), clock, attempts=3)
    except* CircuitOpen as group:
        print("open:", [str(e) for e in group.exceptions])
    except* OSError as group:
        print("system:", [repr(e) for e in group.exceptions])


if __name__ == "__main__":
    main()
