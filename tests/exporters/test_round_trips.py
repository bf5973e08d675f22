"""Any dataset is read as other programs read it, and read by them as it was written.

The datasets have lists, named graphs, blank nodes in every place, every datatype of XSD, languages
and control characters.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import rdflib
from conftest import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)

import kg
from kg import resources
from kg.files import read_graph
from kg.graph import GENID
from kg.graph.rdfc import canonical
from kg.ontology import RDF, XSD, Ontology

ONTOLOGY = Ontology.read(resources.ontology_files())
BASE = "https://example.org/t/"
ROOT = Quad(
    NamedNode(BASE), NamedNode(RDF + "type"), NamedNode(ONTOLOGY.classes["KnowledgeGraph"].iri)
)
DATATYPES = (
    *("string", "boolean", "decimal", "integer", "double", "float", "date", "time", "dateTime"),
    *("dateTimeStamp", "gYear", "gMonth", "gDay", "gYearMonth", "gMonthDay", "duration"),
    *("yearMonthDuration", "dayTimeDuration", "byte", "short", "int", "long", "unsignedByte"),
    *("unsignedShort", "unsignedInt", "unsignedLong", "positiveInteger", "nonNegativeInteger"),
    *("negativeInteger", "nonPositiveInteger", "hexBinary", "base64Binary", "anyURI", "language"),
    *("normalizedString", "token", "NMTOKEN", "Name", "NCName"),
)
LEXICAL = ("0", "-1.50", "1e3", "2024-02-30", "true", "x y", " ", "\t", "\x01\x7f", "é\u202e😀", "")
FORMATS = {
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
}
"""The formats with named graphs."""

iris = st.sampled_from([NamedNode(f"{BASE}{name}") for name in ("a", "b#1", "c/d")])
blanks = st.sampled_from([BlankNode(name) for name in "uvw"])
literals = st.one_of(
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(XSD + kind)),
        st.one_of(st.sampled_from(LEXICAL), st.text(max_size=4)),
        st.sampled_from(DATATYPES),
    ),
    st.builds(
        lambda text, tag: Literal(text, language=tag),
        st.text(max_size=4),
        st.sampled_from(["en", "de-ch", "zh-hans-cn"]),
    ),
)
predicates = st.sampled_from([NamedNode(ONTOLOGY.properties[p].iri) for p in ("outcome", "value")])
names = st.one_of(st.just(DefaultGraph()), st.sampled_from([NamedNode(BASE + "g")]), blanks)
statements = st.builds(
    Quad, st.one_of(iris, blanks), predicates, st.one_of(iris, blanks, literals), names
)


@st.composite
def lists(draw: st.DrawFn) -> list[Quad]:
    """An RDF list in one graph."""
    items = draw(st.lists(st.one_of(iris, literals), min_size=1, max_size=3))
    label, name = draw(st.sampled_from(["m", "n"])), draw(names)
    cells = [BlankNode(f"{label}{n}") for n in range(len(items))]
    ends = [*cells[1:], NamedNode(RDF + "nil")]
    found = [Quad(draw(iris), draw(predicates), cells[0], name)]
    for cell, item, end in zip(cells, items, ends, strict=True):
        found += [
            Quad(cell, NamedNode(RDF + "first"), item, name),
            Quad(cell, NamedNode(RDF + "rest"), end, name),
        ]
    return found


datasets = st.builds(
    lambda some, parts: [ROOT, *some, *(q for part in parts for q in part)],
    st.lists(statements, max_size=6),
    st.lists(lists(), max_size=2),
)


def is_rewritten(term: object) -> bool:
    """Tell whether rdflib or PyLD would write a literal anew: a number, a day, or a control."""
    return (
        isinstance(term, Literal)
        and not term.language
        and (
            term.datatype.value != XSD + "string"
            or re.search(r"[\x00-\x1f\x7f-\x9f]", term.value) is not None
        )
    )


kept = datasets.map(lambda found: [q for q in found if not is_rewritten(q.object)])
"""Datasets that programs of other hands write as they read them."""
few = settings(
    max_examples=examples(25),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def lines(quads: Iterable[Quad]) -> set[str]:
    """Return statements with blank nodes by their canonical labels, IRIs for them undone."""

    def term(t: object) -> object:
        if isinstance(t, NamedNode) and GENID in t.value:
            return BlankNode(t.value.rpartition("/")[2])
        return t

    back = [Quad(term(q.subject), q.predicate, term(q.object), term(q.graph_name)) for q in quads]  # type: ignore[arg-type]
    return set(canonical(back).splitlines())


@pytest.mark.parametrize("suffix", [".nq", ".trig", ".jsonld", ".nq.gz"])
@given(found=datasets)
@few
def test_a_dataset_is_read_as_another_program_wrote_it(
    suffix: str, found: list[Quad], tmp_path: Path
) -> None:
    syntax = {".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG, ".jsonld": RdfFormat.JSON_LD}
    text = serialize(found, format=syntax[suffix.removesuffix(".gz")])
    assert text is not None
    path = tmp_path / f"in{suffix}"
    path.write_bytes(gzip.compress(text) if suffix.endswith(".gz") else text)
    assert lines(read_graph(path, ONTOLOGY).quads()) == lines(found)


def by_rdflib(data: bytes, format: str) -> set[str]:
    kind = {"nquads": "nquads", "trig": "trig", "jsonld": "json-ld"}[format]
    text = rdflib.Dataset().parse(data=data, format=kind).serialize(format="nquads")
    return lines(parse(text.encode(), RdfFormat.N_QUADS))


def by_pyld(data: bytes, format: str) -> set[str]:
    return lines(
        parse(
            jsonld.to_rdf(json.loads(data), {"format": "application/n-quads"}).encode(),
            RdfFormat.N_QUADS,
        )
    )


def by_oxigraph(data: bytes, format: str) -> set[str]:
    return lines(parse(data, FORMATS[format]))


def written(found: list[Quad], format: str) -> tuple[set[str], bytes]:
    graph = kg.Graph(ONTOLOGY, BASE)
    graph.read(found)
    return lines(graph.quads()), kg.export(graph, format, include_unreviewed=True)


@pytest.mark.parametrize("format", FORMATS)
@given(found=datasets)
@few
def test_what_is_written_is_read_again(format: str, found: list[Quad], tmp_path: Path) -> None:
    said, data = written(found, format)
    path = tmp_path / f"out.{FORMATS[format].file_extension}"
    path.write_bytes(data)
    assert lines(read_graph(path, ONTOLOGY).quads()) == said == lines(found)


@pytest.mark.parametrize("format", FORMATS)
@given(found=datasets)
@few
def test_what_is_written_is_read_by_oxigraph(format: str, found: list[Quad]) -> None:
    said, data = written(found, format)
    assert by_oxigraph(data, format) == said


TRIPLES = {"turtle": RdfFormat.TURTLE, "rdfxml": RdfFormat.RDF_XML}
"""The formats without named graphs."""


def triples(found: list[Quad], format: str) -> list[Quad]:
    """Return what a format without named graphs can hold: XML has no control characters."""
    plain = [Quad(q.subject, q.predicate, q.object) for q in found]
    bad = re.compile(r"[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
    return [q for q in plain if format == "turtle" or not bad.search(q.object.value)]  # type: ignore[union-attr]


@pytest.mark.parametrize("format", TRIPLES)
@given(found=datasets)
@few
def test_triples_are_read_as_another_program_wrote_them(
    format: str, found: list[Quad], tmp_path: Path
) -> None:
    found = triples(found, format)
    path = tmp_path / f"in.{TRIPLES[format].file_extension}"
    path.write_bytes(serialize(found, format=TRIPLES[format]) or b"")
    assert lines(read_graph(path, ONTOLOGY).quads()) == lines(found)


@pytest.mark.parametrize("format", TRIPLES)
@given(found=datasets)
@few
def test_triples_that_are_written_are_read_by_oxigraph(format: str, found: list[Quad]) -> None:
    found = triples(found, format)
    said, data = written(found, format)
    assert lines(parse(data, TRIPLES[format])) == said == lines(found)


@pytest.mark.parametrize("format", TRIPLES)
@given(found=kept)
@few
def test_triples_that_are_written_are_read_by_rdflib(format: str, found: list[Quad]) -> None:
    found = triples(found, format)
    said, data = written(found, format)
    kind = {"turtle": "turtle", "rdfxml": "xml"}[format]
    text = rdflib.Graph().parse(data=data, format=kind).serialize(format="nt")
    assert lines(parse(text.encode(), RdfFormat.N_TRIPLES)) == said


@pytest.mark.parametrize(
    ("read", "format"),
    [(by_rdflib, "nquads"), (by_rdflib, "trig"), (by_rdflib, "jsonld"), (by_pyld, "jsonld")],
)
@given(found=kept)
@few
def test_what_is_written_is_read_by_others(
    read: Callable[[bytes, str], set[str]], format: str, found: list[Quad]
) -> None:
    said, data = written(found, format)
    assert read(data, format) == said
