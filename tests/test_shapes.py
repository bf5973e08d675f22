"""Every rule has one failing and one passing case, and says what is wrong, why, and what to do.

A case file is Turtle; its first line names the code it is about (``# expects: AGE-003``). The
failing file must report that code, the passing file must not. To keep the run short all cases are
validated as one graph, each in a namespace of its own; one case a topic is validated alone too.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyshacl
import pytest
import rdflib
from conftest import turtle
from rdflib.namespace import RDF, RDFS, SH, SKOS

import kg

ROOT = Path(__file__).resolve().parents[1]
CASES = Path(__file__).resolve().parent / "shapes"
CEKG = rdflib.Namespace("https://w3id.org/clinical-evidence-kg/ns#")
RULES = rdflib.Namespace("https://w3id.org/clinical-evidence-kg/shapes#")
EXAMPLE = "https://example.org/"
CODE = re.compile(r"[A-Z]{3}-[0-9]{3}")
# A key in quotes: 'minAge', 'ageOf: child'; not the apostrophe in "source's".
QUOTED_KEY = re.compile(r"(?<!\w)'([A-Za-z]+)(?:: [^']+)?'(?!\w)")
TEXTS = (SH.name, SH.message, SH.description, CEKG.hint)
# One of each way to write a rule: counts, a list of values, alternatives, an inverse path, SPARQL.
REMOVED = ("AGE-009", "QUO-008", "FND-015", "STM-005", "FND-018", "INT-002")


@dataclass(frozen=True)
class Case:
    """One case file: the code it is about, and whether that code must be reported."""

    path: Path

    @property
    def code(self) -> str:
        return self.path.name.split(".")[0]

    @property
    def fails(self) -> bool:
        return self.path.name.endswith(".fail.ttl")

    @property
    def key(self) -> str:
        return f"{self.code}/{'fail' if self.fails else 'pass'}"

    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def graph(self) -> rdflib.Graph:
        return _parsed(self.path)


@cache
def _parsed(path: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(path, format="turtle")


SHAPE_FILES = sorted((ROOT / "shapes").glob("*.ttl"))
SHAPES = turtle(SHAPE_FILES)
ONTOLOGY = turtle(sorted((ROOT / "ontology").rglob("*.ttl")))
ALL_CASES = [Case(path) for path in sorted(CASES.rglob("*.ttl"))]
KEYS = {re.split(r"[#/]", str(s))[-1] for s in ONTOLOGY.subjects(RDF.type)}
HOMES = {
    code: file.stem
    for file in SHAPE_FILES
    for code in re.findall(r'cekg:ruleCode\s+"([^"]+)"', file.read_text(encoding="utf-8"))
}
"""Code → the topic of its file."""
BY_CODE = {str(code): shape for shape, code in SHAPES.subject_objects(CEKG.ruleCode)}


def _together(cases: list[Case], folder: Path) -> Path:
    """Write the cases as one graph file; what belongs to a case starts with its key."""
    graph = rdflib.Graph()
    for case in cases:
        graph.parse(data=case.text().replace(EXAMPLE, f"{EXAMPLE}{case.key}/"), format="turtle")
    path = folder / "cases.ttl"
    graph.serialize(path, format="turtle")
    return path


def _codes_by_case(report: kg.Report) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {case.key: set() for case in ALL_CASES}
    for result in report.results:
        match = re.search(rf"{re.escape(EXAMPLE)}([^/]+/[^/]+)/", result.focus)
        assert match, f"{result.code} reports {result.focus}, which is in no case"
        found[match[1]].add(result.code)
    return found


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Key of each case → the codes that are reported in it."""
    path = _together(ALL_CASES, tmp_path_factory.mktemp("cases"))
    return _codes_by_case(kg.validate(kg.load(path)))


def test_there_are_rules_and_two_cases_for_each() -> None:
    assert len(SHAPE_FILES) >= 10
    assert len(BY_CODE) > 150
    known = {f"{code}.{kind}.ttl" for code in BY_CODE for kind in ("fail", "pass")}
    have = {case.path.name for case in ALL_CASES}
    assert not have - known, "no rule has the code of these cases"
    assert not known - have, "write these in tests/shapes/<topic>"


def test_every_failing_case_reports_its_code_and_no_passing_case_does(
    reported: dict[str, set[str]],
) -> None:
    wrong = [c.key for c in ALL_CASES if (c.code in reported[c.key]) != c.fails]
    assert wrong == []


@pytest.mark.parametrize("topic", [file.stem for file in SHAPE_FILES])
def test_case_alone(topic: str) -> None:
    """A case reports the same when it is the whole graph, as on its page of the documentation."""
    bad, good = sorted((CASES / topic).glob("*.ttl"))[:2]
    for case in (Case(bad), Case(good)):
        codes = {result.code for result in kg.validate(kg.load(case.path)).results}
        assert (case.code in codes) == case.fails


def test_every_case_file_is_a_readable_example() -> None:
    for case in ALL_CASES:
        assert case.text().startswith(f"# expects: {case.code}\n"), case.key
        graph = case.graph()
        blank = [term for triple in graph for term in triple if isinstance(term, rdflib.BNode)]
        assert not blank and len(graph) <= 20, case.key
        assert case.path.parent.name == HOMES[case.code], case.key


@cache
def _above(kind: rdflib.term.Node) -> frozenset[rdflib.term.Node]:
    return frozenset(ONTOLOGY.transitive_objects(kind, RDFS.subClassOf))


