"""Reading and rewriting WebAssembly modules, as far as the build needs it.

Used for two things: memory.copy and memory.fill that wasi-libc's own objects contain become calls of our memmove and
memset, and the name section is taken off what ships.
"""

import dataclasses

MAGIC = b"\0asm\1\0\0\0"
CUSTOM, TYPE, IMPORT, FUNCTION, TABLE, MEMORY, GLOBAL, EXPORT, START, ELEMENT, CODE, DATA, DATA_COUNT = range(13)
CALL, DROP = 0x10, 0x1A

# Immediates of the plain opcodes: how many LEB128 numbers follow. Missing means none.
_LEBS = {
    **dict.fromkeys((0x02, 0x03, 0x04), 1),  # block types, as signed numbers
    **dict.fromkeys((0x0C, 0x0D, 0x10, 0x12, 0xD0, 0xD2), 1),
    **dict.fromkeys((0x11, 0x13), 2),
    **dict.fromkeys(range(0x20, 0x27), 1),
    **dict.fromkeys(range(0x28, 0x3F), 2),  # loads and stores: alignment, offset
    0x3F: 1, 0x40: 1, 0x41: 1, 0x42: 1,
}
_FC_LEBS = {8: 2, 9: 1, 10: 2, 11: 1, 12: 2, 13: 1, 14: 2, 15: 1, 16: 1, 17: 1}
MEMORY_COPY, MEMORY_FILL = 10, 11


def read_leb(data, at):
    """An unsigned LEB128 number and the place after it. For a signed one only the place is right."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def leb(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


@dataclasses.dataclass
class Section:
    kind: int
    payload: bytes

    def custom_name(self):
        size, at = read_leb(self.payload, 0)
        return self.payload[at:at + size].decode() if self.kind == CUSTOM else ""


def read_module(data):
    if data[:8] != MAGIC:
        raise ValueError("not a WebAssembly module")
    sections, at = [], 8
    while at < len(data):
        kind = data[at]
        size, start = read_leb(data, at + 1)
        sections.append(Section(kind, data[start:start + size]))
        at = start + size
    return sections


def write_module(sections):
    return MAGIC + b"".join(bytes([s.kind]) + leb(len(s.payload)) + s.payload for s in sections)


def only(sections, kind):
    return next(s for s in sections if s.kind == kind)


def vector_of_bytes(payload):
    """The bodies in a code section."""
    count, at = read_leb(payload, 0)
    for _ in range(count):
        size, at = read_leb(payload, at)
        yield payload[at:at + size]
        at += size


def instructions(body):
    """(start, end, opcode, sub-opcode or None) for each instruction of a function body."""
    groups, at = read_leb(body, 0)
    for _ in range(groups):
        _, at = read_leb(body, at)
        at += 1
    while at < len(body):
        start, opcode, sub = at, body[at], None
        at += 1
        if opcode in (0xFC, 0xFD):
            sub, at = read_leb(body, at)
        at = _skip_immediates(body, at, opcode, sub)
        yield start, at, opcode, sub


def _skip_immediates(body, at, opcode, sub):
    lebs, fixed = _LEBS.get(opcode, 0), 0
    if opcode == 0x0E:  # br_table
        count, at = read_leb(body, at)
        lebs = count + 1
    elif opcode == 0x1C:  # select with types
        count, at = read_leb(body, at)
        fixed = count
    elif opcode == 0x43:
        fixed = 4
    elif opcode == 0x44:
        fixed = 8
    elif opcode == 0xFC:
        lebs = _FC_LEBS.get(sub, 0)
    elif opcode == 0xFD:
        lebs, fixed = _simd_immediates(sub)
    elif opcode > 0xD2 or 0x05 < opcode < 0x0B:
        raise ValueError(f"opcode {opcode:#x} is not one that the guest's compiler may use")
    for _ in range(lebs):
        _, at = read_leb(body, at)
    return at + fixed


def _simd_immediates(sub):
    if sub <= 11 or sub in (92, 93):
        return 2, 0
    if sub in (12, 13):
        return 0, 16
    if 21 <= sub <= 34:
        return 0, 1
    if 84 <= sub <= 91:
        return 2, 1
    return 0, 0


def function_names(sections):
    """Index -> name, from the name section."""
    payload = next(s.payload for s in sections if s.custom_name() == "name")
    size, at = read_leb(payload, 0)
    at += size
    names = {}
    while at < len(payload):
        kind = payload[at]
        size, at = read_leb(payload, at + 1)
        if kind == 1:
            count, entry = read_leb(payload, at)
            for _ in range(count):
                index, entry = read_leb(payload, entry)
                length, entry = read_leb(payload, entry)
                names[index] = payload[entry:entry + length].decode()
                entry += length
        at += size
    return names


def lower_bulk_memory(sections):
    """Replaces memory.copy and memory.fill by calls of memmove and memset; returns how many."""
    indices = {name: index for index, name in function_names(sections).items()}
    calls = {sub: bytes([CALL]) + leb(indices[name]) + bytes([DROP])
             for sub, name in ((MEMORY_COPY, "memmove"), (MEMORY_FILL, "memset"))}
    code = only(sections, CODE)
    count, bodies = 0, []
    for body in vector_of_bytes(code.payload):
        # The opcode can only be there when its bytes are; then it pays to decode.
        if b"\xfc\x0a" in body or b"\xfc\x0b" in body:
            body, replaced = _replace(body, calls)
            count += replaced
        bodies.append(leb(len(body)) + body)
    code.payload = leb(len(bodies)) + b"".join(bodies)
    return count


def _replace(body, calls):
    out, copied, replaced = [], 0, 0
    for start, end, opcode, sub in instructions(body):
        if opcode == 0xFC and sub in calls:
            out += [body[copied:start], calls[sub]]
            copied, replaced = end, replaced + 1
    return b"".join([*out, body[copied:]]), replaced


def without_custom_sections(sections):
    return [s for s in sections if s.kind != CUSTOM]
