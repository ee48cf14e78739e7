"""The programs that peers.py runs inside: what of Python is there, and known ways out.

A feature is there when its program prints what it should. An escape never prints anything of the host's by itself: in
its text are the name of a file, of a folder, of an environment variable and a port, and contain.py sees whether what is
behind them was reached.
"""

from __future__ import annotations

# name -> (program, what it prints)
FEATURES: dict[str, tuple[str, str]] = {
    "classes that inherit": (
        "class A:\n    def f(self):\n        return 1\n"
        "class B(A):\n    def f(self):\n        return super().f() + 1\n"
        "print(B().f(), isinstance(B(), A))", "2 True"),
    "generators": (
        "def count(n):\n    for i in range(n):\n        yield i * i\n"
        "print(list(count(4)), list(x + 1 for x in count(3)))", "[0, 1, 4, 9] [1, 2, 5]"),
    "async and await": (
        "import asyncio\nasync def one(n):\n    await asyncio.sleep(0)\n    return n\n"
        "async def both():\n    return await asyncio.gather(one(1), one(2))\n"
        "print(asyncio.run(both()))", "[1, 2]"),
    "await at top level": (
        "async def one(n):\n    return n\nprint(await one(3))", "3"),
    "try and finally": (
        "try:\n    try:\n        raise ValueError('no')\n    finally:\n        print('f')\n"
        "except (KeyError, ValueError) as e:\n    print(e)", "f\nno"),
    "an exception class of its own": (
        "class Wrong(ValueError):\n    pass\ntry:\n    raise Wrong('no')\n"
        "except ValueError as e:\n    print(isinstance(e, Wrong), e)", "True no"),
    "with and context managers": (
        "class C:\n    def __enter__(self):\n        return 5\n    def __exit__(self, *a):\n        print('out')\n"
        "with C() as c:\n    print(c)", "5\nout"),
    "match": (
        "def f(x):\n    match x:\n        case {'a': [first, *_]}:\n            return first\n"
        "        case _:\n            return None\nprint(f({'a': [7, 8]}), f(1))", "7 None"),
    "dataclasses": (
        "from dataclasses import dataclass, field\n@dataclass\nclass P:\n    x: int\n"
        "    tags: list = field(default_factory=list)\nprint(P(1) == P(1), P(3))", "True P(x=3, tags=[])"),
    "decorators and closures": (
        "def twice(f):\n    def g(*a, **k):\n        return f(*a, **k) * 2\n    return g\n"
        "@twice\ndef add(a, b=1):\n    return a + b\nprint(add(2, b=3))", "10"),
    "json": (
        "import json\nprint(json.loads('[1, {\"a\": null}]'), json.dumps({'b': 2.5}))",
        "[1, {'a': None}] {\"b\": 2.5}"),
    "re, datetime": (
        "import re, datetime\n"
        "print(re.sub(r'(\\w)(\\d)', r'\\2\\1', 'a1b2'), datetime.date(2024, 2, 29).isoformat())", "1a2b 2024-02-29"),
    "collections, itertools": (
        "import collections, itertools\n"
        "print(collections.Counter('abca').most_common(1), list(itertools.permutations('ab')))",
        "[('a', 2)] [('a', 'b'), ('b', 'a')]"),
    "functools": ("import functools\nprint(functools.reduce(lambda a, b: a * b, [2, 3, 4]))", "24"),
    "statistics": ("import statistics\nprint(statistics.median([3, 1, 2]))", "2"),
    "decimal": ("import decimal\nprint(decimal.Decimal('0.1') + decimal.Decimal('0.2'))", "0.3"),
    "fractions": ("import fractions\nprint(fractions.Fraction(1, 3) + 1)", "4/3"),
    "csv": ("import csv, io\nprint(next(csv.reader(io.StringIO('a,\"b,c\"'))))", "['a', 'b,c']"),
    "hashlib, zlib": (
        "import hashlib, zlib\n"
        "print(hashlib.sha256(b'').hexdigest()[:8], zlib.decompress(zlib.compress(b'x' * 9)))",
        "e3b0c442 b'xxxxxxxxx'"),
    "sqlite3": (
        "import sqlite3\ndb = sqlite3.connect(':memory:')\ndb.execute('create table t (x)')\n"
        "db.executemany('insert into t values (?)', [(1,), (2,)])\n"
        "print(db.execute('select sum(x) from t').fetchone()[0])", "3"),
    "files in a folder of its own": (
        "with open('probe.txt', 'w') as f:\n    f.write('hi')\n"
        "with open('probe.txt') as f:\n    print(f.read())", "hi"),
    "exec and eval": ("space = {}\nexec('y = 6 * 7', space)\nprint(eval('y + 1', space))", "43"),
    "threads": (
        "import threading\nseen = []\nt = threading.Thread(target=seen.append, args=(1,))\n"
        "t.start()\nt.join()\nprint(seen)",
        "[1]"),
    "processes": (
        "import subprocess\nprint(subprocess.run(['/bin/echo', 'hi'], capture_output=True).stdout)", "b'hi\\n'"),
}

