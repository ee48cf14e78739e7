"""Dijkstra's shortest paths with a heap, and the route itself."""

import heapq
import math
from collections import defaultdict

ROADS = """
Arad Zerind 75
Arad Sibiu 140
Arad Timisoara 118
Zerind Oradea 71
Oradea Sibiu 151
Timisoara Lugoj 111
Lugoj Mehadia 70
Mehadia Drobeta 75
Drobeta Craiova 120
Craiova Rimnicu 146
Craiova Pitesti 138
Sibiu Rimnicu 80
Sibiu Fagaras 99
Rimnicu Pitesti 97
Pitesti Bucharest 101
Fagaras Bucharest 211
"""


def read_graph(text: str) -> dict[str, dict[str, int]]:
    graph: dict[str, dict[str, int]] = defaultdict(dict)
    for line in text.split("\n"):
        if line.strip():
            a, b, distance = line.split()
            graph[a][b] = graph[b][a] = int(distance)
    return dict(graph)


def dijkstra(graph, source):
    distances = {node: math.inf for node in graph}
    previous = {}
    distances[source] = 0
    heap = [(0, source)]
    while heap:
        distance, node = heapq.heappop(heap)
        if distance > distances[node]:
            continue
        for neighbour, weight in graph[node].items():
            candidate = distance + weight
            if candidate < distances[neighbour]:
                distances[neighbour] = candidate
                previous[neighbour] = node
                heapq.heappush(heap, (candidate, neighbour))
    return distances, previous


def path_to(previous, target):
    path = [target]
    while path[-1] in previous:
        path.append(previous[path[-1]])
    return path[::-1]


def main():
    graph = read_graph(ROADS)
    graph["Island"] = {}
    distances, previous = dijkstra(graph, "Arad")
    for city, distance in sorted(distances.items(), key=lambda item: (item[1], item[0])):
        route = " > ".join(path_to(previous, city)) if distance < math.inf else "unreachable"
        print(f"{city:<10} {distance!s:>4}  {route}")


if __name__ == "__main__":
    main()
