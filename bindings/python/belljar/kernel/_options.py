"""What cells may use, as options of the command line and as a Policy."""

from __future__ import annotations

import argparse
import os

from .. import Policy
from .._policy import _mount

_LIMITS = {"memory": "SIZE", "cpu": "SECONDS", "wall": "SECONDS"}
_HELP = {"memory": "linear memory, Python itself (about 20M) included [256M]", "cpu": "CPU time per cell [10]",
         "wall": "wall time per cell [30]"}


def add_to(parser: argparse.ArgumentParser) -> None:
    """The options, for a command."""
    parser.add_argument("--policy", metavar="FILE", help="a policy file (TOML); the options beside it count before it")
    parser.add_argument("--image", metavar="FILE", help="begin with this image, or go on from this snapshot")
    for name, metavar in _LIMITS.items():
        parser.add_argument(f"--{name}", metavar=metavar, help=_HELP[name])
    parser.add_argument("--mount", metavar="HOST:GUEST[:ro|rw|cow]", action="append", default=[],
                        help="a folder or file of yours, read-only unless told; repeatable")
    parser.add_argument("--allow-net", metavar="RULE", action="append", default=[],
                        help='what may be requested: "GET https://api.example.com/v1/"; repeatable')


def make_absolute(options: argparse.Namespace) -> None:
    """The paths among them: a kernel starts in another folder."""
    for name in ("policy", "image"):
        path = getattr(options, name)
        setattr(options, name, path and os.path.abspath(path))
    options.mount = ["{}:{}:{}".format(os.path.abspath(host), guest, mode) for host, guest, mode in map(_mount, options.mount)]


def words(options: argparse.Namespace) -> list[str]:
    """The same options, to be read again."""
    named = [(name, getattr(options, name)) for name in ("policy", "image", *_LIMITS)]
    given = [(name, value) for name, value in named if value is not None]
    given += [("mount", mount) for mount in options.mount] + [("allow-net", rule) for rule in options.allow_net]
    # In one word each: a value may begin with a dash.
    return [f"--{name}={value}" for name, value in given]


def policy_of(options: argparse.Namespace) -> Policy:
    """A policy of its own, to which more may be added. InvalidArgumentError, IoError."""
    policy = Policy.load(options.policy) if options.policy else Policy()
    policy._set(**{name: getattr(options, name) for name in _LIMITS})
    for mount in options.mount:
        policy._add_mount(mount)
    if options.allow_net:
        policy._native.allow_net(options.allow_net)
    if options.image:
        policy.image = options.image
    return policy
