# Bytes of the interpreter's memory changed at random, and work that comes by much of the interpreter and of the host's
# imports: needs memory.py.
import json
import os
import random
import re
import select
import sqlite3
import time
import zlib

runs = 0


def noise(seed, count, low=1024, high=None, values=range(256)):
    r = random.Random(seed)
    for _ in range(count):
        memory[r.randrange(low, high or readable)] = r.choice(values)


def work():
    global runs
    runs += 1
    here = f"/tmp/work{runs}"
    os.makedirs(here + "/a/b")
    os.chdir(here)
    for i in range(20):
        with open(f"a/{i}", "w") as f:
            f.write("x" * 1000 * i)
    os.rename("a/19", "c")
    os.symlink("c", "l")
    with open("l", "r+b") as f:
        f.truncate(100_000)
        f.seek(70_000)
        f.write(zlib.compress(os.urandom(5000)))
    sqlite3.connect("d").execute("create table t (x)")
    time.sleep(0.001)
    select.select([], [], [], 0.001)
    print(json.dumps([os.listdir("a"), os.stat("c").st_size, os.getcwd(), time.time(), re.sub("a+", "b", "caat")]))
    return [1, "x", {"y": 2.5}]
