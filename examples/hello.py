"""The smallest one: `belljar run examples/hello.py -- you` greets you."""

import sys

name = " ".join(sys.argv[1:]) or "world"
print(f"Hello, {name}, from Python {sys.version_info.major}.{sys.version_info.minor} in a sandbox.")
