"""Takes packages apart. Runs in a sandbox; `belljar image build` starts it and believes nothing it says.

Wheels and sdists are zip and tar files of strangers. They are read here, behind the wall, and their files go out one
by one through the tool `put`, which checks each name and counts each byte again. Nothing of a package is executed.
"""

import base64
import csv
import email.parser
import hashlib
import importlib.util
import io
import re
import stat
import tarfile
import unicodedata
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

SITE = "/usr/local/lib/python3.14/site-packages"
MAX_FILE = 64 << 20
MAX_TOTAL = 512 << 20
MAX_ENTRIES = 50_000
NATIVE = re.compile(r"\.(so|pyd|dll|dylib|a|lib|o)(\.\d+)*$")
TESTS = {"test", "tests", "testing"}
CTYPES = re.compile(rb"^[ \t]*(from|import)[ \t]+ctypes\b", re.MULTILINE)
SOURCES = re.compile(r"\.(c|cc|cpp|cxx|h|hpp|pyx|pxd|pxi|f|f90|rs|s|asm)$", re.IGNORECASE)


class Refusal(Exception):
    pass


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def check_name(name, what):
    parts = name.split("/")
    bad = name.startswith("/") or "\\" in name or any(p in ("", ".", "..") for p in parts) or re.match(r"[A-Za-z]:", name)
    if bad or any(unicodedata.category(c).startswith("C") for c in name):
        raise Refusal(f"{what} has a file that would lie outside of it, or has no usable name: {name[:200]!a}")


# ---- archives ----------------------------------------------------------------------------------------------------

def limited(reader, size, name, budget):
    data = reader.read(min(MAX_FILE, budget[0]) + 1)
    budget[0] -= len(data)
    if len(data) > MAX_FILE or budget[0] < 0:
        raise Refusal(f"it unpacks to more than {MAX_TOTAL >> 20} MiB, or {name[:200]!a} to more than {MAX_FILE >> 20}")
    if len(data) != size:
        raise Refusal(f"{name[:200]!a} has another size than the archive says")
    return data


def zip_files(data, what):
    files, budget = {}, [MAX_TOTAL]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) > MAX_ENTRIES:
            raise Refusal(f"{what} has more than {MAX_ENTRIES} files")
        for info in archive.infolist():
            if info.is_dir():
                continue
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG):
                raise Refusal(f"{what} has a link or device in it: {info.filename[:200]!a}")
            check_name(info.filename, what)
            if info.filename in files:
                raise Refusal(f"{what} has {info.filename[:200]!a} twice")
            with archive.open(info) as reader:
                files[info.filename] = limited(reader, info.file_size, info.filename, budget)
    return files


def tar_files(data, what):
    files, budget = {}, [MAX_TOTAL]
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for count, info in enumerate(archive):
            if count > MAX_ENTRIES:
                raise Refusal(f"{what} has more than {MAX_ENTRIES} files")
            if not info.isreg():
                continue  # links in an sdist lead to documentation, if anywhere; a package that needs one does not import
            name = info.name.removeprefix("./")
            check_name(name, what)
            if info.size > MAX_FILE:
                raise Refusal(f"{name[:200]!a} takes more than {MAX_FILE >> 20} MiB")
            files[name] = limited(archive.extractfile(info), info.size, name, budget)
    return files


# ---- wheels ------------------------------------------------------------------------------------------------------

def check_record(files, info, what):
    """Each file is in RECORD with its hash, and nothing is in RECORD that is not there."""
    record = files.get(f"{info}/RECORD")
    if record is None:
        raise Refusal(f"{what} has no RECORD")
    exempt = {f"{info}/RECORD", f"{info}/RECORD.jws", f"{info}/RECORD.p7s"}
    listed = {}
    for row in csv.reader(io.StringIO(record.decode("utf-8"))):
        if len(row) == 3:
            listed[row[0]] = row[1:]
    for name, data in files.items():
        if name in exempt:
            continue
        if name not in listed:
            raise Refusal(f"{what} has a file that its RECORD does not list: {name[:200]!a}")
        algorithm, _, expected = listed[name][0].partition("=")
        if algorithm not in ("sha256", "sha384", "sha512"):
            raise Refusal(f"{what} has no good hash for {name[:200]!a}")
        actual = base64.urlsafe_b64encode(hashlib.new(algorithm, data).digest()).decode().rstrip("=")
        if actual != expected.rstrip("="):
            raise Refusal(f"{what} has another {name[:200]!a} than its RECORD says")
    missing = sorted(set(listed) - set(files) - exempt)
    if missing:
        raise Refusal(f"{what} lacks a file that its RECORD lists: {missing[0][:200]!a}")


