"""Looks for what is seldom honest in a package's source. Runs in the sandbox, beside unpack.py.

It reads, it does not judge: most findings have a reason. A package that wants to hide from it can.
"""

import ast
import re

MAX_FINDINGS = 200

# What a call is called -> what is said about it. A name is what the source spells, import aliases resolved.
CALLS = {
    "os.system": "starts a shell", "os.popen": "starts a shell", "pty.spawn": "starts a process",
    "os.execv": "replaces the process", "os.execve": "replaces the process", "os.fork": "forks",
    "subprocess.run": "starts a process", "subprocess.Popen": "starts a process", "subprocess.call": "starts a process",
    "subprocess.check_output": "starts a process", "subprocess.check_call": "starts a process",
    "pickle.loads": "loads a pickle", "pickle.load": "loads a pickle", "marshal.loads": "loads code from bytes",
    "dill.loads": "loads a pickle", "cloudpickle.loads": "loads a pickle", "shelve.open": "loads pickles",
    "types.CodeType": "makes code from numbers",
}
# Only where it runs as soon as the module is imported.
AT_IMPORT = {
    "urllib.request.urlopen": "uses the network", "urllib.request.urlretrieve": "uses the network",
    "requests.get": "uses the network", "requests.post": "uses the network", "httpx.get": "uses the network",
    "socket.socket": "opens a socket", "socket.create_connection": "opens a socket", "http.client.HTTPSConnection": "uses the network",
    "http.client.HTTPConnection": "uses the network",
}
MODULES = {"ctypes": "calls native code", "cffi": "calls native code"}
DECODERS = {"b64decode", "b32decode", "b85decode", "a85decode", "unhexlify", "fromhex", "decompress", "decode", "loads", "rot13"}
RUNNERS = {"exec", "eval", "compile", "__import__"}
# Nothing above is spelled without one of these: most files need no closer look.
WORDS = re.compile(rb"\b(os|pty|subprocess|pickle|marshal|dill|cloudpickle|shelve|CodeType|ctypes|cffi|urllib|requests|httpx|socket|http"
                   rb"|exec|eval|compile|__import__)\b")
BLOB = re.compile(rb"""(?:['"])([A-Za-z0-9+/=]{2000,}|(?:\\x[0-9a-fA-F]{2}){500,})(?:['"])""")


class Visitor(ast.NodeVisitor):
    def __init__(self, report):
        self.report, self.names, self.depth = report, {}, 0

    def visit_Import(self, node):
        for alias in node.names:
            self.names[alias.asname or alias.name.split(".")[0]] = alias.name if alias.asname else alias.name.split(".")[0]
            if alias.name.split(".")[0] in MODULES:
                self.report(node, f"imports {alias.name}: {MODULES[alias.name.split('.')[0]]}")

    def visit_ImportFrom(self, node):
        module = node.module or ""
        for alias in node.names:
            self.names[alias.asname or alias.name] = f"{module}.{alias.name}"
        if node.level == 0 and module.split(".")[0] in MODULES:
            self.report(node, f"imports {module}: {MODULES[module.split('.')[0]]}")

    def visit_FunctionDef(self, node):
        for part in node.decorator_list:
            self.visit(part)
        self.depth += 1
        for part in node.body:
            self.visit(part)
        self.depth -= 1

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_If(self, node):
        if self.depth == 0 and "__name__" in ast.dump(node.test) and "__main__" in ast.dump(node.test):
            self.depth += 1  # a program's part
            self.generic_visit(node)
            self.depth -= 1
        else:
            self.generic_visit(node)

    def visit_Call(self, node):
        name = self.spelled(node.func)
        if name in CALLS:
            self.report(node, f"calls {name}: {CALLS[name]}")
        if name in AT_IMPORT and self.depth == 0:
            self.report(node, f"calls {name} when it is imported: {AT_IMPORT[name]}")
        if name in RUNNERS and node.args and self.is_decoded(node.args[0]):
            self.report(node, f"{name}() of something decoded: hidden code")
        self.generic_visit(node)

    def spelled(self, node):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        parts.append(self.names.get(node.id, node.id))
        return ".".join(reversed(parts))

    def is_decoded(self, node):
        for part in ast.walk(node):
            if isinstance(part, ast.Call):
                name = self.spelled(part.func) or getattr(part.func, "attr", "")
                if name.split(".")[-1] in DECODERS:
                    return True
        return False


def scan(files):
    found = []

    def add(path, line, what):
        if len(found) < MAX_FINDINGS:
            found.append({"file": path, "line": line, "what": what})

    for path, content in sorted(files.items()):
        if not path.endswith(".py"):
            continue
        for match in BLOB.finditer(content):
            add(path, content.count(b"\n", 0, match.start()) + 1, f"a string of {len(match[1])} characters that looks like hidden data")
        if not WORDS.search(content):
            continue
        try:
            Visitor(lambda node, what: add(path, node.lineno, what)).visit(ast.parse(content))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return found
