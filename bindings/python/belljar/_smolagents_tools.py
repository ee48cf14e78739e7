"""smolagents' tools as tools of a guest: what a call may carry in, and what of the result goes back."""

from __future__ import annotations

import contextvars
import hashlib
import inspect
import io
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

import PIL.Image
from smolagents.agent_types import AgentAudio, AgentImage

from ._errors import ConversionError
from ._tools import Tool

# smolagents' names of types: the annotation that the guest reads, and what may come. bool is no number.
_TYPES: dict[str, tuple[str, tuple[type, ...]]] = {
    "string": ("str", (str,)),
    "boolean": ("bool", (bool,)),
    "integer": ("int", (int,)),
    "number": ("float", (int, float)),
    "array": ("list", (list,)),
    "object": ("dict", (dict, bytes)),
    "image": ("bytes", (PIL.Image.Image,)),
    "audio": ("bytes", (bytes, str)),
    "any": ("object", (object,)),
    "null": ("None", (type(None),)),
}
_NONE: Any = inspect.Parameter.empty
_MOST_IMAGES = 64
_MOST_DEPTH = 100


class FinalAnswer(BaseException):
    """The guest has called `final_answer`. No Exception: so it ends the run, and `Session.run` raises it."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class Crossing:
    """Turns what tools return, and variables, into what can cross: images become PNG files, arrays lists, and tables
    lists of dicts. It knows its last images again when the guest hands over their bytes: so no image of the guest's is
    ever decoded on the host."""

    def __init__(self) -> None:
        self._images: dict[bytes, PIL.Image.Image] = {}

    def to_guest(self, value: Any, where: str, depth: int = 0) -> Any:
        """`where` is for the message when it cannot be. What this leaves as it is the core takes or refuses."""
        if isinstance(value, AgentAudio):
            raise ConversionError(f"{where}: audio is not supported, use the path of a file, or its bytes")
        if isinstance(value, AgentImage):
            value = value.to_raw()
        if isinstance(value, PIL.Image.Image):
            return self._png(value)
        if depth > _MOST_DEPTH:
            return value
        if isinstance(value, dict):
            return {key: self.to_guest(item, f"{where}.{key}", depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.to_guest(item, f"{where}[{i}]", depth + 1) for i, item in enumerate(value)]
        if type(value).__module__.partition(".")[0] in ("numpy", "pandas"):
            plain = _plain(value)
            if type(plain) is not type(value):
                return self.to_guest(plain, where, depth + 1)
        return value

    def from_guest(self, value: Any) -> Any:
        """The image whose bytes these are; any other value as it is."""
        return self._images.get(hashlib.sha256(value).digest(), value) if isinstance(value, bytes) else value

    def _png(self, image: PIL.Image.Image) -> bytes:
        file = io.BytesIO()
        image.save(file, format="PNG")
        data = file.getvalue()
        self._images[hashlib.sha256(data).digest()] = image
        if len(self._images) > _MOST_IMAGES:
            del self._images[next(iter(self._images))]
        return data


def _plain(value: Any) -> Any:
    if hasattr(value, "columns") and hasattr(value, "to_dict"):
        return value.to_dict("records")
    return value.tolist() if hasattr(value, "tolist") else value


def for_guest(name: str, tool: Callable[..., Any], crossing: Crossing) -> Tool:
    """A `smolagents.Tool`, a managed agent, or any function, as the guest calls it. The one called `final_answer` ends
    the run with a FinalAnswer, unless it raises."""
    declared = getattr(tool, "inputs", None)
    inputs: dict[str, Any] | None = declared if isinstance(declared, dict) else None
    left_out: set[str] = set()
    signature = _signature_of_function(tool) if inputs is None else _signature(tool, inputs, left_out)

    def call(*positional: Any, **named: Any) -> Any:
        bound = signature.bind(*positional, **named)
        for argument in left_out:
            if bound.arguments.get(argument, _NONE) is None:
                del bound.arguments[argument]
        if inputs is not None:
            _check(name, inputs, bound.arguments, left_out, crossing)
            result = _on_own_thread(tool, (), bound.arguments)
        else:
            result = _on_own_thread(tool, bound.args, bound.kwargs)
        if name == "final_answer":
            raise FinalAnswer(result)
        return crossing.to_guest(result, f"tools.{name}.return")

    call.__signature__ = signature  # type: ignore[attr-defined]
    return Tool(call, name=name, doc=_doc(tool, inputs or {}), waits=True)


def _on_own_thread(function: Callable[..., Any], positional: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """On the thread of the run its CPU time would be the guest's, and that of a managed agent is long."""
    context, outcome = contextvars.copy_context(), Future[Any]()

    def work() -> None:
        try:
            outcome.set_result(context.run(function, *positional, **named))
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=work, name="belljar-smolagents", daemon=True).start()
    return outcome.result()


