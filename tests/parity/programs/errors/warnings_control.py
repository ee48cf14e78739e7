"""Warnings: categories, filters, once, errors, catching, showing with a custom function."""

import sys
import warnings


class ApiWarning(UserWarning):
    pass


def old_api(version):
    warnings.warn(f"old_api({version}) is going away", DeprecationWarning, stacklevel=2)
    return version


@warnings.deprecated("use new_function", category=ApiWarning)
def decorated():
    return "result"


def show(message, category, filename, lineno, file=None, line=None):
    print(f"   ! {category.__name__}: {message}")


def main():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        old_api(1)
        old_api(2)
        warnings.warn("plain")
        decorated()
        print([(w.category.__name__, str(w.message)) for w in caught])
    warnings.showwarning = show
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        for n in range(3):
            warnings.warn("shown once per place")
    with warnings.catch_warnings():
        warnings.simplefilter("once")
        for n in range(2):
            warnings.warn(f"text {n % 1}")
    with warnings.catch_warnings():
        warnings.simplefilter("error", ApiWarning)
        warnings.filterwarnings("ignore", message=".*secret.*")
        warnings.warn("a secret")
        try:
            decorated()
        except ApiWarning as error:
            print("raised:", error)
    with warnings.catch_warnings(action="error"):
        for source in (
            "x = 'a\\d'",
            "assert (1, 'always true')",
            "1 is 1",
            "[] is ()",
            "x = 1if 1else 2",
            "def f():\n  try: pass\n  finally: return 1",
        ):
            try:
                compile(source, "<test>", "exec")
                print("fine:", source)
            except (SyntaxWarning, SyntaxError) as error:
                print(f"{type(error).__name__}: {error.msg}")
    print(warnings.formatwarning("m", UserWarning, "f.py", 3, "code()").strip())
    warnings.resetwarnings()
    warnings.warn_explicit("explicit", RuntimeWarning, "module.py", 12)
    print(len(warnings.filters), sys.warnoptions)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        print(old_api(3), decorated(), decorated.__deprecated__)
    for attempt in (
        lambda: warnings.warn("x", int),
        lambda: warnings.simplefilter("sometimes"),
        lambda: warnings.filterwarnings("error", category="x"),
    ):
        try:
            attempt()
        except (TypeError, ValueError, AssertionError) as error:
            print(type(error).__name__, error)

    async def never_awaited():
        pass

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        never_awaited()
        open("/dev/null")
    print([w.category.__name__ for w in caught])


if __name__ == "__main__":
    main()
