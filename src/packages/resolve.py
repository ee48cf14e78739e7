"""Chooses and fetches the packages of an image. Runs in the host's Python; `belljar image build` starts it.

A job comes as JSON on standard input; progress and the result go as JSON lines to standard output, files into the
job's folder. Nothing of a package is executed: metadata is read as text, from the index or out of the archive.

pip's own pieces do the work (its resolver, versions, markers, HTTP), and pip's configuration says which index, proxy
and certificates: they come with every pip since 21. Calling `pip download` would not do: it takes markers from the
Python that runs it and not from the sandbox's, and to look into an sdist it runs the sdist's code.
"""

import email.parser
import hashlib
import html.parser
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import urllib.parse
import zipfile

MAX_PAGE = 64 << 20
MAX_METADATA = 4 << 20
MAX_FILE = 256 << 20
MAX_TOTAL = 1 << 30
MAX_PACKAGES = 1000
TIMEOUT = (15, 60)
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
SDISTS = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")

# What is mostly native code: to say so before megabytes are fetched, and to say what else there is.
NATIVE = {
    "numpy": "plain lists, array, statistics and math do without it; or give the sandbox a tool that computes on the host",
    "scipy": "see sympy, networkx or a tool on the host", "pandas": "csv, sqlite3 and statistics are in the sandbox",
    "polars": "csv and sqlite3 are in the sandbox", "pyarrow": "", "matplotlib": "draw SVG as text",
    "scikit-learn": "", "torch": "", "tensorflow": "", "jax": "", "opencv-python": "", "pillow": "",
    "lxml": "xml.etree and beautifulsoup4 with html.parser are pure", "cryptography": "hashlib, hmac and secrets are in the sandbox",
    "pydantic-core": "attrs and dataclasses are pure", "orjson": "json is in the sandbox", "ujson": "json is in the sandbox",
    "psycopg2": "", "grpcio": "", "greenlet": "", "cffi": "", "pynacl": "", "bcrypt": "", "lz4": "",
    "zstandard": "compression.zstd is in the sandbox", "tiktoken": "", "tokenizers": "", "rpds-py": "jsonschema before 4.18 is pure",
}


class Refusal(Exception):
    def __init__(self, message, hint=""):
        super().__init__(message)
        self.hint = hint


def say(**line):
    print(json.dumps(line), flush=True)


try:
    from pip._vendor import requests, resolvelib
    from pip._vendor.packaging.markers import Marker
    from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
    from pip._vendor.packaging.specifiers import InvalidSpecifier, SpecifierSet
    from pip._vendor.packaging.utils import canonicalize_name
    from pip._vendor.packaging.version import InvalidVersion, Version
except ImportError:
    say(error="the host's python3 has no pip", hint="install pip (python3 -m ensurepip, or your system's python3-pip)")
    sys.exit(0)


# ---- where packages come from ------------------------------------------------------------------------------------

class File:
    """One file that an index or a folder offers."""

    def __init__(self, name, url=None, path=None, sha256=None, requires_python=None, yanked=False, metadata=None):
        self.name, self.url, self.path, self.sha256 = name, url, path, sha256
        self.requires_python, self.yanked, self.metadata = requires_python, yanked, metadata
        self.is_wheel = name.endswith(".whl")


class SimplePage(html.parser.HTMLParser):
    """A page of a simple index in HTML (PEP 503)."""

    def __init__(self, url):
        super().__init__()
        self.url, self.files = url, []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "base" and attributes.get("href"):
            self.url = urllib.parse.urljoin(self.url, attributes["href"])
        if tag != "a" or not attributes.get("href"):
            return
        url, _, fragment = urllib.parse.urljoin(self.url, attributes["href"]).partition("#")
        sha256 = dict(part.partition("=")[::2] for part in fragment.split("&")).get("sha256")
        metadata = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
        self.files.append(File(urllib.parse.unquote(url.rsplit("/", 1)[-1]), url=url, sha256=sha256,
                               requires_python=attributes.get("data-requires-python"),
                               yanked="data-yanked" in attributes, metadata=metadata))


