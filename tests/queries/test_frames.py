"""Answers as frames of pandas and Polars, and as tables in a notebook."""

from __future__ import annotations

from html import escape

import nbformat
import pytest
from nbclient import NotebookClient
from pyoxigraph import Literal, NamedNode

import kg
from kg.queries import Table

TEXTS = ["0", "false", "", "-0.5", "0.80", "1e-5", 'a "b"\n\tc', "日本語 🧸", "<b>&"]
TABLE = Table(
    ("text", "entity"),
    (*((Literal(text), NamedNode("urn:x/a")) for text in TEXTS), (None, None)),
    "urn:x/",
)


def test_pandas_has_each_text_as_it_is() -> None:
    assert TABLE.to_pandas()["text"].tolist() == [*TEXTS, None]


def test_polars_has_each_text_as_it_is() -> None:
    assert TABLE.to_polars()["text"].to_list() == [*TEXTS, None]


def test_ids_are_short_in_a_frame() -> None:
    assert set(TABLE.to_polars()["entity"].drop_nulls()) == {"a"}


def test_an_answer_without_rows_has_its_columns() -> None:
    assert list(Table(("a", "b"), ()).to_pandas().columns) == ["a", "b"]


@pytest.mark.filterwarnings("ignore")
def test_a_notebook_shows_an_answer_as_a_table() -> None:
    code = (
        "from pyoxigraph import Literal\nfrom kg.queries import Table\n"
        "Table(('a',), ((Literal('<b>'),),) * 101)"
    )
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    (shown,) = book.cells[0].outputs
    html = shown["data"]["text/html"]
    assert html.count("<td>&lt;b&gt;</td>") == 100
    assert "100 of 101 rows" in html


def test_a_notebook_shows_a_graph_with_its_caveats(shown: kg.Graph) -> None:
    html = shown._repr_html_()
    assert shown.digest() in html
    assert all(escape(caveat) in html for caveat in shown.caveats())


def test_a_graph_in_a_notebook_says_how_much_of_it_is_approved(dataset: kg.Graph) -> None:
    count = len(dataset.instances("Statement"))
    assert f"<li>0 of {count} statements approved</li>" in dataset._repr_html_()
