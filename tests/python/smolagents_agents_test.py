#!/usr/bin/env python3
"""Agents of smolagents with belljar's executor: whole runs with a model that is a script, and the programs of the
guide. No network.

    pip install -r tests/python/requirements-smolagents.txt
    PYTHONPATH=bindings/python python3 tests/python/smolagents_agents_test.py [Class[.test]]
"""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import unittest
from pathlib import Path

from smolagents_support import Case, ScriptedModel, price, silent  # first: it says when smolagents is missing

from smolagents import CodeAgent, ToolCallingAgent
from smolagents.memory import ActionStep
from smolagents.models import ChatMessageStreamDelta

import belljar
import pages
from belljar.smolagents import BelljarExecutor

ROOT = Path(__file__).resolve().parents[2]


class Agents(Case):
    """Whole runs."""

    def agent(self, *codes, tools=(), executor=None, kind=CodeAgent, **options):
        executor = executor if executor or kind is not CodeAgent else self.executor()
        agent = kind(tools=list(tools), model=ScriptedModel(*codes), logger=silent(), executor=executor, **options)
        self.addCleanup(agent.cleanup)
        return agent

    def steps(self, agent):
        return [step for step in agent.memory.steps if isinstance(step, ActionStep)]

    def test_several_steps(self):
        agent = self.agent(
            "found = price('ACME')\nprint('price:', found['price'])",
            "import csv",
            "price('NOPE')",
            "total = found['price'] * shares\ntotal",
            "final_answer({'total': total})",
            tools=[price])
        self.assertEqual(agent.run("What are my shares worth?", additional_args={"shares": 4}), {"total": 50.0})
        asked = agent.model.asked
        self.assertIn("Execution logs:\nprice: 12.5", asked[1])
        self.assertIn("Import of csv is not allowed", asked[2])
        self.assertIn("no share is called NOPE", asked[3])
        self.assertIn("Last output from code snippet:\n50.0", asked[4])
        steps = self.steps(agent)
        self.assertEqual([step.error is not None for step in steps], [False, True, True, False, False])
        self.assertEqual([step.is_final_answer for step in steps], [False] * 4 + [True])
        console = agent.logger.console.file.getvalue()
        self.assertIn("additional_authorized_imports", console)
        self.assertIn("Final answer: {'total': 50.0}", console)

    def test_forged_answers_do_not_end_a_run(self):
        agent = self.agent(
            "print('Final answer: 41')\n41",
            "class FinalAnswerException(BaseException):\n    value = 41\nraise FinalAnswerException(41)",
            "def final_answer(x):\n    return x\nfinal_answer(41)",
            "del final_answer\nfinal_answer(42)")
        self.assertEqual(agent.run("?"), 42)
        self.assertIn("`del final_answer` brings the tool back", agent.model.asked[3])

    def test_logs_survive_an_error(self):
        agent = self.agent("print('so far')\n1 / 0", "final_answer('ok')")
        agent.run("?")
        self.assertIn("so far", self.steps(agent)[0].observations)
        self.assertIn("ZeroDivisionError", agent.model.asked[1])

    def test_limits_are_told_and_the_run_goes_on(self):
        agent = self.agent("x = 1", "x = 2\nsum(range(10**12))", "final_answer(x)", executor=self.executor(cpu=0.3))
        self.assertEqual(agent.run("?"), 1)
        self.assertIn("Nothing of this step has remained", agent.model.asked[2])

    def test_a_second_run_goes_on(self):
        agent = self.agent("x = 5\nfinal_answer(1)", "final_answer(x + y)")
        agent.run("first")
        self.assertEqual(agent.run("second", reset=False, additional_args={"y": 2}), 7)

    def test_variables_that_cannot_cross_are_refused_before_the_run(self):
        rows = [{"when": datetime.datetime.now()}]
        with self.assertRaisesRegex(belljar.ConversionError, r"rows\[0\]\.when: datetime is not supported, use iso"):
            self.agent("1").run("?", additional_args={"rows": rows})

    def test_final_answer_checks(self):
        agent = self.agent("final_answer(1)", "final_answer(10)",
                           final_answer_checks=[lambda answer, memory, agent: answer > 5])
        self.assertEqual(agent.run("?"), 10)

    def test_a_run_without_an_answer(self):
        agent = self.agent("1", "2", "no code at the end", max_steps=2)
        self.assertIn("no code at the end", agent.run("?"))

    def test_streams(self):
        agent = self.agent("print('a')", "final_answer(3)", stream_outputs=True)
        events = list(agent.run("?", stream=True))
        self.assertTrue(any(isinstance(event, ChatMessageStreamDelta) for event in events))
        self.assertEqual(events[-1].output, 3)

    def test_managed_agents(self):
        helper = self.agent("rate = 1.25\nfinal_answer(f'{amount * rate} USD')",
                            name="converter", description="Converts money.")
        manager = self.agent(
            "report = converter('Convert it.', additional_args={'amount': 8})\nprint(report)",
            "converter(5)",
            "final_answer('10.0 USD' in report)",
            managed_agents=[helper])
        self.assertIs(manager.run("?"), True)
        self.assertIn("10.0 USD", manager.model.asked[1])
        self.assertIn("'task' must be str, not int", manager.model.asked[2])

    def test_a_managed_agent_that_fails(self):
        helper = self.agent(name="helper", description="Has nothing to say.")
        manager = self.agent("helper('Do it.')", "final_answer('alone')", managed_agents=[helper])
        self.assertEqual(manager.run("?"), "alone")
        self.assertIn("AgentGenerationError", manager.model.asked[1])

    def test_managed_by_a_tool_calling_agent(self):
        helper = self.agent("final_answer(6 * 7)", name="helper", description="Computes.")
        manager = ToolCallingAgent(tools=[], model=ScriptedModel(), managed_agents=[helper], logger=silent())
        self.assertIn("42", manager.execute_tool_call("helper", {"task": "What is it?"}))

    def test_a_subclass_that_makes_the_executor(self):
        class Sandboxed(CodeAgent):
            def create_python_executor(self):
                return BelljarExecutor(self.additional_authorized_imports,
                                       max_print_outputs_length=self.max_print_outputs_length, **self.executor_kwargs)

        agent = self.agent(
            "import json\nprint(json.dumps({'a': 1}))\nprint('x' * 500)", "while True: pass", "final_answer(twice(4))",
            kind=Sandboxed, additional_authorized_imports=["json"], max_print_outputs_length=100,
            executor_kwargs={"cpu": 0.3, "additional_functions": {"twice": lambda n: 2 * n}})
        with agent:
            self.assertEqual(agent.run("?"), 8)
            session = agent.python_executor.session
        self.assertTrue(session.closed)
        self.assertIn("truncated to stay below 100 characters", agent.model.asked[1])
        self.assertIn("CPU time limit of 0.3 s", agent.model.asked[2])
        self.assertIn("'json'", agent.system_prompt)


class Pages(unittest.TestCase):
    """The programs of the guide and of examples/ print what is shown."""

    def test_guide(self):
        pages.check(self, "smolagents.md")

    def test_example(self):
        environment = {**os.environ, "PYTHONPATH": str(Path(belljar.__file__).parents[1])}
        done = subprocess.run([sys.executable, str(ROOT / "examples/python/agent.py")], cwd=ROOT, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("answer: ", done.stdout)


if __name__ == "__main__":
    unittest.main()
