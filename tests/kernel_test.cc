// The kernel in the real guest: how cells run and what is reported of them.
#include "support.h"

#include <algorithm>
#include <vector>

namespace belljar {
namespace {

using testing::open;
using testing::quick_limits;
using testing::run;
using testing::run_fresh;
using testing::value;

TEST(Cell, ValueOfTheLastExpression) {
  EXPECT_EQ(value(run_fresh("6 * 7")), "42");
  EXPECT_EQ(value(run_fresh("x = 1\nx + 1")), "2");
  EXPECT_EQ(value(run_fresh("'text'")), "'text'");
  EXPECT_EQ(value(run_fresh("x = 1")), "");
  EXPECT_EQ(value(run_fresh("None")), "");
  EXPECT_EQ(value(run_fresh("print()")), "");
  EXPECT_EQ(value(run_fresh("")), "");
  EXPECT_EQ(value(run_fresh("# only a comment")), "");
  EXPECT_EQ(value(run_fresh("1; 2")), "2");
  EXPECT_EQ(value(run_fresh("\xEF\xBB\xBF'byte order mark'")), "'byte order mark'");
}

TEST(Cell, BundleHasJsonWhenThereIsAJsonForm) {
  const struct {
    const char* source;
    const char* json;
  } cases[] = {
      {"{'a': [1, 2.5, None, True, 'x']}", "{\"a\": [1, 2.5, null, true, \"x\"]}"},
      {"2**100", "1267650600228229401496703205376"},
      {"(1, ('b',))", "[1, [\"b\"]]"},
      {"'q\"\\n\\x01\\u20ac'", "\"q\\\"\\n\\u0001\u20ac\""},
      {"float('nan')", nullptr},
      {"float('inf')", nullptr},
      {"'\\ud800'", nullptr},
      {"{1: 2}", nullptr},
      {"{1, 2}", nullptr},
      {"b'bytes'", nullptr},
      {"class I(int): pass\nI(3)", nullptr},
      {"l = []\nl.append(l)\nl", nullptr},
      {"x = []\nfor i in range(99): x = [x]\nlen(x)", "1"},
  };
  for (const auto& c : cases) {
    const RunResult result = run_fresh(c.source);
    ASSERT_EQ(result.status, RunStatus::kOk) << c.source;
    if (c.json) {
      ASSERT_GE(result.value.size(), 2u) << c.source;
      EXPECT_EQ(result.value[1].type, "application/json");
      EXPECT_EQ(result.value[1].data, c.json) << c.source;
    } else {
      EXPECT_EQ(result.value.size(), 1u) << c.source;
    }
  }
}

TEST(Cell, RichForms) {
  const RunResult result = run_fresh(
      "class R:\n"
      "  def _repr_html_(self): return '<b>hi</b>'\n"
      "  def _repr_png_(self): return b'\\x89PNG'\n"
      "  def _repr_svg_(self): raise ValueError\n"
      "R()");
  ASSERT_EQ(result.value.size(), 3u);
  EXPECT_EQ(result.value[1].type, "text/html");
  EXPECT_EQ(result.value[1].data, "<b>hi</b>");
  EXPECT_EQ(result.value[2].type, "image/png");
  EXPECT_EQ(result.value[2].data, "iVBORw==");
}

TEST(Cell, StatePersists) {
  auto session = open();
  run(*session, "import math\ndef f(x): return x * k\nk = 2");
  run(*session, "k = 21");
  EXPECT_EQ(value(run(*session, "f(2)")), "42");
  run(*session, "from __future__ import annotations");
  EXPECT_EQ(value(run(*session, "def g(a: undefined): pass\ng.__annotations__")), "{'a': 'undefined'}");
}

TEST(Cell, ValueIsBoundToUnderscoreWhenAsked) {
  auto session = open();
  RunOptions binding;
  binding.binds_value = true;
  EXPECT_EQ(value(run(*session, "6 * 7", binding)), "42");
  EXPECT_EQ(value(run(*session, "_ + 1")), "43");
  EXPECT_EQ(value(run(*session, "_", binding)), "42") << "not bound by a cell that did not ask";
  run(*session, "None", binding);
  run(*session, "x = 1", binding);
  run(*session, "1 / 0", binding);
  EXPECT_EQ(value(run(*session, "_")), "42") << "kept where there is no value";
  run(*session, "class Bad:\n  def __repr__(self): 1 / 0\nBad()", binding);
  EXPECT_EQ(run(*session, "assert _ is None").status, RunStatus::kOk) << "as sys.displayhook does";
  run(*session, "_ = 'mine'\n5", binding);
  EXPECT_EQ(value(run(*session, "_")), "'mine'") << "the program's own comes first";
  RunOptions unshown = binding;
  unshown.wants_value = false;
  run(*session, "del _\n7", unshown);
  EXPECT_EQ(value(run(*session, "_")), "7");
}

TEST(Cell, TopLevelAwait) {
  auto session = open();
  EXPECT_EQ(value(run(*session, "import asyncio\nawait asyncio.sleep(0.01, 'done')")), "'done'");
  run(*session, "async def tick():\n  await asyncio.sleep(0.01)\n  return 5\ntask = asyncio.ensure_future(tick()) if False else None");
  EXPECT_EQ(value(run(*session, "t = asyncio.create_task(tick())\nawait asyncio.sleep(0)\nt.done()")), "False");
  EXPECT_EQ(value(run(*session, "await t")), "5") << "tasks go on in the next cell";
  EXPECT_EQ(value(run(*session, "asyncio.run(tick())")), "5");
  const RunResult failed = run(*session, "async def bad(): 1/0\nawait bad()");
  ASSERT_EQ(failed.status, RunStatus::kException);
  EXPECT_EQ(failed.error->traceback.find("_belljar_kernel"), std::string::npos);
  EXPECT_NE(failed.error->traceback.find("in bad"), std::string::npos);
}

TEST(Cell, TracebackShowsSourceAndNoHarness) {
  auto session = open();
  run(*session, "def f(x):\n    return 1 / x");
  const RunResult result = run(*session, "f(0)");
  ASSERT_EQ(result.status, RunStatus::kException);
  EXPECT_FALSE(result.rolled_back);
  EXPECT_EQ(result.error->type, "ZeroDivisionError");
  EXPECT_EQ(result.error->message, "division by zero");
  EXPECT_EQ(result.error->traceback,
            "Traceback (most recent call last):\n"
            "  File \"<cell 2>\", line 1, in <module>\n"
            "    f(0)\n"
            "    ~^^^\n"
            "  File \"<cell 1>\", line 2, in f\n"
            "    return 1 / x\n"
            "           ~~^~~\n"
            "ZeroDivisionError: division by zero\n");
}

TEST(Cell, SyntaxErrors) {
  const RunResult result = run_fresh("x = = 1");
  ASSERT_EQ(result.status, RunStatus::kException);
  EXPECT_EQ(result.error->type, "SyntaxError");
  EXPECT_NE(result.error->traceback.find("    x = = 1\n        ^\n"), std::string::npos) << result.error->traceback;
}

TEST(Cell, ExitIsData) {
  const struct {
    const char* source;
    int code;
    const char* standard_error;
  } cases[] = {
      {"import sys; sys.exit()", 0, ""},          {"raise SystemExit(3)", 3, ""},
      {"import sys; sys.exit('bye')", 1, "bye\n"}, {"raise SystemExit(True)", 1, ""},
      {"raise SystemExit(-1)", -1, ""},           {"raise SystemExit(2**40 + 5)", 5, ""},
      {"raise SystemExit(2**200)", -1, ""},       {"exit(4)", 4, ""},
      {"import os; os._exit(9)", 9, ""},
  };
  for (const auto& c : cases) {
    auto session = open();
    run(*session, "before = 1");
    const RunResult result = run(*session, c.source);
    EXPECT_EQ(result.status, RunStatus::kExit) << c.source;
    EXPECT_EQ(result.exit_code, c.code) << c.source;
    EXPECT_EQ(result.stderr_data, c.standard_error) << c.source;
    EXPECT_EQ(value(run(*session, "before")), "1") << c.source;
  }
}

TEST(Cell, LastRunEndsLikeAProgram) {
  auto session = open();
  RunOptions options;
  options.is_last = true;
  const RunResult result = run(*session,
                               "import atexit\n"
                               "class D:\n"
                               "  def __del__(self): print('deleted')\n"
                               "d = D()\n"
                               "atexit.register(print, 'at exit')\n"
                               "print('end', end='')",
                               options);
  EXPECT_EQ(result.stdout_data, "endat exit\ndeleted\n");
  EXPECT_FALSE(session->run("1")) << "the session is over";
}

// Whatever a cell does to Python's own modules, the next one is reported truly.
TEST(Cell, ReportsStayTrueInARuinedInterpreter) {
  const char* ruins[] = {
      "import builtins; builtins.__dict__.clear()",
      "import sys; sys.modules.clear()",
      "import sys; sys.stdout.close()",
      "import sys; sys.stdout = sys.stderr = sys.stdin = None",
      "import sys; del sys.stdout",
      "class W:\n  def write(self, s): raise ValueError\n  def flush(self): raise ValueError\nimport sys; sys.stdout = W()",
      "import traceback; traceback.TracebackException.format = None",
      "import traceback, linecache; traceback.__dict__.clear(); linecache.__dict__.clear()",
      "import sys; sys.excepthook = sys.displayhook = None",
      "globals().clear()",
      "import gc; gc.disable(); import sys; sys.setrecursionlimit(60)",
      "import _belljar_kernel as k; k.__dict__.clear()",
      "import io; io.TextIOWrapper(__import__('sys').stdout.detach())",
      "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)",
  };
  for (const char* ruin : ruins) {
    auto session = open();
    ASSERT_EQ(run(*session, ruin).status, RunStatus::kOk) << ruin;
    const RunResult good = run(*session, "x = 20 + 22\nx");
    EXPECT_EQ(good.status, RunStatus::kOk) << ruin << (good.error ? good.error->traceback : "");
    EXPECT_EQ(value(good), "42") << ruin;
    const RunResult bad = run(*session, "1/0");
    EXPECT_EQ(bad.status, RunStatus::kException) << ruin;
    ASSERT_TRUE(bad.error) << ruin;
    EXPECT_EQ(bad.error->type, "ZeroDivisionError") << ruin;
    EXPECT_EQ(bad.error->message, "division by zero") << ruin;
    EXPECT_FALSE(bad.error->traceback.empty()) << ruin;
  }
}

TEST(Cell, HostileExceptions) {
  const RunResult broken_str = run_fresh("class E(Exception):\n  def __str__(self): raise ValueError\nraise E()");
  EXPECT_EQ(broken_str.status, RunStatus::kException);
  EXPECT_EQ(broken_str.error->type, "E");
  EXPECT_EQ(broken_str.error->message, "<exception str() failed>");

  const RunResult fake = run_fresh("class TimeLimit(BaseException): pass\nraise TimeLimit('forged')");
  EXPECT_EQ(fake.status, RunStatus::kException);

  const RunResult long_message = run_fresh("raise ValueError('\u20ac' * 10**6)");
  EXPECT_EQ(long_message.status, RunStatus::kException);
  EXPECT_LE(long_message.error->message.size(), size_t{64} << 10);
  EXPECT_LE(long_message.error->traceback.size(), size_t{128} << 10);

  const RunResult surrogate = run_fresh("raise ValueError('\\ud800')");
  EXPECT_EQ(surrogate.error->message, "\\ud800");

  const RunResult broken_repr = run_fresh("class R:\n  def __repr__(self): raise KeyError('r')\nR()");
  EXPECT_EQ(broken_repr.status, RunStatus::kException);
  EXPECT_EQ(broken_repr.error->type, "KeyError");
}

TEST(Output, IsExactAndStreams) {
  auto session = open();
  std::string seen;
  RunOptions options;
  options.on_output = [&](Stream stream, std::string_view bytes) {
    seen += std::string(stream == Stream::kStdout ? "o:" : "e:") + std::string(bytes) + "|";
  };
  const RunResult result = run(*session,
                               "import sys, os\nprint('one')\nprint('two', file=sys.stderr)\n"
                               "sys.stdout.buffer.write(b'\\xff\\x00')\nsys.stdout.flush()\nos.write(1, b'three')",
                               options);
  EXPECT_EQ(seen, std::string("o:one\n|e:two\n|o:\xFF\x00|o:three|", 27));
  EXPECT_TRUE(result.stdout_data.empty());
  EXPECT_EQ(result.usage.output_bytes, 4u + 4 + 2 + 5);
}

TEST(Output, IsCappedAndCounted) {
  Policy policy;
  policy.limits.output = 10;
  auto session = open(policy);
  const RunResult result = run(*session, "print('x' * 25, end='')\nimport sys\nprint('y', file=sys.stderr)\n'go on'");
  EXPECT_EQ(result.stdout_data, "xxxxxxxxxx");
  EXPECT_EQ(result.stdout_dropped, 15u);
  EXPECT_EQ(result.stderr_data, "y\n");
  EXPECT_EQ(value(result), "'go on'");
  EXPECT_EQ(run(*session, "print('again', end='')").stdout_data, "again") << "the cap is per run";
  policy.limits.output = 0;
  const RunResult nothing = run_fresh("print('abc')", policy);
  EXPECT_EQ(nothing.stdout_data, "");
  EXPECT_EQ(nothing.stdout_dropped, 4u);
}

TEST(Value, IsCappedAndCounted) {
  Policy policy;
  policy.limits.value = 100;
  const RunResult result = run_fresh("'\u20ac' * 1000", policy);
  ASSERT_EQ(result.status, RunStatus::kOk);
  ASSERT_EQ(result.value.size(), 1u);
  EXPECT_LE(result.value[0].data.size(), 100u);
  EXPECT_GE(result.value_dropped, 2900u);
}

TEST(Input, ComesFromTheCaller) {
  auto session = open();
  RunOptions options;
  options.stdin_data = "first\nsecond\nrest";
  EXPECT_EQ(run(*session, "import sys\nprint(input(), input(), sys.stdin.read())", options).stdout_data,
            "first second rest\n");
  EXPECT_EQ(run(*session, "input()").error->type, "EOFError");
}

TEST(Environment, IsWhatTheCallerGave) {
  Policy policy;
  policy.arguments = {"prog", "a b", "\u20ac"};
  policy.environment = {{"KEY", "value=1"}, {"EMPTY", ""}};
  const RunResult result = run_fresh(
      "import sys, os\nprint(sys.argv)\nprint(sorted(os.environ.items()))\nprint(os.getcwd(), os.listdir('.'))", policy);
  EXPECT_EQ(result.stdout_data,
            "['prog', 'a b', '\u20ac']\n"
            "[('EMPTY', ''), ('HOME', '/workspace'), ('KEY', 'value=1'), ('LANG', 'C.UTF-8'), ('PATH', '/usr/bin')]\n"
            "/workspace []\n");
}

TEST(Request, LargerThanTheMailbox) {
  auto session = open();
  const std::string big = "x = '" + std::string(3 << 20, 'a') + "'\nlen(x)";
  EXPECT_EQ(value(run(*session, big)), std::to_string(3 << 20));
  EXPECT_EQ(value(run(*session, "len(x)")), std::to_string(3 << 20));
}

TEST(Request, BadOnesAreErrors) {
  auto session = open();
  EXPECT_EQ(session->run(std::string_view("a\0b", 3)).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(session->run("x = '\xFF'").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(session->run(std::string(17 << 20, '#')).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(value(run(*session, "1 + 1")), "2") << "nothing half done";
  Policy policy;
  policy.limits.memory = 1 << 20;
  EXPECT_EQ(testing::runtime()->open(policy).error().code, ErrorCode::kInvalidArgument);
  policy.limits.memory = uint64_t{5} << 30;
  EXPECT_EQ(testing::runtime()->open(policy).error().code, ErrorCode::kInvalidArgument);
  policy = {};
  policy.limits.cpu = std::chrono::seconds(0);
  EXPECT_EQ(testing::runtime()->open(policy).error().code, ErrorCode::kInvalidArgument);
}

TEST(Randomness, NoTwoSandboxesShareAny) {
  const char* source =
      "import random, uuid, secrets, tempfile, os\n"
      "[random.random(), random.getrandbits(64), random.Random().random(), str(uuid.uuid4()), str(uuid.uuid1()),"
      " secrets.token_hex(8), next(tempfile._get_candidate_names()), os.urandom(8).hex()]";
  std::vector<std::string> seen;
  for (int i = 0; i < 20; i++) {
    const RunResult result = run_fresh(source);
    ASSERT_EQ(result.status, RunStatus::kOk);
    const std::string text = value(result);
    size_t at = 1;
    while (at < text.size()) {
      const size_t comma = text.find_first_of(",]", at);
      const std::string item = text.substr(at, comma - at);
      EXPECT_EQ(std::count(seen.begin(), seen.end(), item), 0) << item;
      seen.push_back(item);
      at = comma + 2;
    }
  }
}

TEST(Network, IsRefusedWithAWayOut) {
  const char* attempts[] = {
      "import socket\nsocket.create_connection(('127.0.0.1', 80))",
      "import socket\nsocket.socket().connect(('10.0.0.1', 80))",
      "import socket\nsocket.socket().bind(('', 0))",
      "import socket\nsocket.getaddrinfo('example.com', 80)",
      "import urllib.request\nurllib.request.urlopen('http://localhost/')",
      "import http.client\nhttp.client.HTTPConnection('localhost').request('GET', '/')",
      "import asyncio\nawait asyncio.open_connection('localhost', 80)",
  };
  for (const char* attempt : attempts) {
    const RunResult result = run_fresh(attempt);
    ASSERT_TRUE(result.error) << attempt;
    EXPECT_NE(result.error->traceback.find("PermissionError: [Errno 13]"), std::string::npos)
        << attempt << "\n" << result.error->traceback;
  }
}

TEST(Errno, IsNumberedAndWordedAsOnLinux) {
  const RunResult result = run_fresh(
      "import errno, os\n"
      "def number(f, *a):\n"
      "  try: f(*a)\n"
      "  except OSError as e: return e.errno, str(e).split(': ')[0]\n"
      "[number(open, 'none'), number(os.mkdir, '/tmp'), number(os.listdir, '/dev/null'),\n"
      " number(open, '/usr/lib/x', 'w'), number(open, 'n' * 5000), errno.EWOULDBLOCK, errno.ENODATA, errno.errorcode[2],\n"
      " os.strerror(36), os.strerror(4711), type(OSError(11, '')).__name__, oct(os.stat('/tmp').st_mode)]");
  EXPECT_EQ(value(result),
            "[(2, '[Errno 2] No such file or directory'), (17, '[Errno 17] File exists'), (20, '[Errno 20] Not a directory'), "
            "(30, '[Errno 30] Read-only file system'), "
            "(36, '[Errno 36] File name too long'), 11, 61, 'ENOENT', 'File name too long', 'Unknown error 4711', "
            "'BlockingIOError', '0o40755']");
}

TEST(Files, NothingLiesBehindTheEmptyPath) {
  const RunResult result = run_fresh(
      "import os\ndef number(f, *a):\n  try: return f(*a)\n  except OSError as e: return e.errno, e.filename\n"
      "[number(f, '') for f in (open, os.stat, os.listdir, os.mkdir, os.chdir)], os.path.exists(''), os.path.normpath(''),\\\n"
      "number(os.chmod, 'none', 0o644), number(os.chmod, '.', 0o700)");
  EXPECT_EQ(value(result), "([(2, ''), (2, ''), (2, ''), (2, ''), (2, '')], False, '.', (2, 'none'), None)");
}

TEST(Files, OpenAfterEverythingWasClosed) {
  auto session = open();
  run(*session, "import os\nos.closerange(3, 256)");
  EXPECT_EQ(value(run(*session, "open('f', 'w').write('kept')\nopen('f').read()")), "'kept'");
}

TEST(Recursion, GoesAsDeepAsProgramsNeed) {
  const char* programs[] = {
      "import functools, sys\nsys.setrecursionlimit(10_000)\n@functools.lru_cache(None)\n"
      "def f(n): return n if n < 2 else f(n - 1) + f(n - 2)\nassert f(2000) > 0",
      "def f(n): return 0 if n == 0 else sorted([n], key=lambda n: f(n - 1))[0]\nf(480)",
      "import pickle\nx = None\nfor i in range(900): x = [x]\npickle.dumps(x)",
      "eval('+'.join(['1'] * 1500))",
      "exec('if 0: pass\\n' + 'elif 0: pass\\n' * 1200)",
  };
  for (const char* program : programs) {
    const RunResult result = run_fresh(program);
    EXPECT_EQ(result.status, RunStatus::kOk) << program << "\n" << (result.error ? result.error->message : "");
  }
}

TEST(Recursion, WithoutEndIsAnErrorOrRollsBack) {
  const char* programs[] = {
      "def f(): f()\nf()",
      "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()",
      "class E:\n  def __repr__(s): return repr(s)\nrepr(E())",
      "class E:\n  def __getattr__(s, n): return getattr(s, n)\nimport sys\nsys.setrecursionlimit(10**9)\nE().x",
      "class E:\n  def __eq__(s, o): return [s] == [o]\nimport sys\nsys.setrecursionlimit(10**9)\n[E()] == [E()]",
      "class E:\n  def __lt__(s, o): return sorted([s, o])\nimport sys\nsys.setrecursionlimit(10**9)\nE() < E()",
      "x = []\nfor i in range(10**6): x = [x]\nrepr(x)",
      "x = ()\nfor i in range(10**6): x = (x,)\nhash(x)",
      "import json\nx = []\nfor i in range(10**6): x = [x]\njson.dumps(x)",
      "import pickle\nx = []\nfor i in range(10**6): x = [x]\npickle.dumps(x)",
      "import copy\nx = []\nfor i in range(10**6): x = [x]\ncopy.deepcopy(x)",
      "compile('(' * 100_000, 'f', 'eval')",
      "compile('-' * 100_000 + '1', 'f', 'eval')",
      "compile('+'.join(['1'] * 100_000), 'f', 'eval')",
      "compile('a' + '.b' * 100_000, 'f', 'eval')",
      "it = iter(())\nfor i in range(500_000): it = map(abs, it)\nlist(it)",
      "import re, sys\nsys.setrecursionlimit(10**9)\ndef f(m): return re.sub('a', f, 'a')\nf(0)",
      "e = None\nfor i in range(100_000):\n  n = Exception(); n.__cause__ = e; e = n\nraise e",
      "isinstance(1, (lambda t: [t := (t,) for _ in range(10**5)][-1])(int))",
  };
  for (const char* program : programs) {
    auto session = open();
    run(*session, "kept = 'kept'");
    const RunResult result = run(*session, program);
    EXPECT_TRUE(result.error || result.status == RunStatus::kOk) << program;
    EXPECT_EQ(result.rolled_back, result.status == RunStatus::kTrap) << program;
    EXPECT_EQ(value(run(*session, "kept")), "'kept'") << program;
  }
}

TEST(Clocks, ProcessTimeIsCpuTime) {
  const RunResult result = run_fresh(
      "import os, time\nbefore = time.process_time()\ntime.sleep(0.2)\nslept = time.process_time() - before\n"
      "sum(range(3_000_000))\n0 <= before < 5, slept < 0.1, time.process_time() > before, 0 <= os.times().user < 60");
  EXPECT_EQ(value(result), "(True, True, True, True)");
}

TEST(Runtime, RefusesMoreSessionsThanItMayHold) {
  RuntimeOptions options;
  options.max_sessions = 2;
  auto runtime = Runtime::create(options);
  ASSERT_TRUE(runtime);
  auto first = (*runtime)->open(), second = (*runtime)->open(), third = (*runtime)->open();
  ASSERT_TRUE(first && second);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kExhausted);
  EXPECT_NE(third.error().message.find("max_sessions"), std::string::npos);
  first->reset();
  EXPECT_TRUE((*runtime)->open());
}

TEST(Session, OneCallerAtATime) {
  auto session = open();
  ErrorCode code{};
  RunOptions options;
  options.on_output = [&](Stream, std::string_view) {
    auto nested = session->run("1");
    if (!nested) code = nested.error().code;
  };
  EXPECT_EQ(run(*session, "print(1)", options).status, RunStatus::kOk);
  EXPECT_EQ(code, ErrorCode::kBusy);
}

TEST(Session, CallbacksMayUseOtherSessionsAndThrow) {
  auto outer = open();
  auto inner = open();
  std::string got;
  RunOptions options;
  options.on_output = [&](Stream, std::string_view) {
    got += value(run(*inner, "1 + 1"));
    throw 1;
  };
  EXPECT_EQ(run(*outer, "print(1)\nprint(2)", options).status, RunStatus::kOk);
  EXPECT_EQ(got, "22");
}

// What would leave a session in which nothing runs any more lasts for its cell only.
TEST(Hooks, LastForTheirCell) {
  const char* hooks[] = {
      "import sys\ndef h(*a): raise RuntimeError\nsys.addaudithook(h)",
      "import sys\ndef h(*a):\n  while True: pass\nsys.settrace(h)",
      "import sys\ndef h(*a):\n  while True: pass\nsys.setprofile(h)",
      "import sys\ndef h(*a): raise RuntimeError\nm = sys.monitoring\nm.use_tool_id(2, 'h')\n"
      "m.register_callback(2, m.events.LINE, h)\nm.set_events(2, m.events.LINE)",
      "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)",
      "import signal\nsignal.signal(signal.SIGINT, signal.SIG_DFL)",
  };
  for (const char* hook : hooks) {
    auto session = open(quick_limits(200, 2000));
    run(*session, hook);
    EXPECT_EQ(run(*session, "def f(x):\n  return x + 1\nprint(f(41))").stdout_data, "42\n") << hook;
    const RunResult stopped = run(*session, "try:\n  while True: pass\nfinally: print('soft')");
    EXPECT_EQ(stopped.status, RunStatus::kTimeLimit) << hook;
    EXPECT_EQ(stopped.stdout_data, "soft\n") << hook;
  }
}

TEST(Hooks, WorkWithinTheirCell) {
  EXPECT_EQ(run_fresh("import sys\nsys.addaudithook(lambda name, a: name == 'wanted' and print(a))\nsys.audit('wanted', 7)")
                .stdout_data,
            "(7,)\n");
}

TEST(Streams, AreThereAgainAfterACellThatLostThem) {
  const char* losses[] = {
      "import sys\nsys.stdout.close(); sys.stderr.close(); sys.stdin.close()",
      "import sys\nsys.stdout = sys.stderr = sys.stdin = None",
      "import sys\ndel sys.stdout, sys.stderr, sys.stdin",
      "import sys\nsys.stdout.detach(); sys.stderr.detach(); sys.stdin.detach()",
      "import sys\nsys.stdout.buffer.close(); sys.stderr.buffer.raw.close()",
      "import sys, io\nsys.stdout = io.StringIO(); sys.stdout.close()",
      "import sys\nsys.stdout = open('f', 'w'); sys.stdout.close()",
      "import os\nfor i in range(3): os.close(i)\nfiles = [open(str(i), 'w') for i in range(3)]",
  };
  for (const char* loss : losses) {
    auto session = open();
    run(*session, loss);
    RunOptions options;
    options.stdin_data = "in\n";
    const RunResult next = run(*session, "import sys\nprint(input())\nprint('err', file=sys.stderr)", options);
    EXPECT_EQ(next.stdout_data, "in\n") << loss;
    EXPECT_EQ(next.stderr_data, "err\n") << loss;
  }
}

TEST(Streams, ReplacedOnesStay) {
  auto session = open();
  run(*session, "import sys, io\nsys.stdout = taken = io.StringIO()");
  EXPECT_EQ(run(*session, "print('hidden')").stdout_data, "");
  EXPECT_EQ(value(run(*session, "taken.getvalue()")), "'hidden\\n'");
}

}  // namespace
}  // namespace belljar