def pip_settings():
    """What pip is configured to do, merged as pip does: the environment, then `install`, then `global`."""
    listed = subprocess.run([sys.executable, "-I", "-m", "pip", "config", "list"], capture_output=True, text=True)
    settings = {}
    order = {"global": 0, "download": 1, "install": 2, ":env:": 3}
    for line in listed.stdout.splitlines():
        key, equals, value = line.partition("=")
        section, dot, name = key.rpartition(".")
        if equals and section in order and order[section] >= settings.get(name, (-1,))[0]:
            settings[name] = (order[section], value.strip()[1:-1])
    return {name: value for name, (_, value) in settings.items()}


class Sources:
    def __init__(self, job):
        self.folder = job["folder"]
        self.fetched_bytes = 0
        self.pages = {}
        self.metadata = {}
        settings = pip_settings() if not job["wheels"] else {}
        self.folders = list(job["wheels"])
        for place in settings.get("find-links", "").split():
            place = place[len("file://"):] if place.startswith("file://") else place
            if os.path.isdir(place):
                self.folders.append(place)
        self.indexes = []
        if not job["wheels"] and settings.get("no-index", "").lower() not in ("1", "true", "yes"):
            self.indexes.append(settings.get("index-url") or self.default_index())
            self.indexes += settings.get("extra-index-url", "").split()
        self.session = requests.Session()
        self.session.headers["User-Agent"] = "belljar"
        if settings.get("cert"):
            self.session.verify = settings["cert"]
        if settings.get("client-cert"):
            self.session.cert = settings["client-cert"]
        if settings.get("proxy"):
            self.session.proxies = {"http": settings["proxy"], "https": settings["proxy"]}
        self.local = [(name, os.path.join(folder, name)) for folder in self.folders
                      for name in sorted(os.listdir(folder))]

    @staticmethod
    def default_index():
        from pip._internal.models.index import PyPI
        return PyPI.simple_url

    def get(self, url, limit, accept="*/*"):
        """The body, or None when there is no such thing."""
        try:
            with self.session.get(url, stream=True, timeout=TIMEOUT, headers={"Accept": accept}) as response:
                if response.status_code == 404:
                    return None, None, None
                response.raise_for_status()
                body = bytearray()
                for chunk in response.iter_content(1 << 16):
                    body += chunk
                    if len(body) > limit:
                        raise Refusal(f"{shown(url)} is larger than {limit >> 20} MiB")
                return bytes(body), response.headers.get("Content-Type", ""), response.url
        except requests.RequestException as error:
            raise Refusal(f"cannot fetch {shown(url)}: {type(error).__name__}",
                          "check the network and pip's index settings (pip config list), or use --wheels DIR") from None

    def files(self, project):
        """All that is offered for a project; None when no source knows it."""
        if project in self.pages:
            return self.pages[project]
        found, known = [], False
        for name, path in self.local:
            if project_of(name) == project and os.path.isfile(path):
                known = True
                found.append(File(name, path=path))
        for index in self.indexes:
            url = f"{index.rstrip('/')}/{project}/"
            body, kind, final = self.get(url, MAX_PAGE, ACCEPT)
            if body is None:
                continue
            known = True
            found += json_page(body, final) if "json" in kind else html_page(body, final)
        self.pages[project] = found if known else None
        return self.pages[project]

    def fetch(self, file):
        """Where the file is, with a hash that is right."""
        if file.path and file.sha256:
            return file.path
        if file.path:
            if os.path.getsize(file.path) > MAX_FILE:
                raise Refusal(f"{file.name} is larger than {MAX_FILE >> 20} MiB")
            with open(file.path, "rb") as opened:
                file.sha256 = hashlib.sha256(opened.read()).hexdigest()
            return file.path
        body, _, _ = self.get(file.url, MAX_FILE)
        if body is None:
            raise Refusal(f"the index lists {file.name} and does not have it")
        self.fetched_bytes += len(body)
        if self.fetched_bytes > MAX_TOTAL:
            raise Refusal(f"the packages take more than {MAX_TOTAL >> 30} GiB")
        actual = hashlib.sha256(body).hexdigest()
        if file.sha256 and file.sha256 != actual:
            raise Refusal(f"{file.name} has another hash than its index says", "do not trust this index or what is between")
        file.sha256 = actual
        file.path = os.path.join(self.folder, f"{len(os.listdir(self.folder))}-{os.path.basename(file.name)}")
        with open(file.path, "xb") as out:
            out.write(body)
        return file.path


