"""RDFC-1.0 as W3C tests it, and the limit on graphs that it cannot canonicalise in time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
)

from kg.errors import InputError
from kg.graph.rdfc import canonical, labels

SUITE = ROOT.parent / "shared" / "suites" / "rdf-canon"
KINDS = {"rdfc:RDFC10EvalTest": 64, "rdfc:RDFC10MapTest": 21, "rdfc:RDFC10NegativeEvalTest": 1}


def cases() -> list[dict[str, Any]]:
    if not SUITE.is_dir():
        return []
    found = json.loads((SUITE / "manifest.jsonld").read_text(encoding="utf-8"))["entries"]
    return [case for case in found if case["type"] in KINDS]


def read(path: Path) -> list[Quad]:
    return list(parse(path.read_bytes(), RdfFormat.N_QUADS))


@pytest.mark.skipif(not SUITE.is_dir(), reason="W3C's suite rdf-canon is not beside this clone")
def test_the_suite_is_whole() -> None:
    types = [case["type"] for case in cases()]
    assert {kind: types.count(kind) for kind in KINDS} == KINDS


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"].lstrip("#"))
def test_a_case_of_the_suite(case: dict[str, Any]) -> None:
    quads = read(SUITE / case["action"])
    algorithm = case.get("hashAlgorithm", "SHA256").lower()
    if case["type"] == "rdfc:RDFC10NegativeEvalTest":
        with pytest.raises(InputError, match="cannot be distinguished"):
            canonical(quads, algorithm)
    elif case["type"] == "rdfc:RDFC10MapTest":
        expected = json.loads((SUITE / case["result"]).read_text(encoding="utf-8"))
        assert labels(quads, algorithm) == expected
    else:
        expected = (SUITE / case["result"]).read_text(encoding="utf-8")
        assert canonical(quads, algorithm) == expected


NODE = st.sampled_from([BlankNode(name) for name in "abcde"])
STATEMENT = st.builds(Quad, NODE, st.sampled_from([NamedNode("x:p"), NamedNode("x:q")]), NODE)


@given(st.lists(STATEMENT, max_size=7), st.permutations("abcde"))
def test_the_text_depends_on_the_content_alone(quads: list[Quad], names: list[str]) -> None:
    other = dict(zip("abcde", names, strict=True))
    renamed = [
        Quad(BlankNode(other[q.subject.value]), q.predicate, BlankNode(other[q.object.value]))
        for q in reversed(quads)
    ]
    assert canonical(quads) == canonical(renamed)


@given(st.lists(STATEMENT, max_size=6))
def test_the_text_is_that_of_another_implementation(quads: list[Quad]) -> None:
    theirs = Dataset(quads)
    theirs.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert canonical(quads) == "".join(sorted(f"{quad} .\n" for quad in theirs))
