"""A binary search tree with insertion, deletion and the usual traversals."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class Node:
    key: int
    left: Node | None = None
    right: Node | None = None


class BinarySearchTree:
    def __init__(self, keys=()):
        self.root: Node | None = None
        self.size = 0
        for key in keys:
            self.insert(key)

    def insert(self, key: int) -> bool:
        """Insert a key; return False if it was already there."""
        if self.root is None:
            self.root = Node(key)
            self.size += 1
            return True
        node = self.root
        while True:
            if key == node.key:
                return False
            side = "left" if key < node.key else "right"
            child = getattr(node, side)
            if child is None:
                setattr(node, side, Node(key))
                self.size += 1
                return True
            node = child

    def delete(self, key: int) -> None:
        self.root = self._delete(self.root, key)
        self.size -= 1

    def _delete(self, node: Node | None, key: int) -> Node | None:
        if node is None:
            raise KeyError(key)
        if key < node.key:
            node.left = self._delete(node.left, key)
        elif key > node.key:
            node.right = self._delete(node.right, key)
        elif node.left is None:
            return node.right
        elif node.right is None:
            return node.left
        else:
            successor = node.right
            while successor.left is not None:
                successor = successor.left
            node.key = successor.key
            node.right = self._delete(node.right, successor.key)
        return node

    def inorder(self) -> Iterator[int]:
        def walk(node):
            if node is not None:
                yield from walk(node.left)
                yield node.key
                yield from walk(node.right)
        return walk(self.root)

    def levels(self) -> Iterator[list[int]]:
        queue = deque([self.root] if self.root else [])
        while queue:
            yield [node.key for node in queue]
            queue = deque(child for node in queue for child in (node.left, node.right) if child)

    def height(self) -> int:
        return sum(1 for _ in self.levels())


def main() -> None:
    tree = BinarySearchTree([50, 30, 70, 20, 40, 60, 80, 35, 45, 65])
    print("in order:", list(tree.inorder()))
    for depth, level in enumerate(tree.levels()):
        print(f"level {depth}: {level}")
    print("size", tree.size, "height", tree.height())
    print("insert 40 again:", tree.insert(40))
    for key in (20, 30, 50):
        tree.delete(key)
        print(f"after deleting {key}: {list(tree.inorder())}, root {tree.root.key}")
    try:
        tree.delete(99)
    except KeyError as error:
        print("cannot delete", error)


if __name__ == "__main__":
    main()