def shown(url):
    """Without user and password."""
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def json_page(body, url):
    try:
        files = json.loads(body)["files"]
        return [File(f["filename"], url=urllib.parse.urljoin(url, f["url"]).partition("#")[0],
                     sha256=f.get("hashes", {}).get("sha256"), requires_python=f.get("requires-python"),
                     yanked=f.get("yanked", False) is not False,
                     metadata=f.get("core-metadata", f.get("data-dist-info-metadata"))) for f in files]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal(f"{shown(url)} is not a page of a package index") from None


def html_page(body, url):
    page = SimplePage(url)
    page.feed(body.decode("utf-8", "replace"))
    return page.files


def stem(name):
    return next((name[:-len(end)] for end in (".whl", *SDISTS) if name.endswith(end)), None)


def project_of(name):
    base = stem(name)
    if base is None:
        return None
    return canonicalize_name(base.split("-")[0] if name.endswith(".whl") else base.rpartition("-")[0])


def version_of(name, project):
    base = stem(name)
    if base is None:
        return None
    text = None
    if name.endswith(".whl"):
        parts = base.split("-")
        text = parts[1] if len(parts) in (5, 6) else None
    else:
        # foo-bar-1.0: where the name ends is where the rest is a version
        for at in (m.start() for m in re.finditer("-", base)):
            if canonicalize_name(base[:at]) == project:
                text = base[at + 1:]
    try:
        return Version(text) if text else None
    except InvalidVersion:
        return None


def is_pure(name, python):
    """The wheel is for any platform, and for a Python that the sandbox's is."""
    tags = stem(name).split("-")[-3:]
    minor = int(python.split(".")[1])
    pythons = {"py3", f"cp3{minor}"} | {f"py3{n}" for n in range(minor + 1)}
    return bool(pythons & set(tags[0].split("."))) and "none" in tags[1].split(".") and "any" in tags[2].split(".")


# ---- metadata ----------------------------------------------------------------------------------------------------

def parse_metadata(data):
    if len(data) > MAX_METADATA:
        raise Refusal("a package's metadata is larger than 4 MiB")
    return email.parser.HeaderParser().parsestr(data.decode("utf-8", "replace"))


def metadata_in_archive(path, name):
    """METADATA of a wheel, PKG-INFO of an sdist."""
    wanted = re.compile(r"[^/]+\.dist-info/METADATA" if name.endswith(".whl") else r"[^/]+/PKG-INFO")
    try:
        if name.endswith((".whl", ".zip")):
            with zipfile.ZipFile(path) as archive:
                for info in archive.infolist():
                    if wanted.fullmatch(info.filename):
                        with archive.open(info) as member:
                            return member.read(MAX_METADATA + 1)
        else:
            with tarfile.open(path) as archive:
                for count, info in enumerate(archive):
                    if count > 50_000:
                        break
                    if info.isreg() and wanted.fullmatch(info.name):
                        return archive.extractfile(info).read(MAX_METADATA + 1)
    except Refusal:
        raise
    except Exception as error:  # whatever these modules make of bytes that are no archive
        raise Refusal(f"{name} is damaged: {type(error).__name__}") from None
    raise Refusal(f"{name} has no metadata")


# ---- resolution --------------------------------------------------------------------------------------------------

class Candidate:
    def __init__(self, name, version, file=None, siblings=(), installed=None, extras=frozenset()):
        self.name, self.version, self.file, self.siblings = name, version, file, siblings
        self.installed, self.extras = installed, extras


class Wanted:
    """A requirement, and who says so."""

    def __init__(self, requirement, by):
        self.requirement, self.by = requirement, by
        self.name = canonicalize_name(requirement.name)
        self.extras = frozenset(requirement.extras)


