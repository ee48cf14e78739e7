"""Kruskal with a disjoint-set forest and Prim with a heap: the same total."""

import heapq


class DisjointSet:
    def __init__(self, items):
        self.parent = {item: item for item in items}
        self.rank = dict.fromkeys(self.parent, 0)

    def find(self, item):
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def union(self, a, b) -> bool:
        a, b = self.find(a), self.find(b)
        if a == b:
            return False
        if self.rank[a] < self.rank[b]:
            a, b = b, a
        self.parent[b] = a
        self.rank[a] += self.rank[a] == self.rank[b]
        return True

    def __len__(self):
        return len({self.find(item) for item in self.parent})


def kruskal(nodes, edges):
    forest = DisjointSet(nodes)
    tree = [(w, a, b) for w, a, b in sorted(edges) if forest.union(a, b)]
    return tree, len(forest)


def prim(nodes, edges):
    neighbours = {node: [] for node in nodes}
    for weight, a, b in edges:
        neighbours[a].append((weight, a, b))
        neighbours[b].append((weight, b, a))
    seen, tree = {nodes[0]}, []
    heap = neighbours[nodes[0]][:]
    heapq.heapify(heap)
    while heap and len(seen) < len(nodes):
        weight, a, b = heapq.heappop(heap)
        if b not in seen:
            seen.add(b)
            tree.append((weight, a, b))
            for edge in neighbours[b]:
                heapq.heappush(heap, edge)
    return tree


def main():
    nodes = list("ABCDEFGHI")
    edges = [(4, "A", "B"), (8, "A", "H"), (8, "B", "C"), (11, "B", "H"), (7, "C", "D"), (2, "C", "I"),
             (4, "C", "F"), (9, "D", "E"), (14, "D", "F"), (10, "E", "F"), (2, "F", "G"), (1, "G", "H"),
             (6, "G", "I"), (7, "H", "I")]
    tree, components = kruskal(nodes, edges)
    print("Kruskal:", *(f"{a}-{b}({w})" for w, a, b in tree))
    print("total", sum(w for w, _, _ in tree), "components", components)
    tree = prim(nodes, edges)
    print("Prim:   ", *(f"{a}-{b}({w})" for w, a, b in tree))
    print("total", sum(w for w, _, _ in tree))
    without_e = [edge for edge in edges if "E" not in edge]
    print("without E's roads:", kruskal(nodes, without_e)[1], "components")


if __name__ == "__main__":
    main()
