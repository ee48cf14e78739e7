"""`install` writes a kernel specification; `launch` is what Jupyter calls because of it."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile

from .. import Error, Session, python_version
from . import _options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_NEEDS = "the Jupyter kernel needs ipykernel and jupyter-client: pip install 'belljar[jupyter]'"
# Not `-m belljar.kernel`: that looks for modules in the notebook's folder first, which a guest may write to.
_START = "import sys; sys.path[:] = filter(None, sys.path); from belljar.kernel import main; sys.exit(main())"


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0; 1: ipykernel is not installed, or the place cannot be written to; 2: the options make no sense."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("ipykernel", "jupyter_client", "IPython", "zmq"):
            raise
        print(f"belljar: {_NEEDS}", file=sys.stderr)
        return 1
    except (Error, TypeError) as error:
        print(f"belljar: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"belljar: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m belljar.kernel", description="A Jupyter kernel whose cells run in a sandbox")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    install = commands.add_parser("install", help="let Jupyter know of it", epilog="The options on what cells may use are those of "
                                  "`belljar run`; their paths are kept as absolute ones. Remove it with `jupyter kernelspec remove NAME`.")
    place = install.add_mutually_exclusive_group()
    place.add_argument("--user", action="store_true", help="for this user (default)")
    place.add_argument("--sys-prefix", action="store_true", help="in this Python's environment")
    place.add_argument("--prefix", metavar="FOLDER", help="in FOLDER/share/jupyter/kernels")
    install.add_argument("--name", default="belljar", help="of the kernel [belljar]")
    install.add_argument("--display-name", metavar="TEXT", help="what notebooks show")
    launch = commands.add_parser("launch", help="be a kernel; Jupyter calls this")
    launch.add_argument("-f", metavar="CONNECTION", required=True, dest="connection_file", help="the connection file")
    for command, run in ((install, _install), (launch, _launch)):
        _options.add_to(command)
        command.set_defaults(run=run)
    return parser


def _install(options: argparse.Namespace) -> int:
    import ipykernel  # noqa: F401  what `launch` will need
    from jupyter_client.kernelspec import KernelSpecManager
    _options.make_absolute(options)
    Session(_options.policy_of(options)).close()  # what is wrong with the options is told here, not by a kernel that dies
    major_minor = ".".join(python_version.split(".")[:2])
    specification = {
        "argv": [sys.executable, "-c", _START, "launch", "-f", "{connection_file}", *_options.words(options)],
        "display_name": options.display_name or f"Python {major_minor} (belljar)",
        "language": "python",
        "metadata": {"debugger": False},
    }
    prefix = sys.prefix if options.sys_prefix else options.prefix
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # it is copied as it is
        with open(os.path.join(folder, "kernel.json"), "w", encoding="utf-8") as file:
            json.dump(specification, file, indent=1)
        try:
            place = KernelSpecManager().install_kernel_spec(folder, options.name, user=prefix is None, prefix=prefix)
        except ValueError as error:
            print(f"belljar: {error}", file=sys.stderr)
            return 2
    print(f"installed the kernel {options.name} in {place}")
    return 0


def _launch(options: argparse.Namespace) -> int:
    from ._kernel import launch
    launch(options.connection_file, _options.policy_of(options))
    return 0
