"""Sessions, snapshots, and runs in a fresh sandbox."""

from __future__ import annotations

import os
import threading

from . import _native, _runtime
from ._errors import ConversionError, GuestError, InvalidArgumentError, NotFoundError
from ._output import Output
from ._policy import Policy, _content, _path, _text
from ._result import RunResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal, NamedTuple, overload

    from typing_extensions import Unpack

    from ._policy import Grants

    class SessionUsage(NamedTuple):
        runs: int
        wall_ms: float
        cpu_ms: float
        tool_calls: int
        output_bytes: int
        memory_bytes: int
        private_bytes: int
        file_bytes: int
        file_entries: int
        is_parked: bool

    class FileChange(NamedTuple):
        path: str
        kind: Literal["added", "modified", "deleted"]
        type: Literal["file", "directory", "symlink", "other"]
        size: int

    Lines = Callable[[str], object]
else:
    from collections import namedtuple

    SessionUsage = namedtuple("SessionUsage", "runs wall_ms cpu_ms tool_calls output_bytes memory_bytes private_bytes "
                                              "file_bytes file_entries is_parked")
    FileChange = namedtuple("FileChange", "path kind type size")

    def overload(function):
        return function

SessionUsage.__doc__ = """What a session has used since it was opened (runs, wall and CPU milliseconds, tool calls, bytes
written) and what it holds now: linear memory, how much of it is its own alone, files, and whether it is parked."""
FileChange.__doc__ = """Something that a session has changed in a `cow` mount: the guest's path, "added", "modified" or
"deleted", "file", "directory", "symlink" or "other", and the size now."""


class Snapshot:
    """The state of a session at one moment: to fork from, to go back to, or to keep. Immutable; threads may share it.

    It carries memory and files, never rights: limits, tools and mounts come from whoever resumes it.
    """

    def __init__(self, native: _native.Snapshot) -> None:
        self._native = native

    @property
    def size(self) -> int:
        """Bytes of memory that it holds, files not included."""
        return self._native.size()

    @property
    def lock(self) -> str:
        """Of an image with packages, or of a session on one: what is in it, as JSON. Else ""."""
        return self._native.lock()

    def to_bytes(self, key: bytes | None = None) -> bytes:
        """All of it as one block. With a key of 32 bytes it is encrypted and authenticated: a server can take back only
        its own. Without one it is checked for damage, not for who made it."""
        return self._native.serialize(key)

    def save(self, path: str | os.PathLike[str], key: bytes | None = None) -> None:
        """Writes `to_bytes()` to a file of mode 0600, all or nothing. IoError when the system refuses."""
        self._native.save(_path(path, "path"), key)

    @classmethod
    def from_bytes(cls, data: bytes, key: bytes | None = None) -> Snapshot:
        """Checks all of it first. CorruptError: damaged, of another build, or not of this key."""
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError(f"data must be bytes, not {type(data).__name__}")
        return cls(_runtime.get().load(bytes(data), key))

    @classmethod
    def load(cls, path: str | os.PathLike[str], key: bytes | None = None) -> Snapshot:
        """The same from a file; also an image of `belljar image build`, which has no key."""
        return cls(_runtime.get().load_file(_path(path, "path"), key))

    def __reduce__(self) -> tuple[Any, ...]:
        return Snapshot.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"<belljar.Snapshot of {self.size} bytes>"


class _Images:
    """Images are loaded once, as long as their file is the same."""

    def __init__(self) -> None:
        self._loaded: dict[str, tuple[tuple[int, ...], int, Snapshot]] = {}

    def get(self, image: str | os.PathLike[str] | Snapshot | None) -> _native.Snapshot | None:
        if image is None:
            return None
        if isinstance(image, Snapshot):
            return image._native
        try:
            path = os.fspath(image)
            status = os.stat(path)
        except (TypeError, OSError) as error:
            raise InvalidArgumentError(f"the image {image!r} cannot be read: {error}", "make one with `belljar image build`") from None
        stamp = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        known = self._loaded.get(path)
        if known is None or known[:2] != (stamp, os.getpid()):
            known = self._loaded[path] = (stamp, os.getpid(), Snapshot.load(path))
        return known[2]._native


