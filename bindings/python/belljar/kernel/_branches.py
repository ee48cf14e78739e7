"""The sessions behind a notebook: one for each name, and what each was before its last cells."""

from __future__ import annotations

from collections import deque

from .. import Policy, RunResult, Session, Snapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MOST_BRANCHES = 50
MOST_STEPS = 20
MOST_BYTES = 256 << 20
LARGEST_STATE = 64 << 20  # a snapshot of it takes some 0.2 s, before every cell


class Branch:
    """A session, and the snapshots that lead back."""

    def __init__(self, session: Session, before: Iterable[Snapshot] = ()) -> None:
        self.session = session
        self.before = deque(before)

    def remember(self, snapshot: Snapshot) -> None:
        """A snapshot of a large session is as large as the session: what can be undone is bounded by what it holds."""
        self.before.append(snapshot)
        total = sum(kept.size for kept in self.before)
        while len(self.before) > 1 and (len(self.before) > MOST_STEPS or total > MOST_BYTES):
            total -= self.before.popleft().size


class Branches:
    """`current` is the name of the session that cells run in. One thread, but `cancel()`."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.current = "main"
        self._branches = {"main": Branch(Session(policy))}

    @property
    def names(self) -> list[str]:
        """Of all of them, oldest first."""
        return list(self._branches)

    @property
    def session(self) -> Session:
        """The one that cells run in."""
        return self._branches[self.current].session

    def run(self, code: str, filename: str, on_output: Callable[[str, bytes], object],
            on_display: Callable[[dict[str, str]], object]) -> RunResult:
        """Runs a cell, and can undo it while the session is not too large."""
        branch = self._branches[self.current]
        is_kept = branch.session.usage().private_bytes <= LARGEST_STATE
        before = branch.session.snapshot() if is_kept else None
        result = branch.session.run(code, filename=filename, on_output=on_output, on_display=on_display, bind_value=True)
        if before is None:
            branch.before.clear()  # %undo must not go back further than it says
        elif not result.rolled_back:
            branch.remember(before)
        return result

    def undo(self) -> bool:
        """Back to before the last cell. False: nothing is kept to go back to."""
        branch = self._branches[self.current]
        if not branch.before:
            return False
        branch.session.rollback(branch.before[-1])
        branch.before.pop()
        return True

    def fork(self, name: str) -> bool:
        """Keeps the state under a name, in place of what had it. False: there are too many."""
        if name not in self._branches and len(self._branches) >= MOST_BRANCHES:
            return False
        branch = self._branches[self.current]
        self._put(name, Branch(branch.session.fork(), branch.before))
        return True

    def drop(self, name: str) -> None:
        """Ends one that is not the current one."""
        self._branches.pop(name).session.close()

    def load(self, path: str) -> None:
        """Goes on from a file in place of the current session."""
        self._put(self.current, Branch(Session.load(path, self.policy)))

    def reset(self) -> None:
        """A new sandbox in place of the current one."""
        self._put(self.current, Branch(Session(self.policy)))

    def _put(self, name: str, branch: Branch) -> None:
        old = self._branches.get(name)
        self._branches[name] = branch
        if old is not None:
            old.session.close()

    def cancel(self) -> None:
        """From any thread: interrupts the cell that runs; called again, stops it."""
        self.session.cancel()

    def close(self) -> None:
        """Ends all of them."""
        for branch in self._branches.values():
            branch.session.close()
