"""Topological order of tasks: Kahn's algorithm, depth first, and the cycle when there is one."""

from collections import defaultdict, deque

TASKS = {
    "deploy": ["test", "package", "approve"],
    "package": ["compile", "docs"],
    "test": ["compile"],
    "compile": ["fetch", "configure"],
    "configure": ["fetch"],
    "docs": ["fetch"],
    "approve": [],
    "fetch": [],
}


class CycleError(Exception):
    def __init__(self, cycle):
        super().__init__(" -> ".join(cycle))
        self.cycle = cycle


def kahn(graph):
    waiting = {task: len(needs) for task, needs in graph.items()}
    users = defaultdict(list)
    for task, needs in graph.items():
        for need in needs:
            users[need].append(task)
    ready = deque(sorted(task for task, number in waiting.items() if number == 0))
    order = []
    while ready:
        task = ready.popleft()
        order.append(task)
        for user in sorted(users[task]):
            waiting[user] -= 1
            if waiting[user] == 0:
                ready.append(user)
    if len(order) < len(graph):
        raise ValueError(f"{len(graph) - len(order)} tasks are part of or behind a cycle")
    return order


def depth_first(graph):
    white, grey, black = range(3)
    colour = dict.fromkeys(graph, white)
    order, path = [], []

    def visit(task):
        if colour[task] == grey:
            raise CycleError(path[path.index(task):] + [task])
        if colour[task] == white:
            colour[task] = grey
            path.append(task)
            for need in graph[task]:
                visit(need)
            path.pop()
            colour[task] = black
            order.append(task)

    for task in graph:
        visit(task)
    return order


def batches(graph):
    done = set()
    while len(done) < len(graph):
        batch = sorted(t for t, needs in graph.items() if t not in done and done.issuperset(needs))
        yield batch
        done.update(batch)


def main():
    print("Kahn:       ", kahn(TASKS))
    print("depth first:", depth_first(TASKS))
    for number, batch in enumerate(batches(TASKS), 1):
        print(f"batch {number}: {', '.join(batch)}")
    broken = TASKS | {"fetch": ["docs"]}
    for algorithm in (kahn, depth_first):
        try:
            algorithm(broken)
        except (ValueError, CycleError) as error:
            print(f"{algorithm.__name__}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
