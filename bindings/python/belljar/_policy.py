"""What a sandbox may use."""

from __future__ import annotations

import os
import threading
import weakref

from . import _native, _tools
from ._errors import InvalidArgumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypedDict

    from ._session import Snapshot

    Size = int | str
    Seconds = int | float | str
    HttpHandler = Callable[["HttpRequest"], "HttpResponse | str | bytes"]

    class Grants(TypedDict, total=False):
        """The arguments of Policy, for `run()` and `Session()`."""

        memory: Size | None
        cpu: Seconds | None
        wall: Seconds | None
        grace: Seconds | None
        output: Size | None
        value: Size | None
        files: Size | None
        file_entries: int | None
        tool_calls: int | None
        tool_bytes: Size | None
        tools: _tools.Tools | None
        mounts: Iterable[str] | None
        allow_net: Iterable[str] | None
        secrets: Mapping[str, Secret] | None
        net: Mapping[str, Size | Seconds] | None
        http: HttpHandler | None
        proxy: str | None
        ca_file: str | os.PathLike[str] | None
        env: Mapping[str, str] | None
        args: Iterable[str] | None
        workspace: Mapping[str, str | bytes] | None
        modules: Iterable[str] | None
        image: str | os.PathLike[str] | Snapshot | None
        audit: str | os.PathLike[str] | AuditLog | None
        checkpoints: bool


class Secret:
    """A value that the guest may use and never sees: it has "secret://NAME" in its place.

    value    at least 8 bytes, no control characters
    hosts    where the host puts the value into requests: "api.example.com" or "api.example.com:8443"
    headers  the request headers it may stand in; default: any
    """

    def __init__(self, value: str, hosts: Sequence[str], headers: Sequence[str] = ()) -> None:
        self.value = value
        self.hosts = [hosts] if isinstance(hosts, str) else list(hosts)
        self.headers = [headers] if isinstance(headers, str) else list(headers)

    def __repr__(self) -> str:
        return f"Secret(..., hosts={self.hosts!r})"


