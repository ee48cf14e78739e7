"""Decorators: retry, memoise, trace, once, deprecation, a class as decorator, stacking, and on methods."""

import functools
import warnings


def trace(function):
    depth = 0

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        nonlocal depth
        shown = ", ".join([*map(repr, args), *(f"{k}={v!r}" for k, v in kwargs.items())])
        print("  " * depth + f"-> {function.__name__}({shown})")
        depth += 1
        try:
            result = function(*args, **kwargs)
        finally:
            depth -= 1
        print("  " * depth + f"<- {result!r}")
        return result

    return wrapper


def retry(times=3, on=(Exception,)):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            for attempt in range(1, times + 1):
                try:
                    return function(*args, **kwargs)
                except on as error:
                    print(f"   attempt {attempt} failed: {error}")
                    if attempt == times:
                        raise

        return wrapper

    return decorate


def once(function):
    unset = object()
    value = unset

    @functools.wraps(function)
    def wrapper():
        nonlocal value
        if value is unset:
            value = function()
        return value

    return wrapper


class CountCalls:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function, self.calls = function, 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        return self.function(*args, **kwargs)

    def __get__(self, instance, owner=None):
        return self if instance is None else functools.partial(self, instance)


def deprecated(message):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            warnings.warn(f"{function.__name__}: {message}", DeprecationWarning, stacklevel=2)
            return function(*args, **kwargs)

        return wrapper

    return decorate


def add_methods(**methods):
    def decorate(cls):
        for name, method in methods.items():
            setattr(cls, name, method)
        return cls

    return decorate


def bold(function):
    return functools.wraps(function)(lambda *a: f"<b>{function(*a)}</b>")


def italic(function):
    return functools.wraps(function)(lambda *a: f"<i>{function(*a)}</i>")


@trace
def factorial(n: int) -> int:
    """The product of 1 to n."""
    return 1 if n < 2 else n * factorial(n - 1)


@once
def configuration():
    print("   loading")
    return {"debug": True}


@bold
@italic
def greet(name):
    return f"hi {name}"


@add_methods(shout=lambda self: self.name.upper() + "!")
class Dog:
    def __init__(self, name):
        self.name = name

    @CountCalls
    def bark(self, times=1):
        return f"{self.name}: " + "wuff " * times

    @deprecated("use bark")
    def speak(self):
        return self.bark()


def main():
    print(
        factorial(3),
        factorial.__name__,
        factorial.__doc__,
        factorial.__wrapped__.__qualname__,
        factorial.__annotations__,
    )
    failures = iter([ValueError("one"), ValueError("two"), None])

    @retry(3, on=(ValueError,))
    def flaky():
        if (error := next(failures)) is not None:
            raise error
        return "worked"

    print(flaky())

    @retry(2)
    def hopeless(x):
        raise KeyError(x)

    try:
        hopeless("k")
    except KeyError as error:
        print("gave up:", error)
    print(configuration() is configuration(), greet("Bo"))
    rex, ace = Dog("Rex"), Dog("Ace")
    print(rex.bark(), ace.bark(2), rex.shout(), Dog.bark.calls)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        print(rex.speak())
        print([f"{w.category.__name__}: {w.message} (line {w.lineno > 0})" for w in caught])


if __name__ == "__main__":
    main()