class Provider(resolvelib.AbstractProvider):
    def __init__(self, job, sources, constraints, hashes):
        self.sources, self.constraints, self.hashes = sources, constraints, hashes
        self.environment = job["environment"]
        self.python = job["environment"]["python_full_version"]
        self.installed = {canonicalize_name(p["name"]): p for p in job["installed"]}
        self.why_not = {}
        self.seen = set()

    def identify(self, requirement_or_candidate):
        return (requirement_or_candidate.name, requirement_or_candidate.extras)

    def get_preference(self, identifier, resolutions, candidates, information, **_):
        pinned = any(s.operator in ("==", "===") for i in information[identifier]
                     for s in getattr(i.requirement, "requirement", None).specifier)
        return (not pinned, identifier[0], sorted(identifier[1]))

    def find_matches(self, identifier, requirements, incompatibilities):
        name, extras = identifier
        wanted = list(requirements[identifier])
        specifiers = SpecifierSet()
        for one in wanted:
            specifiers &= one.requirement.specifier
        specifiers &= self.constraints.get(name, SpecifierSet())
        refused = {candidate.version for candidate in incompatibilities[identifier]}
        return [c for c in self.candidates(name, extras, specifiers, wanted[0].by) if c.version not in refused]

    def candidates(self, name, extras, specifiers, by):
        if name in self.installed:
            version = Version(self.installed[name]["version"])
            self.why_not[name] = f"the image that --from names has {name} {version}"
            fits = specifiers.contains(version, prereleases=True)
            return [Candidate(name, version, installed=self.installed[name], extras=extras)] if fits else []
        files = self.sources.files(name)
        if files is None:
            raise Refusal(f"there is no package '{name}'" + (f", which {by} requires" if by else ""),
                          "check the name" + (" and what is in the folder that --wheels names" if self.sources.folders else ""))
        by_version = {}
        for file in files:
            version = version_of(file.name, name)
            if version is not None:
                by_version.setdefault(version, []).append(file)
        pinned = any(s.operator in ("==", "===") and "*" not in s.version for s in specifiers)
        fitting = set(specifiers.filter(by_version)) if by_version else set()
        chosen = []
        for version in sorted(fitting, reverse=True):
            usable = [f for f in by_version[version] if self.is_usable(f, name, version, pinned)]
            best = self.best(usable, name)
            if best:
                chosen.append(Candidate(name, version, best, by_version[version], extras=extras))
        if not chosen:
            self.explain(name, by_version, fitting)
        return chosen

    def is_usable(self, file, name, version, pinned):
        if file.yanked and not pinned:
            self.why_not[name] = f"{name} {version} was yanked by its authors; to take it all the same, pin it: {name}=={version}"
            return False
        try:
            if file.requires_python and not SpecifierSet(file.requires_python).contains(self.python, prereleases=True):
                self.why_not[name] = f"{name} {version} requires Python {file.requires_python}, the sandbox has {self.python}"
                return False
        except InvalidSpecifier:
            pass
        return True

    def best(self, files, name):
        """A wheel for every platform, else the sdist."""
        allowed = self.hashes.get(name)
        if self.hashes and allowed is not None:
            for file in files:
                if not file.sha256:
                    self.sources.fetch(file)
            matching = [f for f in files if f.sha256 in allowed]
            if files and not matching:
                self.why_not[name] = f"no file of {name} has a hash that the requirements file allows"
            files = matching
        wheels = [f for f in files if f.is_wheel and is_pure(f.name, self.python)]
        sdists = [f for f in files if not f.is_wheel]
        if not wheels and any(f.is_wheel for f in files) and name in NATIVE:
            raise Refusal(f"{name} is native code: it has wheels for single platforms only, and nothing in it works without them",
                          NATIVE[name])
        if not wheels and not sdists and files:
            self.why_not[name] = f"{name} has wheels for single platforms only, and no source: it is native code"
        return wheels[0] if wheels else sdists[0] if sdists else None

    def explain(self, name, by_version, fitting):
        if not by_version:
            self.why_not.setdefault(name, f"nothing that can be used is offered for {name}")
        elif not fitting:
            newest = max(by_version)
            self.why_not.setdefault(name, f"the newest version of {name} that is offered is {newest}")

    def is_satisfied_by(self, requirement, candidate):
        return requirement.requirement.specifier.contains(candidate.version, prereleases=True)

    def get_dependencies(self, candidate):
        if candidate.extras:
            same = Wanted(Requirement(f"{candidate.name}=={candidate.version}"), candidate.name)
            return [same, *self.requires(candidate, candidate.extras)]
        return self.requires(candidate, [""])

    def requires(self, candidate, extras):
        key = (candidate.name, candidate.version)
        if key not in self.seen:
            self.seen.add(key)
            say(progress=f"looking at {candidate.name} {candidate.version}")
            if len(self.seen) > MAX_PACKAGES:
                raise Refusal(f"more than {MAX_PACKAGES} packages were looked at", "pin versions")
        found = []
        for text in self.metadata(candidate).get_all("Requires-Dist") or []:
            try:
                requirement = Requirement(text)
            except InvalidRequirement:
                raise Refusal(f"{candidate.name} {candidate.version} has a requirement that is none: {text[:200]}") from None
            marker = requirement.marker
            if marker and not any(marker.evaluate({**self.environment, "extra": extra}) for extra in extras):
                continue
            check_requirement(requirement)
            found.append(Wanted(requirement, candidate.name))
        return found

    def metadata(self, candidate):
        key = (candidate.name, candidate.version)
        if key not in self.sources.metadata:
            self.sources.metadata[key] = parse_metadata(self.load_metadata(candidate))
        return self.sources.metadata[key]

    def load_metadata(self, candidate):
        if candidate.installed:
            return candidate.installed["metadata"].encode()
        # An sdist's own metadata often leaves dependencies out: those of a wheel of the same version do not.
        wheels = [candidate.file] if candidate.file.is_wheel else [f for f in candidate.siblings if f.is_wheel]
        for file in wheels:
            if not file.metadata or not file.url:
                continue
            body, _, _ = self.sources.get(file.url + ".metadata", MAX_METADATA)
            sha256 = file.metadata.get("sha256") if isinstance(file.metadata, dict) else \
                dict([str(file.metadata).partition("=")[::2]]).get("sha256")
            if body is not None:
                if sha256 and hashlib.sha256(body).hexdigest() != sha256:
                    raise Refusal(f"the metadata of {file.name} has another hash than its index says")
                return body
        return metadata_in_archive(self.sources.fetch(candidate.file), candidate.file.name)


