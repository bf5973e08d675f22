"""Every format is read by a program that this project did not write, and awkward texts survive.

A new format needs a line in :data:`READERS`: the program that reads it, or in :data:`NOT_READ` why
there is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import bibtexparser
import docx
import networkx
import openpyxl
import pandas
import polars
import pydot
import pyld
import pytest
import rdflib
import rispy
import yaml
from fhir.resources.bundle import Bundle
from lxml import etree
from lxml import html as lxml_html

import kg
from kg.cells import plain
from kg.exporters import EXPORTERS
from kg.exporting import FORMATS
from kg.graph import Graph

Reader = Callable[[Path], Iterable[str]]


def strings(value: Any) -> Iterator[str]:
    """Yield every text of nested lists and mappings."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)
    elif value is not None:
        yield str(value)


def rdf(format: str) -> Reader:
    def read(path: Path) -> Iterator[str]:
        found = rdflib.Dataset()
        found.parse(path, format=format)
        return (str(o) for _, _, o, _ in found.quads() if isinstance(o, rdflib.Literal))

    return read


def json_ld(path: Path) -> Iterator[str]:
    """Expand with PyLD; a context by reference is taken as a vocabulary and not fetched."""
    empty = {"document": {"@context": {"@vocab": "urn:v:"}}, "contextUrl": None}
    loader = {"documentLoader": lambda url, _: {**empty, "documentUrl": url}}
    return strings(pyld.jsonld.expand(json.loads(path.read_bytes()), loader))


def json_lines(path: Path) -> Iterator[str]:
    return strings(pandas.read_json(path, lines=True, dtype=False).to_dict("records"))


def network(read: Callable[[Path], Any]) -> Reader:
    return lambda path: (str(v) for _, data in read(path).nodes(data=True) for v in data.values())


def dot(path: Path) -> Iterator[str]:
    (graph,) = pydot.graph_from_dot_data(path.read_text(encoding="utf-8"))
    for node in graph.get_nodes():
        label = str(node.get("label") or "")
        label = label.replace(r"\n", "\n")
        yield re.sub(r"\\(.)", r"\1", label.removeprefix('"').removesuffix('"'))


def fhir(path: Path) -> Iterator[str]:
    found = json.loads(path.read_bytes(), parse_float=Decimal)
    return strings(Bundle.model_validate(found).model_dump())


def frame(path: Path, **options: Any) -> Iterator[str]:
    table = pandas.read_csv(path, dtype=str, keep_default_na=False, **options)
    return (plain(cell) for cell in strings(table.to_dict("records")))


def frames(pattern: str, **options: Any) -> Reader:
    return lambda folder: (c for p in folder.glob(pattern) for c in frame(p, **options))


def workbook(path: Path) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    digits = len(cell.number_format.partition(".")[2])
                    yield f"{cell.value:.{digits}f}"
                else:
                    yield from strings(cell.value)


def document(path: Path) -> Iterator[str]:
    found = docx.Document(str(path))
    yield from (p.text for p in found.paragraphs)
    yield from (c.text for t in found.tables for row in t.rows for c in row.cells)


def bibtex(path: Path) -> Iterator[str]:
    library = bibtexparser.parse_string(path.read_text(encoding="utf-8"))
    assert library.failed_blocks == []
    for entry in library.entries:
        for field in entry.fields:
            text = str(field.value).replace(r"{\textbackslash}", "\\")
            yield re.sub(r"\\([#$%&_])", r"\1", text)


def ris(path: Path) -> Iterator[str]:
    return strings(rispy.loads(path.read_text(encoding="utf-8")))


def page(path: Path) -> Iterator[str]:
    return (str(text) for text in lxml_html.parse(str(path)).getroot().itertext())


def pages(folder: Path) -> Iterator[str]:
    return (text for path in folder.rglob("*.html") for text in page(path))


def picture(path: Path) -> Iterator[str]:
    return (str(text) for text in etree.parse(str(path)).getroot().itertext())


