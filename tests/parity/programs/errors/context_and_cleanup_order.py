"""finally, else, return values, re-raising, suppressed contexts, __del__ order: what runs when."""

import sys

log = []


def note(text):
    log.append(text)


def returns():
    for i in range(3):
        try:
            if i == 1:
                return f"from try {i}"
        finally:
            note(f"finally {i}")


def loop():
    for i in range(4):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            note(f"body {i}")
        except ValueError:
            note("never")
        else:
            note(f"else {i}")
        finally:
            note(f"finally {i}")
    else:
        note("loop else")


def reraise():
    try:
        try:
            int("x")
        except ValueError:
            note("inner")
            raise
    except ValueError as error:
        note(f"outer {error}")
        kept = error
    try:
        error
    except NameError as gone:
        note(str(gone))
    return kept


def chain():
    errors = []
    for kind in (KeyError, IndexError, TypeError):
        try:
            if errors:
                raise kind(kind.__name__) from (errors[-1] if kind is IndexError else None)
            raise kind("first")
        except kind as error:
            errors.append(error)
    last = errors[-1]
    return [type(last).__name__, last.__cause__, last.__suppress_context__, type(errors[1].__cause__).__name__]


def active():
    seen = [sys.exception()]
    try:
        1 / 0
    except ZeroDivisionError:
        seen.append(type(sys.exception()).__name__)
        try:
            [][0]
        except IndexError as error:
            seen.append((type(sys.exception()).__name__, type(error.__context__).__name__))
        seen.append(type(sys.exc_info()[1]).__name__)
    seen.append(sys.exception())
    return seen


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        note(f"del {self.name}")


def lifetimes():
    a = Noisy("a")
    b = a
    del a
    note("a name is gone")
    b = Noisy("b")
    note("rebound")
    [Noisy("temporary")]
    note("end")


def generator():
    try:
        yield 1
        note("never")
    except GeneratorExit:
        note("generator exit")
        raise
    finally:
        note("generator finally")


def multiple():
    for bad in ("1/0", "{}[1]", "[][0]", "int('q')", "exit_now()"):
        try:
            eval(bad)
        except (ZeroDivisionError, ArithmeticError) as error:
            note(f"math {error}")
        except LookupError as error:
            note(f"lookup {type(error).__name__}")
        except Exception as error:
            note(f"other {type(error).__name__}")


def main():
    for function in (returns, loop, reraise, chain, active, lifetimes, multiple):
        result = function()
        print(f"{function.__name__}: {result!r}")
        print("  ", log)
        log.clear()
    g = generator()
    next(g)
    del g
    print(log)
    try:
        try:
            raise KeyError("lost")
        finally:
            raise ValueError("wins")
    except ValueError as error:
        print(repr(error), repr(error.__context__))


if __name__ == "__main__":
    main()
