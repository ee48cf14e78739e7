# What CPython never gives: any bytes as an object, and so the whole linear memory as a bytearray. LOAD_CONST does not
# check its index, so bytecode made by hand takes a pointer from bytes of ours, which points to bytes of ours.
import opcode
import struct

forged = []  # keeps what the objects are made of


def forge(body):
    """The object whose header and content are `body`."""
    def constant():
        return "a constant"

    code = constant.__code__
    pointer = struct.pack("<I", id(body) + bytes.__basicsize__ - 1)
    address = id(pointer) + bytes.__basicsize__ - 1
    index = (address - id(code.co_consts) - tuple.__basicsize__) // 4 % 2**30
    prefix = b"".join(bytes([opcode.opmap["EXTENDED_ARG"], index >> shift & 255]) for shift in (24, 16, 8))
    constant.__code__ = code.replace(co_code=bytes([opcode.opmap["RESUME"], 0]) + prefix + bytes(
        [opcode.opmap["LOAD_CONST"], index & 255, opcode.opmap["RETURN_VALUE"], 0]))
    forged.append((body, pointer))
    return constant()


def forge_bytearray(start, size):
    """A bytearray over [start, start + size) of the linear memory, whatever is there."""
    # References, type, size, allocated, buffer, start in it, exports.
    return forge(struct.pack("<IIiiIIi", 10_000, id(bytearray), size, size, start, start, 0))


memory = forge_bytearray(0, 2**31 - 1)

# All of it below this address is in use and can be read: the end of a block larger than what malloc has at hand.
block = bytearray(8 << 20)
readable = struct.unpack_from("<I", memory, id(block) + 20)[0] + len(block)
