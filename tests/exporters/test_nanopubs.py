"""Nanopublications are valid to the package `nanopub`, and say what the graph says."""

from __future__ import annotations

from pathlib import Path

import pytest
from nanopub import Nanopub
from pyoxigraph import RdfFormat, parse

import kg
from kg import parts
from kg.exporters import FOLDERS

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
STATEMENT = "finding/f05-1"
BARE_POINT = "finding/f11-2"
"""Its p value is .001, which rdflib reads as 0.001 without quotation marks."""


@pytest.fixture(scope="module")
def part(shown: kg.Graph) -> kg.Graph:
    return parts.only(shown, [STATEMENT, BARE_POINT])


@pytest.fixture(scope="module")
def files(part: kg.Graph) -> dict[str, bytes]:
    return FOLDERS["nanopubs"].files(part)


def opened(data: bytes, folder: Path) -> Nanopub:
    file = folder / "np.trig"
    file.write_bytes(data)
    found = Nanopub(rdf=file)
    found._source_uri = str(found._metadata.np_uri)
    return found


def test_each_statement_has_one(files: dict[str, bytes], part: kg.Graph) -> None:
    assert set(files) == {f"{part.short(s)}.trig" for s in part.instances("Statement")}


def test_each_is_valid_and_its_iri_follows_from_its_content(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    assert files
    for data in files.values():
        found = opened(data, tmp_path)
        assert found.is_valid and found.has_valid_trusty


def test_another_number_would_be_another_nanopublication(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    changed = files[f"{STATEMENT}.trig"].replace(b"cekg:value 0.34", b"cekg:value 0.43")
    with pytest.raises(ValueError, match="not valid"):
        _ = opened(changed, tmp_path).has_valid_trusty


def test_all_that_is_stated_of_the_statement_is_in_it(
    files: dict[str, bytes], part: kg.Graph
) -> None:
    node = part.node(STATEMENT)
    stated = {
        (f.subject, f.predicate, f.object)
        for f in part.asserted()
        if f.subject.value.partition("#")[0] == node.value
    }
    read = parse(files[f"{STATEMENT}.trig"], RdfFormat.TRIG)
    assert stated - {(q.subject, q.predicate, q.object) for q in read} == set()


def test_what_is_declared_kept_is_in_one(shown: kg.Graph) -> None:
    part = parts.only(
        shown, [STATEMENT, "intervention/pcit", "condition/oppositional-defiant-disorder"]
    )
    read = {
        (q.subject, q.predicate, q.object)
        for data in FOLDERS["nanopubs"].files(part).values()
        for q in parse(data, RdfFormat.TRIG)
    }
    contract = kg.fidelity("nanopubs")
    kept = {
        p.iri
        for name, p in part.ontology.properties.items()
        if contract.fate(name, part.ontology).kind == "kept"
    }
    said = [f for f in part.asserted() if f.predicate.value in kept and f.subject != part.root()]
    assert len(said) > 50
    assert {tuple(f) for f in said} - read == set()


def test_caveats_licence_and_review_are_publication_info(
    files: dict[str, bytes], part: kg.Graph, tmp_path: Path
) -> None:
    licence = part.value(part.root(), "license")
    for data in files.values():
        said = {str(o) for o in opened(data, tmp_path).pubinfo.objects()}
        assert licence is not None and licence.value in said
        assert {*part.caveats(), *part.attribution()} <= said
        assert any(text.startswith("UNREVIEWED: ") for text in said)


def test_without_the_package_the_extra_is_named(
    part: kg.Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "nanopub.trustyuri.rdf.RdfHasher", None)
    with pytest.raises(kg.UsageError, match="nanopub"):
        FOLDERS["nanopubs"].files(part)
