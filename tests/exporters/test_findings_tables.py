"""The table of findings as CSV, Excel and Parquet, and summaries on paper, read by others."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode
from test_jsonld import BASE, graph_of

import kg
from kg.cells import plain, safe
from kg.evidence.findings_table import CAVEATS, NUMBERS, findings_table
from kg.evidence.summary_document import summary_document
from kg.exporters import EXPORTERS
from kg.graph import Graph
from kg.office import MOST
from kg.ontology import TYPE

SOF, PROFILE = "Summary of findings", "Evidence profile"
FORMULA = "=HYPERLINK(1)"


def rows_of(data: bytes) -> list[dict[str, str]]:
    return [
        {name: plain(cell) for name, cell in row.items()}
        for row in csv.DictReader(io.StringIO(data.decode(), newline=""))
    ]


def hostile() -> Graph:
    """Return a graph of one finding whose texts are formulas."""
    graph: Graph = graph_of([])
    node = NamedNode(BASE + "finding/f1")
    graph.add(node, TYPE, NamedNode(graph.ontology.classes["Finding"].iri))
    graph.add(node, graph.property_iri("identifier"), Literal(FORMULA))
    graph.add(node, graph.property_iri("followUp"), Literal("-0.50"))
    return graph


def test_a_row_a_finding(shown: kg.Graph) -> None:
    rows = findings_table(shown)
    assert {row["iri"] for row in rows} == {f.value for f in shown.instances("Finding")}


def test_csv_comes_back_as_it_was(shown: kg.Graph) -> None:
    assert rows_of(EXPORTERS["findings-csv"].write(shown)) == findings_table(shown)


def test_numbers_keep_their_digits_in_excel(shown: kg.Graph) -> None:
    book = openpyxl.load_workbook(io.BytesIO(EXPORTERS["findings-xlsx"].write(shown)))
    names, *rows = book["Findings"].iter_rows()
    x = [cell.value for cell in names].index("estimate")
    wanted = [row["estimate"] for row in findings_table(shown)]
    found = []
    for row in rows:
        cell = row[x]
        decimals = len(cell.number_format.partition(".")[2])
        number = cell.data_type == "n" and cell.value is not None
        found.append(f"{cell.value:.{decimals}f}" if number else cell.value or "")
    assert "0.20" in found
    assert found == wanted


@pytest.mark.parametrize("letter", ["x", "🧸"])
def test_a_text_that_no_cell_of_excel_holds_says_that_it_is_cut(letter: str) -> None:
    graph, text = hostile(), letter * 40_000
    graph.add(NamedNode(BASE + "finding/f1"), graph.property_iri("subgroup"), Literal(text))
    book = openpyxl.load_workbook(io.BytesIO(EXPORTERS["findings-xlsx"].write(graph)))
    cells = [str(c.value) for row in book["Findings"].iter_rows() for c in row if c.value]
    (cut,) = (cell for cell in cells if letter * 100 in cell)
    assert cut.endswith("… [cut: Excel holds 32,767 of the 40,000 characters]")
    assert MOST - 2 < len(cut.encode("utf-16-le")) // 2 <= MOST
    assert kg.fidelity("findings-xlsx").fate("long-texts", graph.ontology).kind == "changed"
    assert text in EXPORTERS["findings-csv"].write(graph).decode()


def test_excel_has_each_text_of_the_table(shown: kg.Graph) -> None:
    book = openpyxl.load_workbook(io.BytesIO(EXPORTERS["findings-xlsx"].write(shown)))
    names, *rows = book["Findings"].iter_rows(values_only=True)
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for column in ("words", "doi", "stamp", "outcome"):
        wanted = [row[column] for row in findings_table(shown)]
        assert [row[column] or "" for row in found] == wanted


def test_no_text_is_a_formula_in_excel() -> None:
    book = openpyxl.load_workbook(io.BytesIO(EXPORTERS["findings-xlsx"].write(hostile())))
    cells = {c.value: c for row in book["Findings"].iter_rows() for c in row}
    assert cells[FORMULA].data_type == "s"
    assert cells[FORMULA].quotePrefix


def test_no_text_is_a_formula_in_csv() -> None:
    data = EXPORTERS["findings-csv"].write(hostile())
    assert f",'{FORMULA},".encode() in data
    assert b",-0.50," in data
    assert rows_of(data)[0]["identifier"] == FORMULA


def test_parquet_has_numbers_beside_what_is_written(shown: kg.Graph) -> None:
    frame = polars.read_parquet(io.BytesIO(EXPORTERS["findings-parquet"].write(shown)))
    assert frame.schema["estimateNumber"] == polars.Float64
    assert frame.schema["participantsNumber"] == polars.Int64
    rows = frame.fill_null("").drop(NUMBERS.values()).to_dicts()
    assert rows == findings_table(shown)
    for row in frame.drop_nulls("estimateNumber").to_dicts():
        assert float(row["estimate"]) == row["estimateNumber"]


@given(st.text())
def test_any_cell_comes_back(text: str) -> None:
    assert plain(safe(text)) == text


@given(st.text(alphabet="=+-@'\t\r\n1.eE x", max_size=8))
def test_any_cell_of_risky_signs_comes_back_and_is_no_formula(text: str) -> None:
    written = safe(text)
    assert plain(written) == text
    assert not re.match(r"[=@\t\r\n]|[+-](?![\d.])", written)


@pytest.mark.parametrize("text", ["0", "-0.5", "0.80", "1e-5", "false", "", "日本語", "x\ny"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


RECORDS = """
- id: intervention/a
  prefLabel: programme A
- id: outcome/calm
  prefLabel: calm | *quiet*
  desirability: desirable
