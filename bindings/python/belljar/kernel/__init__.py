"""A Jupyter kernel whose cells run in a sandbox: `python -m belljar.kernel install`. The guide: docs/guide/jupyter.md."""

from __future__ import annotations


def main() -> int:
    """The command line: `install` and `launch`."""
    from ._command_line import main
    return main()