_images = _Images()
_default_policy = Policy()


async def _in_thread(function: Callable[[], RunResult], cancel: Callable[[], object]) -> RunResult:
    """`function()` on a thread of its own: runs may wait for each other, so there are as many as are needed. When the task
    is cancelled, so is the run, and only when that has ended the cancellation goes on."""
    import asyncio
    from concurrent.futures import Future
    future: Future[RunResult] = Future()

    def work() -> None:
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=work, name="belljar", daemon=True).start()
    waiter = asyncio.wrap_future(future)
    try:
        return await asyncio.shield(waiter)
    except asyncio.CancelledError:
        while not future.done():  # it may only just begin; called again the run is stopped at once
            cancel()
            await asyncio.wait({waiter}, timeout=0.3)
        waiter.exception()
        raise
    except GeneratorExit:  # the loop is closed
        cancel()
        raise


def _policy_of(policy: Policy | None, grants: Grants) -> Policy:
    if policy is None:
        if "timeout" in grants:
            raise TypeError("there is no argument 'timeout': cpu= and wall= are the limits of time, in seconds")
        return Policy(**grants) if grants else _default_policy
    if grants:
        raise InvalidArgumentError("give a policy, or what it would be made of, not both", "put all of it into the Policy")
    if not isinstance(policy, Policy):
        raise TypeError(f"policy must be a belljar.Policy, not {type(policy).__name__}")
    return policy


def run(code: str, *, policy: Policy | None = None, stdin: str | bytes | None = None, filename: str | None = None,
        on_stdout: Lines | None = None, on_stderr: Lines | None = None,
        on_output: Callable[[str, bytes], object] | None = None,
        on_display: Callable[[dict[str, str]], object] | None = None, **grants: Unpack[Grants]) -> RunResult:
    """Runs a program in a fresh sandbox, which is gone after it.

    `grants` are the arguments of `Policy`; the others are those of `Session.run`. What becomes of the program is data: an
    exception of the *guest's* is in the result. Errors of belljar's are about the request: InvalidArgumentError,
    ExhaustedError, or what else derives from `belljar.Error`.

        >>> belljar.run("print(1+1)\\n6*7", cpu=2).value
        42
    """
    chosen = _policy_of(policy, grants)
    output = Output.of(on_stdout, on_stderr, on_output, on_display)
    runtime, image = _runtime.get(), _images.get(chosen.image)
    if output is None:
        return RunResult(*runtime.run(chosen._native, image, code, filename, stdin, None, None, None))
    return output.complete(RunResult(*runtime.run(chosen._native, image, code, filename, stdin, output.write, output.display, None)))


async def arun(code: str, *, policy: Policy | None = None, stdin: str | bytes | None = None, filename: str | None = None,
               on_stdout: Lines | None = None, on_stderr: Lines | None = None,
               on_output: Callable[[str, bytes], object] | None = None,
               on_display: Callable[[dict[str, str]], object] | None = None, **grants: Unpack[Grants]) -> RunResult:
    """`run()` for asyncio: see `Session.arun`."""
    with Session(_policy_of(policy, grants)) as session:
        return await session.arun(code, stdin=stdin, filename=filename, on_stdout=on_stdout, on_stderr=on_stderr,
                                  on_output=on_output, on_display=on_display)


