"""A Markov decision process: two fighters with hit points, potions and dice. All states that can be reached are found,
cut into strongly connected components, and each component's chances of winning are iterated until they stand still."""

from collections import defaultdict, namedtuple

LOOPS = 3
CHECKSUM = "984 0.5708"

Fighter = namedtuple("Fighter", "health potions guard")
State = namedtuple("State", "us them ours")  # ours: whether it is our turn

HEALTH, POTIONS, SIP = 6, 1, 3
# (damage, weight) per kind of blow
BLOWS = {"jab": [(0, 1), (1, 4), (2, 1)], "swing": [(0, 4), (3, 3), (4, 1)]}


def struck(fighter, damage):
    if fighter.guard:
        damage //= 2
    return Fighter(max(0, fighter.health - damage), fighter.potions, False)


def moves(state):
    """name -> {next state: probability}, for whoever's turn it is."""
    me, other = (state.us, state.them) if state.ours else (state.them, state.us)
    result = {}

    def add(name, chances):
        outcome = defaultdict(float)
        for (mine, theirs), weight in chances:
            us, them = (mine, theirs) if state.ours else (theirs, mine)
            outcome[State(us, them, not state.ours)] += weight
        result[name] = dict(outcome)

    open_me = me._replace(guard=False)
    for name, table in BLOWS.items():
        whole = sum(weight for _, weight in table)
        add(name, [((open_me, struck(other, damage)), weight / whole) for damage, weight in table])
    add("guard", [((me._replace(guard=True), other), 1.0)])
    if me.potions:
        healed = Fighter(min(HEALTH, me.health + SIP), me.potions - 1, False)
        add("drink", [((healed, other), 1.0)])
    return result


def reachable(start):
    graph = {}
    todo = [start]
    while todo:
        state = todo.pop()
        if state in graph:
            continue
        if state.us.health and state.them.health:
            graph[state] = moves(state)
            todo.extend(after for outcome in graph[state].values() for after in outcome)
        else:
            graph[state] = {}
    return graph


def components(graph):
    """Tarjan's algorithm without recursion: strongly connected components, successors first."""
    number, low, on_stack, stack = {}, {}, set(), []
    for root in graph:
        if root in number:
            continue
        work = [(root, None)]
        while work:
            state, rest = work.pop()
            if rest is None:
                number[state] = low[state] = len(number)
                stack.append(state)
                on_stack.add(state)
                rest = iter([after for outcome in graph[state].values() for after in outcome])
            for after in rest:
                if after not in number:
                    work.append((state, rest))
                    work.append((after, None))
                    break
                if after in on_stack:
                    low[state] = min(low[state], number[after])
            else:
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[state])
                if low[state] == number[state]:
                    component = []
                    while not component or component[-1] != state:
                        component.append(stack.pop())
                        on_stack.discard(component[-1])
                    yield component


def solve(graph, tolerance=1e-6):
    """Our chance of winning from every state, both sides playing well."""
    value = {}
    for component in components(graph):
        for state in component:
            value[state] = 0.5 if graph[state] else float(state.us.health > 0)
        change = 1.0
        while change > tolerance:
            change = 0.0
            for state in component:
                if not graph[state]:
                    continue
                best = max if state.ours else min
                new = best(sum(value[after] * chance for after, chance in outcome.items())
                           for outcome in graph[state].values())
                change = max(change, abs(new - value[state]))
                value[state] = new
    return value


def run(n):
    fresh = Fighter(HEALTH, POTIONS, False)
    start = State(fresh, fresh, True)
    for _ in range(n):
        graph = reachable(start)
        value = solve(graph)
    return f"{len(graph)} {value[start]:.4f}"
