"""The W3C suites of JSON-LD: the code that ships, and the processor that other tests trust.

What ships: our writer, which every dataset of the suites passes, and the parser of pyoxigraph,
which reads graph files. Frames and other documents of kg are compared with PyLD, so PyLD is held
to the suites here as well.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import ROOT
from pyld import jsonld
from pyoxigraph import RdfFormat, parse
from w3c_json_ld import Case, by_pyld, cases, needs_suites, quads, same

from kg import resources
from kg.exporters import EXPORTERS
from kg.graph import Graph
from kg.ontology import Ontology

pytestmark = [
    needs_suites,
    pytest.mark.filterwarnings("ignore:.*beginning with:SyntaxWarning"),
]
ONTOLOGY = Ontology.read(resources.ontology_files())
NUMBERS = {"expand": 376, "compact": 244, "fromRdf": 53, "frame": 91}
"""Suite → its cases for JSON-LD 1.1."""
REFUSED = "a context at another address, which kg never fetches"
OPTION = "an option that a file cannot ask for: expandContext, rdfDirection, processingMode"
DIRECTION = "pyoxigraph keeps the direction of a text as RDF 1.2 has it"
BASE = "pyoxigraph resolves some relative IRIs with dots otherwise"
NOT_AS_EXPECTED = {
    **dict.fromkeys(("c031", "c034", "e126", "e127", "e128"), REFUSED),
    **dict.fromkeys(("so05", "so06", "so08", "so09", "so11"), REFUSED),
    **dict.fromkeys(("c029", "di09", "di10", "di11", "di12", "e077"), OPTION),
    **dict.fromkeys(("ep02", "er21", "er42", "tn01"), OPTION),
    **dict.fromkeys(("di02", "di04", "di05", "di06"), DIRECTION),
    **dict.fromkeys(("0122", "0123", "e062", "e091"), BASE),
    "c013": "pyoxigraph takes the context of the containing type for a type map",
    "e075": "a property that is a blank node, which is no RDF",
    "li12": "a base that is no IRI is an error of pyoxigraph",
}
"""Case of toRdf → why pyoxigraph does not give what the suite expects."""


def unordered(value: Any) -> Any:
    """Return JSON-LD for comparison: only the order of a list counts."""
    if isinstance(value, dict):
        return {k: v if k == "@list" else unordered(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted(map(unordered, value), key=lambda v: json.dumps(v, sort_keys=True))
    return value


def holds(case: Case) -> bool:
    """Tell whether PyLD does with a case what the suite expects."""
    try:
        found = by_pyld(case)
    except Exception:
        return case.is_negative
    if case.is_negative:
        return False
    return bool(unordered(found) == unordered(json.loads(case.text("expect"))))


@pytest.mark.parametrize("name", NUMBERS)
def test_the_processor_that_tests_trust_passes_the_suite(name: str) -> None:
    every = cases(name)
    assert len(every) == NUMBERS[name]
    assert [case.name for case in every if not holds(case)] == []


def as_expected(case: Case) -> bool:
    """Tell whether pyoxigraph reads a document as the suite expects."""
    base = case.options.get("base", case.base + case.about["input"])
    try:
        found = quads(case.text("input"), RdfFormat.JSON_LD, base)
    except (SyntaxError, ValueError):
        return case.is_negative
    if case.is_negative:
        return False
    if "expect" not in case.about:  # a syntax test: it is read
        return True
    try:
        return same(found, quads(case.text("expect"), RdfFormat.N_QUADS))
    except (SyntaxError, ValueError):
        return False


def test_the_parser_of_graph_files_differs_in_the_named_cases_alone() -> None:
    every = cases("toRdf")
    assert len(every) == 456
    assert {c.name for c in every if not as_expected(c)} == {f"toRdf#t{n}" for n in NOT_AS_EXPECTED}


@pytest.mark.parametrize(
    ("name", "key", "number"), [("toRdf", "expect", 339), ("fromRdf", "input", 51)]
)
def test_our_json_ld_of_every_dataset_of_the_suite_is_read_back(
    name: str, key: str, number: int
) -> None:
    tried = 0
    for case in cases(name):
        if key not in case.about or case.is_negative or case.name == "toRdf#te075":
            continue
        graph = Graph(ONTOLOGY, "https://example.org/t/")
        graph.read(quads(case.text(key), RdfFormat.N_QUADS))
        read = quads(EXPORTERS["jsonld"].write(graph), RdfFormat.JSON_LD)
        assert set(read) == set(graph.quads()), case.name
        tried += 1
    assert tried == number


# -- what the documentation says of it ----------------------------------------------------------

PAGE = (ROOT / "docs" / "rdf.md").read_text(encoding="utf-8")


def rows(header: str) -> list[list[str]]:
    """Return the cells of a table of the page, by the beginning of its header."""
    lines = PAGE.partition(f"| {header} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_documentation_names_each_case_that_differs() -> None:
    named = [name.strip("` ") for row in rows("cases") for name in row[0].split(",")]
    assert sorted(named) == sorted(NOT_AS_EXPECTED)


@pytest.mark.parametrize("row", rows("report"), ids=lambda row: row[0])
def test_a_report_shows_what_the_parser_does(row: list[str]) -> None:
    _, document, expected, given = (cell.strip("`") for cell in row)
    try:
        found = " ".join(map(str, parse(document, RdfFormat.JSON_LD)))
    except SyntaxError as error:
        found = str(error)
    assert given in found and expected not in found, "pyoxigraph was corrected: remove the report"
    assert expected in jsonld.to_rdf(json.loads(document), {"format": "application/n-quads"})
