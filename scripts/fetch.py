#!/usr/bin/env python3
"""Gets a pinned source file: from upstream, else from the Debian mirror this machine is configured for.

Nothing is trusted but the SHA-256. Downloads are kept in the cache by their hash, so that a second build needs no
network. Which mirror it is comes from apt's own configuration; no host name of one stands in this tree.

    fetch.py guest/build/sources.toml NAME      prints the path of the file
"""

import hashlib
import os
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

from artifact import BuildError, cache_folder

CONNECT_SECONDS = 6
APT_HELPER = "/usr/lib/apt/apt-helper"


def sha256_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch_source(sources, name, log=None):
    """The path of a source named in a sources.toml. BuildError, with every way that was tried, when none works."""
    source = tomllib.loads(Path(sources).read_text())[name]
    return fetch(source["file"], source["sha256"], source.get("urls", ()), source.get("debian_pool"), log)


def fetch(file, sha256, urls, debian_pool=None, log=None):
    folder = cache_folder() / "downloads"
    target = folder / f"{sha256[:16]}-{file}"
    if target.exists() and sha256_of(target) == sha256:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    ways = [(url, _from_upstream) for url in urls]
    if debian_pool:
        ways += [(base + debian_pool, _from_mirror) for base in _mirrors()]
    failures = []
    try:
        for url, way in ways:
            if log:
                log.note(f"trying {url}")
                log.alive("downloading")
            try:
                way(url, partial)
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                failures.append(f"{url}: {error}")
                continue
            found = sha256_of(partial)
            if found == sha256:
                partial.rename(target)
                return target
            failures.append(f"{url}: SHA-256 is {found}, must be {sha256}")
    finally:
        partial.unlink(missing_ok=True)
    raise BuildError(f"no way to get {file}:\n  " + "\n  ".join(failures))


def _from_upstream(url, target):
    # The time-out is per connection attempt and per read: an unreachable host costs seconds, a slow one still works.
    with urllib.request.urlopen(url, timeout=CONNECT_SECONDS) as answer, open(target, "wb") as file:
        while block := answer.read(1 << 20):
            file.write(block)


def _mirrors():
    """Base addresses of the package mirrors that apt uses here; none on a machine without apt."""
    try:
        listing = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI)"],
                                 capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return list(dict.fromkeys(uri if uri.endswith("/") else uri + "/" for uri in listing.split()))


def _from_mirror(url, target):
    # apt's own downloader: it knows this machine's proxies and mirror methods, which urllib does not.
    subprocess.run([APT_HELPER, "-oAcquire::Retries=1", f"-oAcquire::http::Timeout={CONNECT_SECONDS}",
                    f"-oAcquire::https::Timeout={CONNECT_SECONDS}", "download-file", url, str(target)],
                   capture_output=True, check=True, timeout=900)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        print(fetch_source(sys.argv[1], sys.argv[2]))
    except BuildError as error:
        sys.exit(f"fetch: {error}")


if __name__ == "__main__":
    main()
