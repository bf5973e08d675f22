"""Every IRI in our namespaces is defined, wherever it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conftest import ROOT
from pyoxigraph import NamedNode

import kg
from kg import resources
from kg.ontology import CEKG, PREFIXES, SHAPES, Ontology
from kg.validation.shapes import Shapes

ONTOLOGY = Ontology.read(resources.ontology_files())
SHAPE_NAMES = {
    t.subject.value
    for t in Shapes.read(resources.shape_files()).triples
    if isinstance(t.subject, NamedNode)
}
SUBJECTS = {t.subject.value for t in ONTOLOGY.triples if isinstance(t.subject, NamedNode)}
NOT_TERMS = {CEKG, CEKG + "written"}
"""The namespace itself, and the name of the graph of decimals as written."""
SEARCHED = [
    "kg/**/*.py",
    "ontology/**/*.rq",
    "ontology/**/*.ttl",
    "shapes/*.ttl",
    "README.md",
    "CONTRIBUTING.md",
    "docs/**/*.md",
    "kg/**/*.rq",
    "tests/shapes/**/*.ttl",
]
FILES = sorted({p for pattern in SEARCHED for p in ROOT.glob(pattern)})


def used(text: str) -> Iterator[str]:
    text = re.sub(r"@prefix\s+\S+\s+<[^>]*>", "", text)
    for prefix, name in re.findall(r"(?<![\w/])(cekg|cekg-sh):([A-Za-z][\w-]*)", text):
        yield PREFIXES[prefix] + name
    yield from re.findall(rf"<({re.escape(CEKG)}[\w-]+)>", text)


def test_terms_that_files_name_are_defined() -> None:
    defined = SUBJECTS | SHAPE_NAMES | NOT_TERMS
    named = {str(p.relative_to(ROOT)): set(used(p.read_text("utf-8"))) for p in FILES}
    assert {file: terms - defined for file, terms in named.items() if terms - defined} == {}


def test_terms_of_the_dataset_are_defined(dataset: kg.Graph) -> None:
    terms = {
        t.value
        for q in dataset.quads()
        for t in (q.subject, q.predicate, q.object)
        if isinstance(t, NamedNode) and t.value.startswith((CEKG, SHAPES))
    }
    assert terms
    assert terms - SUBJECTS - SHAPE_NAMES == set()


def test_properties_that_code_names_are_in_the_ontology() -> None:
    names = set()
    for path in ROOT.glob("kg/**/*.py"):
        text = path.read_text(encoding="utf-8")
        names |= set(re.findall(r"(?:value|objects|subjects)\([\w.]+, \"(\w+)\"\)", text))
    assert len(names) > 10
    assert names - set(ONTOLOGY.properties) == set()


def test_files_were_looked_at() -> None:
    assert len(FILES) > 100
