"""One escape, tried on one peer: was the host reached?"""

from __future__ import annotations

import secrets
import socket
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from probes import ESCAPES, TAKES_MEMORY
from runner import Answer, ask

SECONDS, MEMORY_MIB = 1, 128  # the limits that a peer is told, where it has some
MEMORY_SECONDS = 4  # what takes memory gets time to take it
TIMEOUT = 20.0  # seconds since the start of a run that was to take one: then it counts as hung
HOST_MIB = 768  # growth of the host's processes that counts as no limit: six times the limit
VARIABLE = "BELLJAR_PEERS_SECRET"


@dataclass(frozen=True)
class Verdict:
    """`verdict` is "contained", "host reached", "host memory taken", "hung" or "host killed"; `detail` how it ended,
    and `seconds` after how long."""

    verdict: str
    detail: str
    seconds: float


class Listener:
    """A port on the loopback that knows whether somebody came."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.visited = False
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except OSError:
            return  # closed: nobody came
        self.visited = True
        connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()


def attempt(command: list[str], name: str) -> Verdict:
    """Tries the escape of this name in a process of its own."""
    in_file, in_environment = secrets.token_hex(16), secrets.token_hex(16)
    listener = Listener()
    with tempfile.TemporaryDirectory(prefix="belljar-peers-host-") as folder:
        Path(folder, "secret").write_text(in_file, encoding="utf-8")
        program = ESCAPES[name]
        for word, value in {"@FILE@": f"{folder}/secret", "@FOLDER@": folder, "@PORT@": str(listener.port),
                            "@VARIABLE@": VARIABLE}.items():
            program = program.replace(word, value)
        seconds = MEMORY_SECONDS if name in TAKES_MEMORY else SECONDS
        answer = ask(command, ["run", "--seconds", str(seconds), "--memory", str(MEMORY_MIB)], program, TIMEOUT,
                     HOST_MIB, {VARIABLE: in_environment})
        listener.close()
        seen = answer.text.decode("utf-8", "replace") + (str(answer.result) if answer.result else "")
        reached = [what for what, is_so in {
            "file read": in_file in seen, "environment read": in_environment in seen,
            "file written": Path(folder, "marker").exists(), "socket connected": listener.visited}.items() if is_so]
    return judge(answer, reached)


def judge(answer: Answer, reached: list[str]) -> Verdict:
    if reached:
        return Verdict("host reached", ", ".join(reached), answer.seconds)
    if answer.ended_by == "memory":
        return Verdict("host memory taken", f"more than {HOST_MIB} MiB", answer.seconds)
    if answer.ended_by == "time":
        return Verdict("hung", f"not ended after {TIMEOUT:g} s", answer.seconds)
    if answer.result is None:
        return Verdict("host killed", answer.ended_by, answer.seconds)
    last = (answer.result["error"].strip().split("\n") or [""])[-1][:160]
    status = answer.result["status"]
    return Verdict("contained", f"{status}: {last}" if last else status, answer.seconds)
