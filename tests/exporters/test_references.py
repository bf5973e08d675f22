"""The bibliography in every form, read by programs of others."""

from __future__ import annotations

import json

import bibtexparser
import pytest
import rispy
from pyoxigraph import Literal, NamedNode
from test_jsonld import BASE, graph_of

import kg
from kg.evidence.references import references
from kg.exporters import EXPORTERS
from kg.graph import Graph
from kg.ontology import TYPE
from kg.pieces import Loaded

TITLE = 'Costs & "benefits", 50% of #1_a ~ b \\ c: 日本語 🧸'


def one_source(**texts: str) -> Graph:
    graph: Graph = graph_of([])
    node = NamedNode(BASE + "source/s1")
    graph.add(node, TYPE, NamedNode(graph.ontology.classes["Source"].iri))
    for key, text in texts.items():
        graph.add(node, graph.property_iri(key), Literal(text))
    return graph


def test_bibtexparser_reads_every_source(shown: kg.Graph) -> None:
    read = bibtexparser.parse_string(EXPORTERS["bibtex"].write(shown).decode())
    assert not read.failed_blocks
    dois = {e.fields_dict["doi"].value for e in read.entries if "doi" in e.fields_dict}
    assert dois == {i["DOI"] for i in references(Loaded(shown)) if "DOI" in i}
    assert len(read.entries) == 1 + len(shown.instances("Source"))


def test_a_title_of_every_sign_comes_back_from_bibtex() -> None:
    from bibtexparser.middlewares import LatexDecodingMiddleware

    text = EXPORTERS["bibtex"].write(one_source(title=TITLE)).decode()
    read = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert read.entries_dict["source/s1"].fields_dict["title"].value == TITLE


def test_a_brace_that_is_never_closed_ends_no_entry() -> None:
    text = EXPORTERS["bibtex"].write(one_source(title="a } b { c ^")).decode()
    read = bibtexparser.parse_string(text)
    assert not read.failed_blocks
    assert len(read.entries) == 2


def test_names_of_authors_are_not_taken_apart_in_bibtex() -> None:
    text = EXPORTERS["bibtex"].write(one_source(authors="van IJzendoorn, WHO, et al.")).decode()
    assert "author = {{van IJzendoorn} and {WHO} and others}" in text


def test_rispy_reads_every_source(shown: kg.Graph) -> None:
    read = rispy.loads(EXPORTERS["ris"].write(shown).decode())
    items = list(references(Loaded(shown)))
    assert [r["id"] for r in read] == [i["id"] for i in items]
    assert [r.get("title") for r in read] == [" ".join(i["title"].split()) for i in items]
    assert [r.get("doi", "") for r in read] == [i.get("DOI", "") for i in items]


def test_a_title_with_line_ends_is_one_line_in_ris() -> None:
    (_, read) = rispy.loads(EXPORTERS["ris"].write(one_source(title="a\nTY  - JOUR\tb")).decode())
    assert read["title"] == "a TY - JOUR b"


def test_csl_json_has_every_source_with_its_digits(shown: kg.Graph) -> None:
    read = json.loads(EXPORTERS["csl-json"].write(shown))
    assert read == list(references(Loaded(shown)))


def test_every_source_is_among_the_formatted_references(shown: kg.Graph) -> None:
    text = EXPORTERS["references"].write(shown).decode()
    lines = text.partition("\n\n")[2].splitlines()
    assert len(lines) == len(shown.instances("Source"))
    for item in list(references(Loaded(shown)))[1:]:
        assert item.get("DOI", item["title"]) in text


def test_what_is_declared_kept_is_in_the_formatted_references(shown: kg.Graph) -> None:
    text = EXPORTERS["references"].write(shown).decode()
    values = [
        value.value
        for key in kg.fidelity("references").keeps
        for source in shown.instances("Source")
        for value in shown.objects(source, key)
    ]
    assert values
    assert [v for v in values if v not in text] == []


@pytest.mark.parametrize("name", ["bibtex", "ris", "csl-json", "references"])
def test_a_source_that_was_not_found_says_so(name: str, shown: kg.Graph) -> None:
    count = sum(
        i.get("note", "").startswith("source not found") for i in list(references(Loaded(shown)))
    )
    assert count > 0
    assert EXPORTERS[name].write(shown).decode().count("source not found") == count


def test_a_source_without_anything_is_a_reference_all_the_same() -> None:
    about, item = references(Loaded(one_source()))
    assert about["type"] == "dataset"
    assert item == {"id": "source/s1", "type": "document", "title": "source/s1"}
