"""What the tests of belljar.smolagents share: a model that is a script, a tool, an executor. Ends the test when
smolagents is not installed."""

from __future__ import annotations

import importlib.util
import io
import re
import sys
import unittest

if importlib.util.find_spec("smolagents") is None:
    print("skipped: smolagents is not installed; pip install -r tests/python/requirements-smolagents.txt")
    sys.exit(0)

from rich.console import Console
from smolagents import FinalAnswerTool, Tool, tool
from smolagents.models import ChatMessage, ChatMessageStreamDelta, MessageRole, Model
from smolagents.monitoring import AgentLogger, LogLevel

from belljar.smolagents import BelljarExecutor, ExecutionError


class ScriptedModel(Model):
    """Says what it was given, one text after the other; keeps what it was asked."""

    def __init__(self, *codes: str) -> None:
        super().__init__(model_id="script")
        self.codes = list(codes)
        self.asked: list[str] = []

    def _next(self, messages: list[ChatMessage]) -> str:
        self.asked.append("\n".join(part["text"] for message in messages for part in message.content))
        return f"Thought: as planned.\n<code>\n{self.codes.pop(0)}\n</code>"

    def generate(self, messages, stop_sequences=None, **_):
        return ChatMessage(role=MessageRole.ASSISTANT, content=self._next(messages))

    def generate_stream(self, messages, stop_sequences=None, **_):
        for word in re.split(r"(?<= )", self._next(messages)):
            yield ChatMessageStreamDelta(content=word)


@tool
def price(symbol: str, currency: str | None = None) -> dict:
    """Gives the last price of a share.

    Args:
        symbol: The symbol of the share.
        currency: In which currency.
    """
    prices = {"ACME": 12.5, "EMCA": 0.25}
    if symbol not in prices:
        raise KeyError(f"no share is called {symbol}")
    return {"price": prices[symbol], "currency": currency or "EUR"}


def silent() -> AgentLogger:
    return AgentLogger(LogLevel.INFO, Console(file=io.StringIO(), force_terminal=False))


def tools_of(*given: Tool) -> dict[str, Tool]:
    return {each.name: each for each in (*given, FinalAnswerTool())}


class Case(unittest.TestCase):
    def executor(self, *tools, imports=(), **options) -> BelljarExecutor:
        executor = BelljarExecutor(imports, **options)
        self.addCleanup(executor.cleanup)
        executor.send_tools(tools_of(*tools))
        return executor

    def fails(self, executor: BelljarExecutor, code: str, *texts: str) -> ExecutionError:
        with self.assertRaises(ExecutionError) as caught:
            executor(code)
        for text in texts:
            self.assertIn(text, str(caught.exception))
        return caught.exception
