"""Closures: counters, late binding, nonlocal and global, cells, default arguments, comprehension scopes, currying."""

import dis
from types import SimpleNamespace

counter = 0
value = "global"


def make_account(balance):
    history = []

    def deposit(amount):
        nonlocal balance
        balance += amount
        history.append(("in", amount))
        return balance

    def withdraw(amount):
        nonlocal balance
        if amount > balance:
            raise ValueError(f"only {balance}")
        balance -= amount
        history.append(("out", amount))
        return balance

    return SimpleNamespace(deposit=deposit, withdraw=withdraw, history=history, balance=lambda: balance)


def bump():
    global counter
    counter += 1
    return counter


def remember(item, seen=[]):
    seen.append(item)
    return list(seen)


def curry(function, arity=None):
    arity = arity or function.__code__.co_argcount

    def curried(*args):
        return function(*args) if len(args) >= arity else lambda *more: curried(*args, *more)

    return curried


def shadow():
    value = "enclosing"

    class Inner:
        seen = value
        value = "class"

        def method(self):
            return value

    return Inner.seen, Inner.value, Inner().method()


def main():
    a, b = make_account(100), make_account(5)
    print(a.deposit(50), a.withdraw(30), b.deposit(1), a.balance(), b.balance(), a.history)
    print(a.deposit.__closure__[0].cell_contents, a.deposit.__code__.co_freevars, make_account.__code__.co_cellvars)
    print([f() for f in [lambda: i for i in range(3)]], [f() for f in [lambda i=i: i for i in range(3)]])
    print(bump(), bump(), counter, remember(1), remember(2), remember("x", []), remember.__defaults__)
    add3 = curry(lambda x, y, z: x + 10 * y + 100 * z)
    print(add3(1)(2)(3), add3(1, 2)(3), add3(1)(2, 3), shadow())
    x = "outer"
    squares = [x * x for x in range(4)]
    print(x, squares, [y := 5, y + 1], y)
    print({k: (lambda: k)() for k in "ab"}, (lambda *a, k=1, **kw: (a, k, kw))(1, 2, k=3, z=4))
    compose = lambda *fs: (lambda v: v) if not fs else lambda v: compose(*fs[:-1])(fs[-1](v))
    print(compose(str, lambda n: n + 1, len)("four"))
    fib = (lambda f: lambda n: f(f, n))(lambda f, n: n if n < 2 else f(f, n - 1) + f(f, n - 2))
    print([fib(n) for n in range(10)])
    print(sorted({i.opname for i in dis.get_instructions(a.deposit)} & {"LOAD_DEREF", "STORE_DEREF", "LOAD_GLOBAL"}))

    def unbound():
        print(late)
        late = 1

    def missing_cell():
        def inner():
            return cell

        result = inner()
        cell = 1
        return result

    for attempt in (
        unbound,
        missing_cell,
        lambda: undefined,
        lambda: a.withdraw(10**6),
        lambda: exec("nonlocal q"),
        lambda: (lambda x: x)(),
    ):
        try:
            attempt()
        except (NameError, ValueError, SyntaxError, TypeError) as error:
            print(type(error).__name__, error)
    namespace = {}
    exec("z = 3\ndef f(): return z * 2", namespace)
    print(namespace["f"](), eval("a + b", {"a": 1}, {"b": 2}), sorted(k for k in locals() if len(k) == 1))


if __name__ == "__main__":
    main()
