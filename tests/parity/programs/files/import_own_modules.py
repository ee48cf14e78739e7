"""Write modules and a package to disk, import them, reload, run with runpy, zipimport, resources and bytecode."""

import importlib
import importlib.resources
import py_compile
import runpy
import sys
import zipfile
from pathlib import Path


def main():
    base = Path("project")
    (base / "shop" / "data").mkdir(parents=True)
    (base / "shop" / "__init__.py").write_text(
        '"""A shop."""\nfrom .prices import total\nVERSION = "1.0"\n__all__ = ["total", "VERSION"]\n'
    )
    (base / "shop" / "prices.py").write_text("RATE = 2\n\ndef total(*amounts):\n    return sum(amounts) * RATE\n")
    (base / "shop" / "__main__.py").write_text("import sys\nprint('running', __name__, __package__, len(sys.argv))\n")
    (base / "shop" / "lazy.py").write_text(
        "print('lazy is loaded')\ndef __getattr__(name):\n    if name == 'magic':\n        return 42\n    raise AttributeError(f'no {name} here')\n"
    )
    (base / "shop" / "data" / "items.txt").write_text("tea\ncake\n")
    (base / "broken.py").write_text("x = 1\ny = = 2\n")
    (base / "failing.py").write_text("before = 1\nraise RuntimeError('while importing')\n")
    (base / "cycle_a.py").write_text("import cycle_b\nvalue = 'a'\n")
    (base / "cycle_b.py").write_text("from cycle_a import value\n")
    sys.path.insert(0, str(base))
    importlib.invalidate_caches()

    import shop
    from shop import prices

    print(
        shop.total(1, 2),
        shop.VERSION,
        shop.__doc__,
        prices.__name__,
        prices.__package__,
        shop.__path__[0].endswith("shop"),
        Path(prices.__file__).name,
    )
    namespace = {}
    exec("from shop import *", namespace)
    print(sorted(n for n in namespace if not n.startswith("__")))
    (base / "shop" / "prices.py").write_text(
        "RATE = 3  # changed\n\ndef total(*amounts):\n    return sum(amounts) * RATE\n\nNEW = True\n"
    )
    importlib.invalidate_caches()
    importlib.reload(prices)
    print(prices.total(1, 2), shop.total(1, 2), prices.NEW)
    from shop.lazy import magic

    print(magic, importlib.import_module(".lazy", "shop").magic)
    print(
        runpy.run_path(str(base / "shop" / "prices.py"), {"extra": 1})["NEW"],
        runpy.run_module("shop", run_name="__main__", alter_sys=False)["__name__"],
    )
    print(
        importlib.resources.files("shop").joinpath("data/items.txt").read_text().split(),
        [
            p.name
            for p in sorted(importlib.resources.files("shop").iterdir(), key=lambda p: p.name)
            if p.name != "__pycache__"
        ],
    )
    for attempt in (
        "import broken",
        "import failing",
        "import cycle_a",
        "from shop import nothing",
        "from shop.lazy import other",
        "import shop.missing",
        "from shop.prices.total import x",
        "import shop.prices as p, nowhere",
    ):
        try:
            exec(attempt)
        except Exception as error:
            print(f"{attempt}: {type(error).__name__}: {str(error).replace(str(Path.cwd()), 'CWD')}")
    print("failing" in sys.modules, "shop.prices" in sys.modules)
    target = py_compile.compile(str(base / "shop" / "prices.py"), cfile="prices.pyc", doraise=True)
    code = runpy.run_path(target)
    print(code["RATE"], importlib.util.MAGIC_NUMBER == Path(target).read_bytes()[:4])
    with zipfile.ZipFile("lib.zip", "w") as archive:
        archive.writestr("inzip/__init__.py", "NAME = __name__\nFILE = __file__")
        archive.writestr("inzip/sub.py", "from . import NAME\nSUB = NAME + '.sub'")
        archive.writestr("__main__.py", "print('main of the archive')")
    sys.path.append("lib.zip")
    from inzip import sub

    print(sub.SUB, sub.__loader__.__class__.__name__, sys.modules["inzip"].FILE.endswith("lib.zip/inzip/__init__.py"))
    runpy.run_path("lib.zip", run_name="__main__")
    spec = importlib.util.spec_from_file_location("loaded_by_path", base / "shop" / "prices.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    print(module.total(5), module.__spec__.origin.endswith("prices.py"), "loaded_by_path" in sys.modules)
    (base / "space").mkdir()
    (base / "space" / "inner.py").write_text("here = __name__")
    importlib.invalidate_caches()
    import space.inner

    print(space.inner.here, space.__file__ if hasattr(space, "__file__") else None, type(space.__path__).__name__)


if __name__ == "__main__":
    main()
