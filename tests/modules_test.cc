// Policy::modules, and what is said to whoever tries to install packages from inside.
#include "belljar/session.h"

#include "support.h"

namespace belljar {
namespace {

using testing::error;
using testing::open;
using testing::run;
using testing::run_fresh;
using testing::value;

Policy only(std::vector<std::string> modules) {
  Policy policy;
  policy.modules = std::move(modules);
  return policy;
}

TEST(Modules, OnlyThoseOfTheListCanBeImported) {
  auto session = open(only({"math", "json", "collections"}));
  EXPECT_EQ(error(run(*session, "import os")), "ImportError: the module 'os' is not allowed here; allowed are: collections, json, math");
  EXPECT_EQ(error(run(*session, "from os.path import join")), "ImportError: the module 'os' is not allowed here; allowed are: collections, json, math");
  EXPECT_EQ(error(run(*session, "__import__('socket')")), "ImportError: the module 'socket' is not allowed here; allowed are: collections, json, math");
  EXPECT_EQ(value(run(*session, "import json.decoder, collections.abc\nfrom math import floor\nfloor(json.loads('2.5'))")), "2");
  EXPECT_EQ(value(run(*session, "from __future__ import annotations\nimport builtins, __main__\n__main__.json is json")), "True");
}

TEST(Modules, WhatTheyImportThemselvesIsTheirs) {
  auto session = open(only({"statistics", "datetime", "importlib", "asyncio", "pickle"}));
  EXPECT_EQ(value(run(*session, "import statistics\nstatistics.mean([1, 2, 3])")), "2");
  EXPECT_EQ(value(run(*session, "import datetime\ndatetime.datetime.strptime('2026-01-02', '%Y-%m-%d').day")), "2") << "imports from C";
  EXPECT_EQ(value(run(*session, "import asyncio\nasync def f(): return 5\nawait f()")), "5");
  EXPECT_EQ(error(run(*session, "import importlib\nimportlib.import_module('os')")),
            "ImportError: the module 'os' is not allowed here; allowed are: asyncio, datetime, importlib, pickle, statistics");
  EXPECT_EQ(value(run(*session, "importlib.import_module('statistics') is statistics")), "True");
}

TEST(Modules, TheFilesOfTheGuestAreItsOwnCode) {
  Policy policy = only({"helper"});
  policy.workspace = {{"helper.py", "def f():\n  import os\n  return os.getpid()\n"}};
  auto session = open(policy);
  EXPECT_EQ(error(run(*session, "import helper\nhelper.f()")), "ImportError: the module 'os' is not allowed here; allowed are: helper");
}

TEST(Modules, AnEmptyListAllowsNone) {
  EXPECT_EQ(error(run_fresh("import math", only({}))), "ImportError: the module 'math' is not allowed here; allowed are: none");
  EXPECT_EQ(value(run_fresh("sum(range(4))", only({}))), "6");
}

TEST(Modules, ThePromptsOwnQuestionsAreAnswered) {
  EXPECT_EQ(error(run_fresh("__import__('_belljar_prompt')", only({}))), "");
}

TEST(Modules, WithoutAListAllCanBeImported) {
  EXPECT_EQ(value(run_fresh("import os, importlib\n__import__.__module__, importlib.import_module.__module__")), "('builtins', 'importlib')");
}

TEST(Modules, TheListIsThatOfEachSession) {
  auto session = open(only({"math"}));
  run(*session, "x = 1");
  auto fork = session->fork();
  ASSERT_TRUE(fork);
  EXPECT_EQ(error(run(**fork, "import os")), "ImportError: the module 'os' is not allowed here; allowed are: math");
  EXPECT_EQ(value(run_fresh("import os; os.getpid()")), "42");
}

TEST(Modules, GoTogetherWithTools) {
  Policy policy = only({"math"});
  policy.tool("twice", "(n: int) -> int", "", [](const ToolCall& call) -> ToolResult { return Value(2 * *call.find("n")->as_int()); });
  auto session = open(policy);
  EXPECT_EQ(value(run(*session, "twice(4)")), "8");
  EXPECT_EQ(error(run(*session, "import os")), "ImportError: the module 'os' is not allowed here; allowed are: math");
}

TEST(Modules, NamesThatAreNoneAreRefused) {
  for (const char* name : {"", "os.path", "a b", "1x", "import", "a\nb", "\xff"}) {
    auto session = testing::runtime()->open(only({name}));
    ASSERT_FALSE(session) << name;
    EXPECT_EQ(session.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(Modules, InstallingIsAnsweredWithTheWayThatWorks) {
  const std::string way = "belljar image build --from base -r requirements.txt --output my.bjimg";
  for (const char* cell : {"import pip", "import subprocess; subprocess.run(['pip', 'install', 'x'])", "import os; os.system('python -m pip install x')",
                           "import subprocess, sys; subprocess.check_call([sys.executable, '-m', 'pip', 'install', 'x'])",
                           "import runpy; runpy.run_module('pip')"}) {
    const RunResult result = run_fresh(cell);
    EXPECT_NE(error(result).find(way), std::string::npos) << cell << ": " << error(result);
  }
  for (const char* cell : {"%pip install x", "!pip install x", "x = 1\npip install x\n", "!uv pip install x"}) {
    const RunResult result = run_fresh(cell);
    ASSERT_TRUE(result.error) << cell;
    EXPECT_EQ(result.error->type, "SyntaxError") << cell;
    EXPECT_NE(result.error->traceback.find(way), std::string::npos) << result.error->traceback;
  }
  for (const char* cell : {"x = = 1", "import os; os.system('ls pip')", "import nothing_of_that_name"}) {
    EXPECT_EQ(run_fresh(cell).error->traceback.find("belljar image"), std::string::npos) << cell;
  }
}

}  // namespace
}  // namespace belljar
