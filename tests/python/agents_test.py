"""The tools of docs/guide/agents.md: each program of the page, run with its framework and no model."""

import asyncio
import concurrent.futures
import importlib.util
import threading
import unittest

import belljar
import pages

PACKAGES = ("langchain_core", "langgraph", "agents", "pydantic_ai")
if missing := [name for name in PACKAGES if importlib.util.find_spec(name) is None]:
    print(f"skipped: {', '.join(missing)} not installed: pip install -r tests/python/requirements-agents.txt")
    raise SystemExit(0)


class Page(unittest.TestCase):
    def test_the_guide(self):
        pages.check(self, "agents.md")


class LangChain(unittest.TestCase):
    def test_calls_beside_each_other_wait(self):
        from langchain_core.tools import tool
        session, turn = belljar.Session(), threading.Lock()

        @tool
        def run_python(code: str) -> str:
            """Runs Python."""
            with turn:
                return belljar.for_model(session.run(code))

        session.run("n = 0")
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            outputs = list(threads.map(lambda i: run_python.invoke({"code": "n += 1\nn"}), range(40)))
        self.assertEqual(sorted(outputs, key=lambda text: int(text.split()[-1])), [f"[value] {n}" for n in range(1, 41)])

    def test_a_message_of_a_tool_call(self):
        from langchain_core.tools import tool

        @tool
        def run_python(code: str) -> str:
            """Runs Python."""
            return belljar.for_model(belljar.run(code))

        message = run_python.invoke({"type": "tool_call", "name": "run_python", "id": "7", "args": {"code": "1 / 0"}})
        self.assertEqual((message.tool_call_id, message.status), ("7", "success"))
        self.assertTrue(message.content.endswith("ZeroDivisionError: division by zero"))


class PydanticAI(unittest.TestCase):
    def test_a_test_model_calls_it(self):
        """Pydantic AI's own TestModel makes up the arguments: the tool's schema is one that models are given."""
        from pydantic_ai import Agent, RunContext
        from pydantic_ai.models.test import TestModel
        agent = Agent(TestModel(), deps_type=belljar.Session)

        @agent.tool(sequential=True)
        async def run_python(context: RunContext[belljar.Session], code: str) -> str:
            """Runs Python."""
            return belljar.for_model(await context.deps.arun(code))

        with belljar.Session() as session:
            self.assertIn("NameError: name 'a' is not defined", agent.run_sync("go", deps=session).output)

    def test_cancelling_the_agent_stops_the_code(self):
        from pydantic_ai import Agent, RunContext
        from pydantic_ai.messages import ModelResponse, ToolCallPart
        from pydantic_ai.models.function import FunctionModel
        calls = [ToolCallPart("run_python", {"code": "x = 1\nwhile True: pass"})]
        agent = Agent(FunctionModel(lambda messages, info: ModelResponse(parts=calls)), deps_type=belljar.Session)
        started = threading.Event()

        @agent.tool(sequential=True)
        async def run_python(context: RunContext[belljar.Session], code: str) -> str:
            """Runs Python."""
            started.set()
            return belljar.for_model(await context.deps.arun(code))

        async def main(session):
            task = asyncio.create_task(agent.run("go", deps=session))
            while not started.is_set():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task

        with belljar.Session(cpu=60, wall=60) as session:
            asyncio.run(main(session))
            self.assertEqual(session.run("x").value, 1)
            self.assertLess(session.usage().wall_ms, 10_000)


class OpenAIAgents(unittest.TestCase):
    def test_the_tool_alone(self):
        from agents import RunContextWrapper, function_tool
        from agents.tool_context import ToolContext
        session = belljar.Session()

        @function_tool
        async def run_python(context: RunContextWrapper[belljar.Session], code: str) -> str:
            """Runs Python."""
            return belljar.for_model(await context.context.arun(code))

        self.assertEqual(run_python.params_json_schema["required"], ["code"])
        context = ToolContext(context=session, tool_name="run_python", tool_call_id="1", tool_arguments='{"code": "6 * 7"}')
        self.assertEqual(asyncio.run(run_python.on_invoke_tool(context, '{"code": "6 * 7"}')), "[value] 42")


if __name__ == "__main__":
    unittest.main()
