"""The W3C test suite of SHACL: whole reports are compared, by the default engine and by pySHACL.

A row is focus node, path, value, component, source shape and severity, and counts as often as it is
reported. Blank nodes are told by being blank, since their labels mean nothing.
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.graph.bridges import rdflib_term
from kg.ontology import SH
from kg.shacl.errors import ShaclError
from kg.shacl.memory import Result
from kg.shacl.plan import Node, PropertyShape
from kg.shacl.plan.terms import Terms
from kg.shacl.sparql import validate
from kg.validation import pyshacl_engine
from kg.validation.auto import messages as texts
from kg.validation.shapes import Shapes

SUITE = Path(__file__).resolve().parents[2].parent / "shared" / "suites" / "shacl" / "tests"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
CASES = {"core": 98, "sparql": 23}
"""How many cases the suite of January 2024 has."""

OURS_FAILS: dict[str, str] = {}
"""Cases that the default engine does not pass, with the reason."""

PYSHACL_FAILS = {
    "core/property/uniqueLang-002": "takes the literal 1 for true, which switches nothing on",
    "sparql/node/prefixes-001": "does not follow owl:imports from sh:prefixes to declarations",
    "sparql/pre-binding/shapesGraph-001": "does not support $shapesGraph, which is optional",
}
"""Cases that pySHACL 0.40 does not pass, with the reason."""

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason=f"no W3C SHACL test suite at {SUITE}")
Row = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class Case:
    """One case: data, shapes, the rows that must be reported (``None``: a failure), messages."""

    name: str
    data: tuple[Triple, ...]
    shapes: Shapes
    rows: Counter[Row] | None
    messages: frozenset[str]


def triples(file: Path) -> tuple[Triple, ...]:
    quads = parse(file.read_bytes(), RdfFormat.TURTLE, base_iri=file.as_uri())
    return tuple(quad.triple for quad in quads)


def read(file: Path) -> list[Case]:
    graph = Shapes(triples(file))
    terms = Terms(graph)
    found = []
    for entry in terms.instances(SHT + "Validate"):
        action = graph.objects(entry, MF + "action")[0]
        parts = [graph.objects(action, SHT + n)[0] for n in ("dataGraph", "shapesGraph")]
        files = [file.parent / part.value.rsplit("/", 1)[-1] for part in parts]
        data, shapes = (graph.triples if f == file else triples(f) for f in files)
        report = graph.objects(entry, MF + "result")[0]
        results = graph.objects(report, SH + "result")
        messages = {m.value for r in results for m in graph.objects(r, SH + "resultMessage")}
        failure = report == NamedNode(SHT + "Failure")
        rows = None if failure else Counter(row(terms, result) for result in results)
        if rows is not None:
            conforms = graph.objects(report, SH + "conforms")[0]
            assert isinstance(conforms, Literal) and (conforms.value == "true") == (not rows)
        name = file.relative_to(SUITE).with_suffix("").as_posix()
        found.append(Case(name, data, Shapes(shapes), rows, frozenset(messages)))
    return found


def row(terms: Terms, result: Node) -> Row:
    def one(name: str) -> Node | None:
        return next(iter(terms.shapes.objects(result, SH + name)), None)

    path = one("resultPath")
    return (
        text(one("focusNode")),
        str(terms.path(path, result)) if path else "",
        text(one("value")),
        text(one("sourceConstraintComponent")),
        text(one("sourceShape")),
        text(one("resultSeverity")),
    )


def text(term: Node | None) -> str:
    if term is None:
        return ""
    return "_:" if isinstance(term, BlankNode) else str(term)


def told(result: Result) -> Row:
    """Return a result of ours as the suite has it."""
    return (
        text(result.focus),
        str(result.path or ""),
        text(result.value),
        f"<{result.constraint.component}>",
        text(result.shape.node),
        f"<{result.shape.severity}>",
    )


def ours(case: Case) -> tuple[Counter[Row] | None, set[str]]:
    """Return the rows and messages of the default engine; no rows if it refuses."""
    rows: Counter[Row] = Counter()
    messages = set()
    try:
        for result in validate(case.data, case.shapes):
            assert result.path is not None or not isinstance(result.shape, PropertyShape)
            rows[told(result)] += 1
            messages |= {text.value for text in texts(result)}
    except ShaclError as error:
        assert error.hint, "a refusal says what to fix"
        return None, set()
    return rows, messages


def reported(
    case: Case, results: Callable[[Iterable[Triple], Shapes], Iterable[Result]]
) -> Counter[Row] | None:
    """Return the rows that an engine on a database reports; ``None`` if it refuses."""
    try:
        return Counter(map(told, results(case.data, case.shapes)))
    except ShaclError:
        return None


def theirs(case: Case) -> Counter[Row] | None:
    """Return the rows of pySHACL; none if it fails."""
    import pyshacl
    import rdflib

    def graph(statements: Iterable[Triple]) -> rdflib.Graph:
        found = rdflib.Graph()
        for statement in statements:
            found.add(tuple(rdflib_term(term) for term in statement))
        return found

    logging.getLogger("pyshacl").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            kept, advanced = pyshacl_engine.given(case.shapes)
            shapes = graph(kept)
            data = graph(case.data)
            for prefix, iri in case.shapes.prefixes:
                data.bind(
                    prefix, iri, replace=True
                )  # where pySHACL looks for those that are not declared
            report = pyshacl.validate(data, shacl_graph=shapes, advanced=advanced)[1]
        except Exception:
            return None
    if not isinstance(report, rdflib.Graph):
        return None
    found = Shapes(tuple(Triple(*map(pyshacl_engine._node, t)) for t in report))
    results = (r for _, p, values in found.properties() if p == SH + "result" for r in values)
    return Counter(row(Terms(found), result) for result in results)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [case for file in sorted(SUITE.rglob("*.ttl")) for case in read(file)]


def test_every_case_is_run(cases: list[Case]) -> None:
    assert Counter(case.name.split("/")[0] for case in cases) == CASES
    assert sum(case.rows is None for case in cases) == 7
    assert sum(sum(case.rows.values()) for case in cases if case.rows) == 235


def test_the_default_engine_reports_what_the_suite_expects(cases: list[Case]) -> None:
    wrong = {}
    for case in cases:
        rows, messages = ours(case)
        if rows != case.rows or not messages >= case.messages:
            wrong[case.name] = f"expected {case.rows}, reported {rows} with {messages}"
    assert {n: why for n, why in wrong.items() if n not in OURS_FAILS} == {}
    assert set(OURS_FAILS) <= set(wrong)


def test_pyshacl_fails_where_it_is_known_to(cases: list[Case]) -> None:
    """What it passes can decide a difference; what it fails cannot."""
    assert {case.name for case in cases if theirs(case) != case.rows} == set(PYSHACL_FAILS)