def unpack_wheel(job, data):
    what = job["file"]
    files = zip_files(data, what)
    infos = {name.split("/")[0] for name in files if name.split("/")[0].endswith(".dist-info")}
    if len(infos) != 1:
        raise Refusal(f"{what} has no .dist-info folder, or two")
    info = infos.pop()
    check_record(files, info, what)
    metadata = files.get(f"{info}/METADATA")
    if metadata is None:
        raise Refusal(f"{what} has no METADATA")
    kept = {}
    for name, content in files.items():
        match = re.fullmatch(r"[^/]+\.data/([^/]+)/(.+)", name)
        if match and match[1] not in ("purelib", "platlib"):
            continue  # scripts, headers and data: nothing that can be imported
        kept[match[2] if match else name] = content
    if any(name.startswith("../") or NATIVE.search(name) for name in kept):
        native = next(name for name in kept if NATIVE.search(name))
        raise Refusal(f"{what} has native code in it, although it says that it has none: {native}")
    return kept, metadata


# ---- sdists ------------------------------------------------------------------------------------------------------

def unpack_sdist(job, data):
    """The pure-Python part, as it lies there: no setup.py or build backend is asked."""
    what = job["file"]
    files = zip_files(data, what) if what.endswith(".zip") else tar_files(data, what)
    tops = {name.split("/")[0] for name in files}
    if len(tops) != 1:
        raise Refusal(f"{what} has more than one folder at its top")
    top = tops.pop() + "/"
    files = {name[len(top):]: content for name, content in files.items()}
    metadata = files.get("PKG-INFO")
    if metadata is None:
        raise Refusal(f"{what} has no PKG-INFO")
    root, names = find_modules(job, files)
    kept = {}
    for name, content in files.items():
        inner = name[len(root):] if name.startswith(root) else ""
        belongs = inner.split("/")[0] in names if "/" in inner else inner.removesuffix(".py") in names and inner.endswith(".py")
        if belongs and not SOURCES.search(inner) and not NATIVE.search(inner):
            kept[inner] = content
    info = f"{re.sub(r'[-_.]+', '_', job['name'])}-{job['version']}.dist-info"
    kept[f"{info}/METADATA"] = metadata
    kept[f"{info}/INSTALLER"] = b"belljar\n"
    kept[f"{info}/RECORD"] = record_of(kept, info)
    return kept, metadata


def record_of(files, info):
    lines = []
    for name, content in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        lines.append(f"{name},sha256={digest},{len(content)}\n")
    return ("".join(lines) + f"{info}/RECORD,,\n").encode()


def find_modules(job, files):
    """Where the modules lie and what they are called: what setuptools noted, else a folder of the package's name."""
    for name, content in sorted(files.items()):
        match = re.fullmatch(r"((?:[^/]+/)?)[^/]+\.egg-info/top_level\.txt", name)
        if match:
            names = set(content.decode("utf-8", "replace").split())
            if any(f.startswith(tuple(f"{match[1]}{n}{end}" for n in names for end in ("/", ".py"))) for f in files):
                return match[1], names
    wanted = normal(job["name"]).replace("-", "_")
    for root in ("src/", "lib/", "python/", ""):
        found = {name[len(root):].split("/")[0] for name in files if name.startswith(root) and name.endswith("/__init__.py")
                 and name[len(root):].count("/") == 1}
        match = {name for name in found if name.lower() == wanted}
        if match:
            return root, match
        if f"{root}{wanted}.py" in files:
            return root, {wanted}
        if root and len(found) == 1:
            return root, found
    raise Refusal(f"{job['file']}: no pure-Python package was found in it; belljar does not run its build")