# ---- what the guest is told ------------------------------------------------------------------------------------------

def _kinds(schema: Mapping[str, Any]) -> list[str]:
    kinds = [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
    return kinds + ["null"] if schema.get("nullable") and "null" not in kinds else kinds


def _signature(tool: Any, inputs: dict[str, Any], left_out: set[str]) -> inspect.Signature:
    """`left_out` gets the names of those whose default only the tool knows: for the guest it is None."""
    declared: Mapping[str, inspect.Parameter] = {}
    if hasattr(tool, "forward") and not getattr(tool, "skip_forward_signature_validation", False):
        # That of a function made into a tool has a `self`, too.
        declared = {name: each for name, each in inspect.signature(tool.forward).parameters.items() if name in inputs}
    parameters, has_default = [], False
    for name in declared or inputs:
        kinds, default = _kinds(inputs[name]), _NONE
        if declared:
            default = declared[name].default
        elif "null" in kinds:
            default = None
            left_out.add(name)
        if default is _NONE and has_default:
            default = None  # Python has none without a default behind one that has; _check() asks for it
            left_out.add(name)
        has_default = default is not _NONE
        annotation = " | ".join(_TYPES[kind][0] for kind in kinds)
        parameters.append(inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default,
                                            annotation=annotation))
    returned = "object" if getattr(tool, "output_schema", None) else getattr(tool, "output_type", "any")
    return inspect.Signature(parameters, return_annotation=_TYPES[returned][0])


def _signature_of_function(function: Callable[..., Any]) -> inspect.Signature:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):  # a built-in one need not have it
        return inspect.Signature([inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL)])


def _doc(tool: Any, inputs: dict[str, Any]) -> str:
    text = getattr(tool, "description", None) or inspect.getdoc(tool) or ""
    if inputs:
        lines = [f"    {name}: {schema.get('description', '')}" for name, schema in inputs.items()]
        text += "\n\nArgs:\n" + "\n".join(lines)
    return text


# ---- what the guest sends --------------------------------------------------------------------------------------------

def _check(name: str, inputs: dict[str, Any], arguments: dict[str, Any], left_out: set[str],
           crossing: Crossing) -> None:
    """Holds the arguments against the tool's inputs, and puts images in place of their bytes."""
    for argument, schema in inputs.items():
        kinds = _kinds(schema)
        if argument not in arguments:
            if argument in left_out and "null" not in kinds:
                raise TypeError(f"{name}() needs the argument '{argument}'")
            continue
        value = arguments[argument]
        if "image" in kinds or "any" in kinds:
            value = arguments[argument] = crossing.from_guest(value)
        if not any(_fits(value, kind) for kind in kinds):
            raise TypeError(_mismatch(name, argument, value, kinds))
        if "enum" in schema and value not in schema["enum"]:
            raise ValueError(f"{name}(): the argument '{argument}' must be one of {schema['enum']}")


def _fits(value: object, kind: str) -> bool:
    if isinstance(value, bool) and kind in ("integer", "number"):
        return False
    return isinstance(value, _TYPES[kind][1])


def _mismatch(name: str, argument: str, value: object, kinds: list[str]) -> str:
    if "image" in kinds and isinstance(value, bytes):
        return f"{name}(): the argument '{argument}' must be an image as a tool has returned it, unchanged"
    wanted = " or ".join(_TYPES[kind][0] for kind in kinds)
    return f"{name}(): the argument '{argument}' must be {wanted}, not {type(value).__name__}"
