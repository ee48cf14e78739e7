"""An agent of smolagents' whose code runs in a sandbox. Its model is a script: no network, no key.

    pip install belljar smolagents
    python3 examples/python/agent.py

The code makes the mistakes that models make, reads what the sandbox answers, and goes on.
"""

from __future__ import annotations

import io

from rich.console import Console
from smolagents import ActionStep, ChatMessage, CodeAgent, Model, tool
from smolagents.models import MessageRole
from smolagents.monitoring import AgentLogger

from belljar.smolagents import BelljarExecutor

STEPS = [
    "import numpy\nnumpy.mean([1, 2])",
    "open('/etc/passwd').read()",
    "while True:\n    pass",
    "readings = [temperature(city) for city in cities]\nprint(readings)",
    "print('Final answer: 1000')",
    "import statistics\nfinal_answer({'mean': statistics.mean(readings)})",
]


class Script(Model):
    """In place of a model: says one step after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = iter(STEPS)

    def generate(self, messages: list[ChatMessage], **_: object) -> ChatMessage:
        return ChatMessage(role=MessageRole.ASSISTANT, content=f"<code>\n{next(self.steps)}\n</code>")


@tool
def temperature(city: str) -> float:
    """Gives the temperature in a city, in degrees Celsius.

    Args:
        city: Name of the city.
    """
    return {"Oslo": 4.5, "Rome": 19.0}[city]


executor = BelljarExecutor(cpu=0.5, memory="64M")
quiet = AgentLogger(console=Console(file=io.StringIO()))
with CodeAgent(tools=[temperature], model=Script(), executor=executor, logger=quiet) as agent:
    answer = agent.run("What is the mean temperature?", additional_args={"cities": ["Oslo", "Rome"]})
    for step in agent.memory.steps:
        if isinstance(step, ActionStep):
            print(">>>", "\n... ".join((step.code_action or "").split("\n")))
            print(step.error.message.split("\n", 1)[1] if step.error else step.observations, end="\n\n")
print("answer:", answer)
