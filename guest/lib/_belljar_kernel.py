"""What belljar's C kernel needs from Python. Imported once, while the base image is made; the kernel keeps its own
references to these functions. Nothing here is trusted by the host."""

import _sandbox_select  # before anybody takes select.poll

import asyncio
import inspect
import io
import random
import sys
import time
import traceback

import _belljar
import _belljar_hints
import _sandbox_socket

# Imported into the base image, so that a program finds them loaded. Each costs image size, none costs start-up time.
# Not here: urllib.request, unittest, zipfile and the like, which bring megabytes along for the few that use them.
_USUAL_MODULES = """
    abc argparse array ast asyncio base64 binascii bisect calendar cmath collections collections.abc contextlib
    contextvars copy copyreg csv dataclasses datetime decimal difflib enum errno fnmatch fractions functools gc glob
    hashlib heapq hmac html html.parser inspect io itertools json keyword linecache locale logging math
    numbers operator os os.path pathlib pickle posixpath pprint queue random re reprlib secrets select
    shlex shutil signal socket stat statistics string struct subprocess sys tempfile textwrap threading
    time token tokenize traceback types typing unicodedata urllib.parse uuid warnings weakref zlib zoneinfo
    concurrent.futures concurrent.futures.thread
""".split()


def warm_up():
    import importlib
    import os
    import site

    import _belljar_posix
    import _belljar_tools

    for name in _USUAL_MODULES:
        importlib.import_module(name)
    site.setquit()
    site.setcopyright()
    site.sethelper()
    sys.stdout.reconfigure(line_buffering=True)
    time.thread_time, time.thread_time_ns = time.process_time, time.process_time_ns
    _belljar_posix.install(os)
    _belljar_tools.install_builtins()
    sys.path.insert(0, "")
    os.environ.update(HOME="/workspace", LANG="C.UTF-8", PATH="/usr/bin")
    os.chdir("/workspace")
    _list_library(importlib)
    import linecache
    import re

    # The whole path that a first cell takes, so that what it fills on first use is already there.
    loop = asyncio.new_event_loop()
    # Named, because the names that asyncio gives count up, and the guest's first task is Task-1.
    loop.run_until_complete(loop.create_task(asyncio.sleep(0), name="warm-up"))
    loop.close()
    try:
        raise ValueError("warm")
    except ValueError as error:
        format_exception(error)
    json_like = {"a": [1, 2.5, "x"], "b": None}
    sys.modules["json"].loads(sys.modules["json"].dumps(json_like))
    linecache.clearcache()
    re.purge()
    random._inst._unseed()


def _list_library(importlib):
    """Fills the path finders' directory caches for the read-only library; forgets those of writable places."""
    for finder in sys.path_importer_cache.values():
        if finder is not None and getattr(finder, "path", "").startswith("/usr/lib/"):
            finder.find_spec("belljar_no_such_module")
    for path in list(sys.path_importer_cache):
        if not path.startswith("/usr/lib/"):
            del sys.path_importer_cache[path]


def open_standard(fd):
    """A standard stream as Python opens it at its start."""
    mode = "wb" if fd else "rb"
    errors = "backslashreplace" if fd == 2 else "surrogateescape"
    file = io.TextIOWrapper(io.open(fd, mode, closefd=False), "utf-8", errors, line_buffering=True)
    file.mode = mode[0]
    return file


_DEEPEST, _SHOWN = 10_000, 1000


def format_exception(error):
    frames, frame = 0, error.__traceback__
    while frame is not None:
        frames, frame = frames + 1, frame.tb_next
    # A recursion that ended for want of memory has left none for a hundred thousand frames in words: it took minutes.
    limit = _SHOWN if frames > _DEEPEST else None
    lines = list(traceback.TracebackException(type(error), error, error.__traceback__, limit=limit,
                                              compact=True).format(colorize=False))
    if limit:
        lines.insert(1, f"  [{frames - limit} of {frames} frames are left out]\n")
    return "".join(lines) + _belljar_hints.note(error)


_evaluate = _belljar.evaluate
_CO_COROUTINE = inspect.CO_COROUTINE

# The event loop that top-level `await` runs on. It lives as long as the session, so that tasks started in one cell
# go on in the next; asyncio.run() makes and closes its own.
_loop = None


async def _run_parts(parts):
    value = None
    for code in parts:
        value = _evaluate(code)
        if code.co_flags & _CO_COROUTINE:
            value = await value
    return value


def run_coroutine(parts):
    """Runs a cell's code objects; (value, None), or (None, exception) with the traceback cut to the cell's frames."""
    global _loop
    if _loop is None or _loop.is_closed():
        _loop = asyncio.new_event_loop()
    asyncio.set_event_loop(_loop)
    task = None
    try:
        task = _loop.create_task(_run_parts(parts))
        return _loop.run_until_complete(task), None
    except BaseException as error:
        if task is not None and not task.done():
            # Interrupted from outside: let the cell's own finally blocks run before it is reported.
            task.cancel()
            try:
                _loop.run_until_complete(task)
            except BaseException:
                pass
        frames = error.__traceback__
        while frames is not None and not any(frames.tb_frame.f_code is code for code in parts):
            frames = frames.tb_next
        return None, error.with_traceback(frames or error.__traceback__)


# Held, because the guest may empty the module.
_shared_random = random._inst


def _reseed_random():
    _shared_random._unseed()
    _shared_random.gauss_next = None


def _reseed_tempfile():
    if (tempfile := sys.modules.get("tempfile")) is not None:
        tempfile._name_sequence = None


def _reseed_uuid():
    if (uuid := sys.modules.get("uuid")) is not None:
        uuid._node = None
        uuid._last_timestamp = None
        uuid._last_timestamp_v7 = None
        uuid._last_counter_v7 = 0


def _reseed_numpy():
    if (numpy_random := sys.modules.get("numpy.random")) is not None:
        numpy_random.seed()


def _reseed_connections():
    if _sandbox_socket._streams:
        _sandbox_socket.forget_connections()


def reseed():
    """After a fork, a resume or a rollback: nothing random may repeat what a sibling session draws. A guest that has
    broken one of these modules draws what it likes, and its next cell runs."""
    for renew in (_reseed_random, _reseed_tempfile, _reseed_uuid, _reseed_numpy, _reseed_connections):
        try:
            renew()
        except BaseException:
            pass
