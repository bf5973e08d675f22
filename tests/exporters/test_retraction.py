"""A retracted source is marked in every format that shows it, or a finding that rests on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import networkx
import pytest
from pyoxigraph import Literal, NamedNode
from test_caveats import FORMATS, TERMS, content
from test_findings_tables import RECORDS

import kg
from kg.exporters import EXPORTERS
from kg.ontology import XSD

RESTS = """\
  evidenceLine: {source: source/s, stance: supports, quoteRole: primaryResult}
  quote: {quotedFrom: source/s, locator: p. 1}
"""
SOURCE = """
- id: source/s
  title: a trial
  retractionStatus: {status}
"""
NOT_SHOWN = {
    "sssom": "codes alone",
    "png": "the picture of svg",
}
"""Formats without sources and findings in words, and what they have."""


def with_source(project: Callable[..., Path], status: str) -> kg.Graph:
    """Return a graph with a finding whose source has a retraction status."""
    graph = kg.load(project(RECORDS + RESTS + SOURCE.format(status=status)))
    # A FHIR document needs a date.
    day = Literal("2026-01-02", datatype=NamedNode(XSD + "date"))
    graph.add(graph.root(), graph.property_iri("modified"), day)
    return graph


@pytest.mark.parametrize("name", [f for f in FORMATS if f not in (*TERMS, *NOT_SHOWN)])
def test_every_format_marks_it(name: str, project: Callable[..., Path], tmp_path: Path) -> None:
    statuses = ("notRetracted", "retracted", "concern", "corrected")

    def said() -> Iterator[str]:
        for status in statuses:
            graph, out = with_source(project, status), tmp_path / status
            kg.export_file(graph, name, out, include_unreviewed=True)
            text = content(out).decode("utf-8", "ignore").casefold()
            yield text.replace("notretracted", "").replace("not retracted", "")

    sound, *others = said()
    told = zip(statuses[1:], others, strict=True)
    assert [status for status, text in told if text.count(status) <= sound.count(status)] == []


def test_edges_of_what_rests_on_it_say_so(project: Callable[..., Path]) -> None:
    drawn: networkx.MultiDiGraph[str] = with_source(project, "retracted").to_networkx()
    studied = [d for *_, d in drawn.edges(data=True) if d["type"] == "studiedFor"]
    assert [d["retraction"] for d in studied] == ["retracted"]


def test_drawings_say_so_in_words(project: Callable[..., Path]) -> None:
    graph = with_source(project, "retracted")
    assert 'label="studiedFor (retracted)"' in EXPORTERS["dot"].write(graph).decode()
    assert "; source retracted" in EXPORTERS["mermaid"].write(graph).decode()
