// Tools with the real guest: calls, values, errors, limits, asyncio, and what hostile code tries. The ids are those of
// the attack catalogue's family HOST.
#include "belljar/tool.h"

#include "base/clock.h"
#include "support.h"

#include <atomic>
#include <cmath>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace belljar {
namespace {

using testing::error;
using testing::open;
using testing::run;
using testing::value;

/// A policy with a tool that gives back its only argument.
Policy with_echo() {
  Policy policy;
  policy.tool("echo", "(x)", "Gives back what it gets.", [](const ToolCall& call) { return *call.find("x"); });
  return policy;
}

TEST(Tools, AreCalledLikeFunctions) {
  Policy policy;
  policy.tool("price", "(symbol: str, currency: str = 'EUR') -> float", "The last price.", [](const ToolCall& call) -> ToolResult {
    EXPECT_EQ(call.tool(), "price");
    EXPECT_TRUE(call.positional().empty());
    return Value::Map{{"symbol", *call.find("symbol")}, {"currency", *call.find("currency")}, {"price", 12.5}};
  });
  auto session = open(policy);
  EXPECT_EQ(value(run(*session, "price('ACME')")), "{'symbol': 'ACME', 'currency': 'EUR', 'price': 12.5}");
  EXPECT_EQ(value(run(*session, "price(currency='USD', symbol='X')['currency']")), "'USD'");
  const RunResult result = run(*session, "price('A'); price('B')");
  EXPECT_EQ(result.usage.tool_calls, 2u);
  EXPECT_GT(result.usage.tool_bytes, 50u);
}


TEST(Tools, PassArgumentsAsTheSignatureSays) {
  Policy policy;
  std::string seen;
  const auto see = [&](const ToolCall& call) -> ToolResult {
    seen.clear();
    for (const Value& v : call.positional()) seen += std::to_string(*v.as_int()) + " ";
    seen += "|";
    for (const auto& [name, v] : call.named()) seen += " " + name + "=" + (v.as_int() ? std::to_string(*v.as_int()) : "?");
    return nullptr;
  };
  policy.tool("any", "", "", see);
  policy.tool("all", "(a, b, /, c, *rest, d, e=5, **more)", "", see);
  policy.tool("none", "()", "", see);
  auto session = open(policy);
  const auto call = [&](std::string source) {
    const RunResult result = run(*session, source);
    return result.error ? error(result) : seen;
  };
  EXPECT_EQ(call("any(1, 2, x=3)"), "1 2 | x=3");
  EXPECT_EQ(call("any()"), "|");
  EXPECT_EQ(call("all(1, 2, 3, d=4)"), "1 2 | c=3 d=4 e=5");
  EXPECT_EQ(call("all(1, 2, 3, 8, 9, d=4, e=6, f=7)"), "1 2 8 9 | c=3 d=4 e=6 f=7");
  EXPECT_EQ(call("all(1, 2, c=3, d=4, a=5)"), "1 2 | c=3 d=4 e=5 a=5");
  EXPECT_EQ(call("none()"), "|");
  EXPECT_EQ(call("call_tool('any', 7)"), "7 |");
  // As Python says it.
  EXPECT_EQ(call("none(1)"), "TypeError: none() takes 0 positional arguments but 1 was given");
  EXPECT_EQ(call("all(1)"), "TypeError: all() missing 2 required positional arguments: 'b' and 'c'");
  EXPECT_EQ(call("none(x=1)"), "TypeError: none() got an unexpected keyword argument 'x'");
}

TEST(Tools, AreDescribed) {
  Policy policy = with_echo();
  policy.tool("price", "(symbol: Symbol, *, currency: str = 'EUR') -> dict[str, float]", "The last price.\n\nIn full.",
              [](const ToolCall&) { return nullptr; });
  policy.tool("ask", "(question)", "", [](const ToolCall&) { return 1; });
  policy.tools.back().is_async = true;
  auto session = open(policy);
  EXPECT_EQ(value(run(*session, "import inspect\nstr(inspect.signature(price, annotation_format=inspect.Format.STRING)) if hasattr(inspect, 'Format') else str(inspect.signature(price))")).substr(0, 10),
            "\"(symbol: ");
  EXPECT_EQ(value(run(*session, "price.__name__, price.__qualname__, price.__module__, price.__doc__")),
            "('price', 'price', 'builtins', 'The last price.\\n\\nIn full.')");
  EXPECT_EQ(value(run(*session, "ask.__doc__ is None, inspect.iscoroutinefunction(ask), inspect.iscoroutinefunction(price)")),
            "(True, True, False)");
  const RunResult help = run(*session, "help(price)");
  EXPECT_NE(help.stdout_data.find("price(symbol: Symbol, *, currency: str = 'EUR') -> dict[str, float]"), std::string::npos) << help.stdout_data;
  EXPECT_NE(help.stdout_data.find("    The last price."), std::string::npos) << help.stdout_data;
  EXPECT_EQ(value(run(*session, "callable(call_tool), callable(display), bool(display.__doc__)")), "(True, True, True)");
}

// HOST-02, HOST-03
TEST(Tools, ValuesComeBackAsTheyWent) {
  auto session = open(with_echo());
  const char* same[] = {
      "None", "True", "False", "0", "-1", "2**31", "-2**63", "2**63 - 1", "2**63", "2**64 - 1", "2**64", "-2**63 - 1",
      "-2**64", "-2**64 - 1", "10**100", "-10**100", "1 << 100_000", "1.5", "-0.0", "1e400", "-1e400", "5e-324", "''",
      "'a\\0b'", "'\\u20ac \\U0001f600 \\ufffe'", "'__proto__'", "b''", "bytes(range(256))", "[]", "{}", "[1, [2, [3]]]",
      "{'': 1, '__proto__': 2, 'b': {}, 'a': None}", "'x' * 1_000_000", "list(range(1000))",
      "{str(i): i for i in range(1000)}", "True + 1",
  };
  for (const char* source : same) {
    const RunResult result = run(*session, std::string("v = ") + source + "\nw = echo(v)\n(w == v, type(w) is type(v), str(w)[:50] == str(v)[:50] if not isinstance(v, int) or v.bit_length() < 4000 else True)");
    EXPECT_EQ(value(result), "(True, True, True)") << source << error(result);
  }
  EXPECT_EQ(value(run(*session, "n = echo(float('nan')); n != n")), "True");
  EXPECT_EQ(value(run(*session, "import math; math.copysign(1, echo(-0.0))")), "-1.0");
  EXPECT_EQ(value(run(*session, "list(echo({'b': 1, 'a': 2}))")), "['b', 'a']");
  EXPECT_EQ(value(run(*session, "echo((1, (2,)))")), "[1, [2]]");
  EXPECT_EQ(value(run(*session, "echo(bytearray(b'xy')), echo(memoryview(b'abcdef')[::2])")), "(b'xy', b'ace')");
}

// HOST-12: what a class overrides is not asked.
TEST(Tools, SubclassesAreTakenAsWhatTheyDeriveFrom) {
  auto session = open(with_echo());
  EXPECT_EQ(value(run(*session, R"(
import collections, enum
def bad(*a, **k): raise SystemExit('called')
over = dict.fromkeys(('__iter__', '__len__', '__getitem__', '__str__', '__repr__', '__int__', '__index__', '__float__',
                      '__bytes__', '__buffer__', '__invert__', '__neg__', '__eq__', 'items', 'keys', '__json__',
                      '__getattribute__', '__reduce__', '__bool__', '__abs__'), bad)
make = lambda base, *a: base.__new__(type('E', (base,), {**over, '__hash__': base.__hash__}), *a)
class D(dict): pass
d = D(); dict.update(d, {'k': 1})
class L(list): pass
for name, f in over.items():
    if name != '__getattribute__': setattr(D, name, f); setattr(L, name, f)
l = L([1, 2])
values = [make(str, 'text'), make(int, -2**70), make(int, 7), make(float, 1.5), make(bytes, b'b'), make(tuple, (1, 2)), d, l]
P = collections.namedtuple('P', 'x y')
class C(enum.IntEnum): A = 3
[echo(v) for v in values] + [echo(P(1, 2)), echo(C.A), echo(collections.OrderedDict(a=1)), echo({make(str, 'k'): 1})]
)")),
            "['text', -1180591620717411303424, 7, 1.5, b'b', [1, 2], {'k': 1}, [1, 2], [1, 2], 3, {'a': 1}, {'k': 1}]");
}

TEST(Tools, WhatCannotCrossIsNamedWithItsPlace) {
  auto session = open(with_echo());
  const std::string kinds = ", which cannot cross: None, bool, int, float, str, bytes, list, tuple, and dict with str keys can";
  const struct {
    const char* argument;
    std::string error;
  } cases[] = {
      {"{1, 2}", "TypeError: argument 'x' is of type set" + kinds},
      {"[0, 1, 2, {'k': (object(),)}]", "TypeError: argument 'x'[3]['k'][0] is of type object" + kinds},
      {"1j", "TypeError: argument 'x' is of type complex" + kinds},
      {"echo", "TypeError: argument 'x' is of type function" + kinds},
      {"{'a': {1: 2}}", "TypeError: argument 'x'['a'] has a key of type int: only str keys can cross"},
      {"['ok', '\\ud800']", "ValueError: argument 'x'[1] has lone surrogates, which are not text"},
      {"{'\\udfff': 1}", "ValueError: argument 'x'['\\udfff'] has lone surrogates, which are not text"},
  };
  for (const auto& c : cases) {
    const RunResult result = run(*session, std::string("echo(") + c.argument + ")");
    EXPECT_EQ(error(result), c.error) << c.argument;
    EXPECT_EQ(result.usage.tool_calls, 0u);
  }
  Policy policy;
  policy.tool("any", "", "", [](const ToolCall&) { return nullptr; });
  auto other = open(policy);
  EXPECT_EQ(error(run(*other, "any(1, {2})")), "TypeError: argument 2 is of type set" + kinds);
  EXPECT_EQ(error(run(*other, "any(k=[{2}])")), "TypeError: argument 'k'[0] is of type set" + kinds);
}

// HOST-01
TEST(Tools, DepthAndSizeAreBounded) {
  Policy policy = with_echo();
  policy.limits.tool_bytes = 1 << 20;
  auto session = open(policy);
  EXPECT_EQ(value(run(*session, "v = 1\nfor i in range(100): v = [v]\necho(v) == v")), "True");
  EXPECT_EQ(error(run(*session, "echo([v])")), "TypeError: argument 'x' is nested deeper than 100");
  EXPECT_EQ(error(run(*session, "for i in range(10_000): v = {'k': v}\necho(v)")), "TypeError: argument 'x' is nested deeper than 100");
  EXPECT_EQ(error(run(*session, "l = []; l.append(l); echo(l)")), "TypeError: argument 'x' is nested deeper than 100");
  EXPECT_EQ(error(run(*session, "echo('x' * 10_000_000)")),
            "ValueError: the arguments of a tool take 10000014 bytes, above the limit of 1048576 (tool_bytes)");
  EXPECT_EQ(value(run(*session, "len(echo('x' * 1_000_000))")), "1000000");

  policy.limits.tool_bytes = 64 << 20;
  auto large = open(policy);
  EXPECT_EQ(value(run(*large, "len(echo('\\u20ac' * 10_000_000))")), "10000000");
  EXPECT_EQ(error(run(*large, "echo([0] * 2_000_000)")), "ValueError: the arguments of a tool are made of more than 1048576 values");
  EXPECT_EQ(value(run(*large, "1 + 1")), "2");
}

// HOST-12: two keys that a dict keeps apart may be the same text.
TEST(Tools, KeysThatAreTheSameTextAreRefused) {
  auto session = open(with_echo());
  EXPECT_EQ(error(run(*session, "class K(str):\n  __hash__ = object.__hash__\n  __eq__ = object.__eq__\necho({K('a'): 1, K('a'): 2})")),
            "ValueError: the arguments of a tool are a map with the same key twice");
}

TEST(Tools, ResultsAreBounded) {
  Policy policy;
  policy.limits.tool_bytes = 100'000;
  policy.tool("large", "()", "", [](const ToolCall&) { return std::string(100'000, 'x'); });
  policy.tool("deep", "(n)", "", [](const ToolCall& call) -> ToolResult {
    Value deep;
    for (int64_t i = 0; i < *call.find("n")->as_int(); i++) {
      Value::List list;
      list.push_back(std::move(deep));
      deep = std::move(list);
    }
    return deep;
  });
  policy.tool("noise", "()", "", [](const ToolCall&) { return std::string("\xFF\xFE"); });
  policy.tool("twice", "()", "", [](const ToolCall&) { return Value::Map{{"a", 1}, {"a", 2}}; });
  auto session = open(policy);
  EXPECT_EQ(error(run(*session, "large()")), "RuntimeError: the result of the tool 'large' is above the limit of 100000 bytes (tool_bytes)");
  EXPECT_EQ(value(run(*session, "str(deep(3))")), "'[[[None]]]'");
  EXPECT_EQ(error(run(*session, "deep(10_000)")), "RuntimeError: the result of the tool 'deep' is nested deeper than 100");
  EXPECT_EQ(error(run(*session, "noise()")), "RuntimeError: the result of the tool 'noise' is text that is not valid UTF-8");
  EXPECT_EQ(error(run(*session, "twice()")), "RuntimeError: the result of the tool 'twice' is a map with the same key twice");
  EXPECT_EQ(value(run(*session, "1 + 1")), "2");
}

// HOST-05
TEST(Tools, ErrorsAreExceptions) {
  Policy policy;
  policy.tool("fail", "(type, message='why')", "", [](const ToolCall& call) -> ToolResult {
    return ToolError{*call.find("type")->as_string(), *call.find("message")->as_string()};
  });
  policy.tool("throws", "()", "", [](const ToolCall&) -> ToolResult { throw std::runtime_error("a secret"); });
  policy.tool("throws_int", "()", "", [](const ToolCall&) -> ToolResult { throw 5; });
  auto session = open(policy);
  EXPECT_EQ(error(run(*session, "fail('ValueError')")), "ValueError: why");
  EXPECT_EQ(error(run(*session, "fail('KeyError', 'k')")), "KeyError: 'k'");
  EXPECT_EQ(error(run(*session, "fail('TimeoutError')")), "TimeoutError: why");
  EXPECT_EQ(error(run(*session, "fail('PermissionError', '\\u20ac')")), "PermissionError: \u20ac");
  EXPECT_EQ(error(run(*session, "fail('QuotaExceeded')")), "RuntimeError: QuotaExceeded: why");
  EXPECT_EQ(error(run(*session, "fail('')")), "RuntimeError: : why");
  EXPECT_EQ(error(run(*session, "fail('UnicodeDecodeError')")), "RuntimeError: UnicodeDecodeError: why");
  EXPECT_EQ(error(run(*session, "fail('SystemExit')")), "RuntimeError: SystemExit: why");
  EXPECT_EQ(error(run(*session, "fail('KeyboardInterrupt')")), "RuntimeError: KeyboardInterrupt: why");
  EXPECT_EQ(error(run(*session, "fail('print')")), "RuntimeError: print: why");
  EXPECT_EQ(error(run(*session, "throws()")), "RuntimeError: the tool failed");
  EXPECT_EQ(error(run(*session, "throws_int()")), "RuntimeError: the tool failed");
  EXPECT_EQ(value(run(*session, "try: fail('ValueError')\nexcept ValueError as e: print(e)\nimport builtins; builtins.ValueError = 5\ntry: fail('ValueError')\nexcept Exception as e: x = type(e).__name__\nx")), "'ValueError'");
}

// HOST-07
TEST(Tools, UnknownNamesAreLookupErrors) {
  auto session = open(with_echo());
  EXPECT_EQ(error(run(*session, "call_tool('nope', 1)")), "LookupError: no tool is named 'nope': the tools are echo");
  EXPECT_EQ(error(run(*session, "call_tool('', 1)")), "LookupError: no tool is named '': the tools are echo");
  EXPECT_EQ(value(run(*session, "call_tool('echo', [1])")), "[1]");
  EXPECT_EQ(error(testing::run_fresh("call_tool('x', 1)")), "LookupError: no tool is named 'x': this sandbox has no tools");
  // A function that says that it is another one's.
  EXPECT_EQ(error(run(*session, "import types\nf = types.FunctionType(echo.__code__.replace(co_name='a\\0'), echo.__globals__)\nf(1)")),
            std::string("LookupError: no tool is named 'a") + '\0' + "': the tools are echo");
}

// HOST-08, HOST-12: the functions under the tools, called as nobody means them to be.
TEST(Tools, ForgedCallsBreakOnlyTheGuest) {
  auto session = open(with_echo());
  EXPECT_EQ(run(*session, "import _belljar_host as h").status, RunStatus::kOk);
  const char* sources[] = {
      "h.call()", "h.start()", "list(map(lambda _: h.call(), [1]))", "(lambda: h.call())()", "def echo2(a): del a; return h.call()\necho2(1)",
      "def f(*a, **k):\n  a = 5\n  return h.call()\nf(1)", "def f(*a, **k):\n  k = {1: 2}\n  return h.call()\nf(1)",
      "def f(a):\n  g = lambda: a\n  return h.call()\nf(1)", "class C: x = h.call()", "exec('h.call()')", "h.call.__self__.call()",
      "def f():\n  yield h.call()\nlist(f())", "h.wait(-5)", "h.wait(0)", "h.wait(None)", "h.wait(float('nan'))", "h.wait(1e300)", "h.cancel(5)", "h.cancel(-1)", "h.cancel(2**100)",
      "h.wait('x')", "h.cancel('x')", "h.display()", "echo.__globals__.clear()\necho(1)",
  };
  for (const char* source : sources) {
    const RunResult result = run(*session, source);
    EXPECT_FALSE(result.rolled_back) << source << " " << error(result);
    EXPECT_EQ(value(run(*session, "40 + 2")), "42") << source;
  }
}

TEST(Tools, LimitsOfCalls) {
  Policy policy = with_echo();
  policy.tools[0].max_calls = 3;
  policy.tool("other", "()", "", [](const ToolCall&) { return 1; });
  policy.limits.tool_calls = 5;
  auto session = open(policy);
  for (int i = 0; i < 2; i++) {  // of a run, not of the session
    const RunResult result = run(*session, "for i in range(3): echo(i)\necho(3)");
    EXPECT_EQ(error(result), "RuntimeError: the limit of 3 calls of the tool 'echo' in one run is reached (max_calls)");
    EXPECT_EQ(result.usage.tool_calls, 4u);
  }
  EXPECT_EQ(error(run(*session, "for i in range(6): other()")),
            "RuntimeError: the limit of 5 calls of tools in one run is reached (tool_calls)");
  EXPECT_EQ(value(run(*session, "other()")), "1");
}


// HOST-06
TEST(Tools, TimeoutsGiveUp) {
  std::atomic<int> ended{0};
  std::atomic<bool> go{false};
  Policy policy;
  const auto hang = [&](const ToolCall&) -> ToolResult {
    for (int i = 0; i < 10'000 && !go; i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ended++;
    return "late";
  };
  policy.tool("hang", "()", "", hang);
  policy.tools.back().timeout = std::chrono::milliseconds(30);
  policy.tool("hang_async", "()", "", hang);
  policy.tools.back().timeout = std::chrono::milliseconds(30);
  policy.tools.back().is_async = true;
  policy.tool("quick", "(x)", "", [](const ToolCall& call) { return *call.find("x"); });
  policy.tools.back().timeout = std::chrono::seconds(10);
  policy.tool("throws", "(x)", "", [](const ToolCall&) -> ToolResult { throw 1; });
  policy.tools.back().timeout = std::chrono::seconds(10);
  auto session = open(policy);
  EXPECT_EQ(error(run(*session, "hang()")), "TimeoutError: the tool 'hang' took longer than its 0.03 s");
  EXPECT_EQ(error(run(*session, "await hang_async()")), "TimeoutError: the tool 'hang_async' took longer than its 0.03 s");
  EXPECT_EQ(ended, 0);
  EXPECT_EQ(value(run(*session, "quick([1, 2])")), "[1, 2]");
  EXPECT_EQ(error(run(*session, "throws(1)")), "RuntimeError: the tool failed");
  go = true;
  for (int i = 0; i < 10'000 && ended < 2; i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(value(run(*session, "quick('x')")), "'x'");
}

/// Uses CPU time.
ToolResult burn(std::chrono::milliseconds time) {
  const uint64_t end = thread_cpu_ns() + static_cast<uint64_t>(std::chrono::nanoseconds(time).count());
  while (thread_cpu_ns() < end) {
  }
  return nullptr;
}

TEST(Tools, CpuTimeOfToolsIsTheHosts) {
  Policy policy;
  policy.limits.cpu = std::chrono::milliseconds(300);
  policy.tool("burn", "()", "", [](const ToolCall&) { return burn(std::chrono::milliseconds(400)); });
  auto session = open(policy);
  const RunResult result = run(*session, "burn(); burn(); 'done'");
  EXPECT_EQ(value(result), "'done'");
  EXPECT_LT(result.usage.cpu_ns, 300'000'000u);
  EXPECT_GT(result.usage.wall_ns, 800'000'000u);
  // What the program itself uses still counts, before, between and after.
  const RunResult stopped = run(*session, "while True:\n  burn()\n  sum(range(10**6))");
  EXPECT_EQ(stopped.status, RunStatus::kTimeLimit);
  EXPECT_GE(stopped.usage.cpu_ns, 300'000'000u);
  EXPECT_LT(stopped.usage.cpu_ns, 900'000'000u);
  EXPECT_EQ(run(*session, "burn()\nwhile True: pass").status, RunStatus::kTimeLimit);
}

TEST(Tools, CpuTimeOfCallbacksIsTheHosts) {
  Policy policy;
  policy.limits.cpu = std::chrono::milliseconds(200);
  auto session = open(policy);
  RunOptions options;
  options.on_output = [](Stream, std::string_view) { burn(std::chrono::milliseconds(300)); };
  options.on_display = [](const MimeBundle&) { burn(std::chrono::milliseconds(300)); };
  auto result = session->run("print(1, flush=True)\nprint(2, flush=True)\ndisplay(3)", options);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->status, RunStatus::kOk);
}

// HOST-06
TEST(Tools, CancelReachesARunningTool) {
  std::atomic<bool> running{false};
  Policy policy;
  policy.tool("slow", "()", "", [&](const ToolCall& call) -> ToolResult {
    running = true;
    for (int i = 0; i < 10'000; i++) {
      if (call.is_cancelled()) return "gave up";
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return "never asked";
  });
  for (int with_timeout = 0; with_timeout < 2; with_timeout++) {
    policy.tools[0].timeout = std::chrono::seconds(with_timeout ? 60 : 0);
    auto session = open(policy);
    running = false;
    std::thread canceller([&] {
      for (int i = 0; i < 10'000 && !running; i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      session->cancel();
    });
    const RunResult result = run(*session, "x = slow()");
    canceller.join();
    EXPECT_EQ(result.status, RunStatus::kCancelled);
    EXPECT_LT(result.usage.wall_ns, 5'000'000'000u);
    EXPECT_EQ(value(run(*session, "1 + 1")), "2");
  }
}

// HOST-04
TEST(Tools, OtherSessionsMayBeUsed) {
  Session* own = nullptr;
  std::shared_ptr<Runtime> second = *Runtime::create();
  std::unique_ptr<Session> other = open(), in_second = *second->open();
  ErrorCode code{};
  Policy policy;
  policy.tool("nested", "(n)", "", [&](const ToolCall& call) -> ToolResult {
    auto again = own->run("1");
    EXPECT_FALSE(again);
    if (!again) code = again.error().code;
    EXPECT_FALSE(own->get("x"));
    const std::string source = "print('in'); sum(range(" + std::to_string(*call.find("n")->as_int()) + "))";
    return Value::List{value(run(*other, source)), value(run(*in_second, source)), value(testing::run_fresh("def f(n): return n and 1 + f(n - 1)\nf(500)"))};
  });
  // A guest in a guest in a guest, and a fault in the innermost.
  policy.tool("deeper", "(depth)", "", [&](const ToolCall& call) -> ToolResult {
    const int64_t depth = *call.find("depth")->as_int();
    if (depth == 0) {
      const RunResult result = testing::run_fresh("import os; os._exit(7)");
      return result.exit_code;
    }
    auto inner = open(policy);
    EXPECT_TRUE(inner->define("depth", depth - 1));
    return Value::Map{{"inner", value(run(*inner, "deeper(depth)"))}};
  });
  auto session = open(policy);
  own = session.get();
  EXPECT_EQ(value(run(*session, "nested(1000)")), "['499500', '499500', '500']");
  EXPECT_EQ(code, ErrorCode::kBusy);
  EXPECT_EQ(value(run(*session, "deeper(0), deeper(1)")), "(7, {'inner': '7'})");
  EXPECT_EQ(value(run(*session, "str(deeper(3)).count('inner')")), "3");
}

// HOST-04
TEST(Tools, AToolMayEndItsOwnSession) {
  std::unique_ptr<Session> own;
  Policy policy = with_echo();
  policy.tool("end", "()", "", [&](const ToolCall&) -> ToolResult {
    own.reset();
    return "ended";
  });
  own = open(policy);
  Session* const session = own.get();
  const auto result = session->run("end(), echo(1)");
  ASSERT_TRUE(result);
  EXPECT_EQ(value(*result), "('ended', 1)");
  EXPECT_EQ(own, nullptr);
  EXPECT_EQ(value(run(*open(policy), "echo(2)")), "2");
}

// HOST-04, HOST-06: what the tool does to its own run.
TEST(Tools, AToolMayCancelItsOwnRun) {
  Session* own = nullptr;
  Policy policy;
  policy.tool("stop", "()", "", [&](const ToolCall&) -> ToolResult {
    own->cancel();
    own->cancel();
    return 1;
  });
  auto session = open(policy);
  own = session.get();
  EXPECT_EQ(run(*session, "stop()\nwhile True: pass").status, RunStatus::kCancelled);
  EXPECT_EQ(value(run(*session, "1 + 1")), "2");
}

// ---- tools as part of a policy -------------------------------------------------------------------------------

TEST(ToolPolicy, WhatCannotBeIsRefused) {
  const auto nothing = [](const ToolCall&) -> ToolResult { return nullptr; };
  const auto refusal = [&](const Policy& policy) {
    auto session = testing::runtime()->open(policy);
    EXPECT_FALSE(session);
    if (session) return std::string();
    EXPECT_EQ(session.error().code, ErrorCode::kInvalidArgument);
    return session.error().message;
  };
  for (const char* name : {"", "1x", "a b", "a-b", "class", "None", "a\n", "\u00e9", "call_tool", "display"}) {
    Policy policy;
    EXPECT_NE(refusal(policy.tool(name, "()", "", nothing)), "") << name;
  }
  for (const char* signature : {"x", "(", "()\n", "(): pass", "() -> int: return 5 #", "(x='", "(x]", "() extra", "(x) # y", "())", "() -> a; b"}) {
    Policy policy;
    EXPECT_NE(refusal(policy.tool("t", signature, "", nothing)), "") << signature;
  }
  Policy twice;
  EXPECT_EQ(refusal(twice.tool("a", "", "", nothing).tool("b", "", "", nothing).tool("a", "", "", nothing)),
            "the tool 'a': there are two of that name");
  Policy empty;
  EXPECT_EQ(refusal(empty.tool("a", "", "", nullptr)), "the tool 'a': it has nothing to call");
}

TEST(ToolPolicy, ASignatureThatDoesNotCompileIsTheCallersError) {
  for (const char* signature : {"(1)", "(x, x)", "(a=1, b)", "(x=nothing)", "(x=1/0)", "(*, )"}) {
    Policy policy = with_echo();
    policy.tool("t", signature, "", [](const ToolCall&) { return nullptr; });
    auto session = open(policy);
    for (int i = 0; i < 2; i++) {
      auto result = session->run("x = 1");
      ASSERT_FALSE(result) << signature;
      EXPECT_EQ(result.error().code, ErrorCode::kGuest);
      EXPECT_EQ(result.error().message.substr(0, 36), "the signature of the tool 't' is not") << result.error().message;
    }
    EXPECT_FALSE(session->get("x"));
  }
}

TEST(ToolPolicy, ToolsAreThoseOfWhoeverResumes) {
  Policy first = with_echo();
  first.tool("len", "(x)", "", [](const ToolCall&) { return -1; });
  auto session = open(first);
  run(*session, "kept = echo\nn = 1");
  EXPECT_EQ(value(run(*session, "len([1, 2])")), "-1");
  const Snapshot snapshot = *session->snapshot();

  Policy second;
  second.tool("other", "()", "", [](const ToolCall&) { return "other"; });
  auto resumed = *testing::runtime()->resume(snapshot, second);
  EXPECT_EQ(value(run(*resumed, "n, other(), len([1, 2])")), "(1, 'other', 2)");
  EXPECT_EQ(error(run(*resumed, "echo(1)")), "NameError: name 'echo' is not defined");
  EXPECT_EQ(error(run(*resumed, "kept(1)")), "LookupError: no tool is named 'echo': the tools are other");

  auto without = *testing::runtime()->resume(snapshot, {});
  EXPECT_EQ(error(run(*without, "kept(1)")), "LookupError: no tool is named 'echo': this sandbox has no tools");
  EXPECT_EQ(error(run(*without, "echo(1)")), "NameError: name 'echo' is not defined");

  auto child = *session->fork();
  EXPECT_EQ(value(run(*child, "echo(n), len('')")), "(1, -1)");
  EXPECT_TRUE(session->rollback(snapshot));
  EXPECT_EQ(value(run(*session, "echo(2), kept(3), len('')")), "(2, 3, -1)");
  EXPECT_TRUE(session->park());
  EXPECT_EQ(value(run(*session, "echo(2), kept(3)")), "(2, 3)");
}

TEST(ToolPolicy, ToolsSurviveARollback) {
  auto session = open(with_echo());
  EXPECT_EQ(run(*session, "import os; os._exit(3)").status, RunStatus::kExit);  // before they are there
  EXPECT_EQ(value(run(*session, "echo(1)")), "1");
  EXPECT_EQ(run(*session, "import os; os._exit(3)").status, RunStatus::kExit);
  EXPECT_EQ(value(run(*session, "echo(2)")), "2");
}

// HOST-12: a guest that breaks what lies above the tools breaks them for itself.
TEST(ToolPolicy, ABrokenGuestIsAlone) {
  auto session = open(with_echo());
  run(*session, "import builtins, _belljar_tools\n_belljar_tools.install = _belljar_tools.abandon = _belljar_tools._compile = None\n"
                "_belljar_tools.pending.clear()\nbuiltins.compile = builtins.exec = None\ndel builtins.echo");
  EXPECT_EQ(error(run(*session, "echo(1)")), "NameError: name 'echo' is not defined");
  EXPECT_EQ(value(run(*session, "call_tool('echo', 1)")), "1");
  auto fresh = open(with_echo());
  EXPECT_EQ(value(run(*fresh, "echo(1)")), "1");
}

}  // namespace
}  // namespace belljar
