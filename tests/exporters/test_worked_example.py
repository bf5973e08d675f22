"""The worked example of CONTRIBUTING, followed: one file and one line make a format."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from conftest import EXAMPLES, ROOT

import kg
from kg import exporters, exporting
from kg.cli import cli
from kg.exporters import EXPORTERS
from kg.graph import Graph

SECTION = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Add an exporter")[2]
FILE = re.compile(r"```python kg/exporters/(\w+)\.py\n(.*?)```", re.DOTALL)
LINE = re.compile(r"```text\n(\"\w+\": Exporter\(.*?\),)\n```", re.DOTALL)


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    """Do what the example says, and return the name of the new format."""
    module, code = FILE.findall(SECTION)[0]
    made = ModuleType(f"kg.exporters.{module}")
    exec(compile(code, f"{module}.py", "exec"), made.__dict__)
    monkeypatch.setitem(sys.modules, made.__name__, made)
    (line,) = LINE.findall(SECTION)
    ((name, exporter),) = eval(f"{{{line}}}", dict(vars(exporters))).items()
    for table in (EXPORTERS, exporting.FORMATS):
        monkeypatch.setitem(table, name, exporter)  # type: ignore[arg-type]
    return str(name)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return kg.load(EXAMPLES / "infant-sleep")


def test_the_new_format_has_every_outcome(name: str, graph: Graph) -> None:
    text = kg.export(graph, name, include_unreviewed=True).decode()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter="\t"))
    assert [r["outcome"] for r in rows] == [graph.short(o) for o in graph.instances("Outcome")]


def test_the_new_format_says_what_every_output_must_say(name: str, graph: Graph) -> None:
    text = kg.export(graph, name, include_unreviewed=True).decode()
    assert [c for c in (*graph.caveats(), *graph.attribution()) if c not in text] == []


def test_the_command_line_knows_the_new_format(name: str, graph: Graph, tmp_path: Path) -> None:
    out = tmp_path / "o.tsv"
    done = CliRunner().invoke(cli, ["export", name, str(EXAMPLES / "infant-sleep"), "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes() == kg.export(graph, name)


def test_the_new_format_declares_what_it_loses(name: str) -> None:
    assert (
        kg.fidelity(name).lost() == "what it has no place for (no column of the table of outcomes)"
    )