def _targets(case: Case) -> set[rdflib.term.Node]:
    graph, shape = case.graph(), BY_CODE[case.code]
    kinds = set(SHAPES.objects(shape, SH.targetClass))
    found = {s for s, kind in graph.subject_objects(RDF.type) if kinds & _above(kind)}
    for predicate in SHAPES.objects(shape, SH.targetSubjectsOf):
        found |= set(graph.subjects(predicate))
    for predicate in SHAPES.objects(shape, SH.targetObjectsOf):
        found |= set(graph.objects(None, predicate))
    return found


def test_every_case_holds_what_its_rule_looks_at() -> None:
    """Otherwise a passing case would prove nothing."""
    assert [case.key for case in ALL_CASES if not _targets(case)] == []


def test_every_rule_is_complete() -> None:
    for code, shape in BY_CODE.items():
        assert CODE.fullmatch(code)
        assert isinstance(shape, rdflib.URIRef) and shape.startswith(RULES), code
        assert SHAPES.value(shape, RDF.type) in (SH.PropertyShape, SH.NodeShape), code
        severities = list(SHAPES.objects(shape, SH.severity))
        assert len(severities) == 1, code
        assert severities[0] in (SH.Violation, SH.Warning, SH.Info), code
        for predicate in TEXTS:
            found = list(SHAPES.objects(shape, predicate))
            assert len(found) == 1, (code, predicate)
            assert isinstance(found[0], rdflib.Literal) and found[0].language == "en", code
            assert str(found[0]).strip(), (code, predicate)


def test_one_code_one_shape() -> None:
    """So a failing case falls silent when its shape, and no other, is removed."""
    codes = Counter(str(code) for code in SHAPES.objects(None, CEKG.ruleCode))
    assert [code for code, times in codes.items() if times > 1] == []
    assert [s for s in BY_CODE.values() if len(list(SHAPES.objects(s, CEKG.ruleCode))) > 1] == []
    names = Counter(str(name) for name in SHAPES.objects(None, SH.name))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_shape_with_a_target_is_a_rule() -> None:
    targeted = {
        shape
        for predicate in (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
        for shape in SHAPES.subjects(predicate)
    }
    rest = sorted(targeted - set(BY_CODE.values()))
    assert not rest, f"give these shapes a cekg:ruleCode, or take their target: {', '.join(rest)}"
    aimless = sorted(set(BY_CODE.values()) - targeted)
    assert not aimless, f"give these rules a target such as sh:targetClass: {', '.join(aimless)}"
    assert not list(SHAPES.objects(None, SH.deactivated))


def test_every_message_names_keys_that_exist() -> None:
    """A message may be read by someone who has only the YAML file before them."""
    for code, shape in BY_CODE.items():
        for predicate in (SH.message, CEKG.hint):
            named = QUOTED_KEY.findall(str(SHAPES.value(shape, predicate)))
            assert named or predicate != SH.message, f"the message of {code} names no key"
            assert [key for key in named if key not in KEYS] == [], code


def test_without_their_shapes_failing_cases_are_silent(tmp_path: Path) -> None:
    shapes, removed = rdflib.Graph(), {BY_CODE[code] for code in REMOVED}
    for triple in SHAPES:
        if triple[0] not in removed:
            shapes.add(triple)
    rest = tmp_path / "rest.ttl"
    shapes.serialize(rest, format="turtle")
    graph = kg.load(_together(ALL_CASES, tmp_path))
    codes = {result.code for result in kg.validate(graph, shapes=[rest]).results}
    assert codes == set(BY_CODE) - set(REMOVED)


def test_a_status_changes_only_along_the_allowed_ways(tmp_path: Path) -> None:
    ways = {
        None: {"draft", "submitted", "unknown"},
        "unknown": {"draft", "submitted", "unknown"},
        "draft": {"submitted"},
        "submitted": {"under-review"},
        "under-review": {"approved", "rejected", "submitted"},
        "approved": {"archived", "retracted", "submitted"},
        "rejected": {"submitted"},
    }
    members = ONTOLOGY.subjects(RDF.type, CEKG.ReviewStatus)
    statuses = sorted(str(ONTOLOGY.value(member, SKOS.notation)) for member in members)
    assert len(statuses) == 9
    graph, forbidden = rdflib.Graph(), set()
    for before in (None, *statuses):
        for after in statuses:
            event = rdflib.URIRef(f"{EXAMPLE}{before}-to-{after}")
            graph.add((event, RDF.type, CEKG.ReviewEvent))
            graph.add((event, CEKG.toStatus, CEKG[f"ReviewStatus-{after}"]))
            if before:
                graph.add((event, CEKG.fromStatus, CEKG[f"ReviewStatus-{before}"]))
            if after != "withdrawn" and after not in ways.get(before, set()):
                forbidden.add(str(event))
    path = tmp_path / "events.ttl"
    graph.serialize(path, format="turtle")
    report = kg.validate(kg.load(path))
    assert {r.focus for r in report.results if r.code == "REV-006"} == forbidden


def test_the_shapes_are_valid_shacl(tmp_path: Path) -> None:
    """By the shapes that W3C gives for shapes; a shape with a fault shows that they look."""
    rules = Path(pyshacl.__file__).parent / "assets" / "shacl-shacl.ttl"
    path = tmp_path / "shapes.ttl"
    SHAPES.serialize(path, format="turtle")
    assert list(kg.validate(kg.load(path), shapes=[rules]).results) == []
    shape = BY_CODE["AGE-003"]
    fault = f"<{shape}> <{SH.minCount}> 1, 2 ; <{SH.nodeKind}> <urn:none> .\n"
    path.write_text(path.read_text(encoding="utf-8") + fault, encoding="utf-8")
    found = {r.focus for r in kg.validate(kg.load(path), shapes=[rules]).results}
    assert found == {f"cekg-sh:{shape.removeprefix(RULES)}"}
