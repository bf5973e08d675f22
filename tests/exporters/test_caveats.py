"""What every output must say travels with it, in every format, and no output depends on the clock.

Formats are taken from the tables, so one that is registered tomorrow is held to this, too.
"""

from __future__ import annotations

import html
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine

import kg
from kg import exporting
from kg.contract import Fidelity
from kg.exporters import EXPORTERS, FOLDERS, RDF, Exporter
from kg.graph import Graph
from kg.scale.export import BULK

FORMATS = list(dict.fromkeys([*EXPORTERS, *FOLDERS, *BULK]))
TERMS = ("ontology", "ontology-jsonld")
"""Formats without a statement of the graph: what limits statements does not apply to terms."""
SHIFTED = "2033-04-05"


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))


def written(graph: Graph, name: str, out: Path) -> bytes:
    """Return everything that an export writes, files of a folder one after the other."""
    kg.export_file(graph, name, out, include_unreviewed=True)
    return content(out)


def content(out: Path) -> bytes:
    """Return the bytes of a file, or of all files of a folder one after the other."""
    files = sorted(f for f in out.rglob("*") if f.is_file()) if out.is_dir() else [out]
    return b"\n".join(map(unpacked, files))


def unpacked(file: Path) -> bytes:
    """Return the bytes of a file, of an office document those of its parts too."""
    data = file.read_bytes()
    if not zipfile.is_zipfile(file):
        return data
    with zipfile.ZipFile(file) as parts:
        return b"\n".join([data, *(parts.read(name) for name in parts.namelist())])


def plain(text: str) -> str:
    """Return the words of a text, without markup, escapes and line ends."""
    text = re.sub(r"<[^>\"]*>|<\w[^>]*>|\n# ", " ", text.replace("\\n", " "))
    return "".join(filter(str.isalnum, html.unescape(text.replace('\\"', '"'))))


def said(graph: Graph, data: bytes) -> bool:
    """Tell whether an output has each caveat, or all statements with their stamps instead."""
    text = data.decode("utf-8", "ignore")
    count, *disclaimers = graph.caveats()
    stamped = text.count("UNREVIEWED: ") >= len(graph.instances("Statement"))
    words = plain(text)
    return (stamped or plain(count) in words) and all(plain(d) in words for d in disclaimers)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in TERMS])
def test_caveats_travel_in_every_format(
    name: str, shown: Graph, exported: Callable[[str], Path]
) -> None:
    assert said(shown, content(exported(name)))


@pytest.mark.parametrize("name", FORMATS)
def test_no_output_depends_on_the_clock(name: str, small: Graph, tmp_path: Path) -> None:
    now = written(small, name, tmp_path / "now")
    with time_machine.travel(f"{SHIFTED}T12:00:00Z", tick=False):
        then = written(small, name, tmp_path / "then")
    assert now == then


@pytest.fixture
def bad(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Graph], bytes]], None]:
    """Register an exporter of the name ``bad``."""

    def register(write: Callable[[Graph], bytes]) -> None:
        monkeypatch.setitem(
            sys.modules, "kg.exporters.bad", SimpleNamespace(write=write, FIDELITY=Fidelity())
        )  # type: ignore[arg-type]
        for table in (EXPORTERS, exporting.FORMATS):
            monkeypatch.setitem(table, "bad", Exporter(RDF, "bad", ".bad", "s"))  # type: ignore[arg-type]

    return register


def test_an_exporter_without_caveats_is_found(
    bad: Callable[[Callable[[Graph], bytes]], None], shown: Graph, tmp_path: Path
) -> None:
    bad(lambda graph: "\n".join(graph.label(s) for s in graph.instances("Finding")).encode())
    assert not said(shown, written(shown, "bad", tmp_path / "out"))


def test_an_exporter_that_writes_the_date_is_found(
    bad: Callable[[Callable[[Graph], bytes]], None], shown: Graph, tmp_path: Path
) -> None:
    import time

    bad(lambda graph: time.strftime("%Y-%m-%d").encode())
    now = written(shown, "bad", tmp_path / "now")
    with time_machine.travel(f"{SHIFTED}T12:00:00Z", tick=False):
        assert written(shown, "bad", tmp_path / "then") != now
