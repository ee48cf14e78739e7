"""sched with a fake clock, queue classes in one thread, graphlib, contextvars, threading primitives without threads."""

import contextvars
import graphlib
import queue
import sched
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed


class FakeTime:
    def __init__(self):
        self.now = 0.0

    def time(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def schedule():
    clock, log = FakeTime(), []
    scheduler = sched.scheduler(clock.time, clock.sleep)

    def note(name, again=0):
        log.append(f"{clock.now:g}:{name}")
        if again:
            scheduler.enter(10, 1, note, (name, again - 1))

    scheduler.enter(5, 2, note, ("low",))
    scheduler.enter(5, 1, note, ("high",))
    scheduler.enterabs(1, 1, note, ("first",), {"again": 2})
    cancelled = scheduler.enter(3, 1, note, ("never",))
    print([e.time for e in scheduler.queue], scheduler.empty())
    scheduler.cancel(cancelled)
    scheduler.run()
    print(log, scheduler.empty(), clock.now)


def build_order():
    sorter = graphlib.TopologicalSorter(
        {"app": {"lib", "ui"}, "ui": {"lib", "icons"}, "lib": {"core"}, "docs": {"app"}}
    )
    print(list(graphlib.TopologicalSorter({"c": ["b"], "b": ["a"]}).static_order()))
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        print("batch", ready)
        sorter.done(*ready)
    try:
        list(graphlib.TopologicalSorter({1: [2], 2: [3], 3: [1]}).static_order())
    except graphlib.CycleError as error:
        print(error.args[0], len(error.args[1]))


def queues():
    fifo, lifo, priority, simple = queue.Queue(2), queue.LifoQueue(), queue.PriorityQueue(), queue.SimpleQueue()
    for q in (lifo, priority, simple):
        for n in (3, 1, 2):
            q.put(n)
        print(type(q).__name__, [q.get() for _ in range(q.qsize())], q.empty())
    fifo.put("a")
    fifo.put("b")
    for attempt in (
        lambda: fifo.put("c", block=False),
        lambda: fifo.put("c", timeout=0.01),
        lambda: simple.get_nowait(),
        lambda: lifo.get(timeout=0.01),
    ):
        try:
            attempt()
        except (queue.Full, queue.Empty) as error:
            print(repr(error))
    fifo.shutdown()
    print(fifo.get(), fifo.full())
    try:
        fifo.put("z")
    except queue.ShutDown:
        print("shut down")


def contexts():
    user = contextvars.ContextVar("user", default="nobody")
    token = user.set("ann")
    copied = contextvars.copy_context()
    print(
        user.get(),
        token.old_value is contextvars.Token.MISSING,
        copied[user],
        copied.run(lambda: (user.set("bob"), user.get())[1]),
        user.get(),
        len(list(copied)),
    )
    user.reset(token)
    with user.set("inside"):
        print(user.get(), end=" ")
    print(user.get(), contextvars.Context().run(user.get))


def primitives():
    lock, recursive, event, semaphore = threading.Lock(), threading.RLock(), threading.Event(), threading.Semaphore(2)
    with lock:
        print(lock.locked(), lock.acquire(blocking=False), lock.acquire(timeout=0.01))
    with recursive, recursive:
        print("re-entered")
    print(
        event.wait(0.01),
        event.set(),
        event.wait(),
        [semaphore.acquire(blocking=False) for _ in range(3)],
        threading.current_thread().name,
        threading.active_count(),
        threading.main_thread() is threading.current_thread(),
    )
    local = threading.local()
    local.x = 1
    print(vars(local), hasattr(local, "y"))
    try:
        lock.release()
    except RuntimeError as error:
        print(error)
    with ThreadPoolExecutor(1) as pool:
        print(
            list(pool.map(pow, [2, 3], [3, 2])),
            pool.submit(lambda: 1 / 1).result(),
            sorted(f.result() for f in as_completed([pool.submit(len, "ab"), pool.submit(len, "c")])),
        )
        failed = pool.submit(int, "x")
        print(type(failed.exception()).__name__, failed.done())


def main():
    for part in (schedule, build_order, queues, contexts, primitives):
        print(f"-- {part.__name__}")
        part()


if __name__ == "__main__":
    main()