# ---- both --------------------------------------------------------------------------------------------------------

def licence(metadata):
    message = email.parser.HeaderParser().parsestr(metadata.decode("utf-8", "replace"))
    text = message.get("License-Expression")
    if not text:
        classifiers = [c.split("::")[-1].strip() for c in message.get_all("Classifier") or [] if c.startswith("License ::")]
        stated = (message.get("License") or "").strip()
        text = stated if stated and "\n" not in stated and len(stated) < 60 else " AND ".join(classifiers)
    return text[:200] or "unknown"


def identity(metadata):
    message = email.parser.HeaderParser().parsestr(metadata.decode("utf-8", "replace"))
    return str(message.get("Name", "")), str(message.get("Version", ""))


def same_version(a, b):
    def plain(text):
        text = re.sub(r"[-_.]?(post|rev|r)[-_.]?", ".post", text.lower().lstrip("v"))
        text = re.sub(r"[-_.]?(alpha|a)[-_.]?(?=\d)", "a", re.sub(r"[-_.]?(beta|b)[-_.]?(?=\d)", "b", text))
        text = re.sub(r"[-_.]?(rc|c|preview|pre)[-_.]?(?=\d)", "rc", text)
        return re.sub(r"(\.0)+(?=$|[a-z+]|\.post|\.dev)", "", re.sub(r"(?<![0-9])0+(?=\d)", "", text))
    return plain(a) == plain(b)


def compiled(name, content):
    """The pyc, as the library's are; None when it is no Python 3."""
    try:
        code = compile(content, f"{SITE}/{name}", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return bytes(_code_to_hash_pyc(code, importlib.util.source_hash(content), False))


def modules_of(kept):
    """What there is to import: folders with an __init__, or, when there are none, single modules."""
    names = sorted({name.split("/")[0] for name in kept if name.endswith("/__init__.py") and name.count("/") == 1})
    if not names:
        names = sorted(name[:-3] for name in kept if name.endswith(".py") and "/" not in name)
    usual = ("test", "tests", "docs", "doc", "examples", "benchmarks")
    return [name for name in names if name.isidentifier() and not name.startswith("_") and name not in usual]


def unpack(job, data, put, scan):
    """What a package is, for the lock."""
    what = job["file"]
    try:
        kept, metadata = (unpack_wheel if job["source"] == "wheel" else unpack_sdist)(job, data)
    except Refusal as refusal:
        return {"error": str(refusal)}
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, ValueError, KeyError, NotImplementedError, RuntimeError,
            csv.Error, LookupError) as error:
        return {"error": f"{what} is damaged: {type(error).__name__}: {str(error)[:200]}"}
    name, version = identity(metadata)
    if normal(name) != normal(job["name"]) or not same_version(version, job["version"]):
        return {"error": f"{what} says that it is {name[:100]} {version[:100]}"}
    paths = sorted(n for n in kept if n.endswith(".pth") and "/" not in n)
    if paths:
        return {"error": f"{what} has {paths[0]}, a file that runs code at every start of Python"}
    not_python = []
    for path, content in sorted(kept.items()):
        if path.endswith(".pyc") or "__pycache__" in path.split("/"):
            continue  # it may be another's
        put(path, content)
        # A package's own tests are imported by nobody who uses it, and are half of some packages.
        if path.endswith(".py") and not TESTS.intersection(path.split("/")[:-1]):
            pyc = compiled(path, content)
            if pyc is None:
                not_python.append(path)
            else:
                put(importlib.util.cache_from_source(path), pyc)
    return {"license": licence(metadata), "modules": modules_of(kept), "files": len(kept), "not_python": not_python[:10],
            "needs_ctypes": any(path.endswith(".py") and CTYPES.search(content) for path, content in kept.items()),
            "findings": scan({path: content for path, content in kept.items() if not TESTS.intersection(path.split("/")[:-1])})}
