#!/usr/bin/env python3
"""Charts from packages in pure Python, and the guide's page on them.

    PYTHONPATH=bindings/python python3 tests/python/charts_test.py [Class[.test]]

Builds an image of what requirements-charts.txt names, which takes an index; without one everything here is skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import belljar
import pages
from belljar import _rich

REQUIREMENTS = Path(__file__).resolve().parent / "requirements-charts.txt"
DEADLINE = 240
SVG = "{http://www.w3.org/2000/svg}svg"

folder = Path()


def setUpModule() -> None:
    global folder
    folder = Path(tempfile.mkdtemp(prefix="belljar-charts-test-"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    fetched = subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:",
                              "--dest", str(folder / "wheels"), "--requirement", str(REQUIREMENTS)],
                             capture_output=True, text=True, timeout=DEADLINE)
    if fetched.returncode != 0:
        raise unittest.SkipTest(f"{REQUIREMENTS.name} cannot be had: {fetched.stderr.strip()[-300:]}")
    built = subprocess.run([sys.executable, "-m", "belljar", "image", "build", "--wheels", str(folder / "wheels"), "-r", str(REQUIREMENTS),
                            "--output", str(folder / "charts.bjimg")], capture_output=True, text=True, timeout=DEADLINE)
    assert built.returncode == 0, built.stderr


def run(code: str) -> belljar.RunResult:
    return belljar.run(code, image=folder / "charts.bjimg").raise_for_status()


class Packages(unittest.TestCase):
    def assert_draws(self, code: str, *texts: str) -> None:
        drawing = run(code).display["image/svg+xml"]
        self.assertEqual(ElementTree.fromstring(drawing.encode()).tag, SVG)
        for text in texts:
            self.assertIn(text, drawing)
        shown = _rich.of_bundle({"text/plain": "", "image/svg+xml": drawing})
        self.assertTrue(shown["text/html"].startswith("<img "))

    def test_pygal(self):
        for kind in ("Bar", "Line", "Pie", "Dot", "Radar", "Box", "StackedLine", "HorizontalBar", "XY", "Gauge", "Treemap"):
            values = "[(1, 2), (3, 4)]" if kind == "XY" else "[3, 1, 2]"
            self.assert_draws(f"import pygal\nchart = pygal.{kind}(title='Bells', js=())\nchart.add('jar', {values})\nchart", "Bells", "jar")

    def test_pygal_leaves_its_scripts_out(self):
        drawing = run("import pygal\nchart = pygal.Bar(js=())\nchart.add('jar', [1])\nchart").display["image/svg+xml"]
        self.assertNotIn("href=\"http", drawing)
        self.assertNotIn("src=\"http", drawing)

    def test_leather(self):
        for method, rows in (("add_columns", "[('a', 1), ('b', 2)]"), ("add_bars", "[(1, 'a'), (2, 'b')]"), ("add_line", "[(0, 1), (1, 2)]"),
                             ("add_dots", "[(0, 1), (1, 2)]")):
            self.assert_draws("import leather\nclass Svg:\n    def __init__(self, text): self.text = text\n"
                              "    def _repr_svg_(self): return self.text\n"
                              f"chart = leather.Chart('Bells')\nchart.{method}({rows})\nSvg(chart.to_svg())", "Bells")

    def test_drawings(self):
        self.assert_draws("import drawsvg\nd = drawsvg.Drawing(200, 100)\nd.append(drawsvg.Circle(50, 50, 40, fill='red'))\nd", "<circle")
        self.assert_draws("import svg\nsvg.SVG(width=60, height=60, elements=[svg.Circle(cx=30, cy=30, r=20)])", "<circle")


class Guide(unittest.TestCase):
    def test_programs(self):
        written = pages.check(self, "charts.md", [folder / "charts.bjimg"])
        self.assertEqual(ElementTree.fromstring(written["sales.svg"]).tag, SVG)


if __name__ == "__main__":
    unittest.main(verbosity=1)
