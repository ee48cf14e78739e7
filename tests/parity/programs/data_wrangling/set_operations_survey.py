"""Compare survey groups with sets: overlaps, Jaccard similarity, and who is in exactly one group."""

from itertools import combinations

GROUPS = {
    "python": {"ann", "bob", "cy", "dee", "eli", "fay"},
    "rust": {"bob", "dee", "gus", "hal"},
    "go": {"ann", "dee", "hal", "ida", "jo"},
    "none": set(),
}


def jaccard(a: set, b: set) -> float:
    return len(a & b) / len(a | b) if a | b else 1.0


def membership(groups: dict[str, set[str]]) -> dict[frozenset[str], list[str]]:
    """Every region of the Venn diagram with its people."""
    regions: dict[frozenset[str], list[str]] = {}
    for person in sorted(set().union(*groups.values())):
        region = frozenset(name for name, people in groups.items() if person in people)
        regions.setdefault(region, []).append(person)
    return regions


def main():
    for (a, left), (b, right) in combinations(GROUPS.items(), 2):
        print(f"{a:>6} & {b:<6} {jaccard(left, right):.3f} {sorted(left & right)}")
    for region, people in sorted(membership(GROUPS).items(), key=lambda kv: (len(kv[0]), sorted(kv[0]))):
        print(f"{'+'.join(sorted(region)):<16} {people}")
    python, rust = GROUPS["python"], GROUPS["rust"]
    print("only python:", sorted(python - rust), "either:", sorted(python ^ rust))
    print("subset:", {"bob"} < rust, rust <= rust, rust < rust, python.isdisjoint({"zed"}))
    frozen = {frozenset({1, 2}): "pair", frozenset(): "empty"}
    print(frozen[frozenset([2, 1, 2])], frozen[frozenset()])
    python -= {"ann", "nobody"}
    python.discard("bob")
    try:
        python.remove("bob")
    except KeyError as error:
        print("KeyError:", error)
    print(sorted(python))


if __name__ == "__main__":
    main()
