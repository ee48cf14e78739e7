"""Full CPython inside the jar. Run it with `make run`, or with `belljar run examples/quickstart.py`."""

import asyncio, json, re, socket, sqlite3, sys
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass
class Bell:
    name: str
    hertz: float

    async def ring(self):
        await asyncio.sleep(0.1)
        return f"{self.name} ({self.hertz:g} Hz)"


async def ring_all(bells):
    print("  asyncio: ", ", ".join(await asyncio.gather(*[bell.ring() for bell in bells])), "at the same time")


def attempt(what, action):
    try:
        action()
        print(f"  {what + ':':9} it worked!")
    except Exception as error:
        print(f"  {what + ':':9} {type(error).__name__}: {error}")

print(f"CPython {sys.version.split()[0]} on {sys.platform}, in the jar.\n\nThe usual things work:")
asyncio.run(ring_all(bells := [Bell("Emmanuel", 185.0), Bell("Big Ben", 329.6)]))
database = sqlite3.connect(":memory:")
database.execute("create table bells (name, hertz)")
database.executemany("insert into bells values (:name, :hertz)", map(asdict, bells))
print("  sqlite3: ", database.execute("select count(*), avg(hertz) from bells").fetchone())
print("  re, json:", json.dumps(re.findall(r"\w+", "untrusted code, kept under glass")))
print("  files:   ", (note := Path("/workspace/note.txt")).write_text("ding"), "bytes written,", note.read_text(), "read")
attempt("errors", lambda: bells[7])
print("\nYour machine stays outside:")
attempt("open /etc/passwd", lambda: open("/etc/passwd"))
attempt("open a socket", lambda: socket.create_connection(("example.com", 80), timeout=3))