UP_THE_FRAMES = "while frame.f_back:\n    frame = frame.f_back\nprint(frame.f_builtins['open']('@FILE@').read())"

# name -> program
ESCAPES: dict[str, str] = {
    "open a file of the host": "print(open('@FILE@').read())",
    "run a program of the host": "import os\nprint(os.popen('cat @FILE@').read())",
    "write a file of the host": "with open('@FOLDER@/marker', 'w') as f:\n    f.write('x')",
    "the host's environment": "import os\nprint(os.environ['@VARIABLE@'])",
    "connect a socket to the host": "import socket\nsocket.create_connection(('127.0.0.1', @PORT@), 2).sendall(b'x')",
    "subclasses of object": (
        "for c in ().__class__.__base__.__subclasses__():\n"
        "    g = getattr(c.__init__, '__globals__', None)\n"
        "    if g and '__builtins__' in g:\n        b = g['__builtins__']\n"
        "        print((b['open'] if isinstance(b, dict) else b.open)('@FILE@').read())\n        break"),
    "frames behind a generator": (
        "def g():\n    yield me.gi_frame.f_back\nme = g()\nframe = [f for f in me][0]\n" + UP_THE_FRAMES),
    "frames behind a traceback": (
        "try:\n    1 / 0\nexcept Exception as e:\n    frame = e.__traceback__.tb_frame\n" + UP_THE_FRAMES),
    "format string on a host function": (
        "for way in ['{0.__globals__[os].environ}', '{0.__wrapped__.__globals__[os].environ}']:\n"
        "    try:\n        print(way.format(quote))\n"
        "    except Exception as e:\n        print(e)"),
    "a module's private import": "import random\nprint(random._os.popen('cat @FILE@').read())",
    "a module's public import": (
        "def by_re():\n    import re\n    return re.enum.sys.modules['os']\n"
        "def by_statistics():\n    import statistics\n    return statistics.sys.modules['os']\n"
        "def by_queue():\n    import queue\n    return queue.threading.sys.modules['os']\n"
        "for way in [by_re, by_statistics, by_queue]:\n"
        "    try:\n        print(way().popen('cat @FILE@').read())\n"
        "    except Exception as e:\n        print(e)"),
    "objects of the host's language": (
        "import js\nprint(js.process.env.@VARIABLE@)"),
    "end the process": "import os\nos._exit(7)",
    "crash by ctypes": "import ctypes\nctypes.string_at(0)",
    "crash by a deep structure": "x = ()\nfor i in range(300000):\n    x = (x,)\nprint(hash(x))",
    "crash by recursion in C": (
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(x):\n    return sorted([1], key=f)\nf(1)"),
    "a loop": "while True:\n    pass",
    "a loop that catches everything": (
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"),
    "one call that takes for ever": "print(sum(range(10**14)))",
    "a regular expression that takes for ever": "import re\nprint(re.match(r'(a+)+$', 'a' * 64 + 'b'))",
    "10 GB at once": "x = 'x' * 10**10\nprint(len(x))",
    "a list that grows": "x = []\nwhile True:\n    x.append(str(len(x)) * 100000)",
    "output without end": "while True:\n    print('x' * 1000000)",
}

TAKES_MEMORY = {"10 GB at once", "a list that grows", "output without end"}

# What is done with a peer's own defaults, to see whether it has limits when nobody asked for them.
DEFAULT_LIMITS: dict[str, str] = {
    "time": "a loop",
    "memory": "a list that grows",
}