def parquet(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*.parquet"):
        yield from strings(polars.read_parquet(file).to_dicts())


READERS: dict[str, Reader] = {
    **dict.fromkeys(("jsonld", "jsonld-flat", "schema-org", "annotations"), json_ld),
    **dict.fromkeys(("jsonld-expanded", "ontology-jsonld"), json_ld),
    "jsonl": json_lines,
    **dict.fromkeys(("turtle", "ontology"), rdf("turtle")),
    "nquads": rdf("nquads"),
    "trig": rdf("trig"),
    "rdfxml": rdf("xml"),
    "graphml": network(networkx.read_graphml),
    "gexf": network(networkx.read_gexf),
    "cytoscape": network(lambda p: networkx.cytoscape_graph(json.loads(p.read_bytes()))),
    "node-link": network(
        lambda p: networkx.node_link_graph(json.loads(p.read_bytes()), edges="links")
    ),
    "dot": dot,
    **dict.fromkeys(("fhir-r5", "fhir-r5-transaction", "fhir-r5-document"), fhir),
    "findings-csv": frame,
    **dict.fromkeys(("findings-xlsx", "summary-xlsx"), workbook),
    "findings-parquet": lambda path: strings(polars.read_parquet(path).to_dicts()),
    "summary-html": page,
    "summary-docx": document,
    "bibtex": bibtex,
    "ris": ris,
    "csl-json": lambda path: strings(json.loads(path.read_bytes())),
    "svg": picture,
    "csv": frames("**/*.csv"),
    "parquet": parquet,
    "site": pages,
    "neo4j": frames("nodes/*.csv"),
    "kgx": frames("nodes.tsv", sep="\t", quoting=3),
}
"""Format → a program of others that reads it, and yields the texts that it found."""
NOT_READ = {
    "mermaid": "no program in Python reads it; browsers draw it",
    "fhir-r4": "no library has EffectEvidenceSynthesis; HL7's structures check it (tests/fhir)",
    "nanopubs": "its own test reads it with nanopub",
    "sssom": "codes only; its own test reads it with sssom-py",
    "summary-md": "text for people; the same document as summary-html",
    "references": "text for people; citeproc made it",
    "png": "a picture; the same as svg",
}
INTERVAL = {"ciLower": "-0.50", "ciUpper": "2.10"}
TEXTS = (
    "0", "false", "-0.5", "0.80", "1e-5", "=1+1", "it's \"so\" \\ so", "two\nlines", "a\ttab",
    "Ä 中 ع 👶🏽", "a|b;c,d", "5 < 6 & 7 > 6", "long " * 300 + "end",
)  # fmt: skip
EXACT = (
    *("jsonld", "jsonld-flat", "jsonld-expanded", "jsonl", "turtle", "nquads", "trig", "rdfxml"),
    *("csv", "parquet", "neo4j"),
)
"""Formats that keep spaces, tabs and line ends; the others write labels on one line."""
NO_LABELS = ("annotations", "ontology", "ontology-jsonld")
"""Formats without the labels of entities."""
SHORTENED = ("svg",)
"""Formats that cut or wrap long labels."""
ALTERED = {"kgx": "a|b;c,d"}
"""A text that a format has no way to write: KGX puts a bar between values."""
DIGITS = (
    *("jsonld", "turtle", "nquads", "csv", "parquet", "neo4j", "fhir-r5", "site"),
    *("findings-csv", "findings-xlsx", "summary-html"),
)
"""Formats with estimates."""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """A project in which each text is the label of an outcome and the title of a source."""
    records: list[dict[str, Any]] = [
        {"id": "intervention/a", "prefLabel": "A"},
        {"id": "intervention/b", "prefLabel": "B"},
        {"id": "article/a", "title": "A", "modified": "2026-01-02"},  # a FHIR document needs a date
    ]
    for n, text in enumerate(TEXTS):
        finding = {
            "id": f"finding/f{n}", "intervention": "intervention/a", "outcome": f"outcome/o{n}",
            "effectDirection": "increase", "contrast": "betweenGroup", "reviewStatus": "draft",
            "estimate": {"estimateType": "cohensD", "value": "0.80", **INTERVAL},
            "comparator": "intervention/b",
            "certainty": {"rating": "low", "ratingSystem": "GRADE"},
            "evidenceLine": {"source": f"source/s{n}"},
            "wording": {"audience": "clinician", "text": text},
        }  # fmt: skip
        records += [
            {"id": f"outcome/o{n}", "prefLabel": text, "desirability": "desirable"},
            {"id": f"source/s{n}", "title": text, "sourceType": "journalArticle"},
            finding,
        ]
    folder = tmp_path_factory.mktemp("awkward")
    (folder / "data").mkdir()
    (folder / "kg.toml").write_text('[project]\nbase = "https://example.org/t/"\n')
    (folder / "data" / "a.yaml").write_text(yaml.safe_dump(records, allow_unicode=True))
    return kg.load(folder)


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_every_format_has_a_reader_of_others_or_says_why_not() -> None:
    assert {*READERS, *NOT_READ} == set(FORMATS)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pydot")
@pytest.mark.parametrize("name", READERS)
def test_a_program_of_others_reads_what_awkward_texts_say(
    name: str, graph: Graph, tmp_path: Path
) -> None:
    suffix = EXPORTERS[name].suffix if name in EXPORTERS else ""
    kg.export_file(graph, name, tmp_path / f"out{suffix}", include_unreviewed=True)
    read = set(READERS[name](tmp_path / f"out{suffix}"))
    assert read
    if name in NO_LABELS:
        return
    wanted = [t for t in TEXTS if t != ALTERED.get(name)]
    if name in SHORTENED:
        wanted = [t for t in wanted if len(t) < 20]
    if name not in EXACT:
        read, wanted = set(map(one_line, read)), list(map(one_line, wanted))
    text = "\x00".join(read)
    assert [t for t in wanted if t not in read and not (len(t) > 6 and t in text)] == []


@pytest.mark.parametrize("name", DIGITS)
def test_a_number_keeps_its_digits(name: str, graph: Graph, tmp_path: Path) -> None:
    suffix = EXPORTERS[name].suffix if name in EXPORTERS else ""
    kg.export_file(graph, name, tmp_path / f"out{suffix}", include_unreviewed=True)
    text = "\x00".join(READERS[name](tmp_path / f"out{suffix}"))
    assert "0.80" in text and re.search("[-−]0.50", text)
