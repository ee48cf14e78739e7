"""Exception groups: except*, split, subgroup, derive, nesting, printing."""

import sys
import traceback


class ValidationErrors(ExceptionGroup):
    def derive(self, errors):
        return ValidationErrors(self.message, errors)

    def __str__(self):
        return f"{self.message}: {len(self.exceptions)} problem(s)"


def validate(form):
    errors = []
    for field, check in {"age": int, "email": lambda v: v.index("@"), "price": float}.items():
        try:
            check(form[field])
        except (ValueError, KeyError) as error:
            error.add_note(f"field {field}")
            errors.append(error)
    if errors:
        raise ValidationErrors("form", errors)


def handle(group):
    try:
        raise group
    except* (ValueError, TypeError) as errors:
        print("   values and types:", [repr(e) for e in errors.exceptions])
    except* OSError as errors:
        print("   system:", [repr(e) for e in errors.exceptions])
    else:
        print("   nothing")
    finally:
        print("   finally")


def main():
    for form in ({"age": "12", "email": "a@b", "price": "1.5"}, {"age": "x", "email": "nobody"}):
        try:
            validate(form)
            print("valid")
        except* KeyError as errors:
            print("missing:", errors.exceptions[0].__notes__)
        except* ValueError as errors:
            print("wrong:", errors, [e.__notes__ for e in errors.exceptions], type(errors).__name__)

    nested = ExceptionGroup(
        "outer",
        [ValueError(1), ExceptionGroup("inner", [TypeError(2), FileNotFoundError(2, "gone", "f.txt")]), OSError(3)],
    )
    handle(nested)
    try:
        handle(ExceptionGroup("rest", [ValueError("v"), IndexError("i")]))
    except ExceptionGroup as rest:
        print("unhandled:", repr(rest))
    match, rest = nested.split(OSError)
    print(match, "|", rest, "|", nested.subgroup(lambda e: isinstance(e, ValueError)))
    print(repr(match), nested.split(KeyError))

    def leaves(error):
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from leaves(inner)
        else:
            yield error

    print([type(e).__name__ for e in leaves(nested)])
    try:
        try:
            raise nested
        except* TypeError as errors:
            raise RuntimeError("while handling") from errors
        except* OSError:
            raise
    except ExceptionGroup as error:
        print("".join(traceback.format_exception(error)).replace(__file__, "program.py"))
    print(
        type(BaseExceptionGroup("b", [ValueError()])).__name__,
        type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__,
    )
    for attempt in (
        lambda: ExceptionGroup("empty", []),
        lambda: ExceptionGroup("x", [3]),
        lambda: ExceptionGroup("x", [KeyboardInterrupt()]),
        lambda: ExceptionGroup([ValueError()]),
    ):
        try:
            attempt()
        except (ValueError, TypeError) as error:
            print(type(error).__name__, error)
    try:
        exec("try:\n    pass\nexcept* ValueError:\n    pass\nexcept TypeError:\n    pass")
    except SyntaxError as error:
        print(error.msg)
    try:
        raise ValueError("plain")
    except* ValueError as errors:
        traceback.print_exception(errors, file=sys.stdout, limit=0)


if __name__ == "__main__":
    main()