class HttpRequest:
    """A request of the guest's, for `Policy(http=...)`: `method`, `url`, `headers` as (name, value) pairs, `body`."""

    __slots__ = ("method", "url", "headers", "body")

    def __init__(self, method: str, url: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.method, self.url, self.headers, self.body = method, url, headers, body

    def __repr__(self) -> str:
        return f"HttpRequest({self.method} {self.url})"


class HttpResponse:
    """An answer to an `HttpRequest`. `body` may be str."""

    __slots__ = ("body", "status", "headers")

    def __init__(self, body: bytes | str = b"", status: int = 200,
                 headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self.body = _content(body, "the body of an HttpResponse")
        self.status = status
        self.headers = list(headers.items() if hasattr(headers, "items") else headers)


class AuditLog:
    """A log of what is run and used, as JSON lines that show when somebody has changed them (docs/formats/audit.md).

    One for any number of sessions: `Policy(audit=log)`. `required`: what cannot be logged does not happen (IoError);
    else events that were lost are counted.
    """

    def __init__(self, path: str | os.PathLike[str], *, required: bool = True) -> None:
        self.required = required
        self._native = _native.AuditLog.open(_path(path, "the audit log"), required)

    @property
    def lost(self) -> int:
        """Events that could not be written."""
        return self._native.lost()

    @staticmethod
    def verify(path: str | os.PathLike[str]) -> tuple[int, int, int, str]:
        """Reads the whole log: events, events lost, lines torn by a crash, the last event's hash. CorruptError names the
        first line that is not what was written."""
        return _native.verify_audit_log(os.fspath(path))


class _OpenLogs:
    """A file can be open once: sessions that name the same one share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._logs: weakref.WeakValueDictionary[str, AuditLog] = weakref.WeakValueDictionary()

    def get(self, path: str | os.PathLike[str], required: bool) -> AuditLog:
        real = os.path.realpath(os.fsdecode(_path(path, "audit")))
        with self._lock:
            log = self._logs.get(real)
            if log is None:
                log = self._logs[real] = AuditLog(path, required=required)
            if log.required != required:
                raise InvalidArgumentError(f"the audit log {real} is open with required={log.required}", "use that AuditLog itself")
            return log


_logs = _OpenLogs()


def _after_fork() -> None:
    global _logs
    _logs = _OpenLogs()  # those that are open are the parent's


os.register_at_fork(after_in_child=_after_fork)


class Policy:
    """What a sandbox may use. Everything is denied or limited by default; each argument grants or changes one thing.

    The same arguments can be given to `belljar.run()` and `belljar.Session()`. A Policy is for opening many sandboxes
    alike: what is checked and prepared is so once. It does not change, and threads may share it.

    Limits. Sizes are bytes or text such as "256M"; times are seconds or text such as "500ms".
      memory       whole linear memory, Python's own 20 MiB included ("256M"); beyond it MemoryError
      cpu, wall    per run (10, 30); at the limit KeyboardInterrupt in the guest, and `grace` (0.2) later a hard stop
      output       bytes kept of stdout and of stderr, each ("1M"); `value`: of values and displays ("1M")
      files, file_entries   the in-memory files ("64M", 10 000)
      tool_calls, tool_bytes   in one run (10 000), and of one call's arguments or result ("1M")

    Grants
      tools        {"price": price} or [price]: functions that the guest may call (belljar.Tool says more)
      mounts       ["data:/data", "out:/out:rw", "repo:/repo:cow"]: folders or files of the host; read-only unless told
      allow_net    ["GET https://api.example.com/v1/"]: what may be requested; nothing else is
      secrets      {"API_KEY": belljar.Secret("...", hosts=["api.example.com"])}
      net          limits of the network, {"requests": 10, "response_bytes": "1M"}: names as in NetworkLimits
                   (include/belljar/grants.h)
      http         a function from HttpRequest to HttpResponse that answers in place of the network, on threads of belljar's.
                   Without allow_net it is asked for every URL
      proxy, ca_file   for the network
      env          environment variables of the guest; nothing of the host's is there
      args         sys.argv
      workspace    {"name.csv": "text or bytes"}: files put into /workspace, the working directory
      modules      the top-level modules that the guest's code may import; default: all. A guard rail, not a wall
      image        an image of `belljar image build`, or a snapshot's file, to begin with; or a Snapshot
      audit        path of a log of all that is run and used, or an AuditLog
      checkpoints  False: a hard stop returns to the beginning instead of the state before the cell, some microseconds less

    InvalidArgumentError or TypeError names the argument that makes no sense.
    """

    def __init__(self, *, memory: Size | None = None, cpu: Seconds | None = None, wall: Seconds | None = None,
                 grace: Seconds | None = None, output: Size | None = None, value: Size | None = None,
                 files: Size | None = None, file_entries: int | None = None, tool_calls: int | None = None,
                 tool_bytes: Size | None = None, tools: _tools.Tools | None = None, mounts: Iterable[str] | None = None,
                 allow_net: Iterable[str] | None = None, secrets: Mapping[str, Secret] | None = None,
                 net: Mapping[str, Size | Seconds] | None = None, http: HttpHandler | None = None, proxy: str | None = None,
                 ca_file: str | os.PathLike[str] | None = None, env: Mapping[str, str] | None = None,
                 args: Iterable[str] | None = None, workspace: Mapping[str, str | bytes] | None = None,
                 modules: Iterable[str] | None = None, image: str | os.PathLike[str] | Snapshot | None = None,
                 audit: str | os.PathLike[str] | AuditLog | None = None, checkpoints: bool = True) -> None:
        self._native = _native.Policy()
        self._kept: list[object] = []  # what the native one looks up only
        self._set(memory=memory, cpu=cpu, wall=wall, grace=grace, output=output, value=value, files=files,
                  file_entries=file_entries, tool_calls=tool_calls, tool_bytes=tool_bytes)
        self.image = image
        self._audit: AuditLog | None = None
        native = self._native
        if not isinstance(checkpoints, bool):
            raise TypeError(f"checkpoints must be True or False, not {type(checkpoints).__name__}")
        native.set_checkpoints(checkpoints)
        if args is not None:
            native.set_arguments(_texts(args, "args"))
        if env is not None:
            native.add_environment(_pairs(env, "env"))
        if workspace is not None:
            for name, content in _items(workspace, "workspace"):
                native.add_file(_text(name, "workspace"), _content(content, f"workspace[{name!r}]"))
        if modules is not None:
            native.set_modules(_texts(modules, "modules"))
        if tools is not None:
            for given, tool in _tools.named(tools):
                self._add_tool(tool, given)
        if mounts is not None:
            for mount in _texts(mounts, "mounts"):
                self._add_mount(mount)
        self._set_network(allow_net, secrets, net, http, proxy, ca_file)
        if audit is not None:
            self._set_audit(audit if isinstance(audit, AuditLog) else _logs.get(audit, True))

    def _add_mount(self, text: str) -> None:
        host, guest, mode = _mount(text)
        self._native.add_mount(os.fsencode(host), guest, mode)

    def _add_tool(self, tool: _tools.Tool, name: object = None) -> None:
        prepared = _tools.Prepared(tool, name)
        self._kept.append(prepared)
        self._native.add_tool(prepared)

    def _set(self, **limits: Size | Seconds | None) -> None:
        for name, value in limits.items():
            if value is not None:
                self._native.set_limit(name, _limit(_native.limit_kind(name) or "", name, value))

    def _set_network(self, allow_net: Iterable[str] | None, secrets: Mapping[str, Secret] | None,
                     net: Mapping[str, Size | Seconds] | None, http: HttpHandler | None, proxy: str | None,
                     ca_file: str | os.PathLike[str] | None) -> None:
        native = self._native
        if allow_net is not None:
            native.allow_net(_texts(allow_net, "allow_net"))
        for name, secret in _items(secrets or {}, "secrets"):
            if not isinstance(secret, Secret):
                raise InvalidArgumentError(f"secrets[{name!r}] must be a belljar.Secret, not {type(secret).__name__}",
                                           "it says which hosts the value is for")
            native.add_secret(_text(name, "secrets"), _text(secret.value, f"secrets[{name!r}]"), secret.hosts, secret.headers)
        for name, value in _items(net or {}, "net"):
            kind = _native.network_limit_kind(_text(name, "net"))
            if kind is None:
                raise InvalidArgumentError(f"net has no limit {name!r}", "see NetworkLimits in include/belljar/grants.h")
            native.set_network_limit(name, _limit(kind, f"net[{name!r}]", value))
        if proxy is not None:
            native.set_proxy(_text(proxy, "proxy"))
        if ca_file is not None:
            native.set_ca_file(_text(os.fspath(ca_file), "ca_file"))
        if http is not None:
            if not callable(http):
                raise InvalidArgumentError(f"http must be a function, not {type(http).__name__}", "it gets a belljar.HttpRequest")
            if _tools.is_coroutine_function(http):
                raise InvalidArgumentError("http must be a plain function", "it is called on threads: block, or use asyncio.run()")
            caller = _http_caller(http)
            self._kept.append(caller)
            native.set_http(caller)

    def _set_audit(self, log: AuditLog) -> None:
        self._audit = log
        self._native.set_audit(log._native)

    @classmethod
    def parse(cls, toml: str, *, directory: str | os.PathLike[str] = "",
              read_secret: Callable[[str], str] | None = None) -> Policy:
        """From the text of a policy file (docs/formats/policy.md). Paths in it are relative to `directory`.

        `read_secret` gives a secret's value for its source, "env:NAME" or "file:PATH"; without it these are read from
        the environment and from files.
        """
        policy = cls()
        native, image, audit, required = _native.parse_policy(_text(toml, "toml"), os.fspath(directory), read_secret or _read_secret)
        policy._native = native
        policy.image = image or None
        if audit:
            policy._set_audit(_logs.get(audit, required))
        return policy

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Policy:
        """From a policy file. Paths in it are relative to its folder."""
        with open(path, encoding="utf-8") as file:
            return cls.parse(file.read(), directory=os.path.join(os.path.dirname(os.fspath(path)), ""))

    def explain(self) -> str:
        """What it allows, in some lines for a person. No secret's value."""
        return self._native.explain()

    def explain_to_model(self) -> str:
        """The same for a language model that writes code to be run under it, ready to be put into its instructions."""
        return self._native.explain_to_model()

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a Policy cannot be pickled: tools and open files stay in their process; make it there again")


def _limit(kind: str, name: str, value: Size | Seconds) -> int:
    """A limit as the core counts it: bytes, a number, or nanoseconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or (kind != "time" and isinstance(value, float)):
        raise TypeError(f"{name} must be {_WORDS[kind]}, not {type(value).__name__}")
    if isinstance(value, str):
        parsed = None if kind == "count" else _native.parse_size(value) if kind == "bytes" else _native.parse_duration_ns(value)
        if parsed is None:
            raise InvalidArgumentError(f"{name}={value!r} is no {_NAMES[kind]}", f"use {_WORDS[kind]}")
        return parsed
    if not 0 <= value < (4e8 if kind == "time" else 2**62):  # ten years
        raise InvalidArgumentError(f"{name}={value!r} is out of range", f"use {_WORDS[kind]}")
    return int(value * 1_000_000_000) if kind == "time" else int(value)


_NAMES = {"bytes": "size", "count": "number", "time": "duration"}
_WORDS = {"bytes": 'bytes, or text such as "256M"', "count": "a whole number", "time": 'seconds, or text such as "500ms"'}


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be str, not {type(value).__name__}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError(f"{name} has lone surrogates", "use text that UTF-8 can hold") from None
    return value


def _path(path: object, name: str) -> bytes:
    """A path of the host's."""
    try:
        return os.fsencode(path)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} must be a path, not {type(path).__name__}") from None


def _texts(values: Iterable[str], name: str) -> list[str]:
    if isinstance(values, (str, bytes)):
        raise TypeError(f"{name} must be a list of str, not one {type(values).__name__}: write [{values!r}]")
    if isinstance(values, dict) or not hasattr(values, "__iter__"):
        raise TypeError(f"{name} must be a list of str, not {type(values).__name__}")
    return [_text(os.fspath(value) if isinstance(value, os.PathLike) else value, f"{name}[{i}]") for i, value in enumerate(values)]


def _items(mapping: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    if not hasattr(mapping, "items"):
        raise TypeError(f"{name} must be a dict, not {type(mapping).__name__}")
    return list(mapping.items())


def _pairs(mapping: Mapping[str, str], name: str) -> list[tuple[str, str]]:
    return [(_text(key, name), _text(value, f"{name}[{key!r}]")) for key, value in _items(mapping, name)]


def _content(value: object, name: str) -> bytes:
    if isinstance(value, str):
        return _text(value, name).encode()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise TypeError(f"{name} must be str or bytes, not {type(value).__name__}")


def _mount(text: str) -> tuple[str, str, str]:
    host, mode = text, "ro"
    for suffix in ("ro", "rw", "cow"):
        if text.endswith(":" + suffix):
            host, mode = text[:-len(suffix) - 1], suffix
            break
    # The guest's path follows the last ":/": the host's may have colons.
    host, colon, guest = host.rpartition(":/")
    if not colon or not host or ":" in guest:
        raise InvalidArgumentError(f"the mount {text!r} is no HOST:GUEST[:ro|rw|cow]",
                                   'write "data:/data", or "data:/data:rw" to let it be changed')
    return host, "/" + guest, mode


def _http_caller(function: HttpHandler) -> Callable[..., tuple[int, list[tuple[str, str]], bytes]]:
    def call(method: str, url: str, headers: list[tuple[str, str]], body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        answer = function(HttpRequest(method, url, headers, body))
        if isinstance(answer, (str, bytes)):
            answer = HttpResponse(answer)
        if not isinstance(answer, HttpResponse):
            raise TypeError(f"the http function must return a belljar.HttpResponse, str or bytes, not {type(answer).__name__}")
        headers = [(_text(name, "a header's name"), _text(value, "a header's value")) for name, value in answer.headers]
        if not isinstance(answer.status, int) or not 100 <= answer.status <= 599:
            raise ValueError(f"the status of an HttpResponse must be a number from 100 to 599, not {answer.status!r}")
        return answer.status, headers, _content(answer.body, "the body of an HttpResponse")
    return call


def _read_secret(source: str) -> str:
    kind, _, rest = source.partition(":")
    if kind == "env" and rest in os.environ:
        return os.environ[rest]
    if kind == "env":
        raise InvalidArgumentError(f"the environment has no variable {rest}", f"set it: export {rest}=...")
    if kind == "file":
        with open(rest, encoding="utf-8") as file:
            return file.read().removesuffix("\n")
    raise InvalidArgumentError(f"{source!r} is no source of a secret", "write env:NAME or file:PATH")
