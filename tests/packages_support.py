"""What the tests of images share: wheels made here, an index on loopback, and real packages kept in the build cache."""

import base64
import contextlib
import hashlib
import http.server
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from pathlib import Path

from cli_support import BELLJAR, ROOT

DEADLINE = 240  # of a build: sympy has 1500 files
RESOLVER = ROOT / "src" / "packages" / "resolve.py"
CACHE = Path(os.environ.get("BELLJAR_CACHE", Path.home() / ".cache" / "belljar")) / "test-packages"
REAL = ["attrs", "beautifulsoup4", "httpx", "jinja2", "networkx", "python-dateutil", "pyyaml", "requests", "rich", "sympy"]


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


def wheel(folder, name, version="1.0", files=None, *, requires=(), metadata=None, record=None, tag="py3-none-any", info=None,
          prepare=None, filename=None):
    """Writes a wheel and returns its path. `record` changes RECORD's lines, `prepare` each ZipInfo."""
    info = info or f"{name}-{version}.dist-info"
    files = dict(files if files is not None else {f"{name}.py": "answer = 42\n"})
    lines = [f"Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", "License: MIT"]
    files.setdefault(f"{info}/METADATA", metadata or "\n".join([*lines, *(f"Requires-Dist: {r}" for r in requires)]) + "\n")
    files.setdefault(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
    files = {path: content.encode() if isinstance(content, str) else content for path, content in files.items()}
    rows = {path: f"{path},sha256={digest(content)},{len(content)}" for path, content in files.items()}
    rows[f"{info}/RECORD"] = f"{info}/RECORD,,"
    if record:
        record(rows)
    files[f"{info}/RECORD"] = ("\n".join(rows.values()) + "\n").encode()
    path = Path(folder) / (filename or f"{name}-{version}-{tag}.whl")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, content in files.items():
            entry = zipfile.ZipInfo(inner)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if prepare:
                prepare(entry)
            archive.writestr(entry, content)
    return path


def sdist(folder, name, version="1.0", files=None):
    path = Path(folder) / f"{name}-{version}.tar.gz"
    files = {"PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense: MIT\n", **files}
    with tarfile.open(path, "w:gz") as archive:
        for inner, content in files.items():
            entry = tarfile.TarInfo(f"{name}-{version}/{inner}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content.encode()))
    return path


def build(*arguments, env=None, deadline=DEADLINE, **options):
    return subprocess.run([BELLJAR, "image", "build", *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=deadline, text=True, env={**os.environ, **(env or {})}, **options)


@contextlib.contextmanager
def index(projects):
    """A simple index: {project: [(path of a file, attributes of its link)]}. Yields the environment that pip reads."""
    pages, files = {}, {}
    for project, offered in projects.items():
        links = []
        for path, attributes in offered:
            path = Path(path)
            files[f"/files/{path.name}"] = path.read_bytes()
            sha256 = attributes.pop("sha256", hashlib.sha256(files[f"/files/{path.name}"]).hexdigest())
            extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
            links.append(f'<a href="/files/{path.name}#sha256={sha256}"{extra}>{path.name}</a>')
        pages[f"/simple/{project}/"] = f"<html><body>{''.join(links)}</body></html>".encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = pages.get(self.path, files.get(self.path))
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html" if self.path in pages else "application/octet-stream")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield {"PIP_INDEX_URL": f"http://127.0.0.1:{server.server_port}/simple/", "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": "",
               "PIP_NO_INDEX": "", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def real_packages():
    """The folder of wheels and sdists of REAL and what they need, and their pinned names; None without an index.

    Fetched once, by belljar's own resolver, and kept by hash."""
    manifest = CACHE / "manifest.json"
    if manifest.exists():
        known = json.loads(manifest.read_text())
        if known["asked"] == REAL and all(
                hashlib.sha256((CACHE / p["file"]).read_bytes()).hexdigest() == p["sha256"] for p in known["packages"]
                if (CACHE / p["file"]).exists()) and all((CACHE / p["file"]).exists() for p in known["packages"]):
            return CACHE, known["packages"]
    CACHE.mkdir(parents=True, exist_ok=True)
    parking = CACHE / f"fetching-{os.getpid()}"
    parking.mkdir()
    environment = subprocess.run([BELLJAR, "run", "-c", "import json, os, platform, sys; print(json.dumps({"
                                  "'python_full_version': platform.python_version(), 'python_version': '3.14', 'os_name': os.name,"
                                  "'sys_platform': sys.platform, 'platform_system': platform.system(), 'platform_machine': '',"
                                  "'platform_release': '', 'platform_version': '', 'implementation_name': 'cpython',"
                                  "'implementation_version': platform.python_version(), 'platform_python_implementation': 'CPython'}))"],
                                 capture_output=True, text=True, timeout=60, check=True)
    job = {"folder": str(parking), "environment": json.loads(environment.stdout), "requirement_files": [], "requirements": REAL,
           "wheels": [], "osv": [], "installed": []}
    try:
        fetched = subprocess.run([sys.executable, "-I", str(RESOLVER)], input=json.dumps(job), capture_output=True, text=True, timeout=DEADLINE)
        answer = json.loads(fetched.stdout.splitlines()[-1]) if fetched.returncode == 0 else {"error": fetched.stderr}
        if "error" in answer:
            return None
        for package in answer["packages"]:
            Path(package["path"]).rename(CACHE / package["file"])
        manifest.write_text(json.dumps({"asked": REAL, "packages": answer["packages"]}))
        return CACHE, answer["packages"]
    finally:
        for left in parking.iterdir():
            left.unlink()
        parking.rmdir()
