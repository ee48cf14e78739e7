"""`python -m belljar.kernel install` and `python -m belljar.kernel launch -f CONNECTION`."""

from __future__ import annotations

import sys

from . import main

if __name__ == "__main__":
    sys.exit(main())
