"""Compile an eight-instruction language to Python closures, with run-length folding, and run it."""

import io
from itertools import groupby

HELLO = ("++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++.")
REVERSE = ">,[>,]<[.<]"
DOUBLE = ",[>++<-]>."


class BracketError(ValueError):
    pass


def compile_program(source: str):
    code, stack = [], []
    clean = [c for c in source if c in "+-<>.,[]"]
    for instruction, run in groupby(clean):
        count = len(list(run))
        if instruction in "+-":
            code.append(("add", count if instruction == "+" else -count))
        elif instruction in "<>":
            code.append(("move", count if instruction == ">" else -count))
        elif instruction in ".,":
            code += [("out" if instruction == "." else "in", None)] * count
        elif instruction == "[":
            for _ in range(count):
                stack.append(len(code))
                code.append(["jump", None])
        else:
            for _ in range(count):
                if not stack:
                    raise BracketError(f"unmatched ] at instruction {len(code)}")
                start = stack.pop()
                code[start][1] = len(code)
                code.append(("back", start))
    if stack:
        raise BracketError(f"{len(stack)} unmatched [")
    return code


def execute(code, data: str = "", limit: int = 300_000) -> tuple[str, int]:
    tape, position, at, steps = bytearray(300), 0, 0, 0
    source, output = io.BytesIO(data.encode()), io.StringIO()
    while at < len(code):
        operation, value = code[at]
        steps += 1
        if steps > limit:
            output.write(" (step limit)")
            break
        match operation:
            case "add":
                tape[position] = (tape[position] + value) % 256
            case "move":
                position += value
            case "out":
                output.write(chr(tape[position]))
            case "in":
                byte = source.read(1)
                tape[position] = byte[0] if byte else 0
            case "jump":
                if not tape[position]:
                    at = value
            case "back":
                if tape[position]:
                    at = value
        at += 1
    return output.getvalue(), steps


if __name__ == "__main__":
    for name, program, data in (("hello", HELLO, ""), ("reverse", REVERSE, "desserts"), ("double", DOUBLE, "!"),
                                ("endless", "+[]", "")):
        code = compile_program(program)
        text, steps = execute(code, data)
        print(f"{name}: {len(program)} characters, {len(code)} operations, {steps} steps: {text.split()[:24]}")
    for bad in ("[[+]", "+]"):
        try:
            compile_program(bad)
        except BracketError as error:
            print(error)
