"""How values cross between DSPy and the sandbox."""

from __future__ import annotations

import dataclasses
import keyword
import pickle
from typing import TYPE_CHECKING, Any

from dspy.primitives.code_interpreter import CodeInterpreterError
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_jsonable_python

from ._errors import ConversionError, GuestError, InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._session import Session


def define(session: Session, name: str, value: Any) -> None:
    """Sets a variable in the sandbox. CodeInterpreterError when it cannot cross, or `name` is none."""
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise CodeInterpreterError(f"Invalid variable name: {name!r}. Use a Python identifier.")
    plain = _bounded(value, _refuse)
    try:
        _define(session, name, plain)
    except GuestError as error:
        raise CodeInterpreterError(f"The variable {name!r} could not be set: {error.message}. Give the "
                                   "interpreter more memory=, or a smaller value.") from error


def _define(session: Session, name: str, plain: Any) -> None:
    try:
        session[name] = plain
    except (ConversionError, InvalidArgumentError):
        # Keys that are no text, lone surrogates, a million values: what Python's own format takes. The sandbox reads what
        # the host has made of plain values, never the other way round.
        session[name] = pickle.dumps(plain, protocol=4)
        session.run(f"import pickle as _belljar_pickle\n{name} = _belljar_pickle.loads({name})\ndel _belljar_pickle",
                    filename="<belljar>").raise_for_status()


def answered(value: Any) -> Any:
    """The result of a tool as the sandbox gets it: JSON's types; of what these cannot say, its text."""
    return _bounded(value, str, text_keys=True)


def _bounded(value: Any, otherwise: Callable[[Any], Any], text_keys: bool = False) -> Any:
    try:
        return _plain(value, otherwise, text_keys)
    except RecursionError:
        raise CodeInterpreterError(f"The {type(value).__name__} contains itself or is nested too deep: flatten it.") from None


def _plain(value: Any, otherwise: Callable[[Any], Any], text_keys: bool) -> Any:
    def inner(item: Any) -> Any:
        return _plain(item, otherwise, text_keys)

    if value is None or type(value) in (bool, int, float, str, bytes):
        return value
    if isinstance(value, BaseModel):
        try:
            return inner(value.model_dump(mode="json"))
        except PydanticSerializationError as error:
            raise CodeInterpreterError(f"Unable to serialize {type(value).__name__} as JSON: {error}") from error
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: inner(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return inner(value._asdict())
    if isinstance(value, dict):
        return {_key(key) if text_keys else key: inner(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [inner(item) for item in value]
    if isinstance(value, (set, frozenset)):
        items = [inner(item) for item in value]
        try:
            return sorted(items)
        except TypeError:
            return items
    try:
        plain = to_jsonable_python(value)
    except (PydanticSerializationError, ValueError):
        return otherwise(value)
    return otherwise(value) if type(plain) is type(value) else inner(plain)


def _key(key: Any) -> str:
    """As JSON writes it."""
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    return str(key)


def _refuse(value: Any) -> Any:
    raise CodeInterpreterError(f"Unsupported value type: {type(value).__name__}. Convert it to text, numbers, lists and dicts.")