# ---- requirements ------------------------------------------------------------------------------------------------

def check_requirement(requirement):
    if requirement.url:
        raise Refusal(f"{requirement.name} is required from a URL", "packages come from an index or a folder of wheels (--wheels DIR)")


def logical_lines(path, depth=0):
    """(where, text) without comments and with continued lines joined."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(MAX_METADATA)
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"cannot read {path}: {getattr(error, 'strerror', None) or 'it is not UTF-8'}") from None
    pending, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*$", "", line).rstrip()
        start = start if pending else number
        if line.endswith("\\"):
            pending += line[:-1] + " "
            continue
        line, pending = (pending + line).strip(), ""
        if line:
            yield f"{path}:{start}", line
    if pending.strip():
        yield f"{path}:{start}", pending.strip()


def read_requirements(path, into, constraints, hashes, is_constraint=False, depth=0):
    if depth > 10:
        raise Refusal(f"{path}: requirements files include each other")
    for where, line in logical_lines(path):
        included = re.fullmatch(r"(-r|--requirement|-c|--constraint)[ =]?\s*(\S+)", line)
        if included:
            nested = os.path.join(os.path.dirname(path), included[2])
            read_requirements(nested, into, constraints, hashes, is_constraint or included[1] in ("-c", "--constraint"), depth + 1)
            continue
        if line.startswith("-"):
            raise Refusal(f"{where}: '{line.split()[0]}' is not understood here",
                          "requirements, hashes, -r and -c are; an index is set in pip's configuration")
        text, *options = re.split(r"\s+(?=--)", line)
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise Refusal(f"{where}: '{text}' is no requirement", str(error).split("\n")[0]) from None
        check_requirement(requirement)
        name = canonicalize_name(requirement.name)
        for option in options:
            match = re.fullmatch(r"--hash[= ]sha256:([0-9a-fA-F]{64})", option.strip())
            if not match:
                raise Refusal(f"{where}: '{option.strip()}' is not understood here", "only --hash=sha256:... is")
            hashes.setdefault(name, set()).add(match[1].lower())
        if is_constraint:
            constraints[name] = constraints.get(name, SpecifierSet()) & requirement.specifier
        else:
            into.append((where, requirement))


def conflict(error, provider):
    lines = []
    for cause in error.causes:
        requirement = cause.requirement
        by = requirement.by or "the requirements"
        lines.append(f"{by} requires {requirement.requirement}")
    names = {cause.requirement.name for cause in error.causes}
    reasons = [provider.why_not[name] for name in sorted(names) if name in provider.why_not]
    text = "; ".join(dict.fromkeys(lines))
    if len(set(lines)) == 1 and reasons:
        return Refusal(f"cannot install {text.split(' requires ')[1]}: {reasons[0]}")
    return Refusal(f"the requirements contradict each other: {text}", "; ".join(reasons))


def resolve(job):
    listed, constraints, hashes = [], {}, {}
    for path in job["requirement_files"]:
        read_requirements(path, listed, constraints, hashes)
    for text in job["requirements"]:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            raise Refusal(f"'{text}' is no requirement", "write a name such as attrs, or attrs==25.1") from None
        check_requirement(requirement)
        listed.append(("the command line", requirement))
    roots = [Wanted(r, None) for _, r in listed if not r.marker or r.marker.evaluate({**job["environment"], "extra": ""})]
    if hashes:
        for where, requirement in listed:
            if not any(s.operator == "==" for s in requirement.specifier) or canonicalize_name(requirement.name) not in hashes:
                raise Refusal(f"{where}: {requirement.name} has no version or no hash, and others have",
                              "with hashes, all requirements need name==version --hash=sha256:...")
    sources = Sources(job)
    provider = Provider(job, sources, constraints, hashes)
    try:
        result = resolvelib.Resolver(provider, resolvelib.BaseReporter()).resolve(roots, max_rounds=2000)
    except resolvelib.ResolutionImpossible as error:
        raise conflict(error, provider) from None
    except resolvelib.ResolutionTooDeep:
        raise Refusal("no versions were found that fit together", "pin versions") from None
    requested = {root.name for root in roots}
    chosen = {}
    for candidate in result.mapping.values():
        chosen.setdefault(candidate.name, candidate)
    packages = []
    for name, candidate in sorted(chosen.items()):
        if candidate.installed:
            continue
        if hashes and name not in hashes:
            raise Refusal(f"{name} {candidate.version} is required by a package and has no hash in the requirements",
                          "with hashes, all packages must be listed: pip-compile --generate-hashes does it")
        say(progress=f"fetching {candidate.file.name}")
        path = sources.fetch(candidate.file)
        packages.append({"name": name, "version": str(candidate.version), "file": candidate.file.name, "path": path,
                         "sha256": candidate.file.sha256, "requested": name in requested,
                         "source": "wheel" if candidate.file.is_wheel else "sdist",
                         "yanked": candidate.file.yanked})
    return {"packages": packages,
            "requested": sorted(requested),
            "vulnerabilities": advisories(job, [*packages, *job["installed"]])}


# ---- advisories (OSV JSON) ---------------------------------------------------------------------------------------

def advisories(job, packages):
    entries = []
    for path in job["osv"]:
        paths = [os.path.join(path, name) for name in sorted(os.listdir(path)) if name.endswith(".json")] \
            if os.path.isdir(path) else [path]
        for each in paths:
            try:
                with open(each, encoding="utf-8") as file:
                    loaded = json.load(file)
            except (OSError, ValueError) as error:
                raise Refusal(f"{each} is no OSV advisory file: {type(error).__name__}") from None
            loaded = loaded.get("vulns", [loaded]) if isinstance(loaded, dict) else loaded
            if not isinstance(loaded, list):
                raise Refusal(f"{each} is no OSV advisory file")
            entries += [entry for entry in loaded if isinstance(entry, dict)]
    found = []
    for package in packages:
        name, version = canonicalize_name(package["name"]), Version(package["version"])
        for entry in entries:
            if not entry.get("withdrawn") and any(is_affected(a, name, version) for a in entry.get("affected", [])):
                found.append({"package": name, "version": str(version), "id": str(entry.get("id", "?")),
                              "summary": str(entry.get("summary") or entry.get("details") or "")[:200]})
    return found


def is_affected(affected, name, version):
    package = affected.get("package", {})
    if package.get("ecosystem") != "PyPI" or canonicalize_name(package.get("name", "")) != name:
        return False
    if str(version) in affected.get("versions", []):
        return True
    for span in affected.get("ranges", []):
        if span.get("type") != "ECOSYSTEM":
            continue
        inside = False
        try:
            events = sorted(span.get("events", []), key=lambda e: Version(next(iter(e.values())).replace("*", "")) if next(iter(e.values())) != "0" else Version("0.dev0"))
            for event in events:
                if "introduced" in event and (event["introduced"] == "0" or version >= Version(event["introduced"])):
                    inside = True
                if "fixed" in event and version >= Version(event["fixed"]):
                    inside = False
                if "last_affected" in event and version > Version(event["last_affected"]):
                    inside = False
        except InvalidVersion:
            continue
        if inside:
            return True
    return False


def main():
    try:
        say(**resolve(json.load(sys.stdin)))
    except Refusal as refusal:
        say(error=str(refusal), hint=refusal.hint)
    except KeyboardInterrupt:
        sys.exit(130)


main()