class Session:
    """A live sandbox: cells run in it one after the other and share their state.

    `grants` are the arguments of `Policy`, or `policy` is one. `on_stdout`, `on_stderr`, `on_output` and `on_display` are
    for all runs that have none of their own.

    One thread at a time: a second one gets BusyError. Different sessions run in parallel, and the GIL is not held while
    they run. `with` closes it; so does its end as an object.
    """

    def __init__(self, policy: Policy | None = None, *, on_stdout: Lines | None = None, on_stderr: Lines | None = None,
                 on_output: Callable[[str, bytes], object] | None = None,
                 on_display: Callable[[dict[str, str]], object] | None = None, **grants: Unpack[Grants]) -> None:
        self._policy = _policy_of(policy, grants)
        self._callbacks: tuple[Any, ...] = (on_stdout, on_stderr, on_output, on_display)
        Output.of(*self._callbacks)  # says what is no function
        self._native = _runtime.get().open(self._policy._native, _images.get(self._policy.image))

    @classmethod
    def _of(cls, native: _native.Session, policy: Policy, callbacks: tuple[Any, ...]) -> Session:
        session = cls.__new__(cls)
        session._native, session._policy, session._callbacks = native, policy, callbacks
        return session

    @classmethod
    def resume(cls, snapshot: Snapshot, policy: Policy | None = None, *, on_stdout: Lines | None = None,
               on_stderr: Lines | None = None, on_output: Callable[[str, bytes], object] | None = None,
               on_display: Callable[[dict[str, str]], object] | None = None, **grants: Unpack[Grants]) -> Session:
        """A session in the state of a snapshot, under rights of its own (an `image` among them does not count)."""
        if not isinstance(snapshot, Snapshot):
            raise TypeError(f"snapshot must be a belljar.Snapshot, not {type(snapshot).__name__}")
        chosen = _policy_of(policy, grants)
        callbacks = (on_stdout, on_stderr, on_output, on_display)
        Output.of(*callbacks)
        _images.get(chosen.image)  # a session's snapshot needs the image that it came from
        return cls._of(_runtime.get().open(chosen._native, snapshot._native), chosen, callbacks)

    @classmethod
    def load(cls, path: str | os.PathLike[str], policy: Policy | None = None, *, key: bytes | None = None,
             on_stdout: Lines | None = None, on_stderr: Lines | None = None,
             on_output: Callable[[str, bytes], object] | None = None,
             on_display: Callable[[dict[str, str]], object] | None = None, **grants: Unpack[Grants]) -> Session:
        """Goes on with what `save()` wrote. CorruptError: damaged, of another build, or not of this key."""
        chosen = _policy_of(policy, grants)
        _images.get(chosen.image)
        return cls.resume(Snapshot.load(path, key), chosen, on_stdout=on_stdout, on_stderr=on_stderr, on_output=on_output,
                          on_display=on_display)

    @property
    def policy(self) -> Policy:
        """What it may use."""
        return self._policy

    # ---- running -------------------------------------------------------------------------------------------------

    def run(self, code: str, *, stdin: str | bytes | None = None, filename: str | None = None,
            on_stdout: Lines | None = None, on_stderr: Lines | None = None,
            on_output: Callable[[str, bytes], object] | None = None,
            on_display: Callable[[dict[str, str]], object] | None = None, bind_value: bool = False) -> RunResult:
        """Runs one cell. What becomes of it is data: look at `status`, or call `raise_for_status()`.

        code        at most 16 MiB, no NUL
        stdin       what the guest reads as standard input; default: nothing
        filename    name of the source in tracebacks
        on_stdout, on_stderr    called with each line as it is written, without the end of the line
        on_output   called with "stdout" or "stderr" and the bytes as they come
        on_display  called with each bundle that the guest shows with `display(object)`
        bind_value  whether the value, unless it is None, is `_` for the cells that follow, as at Python's prompt
        The result has all of it, too. These functions are called on the thread that called `run()` and must not use the
        session; what they raise ends the run and is raised here. So is KeyboardInterrupt: Ctrl-C interrupts the guest.
        BusyError: another thread runs it. ClosedError.
        """
        callbacks = self._callbacks
        if (on_stdout, on_stderr, on_output, on_display) == callbacks == _NONE:
            return RunResult(*self._native.run(code, filename, stdin, None, None, bind_value, None))
        output = self._output((on_stdout, on_stderr, on_output, on_display))
        return self._run_to(output, code, stdin, filename, bind_value, None)

    def _output(self, callbacks: tuple[Any, ...], loop: Any = None) -> Output | None:
        # Either the run's own callbacks or, for each that it has not, the session's.
        chosen = (common if own is None else own for own, common in zip(callbacks, self._callbacks))
        return Output.of(*chosen, loop=loop, cancel=self._native.cancel)

    def _run_to(self, output: Output | None, code: str, stdin: str | bytes | None, filename: str | None, bind_value: bool,
                loop: Any) -> RunResult:
        if output is None:
            return RunResult(*self._native.run(code, filename, stdin, None, None, bind_value, loop))
        return output.complete(RunResult(*self._native.run(code, filename, stdin, output.write, output.display, bind_value, loop)))

    async def arun(self, code: str, *, stdin: str | bytes | None = None, filename: str | None = None,
                   on_stdout: Lines | None = None, on_stderr: Lines | None = None,
                   on_output: Callable[[str, bytes], object] | None = None,
                   on_display: Callable[[dict[str, str]], object] | None = None, bind_value: bool = False) -> RunResult:
        """`run()` for asyncio: the guest runs on another thread, the event loop goes on.

        `async def` tools and the callbacks run on this event loop, plain tools on the guest's thread. When the task is
        cancelled the guest is interrupted, and the cancellation goes on once it has stopped.
        """
        import asyncio
        loop = asyncio.get_running_loop()
        output = self._output((on_stdout, on_stderr, on_output, on_display), loop)
        result = await _in_thread(lambda: self._run_to(output, code, stdin, filename, bind_value, loop), self._native.cancel)
        if output is not None and output.error is not None:
            raise output.error
        return result

    def cancel(self) -> None:
        """From any thread: interrupts the run under way (KeyboardInterrupt in the guest); called again, stops it at once.
        Nothing happens when none is under way. Works on a closed session, whose last run may go on."""
        self._native.cancel()

    # ---- values --------------------------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Any:
        """A copy of a global variable. NotFoundError, which is a KeyError; ConversionError: it cannot cross."""
        try:
            return self._native.get(name)
        except InvalidArgumentError as error:
            if not name.isidentifier():
                raise
            raise ConversionError(error.message, error.hint) from None

    def __setitem__(self, name: str, value: Any) -> None:
        """Sets a global variable to a copy of `value`. ConversionError names what in it cannot cross."""
        self._native.define(name, value)

    def __delitem__(self, name: str) -> None:
        """Deletes a global variable. NotFoundError."""
        if not isinstance(name, str) or not name.isidentifier():
            raise InvalidArgumentError(f"{name!r} is no name of a variable", "use an identifier")
        result = self.run(f"del {name}")
        if result.error is not None:
            raise NotFoundError(f"name {name!r} is not defined") if result.error.type == "NameError" else GuestError(result.error.message)

    def __contains__(self, name: object) -> bool:
        """Whether there is a global variable of that name, whatever it is."""
        try:
            return isinstance(name, str) and name.isidentifier() and (self[name], True)[1]
        except NotFoundError:
            return False
        except ConversionError:
            return True

    __iter__ = None  # `for` would ask for session[0]

    def get(self, name: str, default: Any = None) -> Any:
        """A copy of a global variable, or `default` when there is none."""
        try:
            return self[name]
        except NotFoundError:
            return default

    # ---- states --------------------------------------------------------------------------------------------------

    @overload
    def fork(self) -> Session: ...

    @overload
    def fork(self, n: int) -> list[Session]: ...

    def fork(self, n: int | None = None) -> Session | list[Session]:
        """A second session in this one's state, under the same policy; both go on by themselves. With a number, a list of
        so many, which costs less than one after the other."""
        if n is not None and (not isinstance(n, int) or isinstance(n, bool) or not 0 <= n <= 1_000_000):
            raise InvalidArgumentError(f"fork({n!r}): how many must be a number from 0 to 1000000", "fork() alone gives one")
        made = [self._of(native, self._policy, self._callbacks) for native in self._native.fork(1 if n is None else n)]
        return made[0] if n is None else made

    def snapshot(self) -> Snapshot:
        """The state now."""
        return Snapshot(self._native.snapshot())

    def rollback(self, snapshot: Snapshot) -> None:
        """Back to a snapshot of this session, or of any other: memory, files and open files are what they were then."""
        if not isinstance(snapshot, Snapshot):
            raise TypeError(f"snapshot must be a belljar.Snapshot, not {type(snapshot).__name__}")
        self._native.rollback(snapshot._native)

    def save(self, path: str | os.PathLike[str], key: bytes | None = None) -> None:
        """`snapshot().save(path, key)`: the session itself stays as it is."""
        self.snapshot().save(path, key)

    def park(self) -> None:
        """Keeps the state packed, in some 50 KiB, until the next call that needs it."""
        self._native.park()

    def usage(self) -> SessionUsage:
        """What it has used, and what it holds."""
        return SessionUsage(*self._native.usage())

    # ---- files ---------------------------------------------------------------------------------------------------

    def read_file(self, path: str, max_bytes: int = 64 << 20) -> bytes:
        """A file of the guest's; paths are absolute or from /workspace. NotFoundError; ExhaustedError above `max_bytes`."""
        if not isinstance(max_bytes, int) or isinstance(max_bytes, bool) or not 0 <= max_bytes < 2**62:
            raise InvalidArgumentError(f"max_bytes={max_bytes!r} is no number of bytes", "such as 64 << 20")
        return self._native.read_file(_guest_path(path), max_bytes)

    def write_file(self, path: str, content: str | bytes) -> None:
        """Makes or replaces a file. ExhaustedError when there is no room; then nothing has changed."""
        self._native.write_file(_guest_path(path), _content(content, "content"))

    def upload(self, host_path: str | os.PathLike[str], guest_path: str) -> None:
        """Copies a file, or a folder with all that is in it, into the sandbox."""
        self._native.upload(_path(host_path, "host_path"), _guest_path(guest_path))

    def download(self, guest_path: str, host_path: str | os.PathLike[str]) -> None:
        """Copies one out, to exactly `host_path`; never writes anywhere else, whatever links the guest has made."""
        self._native.download(_guest_path(guest_path), _path(host_path, "host_path"))

    def changes(self) -> list[FileChange]:
        """What it has changed in `cow` mounts, by path."""
        return [FileChange(*change) for change in self._native.changes()]

    def diff(self) -> str:
        """The same as a unified diff."""
        return self._native.diff()

    def export_changes(self, host_folder: str | os.PathLike[str], mount: str = "") -> None:
        """Makes the changes of a `cow` mount in a folder of the host; `mount` is its path in the guest, needed when there
        are several."""
        self._native.export_changes(_path(host_folder, "host_folder"), _text(mount, "mount"))

    # ---- the end -------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Ends it. A run under way on another thread goes on to its end. Closing again does nothing."""
        self._native.close()

    @property
    def closed(self) -> bool:
        """Whether it is closed."""
        return self._native.is_closed()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a Session cannot be pickled; pickle its snapshot(), and resume that where it arrives")

    def __repr__(self) -> str:
        return f"<belljar.Session{' (closed)' if self.closed else ''}>"


_NONE = (None, None, None, None)


def _guest_path(path: str | os.PathLike[str]) -> str:
    return _text(os.fspath(path) if isinstance(path, os.PathLike) else path, "a path of the guest's")
