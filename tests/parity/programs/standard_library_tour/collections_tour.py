"""deque, Counter, defaultdict, OrderedDict, ChainMap, namedtuple, heapq and bisect at work."""

import bisect
import heapq
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple


class LastUpdated(OrderedDict):
    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        self.move_to_end(key)


def grade(score, limits=(60, 70, 80, 90), letters="FDCBA"):
    return letters[bisect.bisect(limits, score)]


def running_median(stream):
    low, high = [], []
    for value in stream:
        heapq.heappush(high, -heapq.heappushpop(low, -value))
        if len(high) > len(low):
            heapq.heappush(low, -heapq.heappop(high))
        yield -low[0] if len(low) > len(high) else (high[0] - low[0]) / 2


def main():
    d = deque([1, 2, 3], maxlen=4)
    d.append(4)
    d.append(5)
    d.appendleft(0)
    d.rotate(1)
    print(
        d,
        d.popleft(),
        d.pop(),
        d.index(2),
        list(reversed(d)),
        d.maxlen,
        deque("abc") + deque("d"),
        deque("aba").count("a"),
    )
    words = Counter("the cat and the hat and the bat".split())
    print(words.most_common(2), words["dog"], words.total(), sorted(words.elements())[:3])
    a, b = Counter(x=3, y=1), Counter(x=1, y=2, z=-1)
    print(a + b, a - b, a & b, a | b, +b, -b, a <= Counter(x=5, y=5), a == Counter(y=1, x=3, q=0))
    a.subtract(b)
    a.update("xxq")
    print(a, {k: v for k, v in sorted(a.items())})
    tree = lambda: defaultdict(tree)
    root = tree()
    root["a"]["b"]["c"] = 1
    print(dict(root["a"]["b"]), root.default_factory is tree, "zzz" in root, dict(defaultdict(int, k=1)))
    order = LastUpdated(a=1, b=2, c=3)
    order["a"] = 9
    print(
        order,
        order.popitem(last=False),
        OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1),
        OrderedDict(a=1, b=2) == {"b": 2, "a": 1},
    )
    settings = ChainMap({"colour": "red"}, {"colour": "blue", "size": 3}, {"debug": False})
    child = settings.new_child({"size": 5})
    child["new"] = 1
    print(
        child["colour"],
        child["size"],
        dict(sorted(child.items())),
        child.parents["size"],
        settings.maps[0],
        list(ChainMap({"a": 1}, {"b": 2})),
    )
    Point = namedtuple("Point", "x y z", defaults=[0])
    p = Point(1, y=2)
    print(
        p,
        p._asdict(),
        p._replace(x=10),
        Point._make(range(3)),
        Point._fields,
        Point._field_defaults,
        p + (4,),
        p[1:],
        p == (1, 2, 0),
    )
    print(namedtuple("Bad", "class def ok ok", rename=True)._fields, [grade(s) for s in (33, 60, 77, 89, 90, 100)])
    heap = [5, 1, 8, 3]
    heapq.heapify(heap)
    print(
        heap,
        heapq.heappushpop(heap, 0),
        heapq.heapreplace(heap, 10),
        heapq.nlargest(2, heap),
        heapq.nsmallest(2, ["bb", "a", "ccc"], key=len),
        list(heapq.merge([1, 5], [2, 4], [3])),
    )
    top = [4, 9, 2]
    heapq.heapify_max(top)
    print(heapq.heappop_max(top), list(running_median([5, 15, 1, 3, 8])))
    data = []
    for n in (5, 1, 4, 2, 3):
        bisect.insort(data, n, key=lambda v: -v)
    print(data, bisect.bisect_left([1, 3, 3, 5], 3), bisect.bisect_right([1, 3, 3, 5], 3), bisect.bisect([], 1))
    for attempt in (
        lambda: deque().pop(),
        lambda: namedtuple("X", "a a"),
        lambda: Point(1),
        lambda: OrderedDict().popitem(),
        lambda: ChainMap({})["q"],
        lambda: heapq.heappop([]),
        lambda: setattr(p, "x", 3),
        lambda: [d.append(0) for _ in d],
        lambda: deque(maxlen=-1),
    ):
        try:
            attempt()
        except (LookupError, ValueError, TypeError, AttributeError, RuntimeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
