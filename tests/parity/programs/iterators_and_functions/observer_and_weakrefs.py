"""Weak references: caches that let go, observers that vanish, finalizers, and reference cycles."""

import gc
import weakref


class Image:
    live = 0

    def __init__(self, name):
        self.name = name
        Image.live += 1

    def __del__(self):
        Image.live -= 1

    def __repr__(self):
        return f"Image({self.name})"


class Cache:
    def __init__(self):
        self._images = weakref.WeakValueDictionary()
        self.loads = 0

    def get(self, name):
        image = self._images.get(name)
        if image is None:
            self.loads += 1
            image = self._images[name] = Image(name)
        return image


class Subject:
    def __init__(self):
        self._observers = weakref.WeakSet()
        self._callbacks = []

    def attach(self, observer):
        self._observers.add(observer)

    def on(self, method):
        self._callbacks.append(weakref.WeakMethod(method))

    def notify(self, event):
        names = sorted(o.update(event) for o in self._observers)
        called = [callback()(event) for callback in self._callbacks if callback() is not None]
        return names, called


class Observer:
    def __init__(self, name):
        self.name = name

    def update(self, event):
        return f"{self.name}:{event}"


class Node:
    def __init__(self, value, parent=None):
        self.value = value
        self._parent = weakref.ref(parent) if parent else lambda: None
        self.children = []
        if parent:
            parent.children.append(self)

    @property
    def parent(self):
        return self._parent()


def main():
    cache = Cache()
    a, b = cache.get("a"), cache.get("a")
    print(a is b, cache.loads, Image.live)
    del a, b
    print(Image.live, cache.get("a"), cache.loads, len(cache._images))

    subject, one, two = Subject(), Observer("one"), Observer("two")
    for observer in (one, two):
        subject.attach(observer)
        subject.on(observer.update)
    print(subject.notify("start"))
    del one, observer
    print(subject.notify("later"))

    root = Node("root")
    leaf = Node("leaf", root)
    print(leaf.parent.value, root.children[0] is leaf)
    del root
    print(leaf.parent)

    log = []
    thing = Observer("temporary")
    finalizer = weakref.finalize(thing, log.append, "finalized")
    reference = weakref.ref(thing, lambda r: log.append("callback"))
    print(finalizer.alive, reference() is thing, weakref.getweakrefcount(thing))
    del thing
    print(log, finalizer.alive, reference())

    gc.disable()
    image = Image("cycle")
    image.itself = image
    del image
    print("before collection", Image.live)
    gc.collect()
    gc.enable()
    print("after collection", Image.live)
    proxy_target = Observer("p")
    proxy = weakref.proxy(proxy_target)
    print(proxy.update("via proxy"), weakref.getweakrefs(proxy_target) == [proxy] or "one proxy")
    del proxy_target
    for attempt in (lambda: proxy.name, lambda: weakref.ref(3), lambda: weakref.ref([])):
        try:
            attempt()
        except (ReferenceError, TypeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
