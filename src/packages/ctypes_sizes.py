"""The sizes of C's types. There are no libraries to load and no addresses to call here, so that is all of ctypes.

belljar puts it into an image when one of its packages imports ctypes.
"""

from struct import calcsize as _calcsize

__version__ = "1.1.0"


class _SimpleCData:
    _type_ = "i"

    def __init__(self, value=0):
        self.value = value


def _simple(name, kind):
    globals()[name] = type(name, (_SimpleCData,), {"_type_": kind, "__module__": "ctypes"})


for _name, _kind in {"c_bool": "?", "c_char": "c", "c_byte": "b", "c_ubyte": "B", "c_short": "h", "c_ushort": "H", "c_int": "i",
                     "c_uint": "I", "c_long": "l", "c_ulong": "L", "c_longlong": "q", "c_ulonglong": "Q", "c_size_t": "N",
                     "c_ssize_t": "n", "c_float": "f", "c_double": "d", "c_void_p": "P", "c_char_p": "P", "c_wchar_p": "P",
                     "c_int8": "b", "c_uint8": "B", "c_int16": "h", "c_uint16": "H", "c_int32": "i", "c_uint32": "I",
                     "c_int64": "q", "c_uint64": "Q"}.items():
    _simple(_name, _kind)


def sizeof(kind, /):
    """The size in bytes of a C type or of a value of one."""
    return _calcsize(kind._type_)


def __getattr__(name):
    raise AttributeError(f"module 'ctypes' has no attribute {name!r}: in a belljar sandbox it knows the sizes of C's types only, "
                         "since there are no native libraries")