- id: finding/whole
  identifier: W
  intervention: intervention/a
  comparator: usualCare
  outcome: outcome/calm
  contrast: betweenGroup
  effectDirection: increase
  estimate: {estimateType: OR, value: 3.10, ciLower: 1.39, ciUpper: 6.67}
  absoluteEffect: {riskWithComparator: 341, riskWithIntervention: 612, per: 1000}
  certainty:
    rating: low
    ratingSystem: GRADE
    certaintyOrigin: source
    domainRating:
      - {certaintyDomain: imprecision, judgement: verySerious, footnote: two small studies}
"""


@pytest.fixture
def rated(project: Callable[..., Path]) -> kg.Graph:
    """A graph whose one finding was rated domain by domain."""
    return kg.load(project(RECORDS))


def cells_of(shown: kg.Graph, caption: str) -> list[tuple[str, ...]]:
    tables = [t for s in summary_document(shown).sections for t in s.tables]
    return [row for t in tables if t.caption == caption for row in t.rows]


def test_word_has_every_table_of_the_summaries(shown: kg.Graph) -> None:
    read = docx.Document(io.BytesIO(EXPORTERS["summary-docx"].write(shown)))
    tables = [t for s in summary_document(shown).sections for t in s.tables]
    assert len(read.tables) == len(tables)
    for found, wanted in list(zip(read.tables, tables, strict=True))[:5]:
        rows = [tuple(cell.text for cell in row.cells) for row in found.rows]
        assert rows == [wanted.heads, *wanted.rows]


def test_excel_has_every_row_of_the_summaries(shown: kg.Graph, rated: kg.Graph) -> None:
    for graph, caption in ((shown, SOF), (rated, SOF), (rated, PROFILE)):
        book = openpyxl.load_workbook(io.BytesIO(EXPORTERS["summary-xlsx"].write(graph)))
        rows = [tuple(c for c in r if c) for r in book[caption].iter_rows(values_only=True)]
        assert set(cells_of(graph, caption)) <= set(rows)


def test_each_row_in_excel_is_as_high_as_its_text(shown: kg.Graph) -> None:
    """Not every program finds out itself: in LibreOffice one row was written over the next."""
    book = openpyxl.load_workbook(io.BytesIO(EXPORTERS["summary-xlsx"].write(shown)))
    sheet = book["Summary of findings"]
    rows = [(n, row) for n, row in enumerate(sheet.iter_rows(values_only=True), 1) if row[6]]
    assert rows
    low = [n for n, row in rows if sheet.row_dimensions[n].height < 15 * (len(str(row[6])) / 24)]
    assert low == []


def test_html_has_every_cell_of_the_summaries(shown: kg.Graph) -> None:
    from lxml import html

    page = html.fromstring(EXPORTERS["summary-html"].write(shown))
    rows = [tuple(cell.text_content() for cell in row) for row in page.iterfind(".//tbody/tr")]
    tables = [t for s in summary_document(shown).sections for t in s.tables]
    assert rows == [row for t in tables for row in t.rows]


def test_markdown_has_every_row_of_the_summaries(shown: kg.Graph, rated: kg.Graph) -> None:
    for graph in (shown, rated):
        lines = EXPORTERS["summary-md"].write(graph).decode().splitlines()
        rows = [
            tuple(re.sub(r"\\(.)", r"\1", c) for c in re.split(r"(?<!\\) ?\| ", line[2:-2]))
            for line in lines
            if line.startswith("| ") and not line.startswith("| ---")
        ]
        wanted = [*cells_of(graph, SOF), *cells_of(graph, PROFILE)]
        assert {tuple(" ".join(c.split()) for c in row) for row in wanted} <= set(rows)


def test_ratings_with_domains_have_an_evidence_profile(rated: kg.Graph) -> None:
    ((outcome, *cells),) = cells_of(rated, PROFILE)
    assert outcome == "calm | *quiet*; W"
    assert cells.count("very serious") == 1


def test_a_summary_without_domains_says_so(shown: kg.Graph) -> None:
    assert not cells_of(shown, PROFILE)
    assert all("Evidence profile" in dict(s.facts) for s in summary_document(shown).sections)


@pytest.mark.parametrize("name", ["findings-csv", "summary-html", "summary-md", "findings-xlsx"])
def test_a_graph_without_findings_is_written_too(name: str, tmp_path: Path) -> None:
    assert EXPORTERS[name].write(graph_of([]))


SOURCE = """
- id: source/s
  title: a trial
  retractionStatus: {status}
"""


@pytest.mark.parametrize("name", ["findings-csv", "summary-md", "summary-html"])
@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("retracted", "a trial (retracted)"),
        ("concern", "a trial (expression of concern)"),
        ("corrected", "a trial (corrected)"),
    ],
)
def test_a_finding_from_a_retracted_source_says_so(
    name: str, status: str, said: str, project: Callable[..., Path]
) -> None:
    rests = "  evidenceLine: {source: source/s, stance: supports, quoteRole: primaryResult}\n"
    graph = kg.load(project(RECORDS + rests + SOURCE.format(status=status)))
    assert said in kg.export(graph, name, include_unreviewed=True).decode()


def test_a_finding_from_a_sound_source_names_it_alone(project: Callable[..., Path]) -> None:
    rests = "  evidenceLine: {source: source/s, stance: supports, quoteRole: primaryResult}\n"
    graph = kg.load(project(RECORDS + rests + SOURCE.format(status="notRetracted")))
    assert {row["source"] for row in findings_table(graph)} == {"a trial"}


def test_the_caveats_are_in_every_row(shown: kg.Graph) -> None:
    assert all(row[CAVEATS] for row in findings_table(shown))
