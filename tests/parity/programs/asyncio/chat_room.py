"""A chat room in memory: clients as tasks, broadcast through queues, a moderator, and orderly shutdown."""

import asyncio
from dataclasses import dataclass, field

QUIT = None


@dataclass
class Client:
    name: str
    script: list[str | None]
    inbox: asyncio.Queue = field(default_factory=asyncio.Queue)
    heard: list[str] = field(default_factory=list)


class Room:
    BANNED = {"spam"}

    def __init__(self):
        self.clients: dict[str, Client] = {}
        self.transcript: list[str] = []

    async def broadcast(self, sender: str, text: str):
        self.transcript.append(f"{sender}: {text}")
        for name, client in self.clients.items():
            if name != sender:
                await client.inbox.put(f"{sender}: {text}")

    async def join(self, client: Client):
        self.clients[client.name] = client
        await self.broadcast("*", f"{client.name} joined")

    async def leave(self, client: Client, reason: str):
        del self.clients[client.name]
        await self.broadcast("*", f"{client.name} left ({reason})")
        await client.inbox.put(QUIT)

    async def talk(self, client: Client):
        await self.join(client)
        for line in client.script:
            await asyncio.sleep(0)
            match line.split() if line else QUIT:
                case None:
                    await self.leave(client, "quit")
                    return
                case ["/me", *rest]:
                    await self.broadcast("*", f"{client.name} {' '.join(rest)}")
                case ["/to", target, *rest] if target in self.clients:
                    await self.clients[target].inbox.put(f"[{client.name}] {' '.join(rest)}")
                case ["/to", target, *_]:
                    await client.inbox.put(f"! nobody is called {target}")
                case words if self.BANNED & set(words):
                    await self.leave(client, "kicked")
                    return
                case _:
                    await self.broadcast(client.name, line)
        await self.leave(client, "end")


async def listen(client: Client):
    while (message := await client.inbox.get()) is not QUIT:
        client.heard.append(message)


async def main():
    room = Room()
    clients = [
        Client("ann", ["hi all", "/me waves", "/to bob psst", QUIT]),
        Client("bob", ["hello", "/to zed hey", "bye"]),
        Client("cat", ["buy spam now", "never said"]),
    ]
    async with asyncio.TaskGroup() as group:
        for client in clients:
            group.create_task(listen(client))
            group.create_task(room.talk(client))
    print("\n".join(room.transcript))
    for client in clients:
        print(client.name, "heard", client.heard)
    print("left in the room:", list(room.clients))


if __name__ == "__main__":
    asyncio.run(main())
