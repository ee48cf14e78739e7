"""What to do instead of what cannot work here, in words."""

import errno

PACKAGES = ("packages cannot be installed from inside this sandbox. They are put into an image, from outside: "
            "belljar image build --from base -r requirements.txt --output my.bjimg, then belljar run --image my.bjimg")
_NO_PROCESSES = ("this sandbox has no processes: commands and programs cannot be run. Do the work in Python instead, "
                 "with the standard library")


def no_processes(command=""):
    """The exception for running this command, or its list of arguments."""
    words = command.split() if isinstance(command, str) else [str(word) for word in command or ()]
    names = [word.rpartition("/")[2] for word in words[:4]]
    wants_packages = names[:1] and names[0].startswith(("pip", "uv", "conda")) or "-m pip" in " ".join(names)
    return OSError(errno.ENOTSUP, f"{_NO_PROCESSES}; {PACKAGES}" if wants_packages else _NO_PROCESSES)


def note(error):
    """What to add to a traceback: to that of `!pip install x` and the like, which is no Python."""
    text = getattr(error, "text", None)
    if isinstance(error, SyntaxError) and isinstance(text, str):
        words = text.strip().lstrip("!%").split()
        if words[:2] == ["pip", "install"] or words[:2] == ["uv", "pip"]:
            return PACKAGES + "\n"
    return ""
