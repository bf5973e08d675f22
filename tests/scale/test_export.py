"""Bulk export: what is read back is what was there, the same bytes each time, or nothing at all."""

from __future__ import annotations

import csv
import json
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import EXAMPLES, examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Dataset, DefaultGraph, RdfFormat, parse

import kg
from kg import resources
from kg.errors import InputError, UsageError
from kg.exporters import csv_tables
from kg.marks import LINE
from kg.ontology import CEKG, DCTERMS, PREFIXES, RDF, XSD, Ontology
from kg.outputs import CONTENTS, whole_file, whole_folder

pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")

import polars as pl

from kg.scale.cache import Cache, Table
from kg.scale.export import BULK
from kg.scale.export import duckdb as duckdb_module
from kg.scale.export.duckdb import DuckStatements
from kg.scale.ingest import ingest

ONTOLOGY = Ontology.read(resources.ontology_files())
BASE = "https://example.org/t/"
ROOT = f"<{BASE}> <{RDF}type> <{CEKG}KnowledgeGraph> .\n"


TEXTS_OF_RDF = ("jsonld-flat", "jsonl", "nquads", "turtle")


def as_format(text: str, name: str, folder: Path) -> Path:
    """Write N-Quads in a format, and return the file or folder."""
    return written(read(text, folder), name, folder)


def read(text: str, folder: Path) -> list[Table]:
    """Read N-Quads into tables."""
    file = folder / "in.nq"
    file.write_text(text, encoding="utf-8", newline="\n")
    return ingest([file], Cache(folder / "cache"))


def written(tables: list[Table], name: str, folder: Path) -> Path:
    """Write tables in a format, and return the file or folder."""
    out, spill = folder / f"out-{name}", folder / "spill"
    spill.mkdir(exist_ok=True)
    if BULK[name].folder:
        out.mkdir()
    with DuckStatements(tables, spill) as data:
        BULK[name].write(data, ONTOLOGY, out)
    return out


def read_back(path: Path, name: str) -> Dataset:
    """Read a file with pyoxigraph."""
    if name == "jsonl":
        context, *lines = path.read_text(encoding="utf-8").split("\n")
        assert lines.pop() == ""
        whole = {**json.loads(context), "@graph": [json.loads(line) for line in lines]}
        return Dataset(parse(json.dumps(whole).encode(), RdfFormat.JSON_LD))
    return read_back_bytes(path.read_bytes(), name)


def expected(text: str, name: str) -> Dataset:
    quads = parse(text.encode(), RdfFormat.N_QUADS)
    return Dataset(q for q in quads if name != "turtle" or q.graph_name == DefaultGraph())


HOSTILE_IRIS = [
    f"<{BASE}a/b>", f"<{BASE}a/b#c>", f"<{BASE}>", f"<{BASE}a//b>", f"<{BASE}a/../b>",
    f"<{BASE}a/b?c>", f"<{BASE}a/..>", f"<{BASE}é/b>", "<urn:a:b>", "<http://e.org>", "<HTTP://e.org/%7e/./x>",
    *(f"<{prefix}:x>" for prefix in PREFIXES), "<id:x>", "<type:x>", "<title:x>", "<_:x>",
    "<http:x>", "<x:>", f"<{RDF}nil>", f"<{XSD}date>",
]  # fmt: skip
MEMBERS = [f"<{t.iri}>" for m in ONTOLOGY.concepts.values() for t in m.values()]
CLASSES = [f"<{t.iri}>" for t in ONTOLOGY.classes.values()]
BLANKS = ["_:b", "_:b-1.x", "_:Ä", "_:id"]
HOSTILE_TEXTS = [
    "", "0", "false", "true", "1", "0.80", "007", "-0", "1e3", "99999999999999999999", "@id",
    "_:b", "a/b", "increase",
    "cekg:x", '"', "\\", "\\u0041", "\\U0001F600", '"@en', '"^^<x>', "\n\r\t\b\f",
    "\x00\x01\x1f\x7f\x85", "\u2028\ufffe\uffff", "😀é", "e\u0301", "<<( ", "'; --", "{}", "|",
]  # fmt: skip


def escaped(text: str) -> str:
    """Return a text as a quoted string of N-Triples."""
    return '"' + "".join(f"\\U{ord(c):08X}" if c in '"\\\n\r' else c for c in text) + '"'


TEXTS = st.one_of(
    st.sampled_from(HOSTILE_TEXTS), st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
).map(escaped)
TAGS = st.sampled_from(["en", "de", "en-GB", "id", "type", "ar--rtl", "he--ltr", "x-private"])
DATATYPES = st.sampled_from(
    [f"<{XSD}{n}>" for n in ("integer", "decimal", "boolean", "date", "anyURI", "double")]
    + [f"<{RDF}JSON>", f"<{RDF}HTML>", "<xsd:integer>", "<cekg:x>", "<urn:dt>"]
)
LITERALS = st.one_of(
    TEXTS,
    st.builds("{}@{}".format, TEXTS, TAGS),
    st.builds("{}^^{}".format, TEXTS, DATATYPES),
)
IRIS = st.sampled_from(HOSTILE_IRIS)
NODES = st.one_of(IRIS, st.sampled_from(BLANKS))
PREDICATES = st.one_of(
    st.sampled_from([f"<{p.iri}>" for p in ONTOLOGY.properties.values()]),
    st.just(f"<{RDF}type>"),
    st.sampled_from([i for i in HOSTILE_IRIS if i not in ("<x:>",)]),
)
OBJECTS = st.one_of(NODES, LITERALS, st.sampled_from(MEMBERS), st.sampled_from(CLASSES))
GRAPHS = st.one_of(st.just(""), st.just(""), NODES)
QUADS = st.lists(st.builds("{} {} {} {} .".format, NODES, PREDICATES, OBJECTS, GRAPHS), max_size=12)


def readable(line: str) -> bool:
    try:
        list(parse(line.encode(), RdfFormat.N_QUADS))
    except SyntaxError:
        return False
    return True


@given(lines=QUADS, rooted=st.booleans())
@settings(max_examples=examples(60))
def test_what_is_written_is_read_back(lines: list[str], rooted: bool) -> None:
    text = (ROOT if rooted else "") + "".join(f"{line}\n" for line in lines if readable(line))
    with tempfile.TemporaryDirectory() as folder:
        tables = read(text, Path(folder))
        for name in TEXTS_OF_RDF:
            found = read_back(written(tables, name, Path(folder)), name)
            assert found == expected(text, name), name


@given(some=QUADS, more=QUADS)
@settings(max_examples=examples(40))
def test_cores_that_write_side_by_side_write_the_same(some: list[str], more: list[str]) -> None:
    text = "".join(f"{line}\n" for line in (*some, *more) if readable(line))
    with tempfile.TemporaryDirectory() as folder:
        tables = read(text, Path(folder))
        for name in TEXTS_OF_RDF:
            whole = written(tables, name, Path(folder)).read_bytes()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(duckdb_module, "SLICE", 3)
                patch.setattr(duckdb_module.os, "cpu_count", lambda: 5)
                assert written(tables, name, Path(folder)).read_bytes() == whole, name


def test_every_character_is_read_back_from_json(tmp_path: Path) -> None:
    points = [*range(0x3000), *range(0xD700, 0xD800), *range(0xE000, 0x10200), 0x1F600, 0x10FFFF]
    rows = [f"<urn:a:{n}> <urn:a:p> {escaped(chr(n))} .\n" for n in points]
    text = "".join(rows)
    assert read_back(as_format(text, "jsonld-flat", tmp_path), "jsonld-flat") == expected(
        text, "jsonld-flat"
    )


def test_a_key_has_one_meaning_where_values_differ_in_kind(tmp_path: Path) -> None:
    p = f"<{DCTERMS}title>"
    text = f'<urn:a:b> {p} "x"@en .\n<urn:a:b> {p} "y"@en .\n<urn:a:b> {p} "z" .\n'
    line = as_format(text, "jsonl", tmp_path).read_text().splitlines()[1]
    assert json.loads(line) == {
        "id": "urn:a:b",
        "title": {"en": ["x", "y"]},
        "dcterms:title": {"@value": "z"},
    }


def test_numbers_are_native_only_where_that_is_exact(tmp_path: Path) -> None:
    term = next(t for t in ONTOLOGY.properties.values() if t.range == XSD + "integer")
    values = ["7", "007", "-0", "12345678901234567890"]
    text = "".join(f'<urn:a:b> <{term.iri}> "{v}"^^<{XSD}integer> .\n' for v in values)
    line = as_format(text, "jsonl", tmp_path).read_text().splitlines()[1]
    assert sorted(json.loads(line)[term.name], key=str) == ["-0", "007", "12345678901234567890", 7]


@pytest.fixture(scope="module")
def as_quads(dataset: kg.Graph) -> str:
    """The bundled dataset with its derived statements and stamps, as N-Quads."""
    return kg.export(dataset, "nquads", include_unreviewed=True).decode()


@pytest.fixture(scope="module")
def small() -> str:
    """A small project with its derived statements and stamps, as N-Quads."""
    graph = kg.load(EXAMPLES / "infant-sleep")
    return kg.export(graph, "nquads", include_unreviewed=True).decode()


@pytest.mark.parametrize("name", TEXTS_OF_RDF)
def test_the_dataset_says_what_the_exporters_in_memory_say(
    name: str, as_quads: str, exported: Callable[[str], Path], tmp_path: Path
) -> None:
    found = read_back(as_format(as_quads, name, tmp_path), name)
    same = "jsonld" if name.startswith("jsonl") else name
    assert found == read_back_bytes(exported(same).read_bytes(), same)


def read_back_bytes(data: bytes, name: str) -> Dataset:
    syntax = {"nquads": RdfFormat.N_QUADS, "turtle": RdfFormat.TURTLE}
    return Dataset(parse(data, syntax.get(name, RdfFormat.JSON_LD)))


@pytest.mark.parametrize("name", list(BULK))
def test_order_and_repetition_of_the_lines_change_nothing(
    name: str, small: str, tmp_path: Path
) -> None:
    lines = small.splitlines(keepends=True)
    mixed = lines + lines[::3]
    random.Random(7).shuffle(mixed)
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    first, second = as_format(small, name, one), as_format("".join(mixed), name, two)
    assert contents(first) == contents(second)


def contents(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
    return {"" if f == path else f.relative_to(path).as_posix(): f.read_bytes() for f in files}


# -- tables ----------------------------------------------------------------------------------

E = "http://e.org/"
SMALL = f"""<{E}a> <{RDF}type> <{CEKG}Finding> .
<{E}b> <{RDF}type> <{CEKG}Finding> .
<{E}a> <{DCTERMS}title> "A \\"a\\"\\n|"@en .
<{E}a> <{DCTERMS}title> "\\u00C4"@de .
<{E}b> <{DCTERMS}title> "B"@en .
<{E}a> <{CEKG}outcome> <{E}o> .
<{E}a> <{E}note> "x|y" .
<{E}a> <{E}note> "back\\\\slash" .
<{E}b> <{E}note> "" .
<{E}b> <{E}size> "0.80"^^<{XSD}decimal> .
<{E}o> <{E}size> "1" .
_:u <{CEKG}outcome> <{E}o> <{E}g> .
"""


def test_csv_tables_are_what_was_worked_out_by_hand(tmp_path: Path) -> None:
    folder = as_format(SMALL, "csv", tmp_path)
    assert sorted(contents(folder)) == [
        "classes/Finding.csv", "classes/untyped.csv", "edges.csv", "nodes.csv", "tables.json",
    ]  # fmt: skip
    note, size = f"{E}note", f"{E}size"
    assert rows(folder / "classes/Finding.csv") == [
        ["id", f"{note}[]", size, "title@de", "title@en", "outcome"],
        [f"{E}a", "back\\\\slash|x\\|y", "", "Ä", 'A "a"\n|', f"{E}o"],
        [f"{E}b", "", "0.80", "", "B", ""],
    ]
    assert rows(folder / "classes/untyped.csv") == [
        ["id", size, "outcome"], [f"{E}o", "1", ""], ["_:u", "", f"{E}o"],
    ]  # fmt: skip
    assert rows(folder / "edges.csv") == [
        ["subject", "predicate", "object", "graph"],
        [f"{E}a", f"{CEKG}outcome", f"{E}o", ""],
        ["_:u", f"{CEKG}outcome", f"{E}o", f"{E}g"],
    ]
    assert rows(folder / "nodes.csv") == [
        ["id", "types[]", "label"],
        [f"{E}a", f"{CEKG}Finding", 'A "a"\n|'],
        [f"{E}b", f"{CEKG}Finding", "B"],
        [f"{E}o", "", ""],
        ["_:u", "", ""],
    ]


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_parquet_tables_have_lists(tmp_path: Path) -> None:
    folder = as_format(SMALL, "parquet", tmp_path)
    table = pl.read_parquet(folder / "classes" / "Finding.parquet")
    assert table[f"{E}note"].to_list() == [["back\\slash", "x|y"], [""]]
    assert table[f"{E}size"].to_list() == [None, "0.80"]
    assert pl.read_parquet(folder / "nodes.parquet")["types"][0].to_list() == [f"{CEKG}Finding"]
    about = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    found = about["tables"]["classes/Finding.parquet"]
    assert found["class"] == f"{CEKG}Finding" and found["rows"] == 2
    assert found["columns"][f"{E}note"] == {"property": f"{E}note", "list": True}


YEAR = ONTOLOGY.properties["year"].iri
CODED = f"""
<{E}a> <{RDF}type> <{CEKG}Finding> .
<{E}b> <{RDF}type> <{CEKG}Finding> .
<{E}a> <{CEKG}contrast> <{CEKG}Contrast-betweenGroup> .
<{E}b> <{CEKG}contrast> <{E}unknown> .
<{E}a> <{CEKG}studyDesign> <{CEKG}StudyDesign-metaAnalysis> .
<{E}a> <{CEKG}studyDesign> <{CEKG}StudyDesign-randomisedTrial> .
<{E}e1> <{RDF}type> <{CEKG}EffectEstimate> .
<{E}e2> <{RDF}type> <{CEKG}EffectEstimate> .
<{E}e3> <{RDF}type> <{CEKG}EffectEstimate> .
<{E}e4> <{RDF}type> <{CEKG}EffectEstimate> .
<{E}e1> <{CEKG}value> "0.80"^^<{XSD}decimal> .
<{E}e2> <{CEKG}value> "-0.5"^^<{XSD}decimal> .
<{E}e3> <{CEKG}value> "1e-5"^^<{XSD}double> .
<{E}e4> <{CEKG}value> "much" .
<{E}s> <{RDF}type> <{CEKG}Source> .
<{E}s> <{CEKG}unresolved> "true"^^<{XSD}boolean> .
<{E}s> <{YEAR}> "2015"^^<{XSD}gYear> .
"""


def test_a_value_of_a_controlled_list_is_a_short_name_with_its_iri_beside(tmp_path: Path) -> None:
    folder = as_format(CODED, "csv", tmp_path)
    assert rows(folder / "classes/Finding.csv") == [
        ["id", "contrast", "contrastIri", "studyDesign[]", "studyDesignIri[]"],
        [
            f"{E}a",
            "betweenGroup",
            f"{CEKG}Contrast-betweenGroup",
            "metaAnalysis|randomisedTrial",
            f"{CEKG}StudyDesign-metaAnalysis|{CEKG}StudyDesign-randomisedTrial",
        ],
        [f"{E}b", f"{E}unknown", f"{E}unknown", "", ""],
    ]


def test_numbers_dates_and_truth_values_are_typed_beside_in_parquet(tmp_path: Path) -> None:
    folder = as_format(CODED, "parquet", tmp_path)
    table = pl.read_parquet(folder / "classes" / "EffectEstimate.parquet")
    assert table.schema["valueNumber"] == pl.Float64
    assert table["value"].to_list() == ["0.80", "-0.5", "1e-5", "much"]
    assert table["valueNumber"].to_list() == [0.8, -0.5, 1e-5, None]
    source = pl.read_parquet(folder / "classes" / "Source.parquet")
    assert source.schema["unresolvedBoolean"] == pl.Boolean
    assert source.row(0, named=True)["yearNumber"] == 2015


def test_a_text_that_a_spreadsheet_would_execute_is_made_harmless(tmp_path: Path) -> None:
    texts = ["=1+1", "-0.5", "-5\n", "@x", "'=1", "-a|b"]
    text = "".join(
        f'<{E}{n}> <{E}note> "{t.encode("unicode_escape").decode()}" .\n'
        for n, t in enumerate(texts)
    )
    folder = as_format(text, "csv", tmp_path)
    found = [row[1] for row in rows(folder / "classes/untyped.csv")[1:]]
    assert found == ["'=1+1", "-0.5", "'-5\n", "'@x", "''=1", "'-a|b"]


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_tables_made_in_pieces_are_the_same(
    name: str, small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    whole = as_format(small, name, one)
    monkeypatch.setattr(duckdb_module, "CHUNK", 50)
    pieces = as_format(small, name, two)
    assert sorted(contents(whole)) == sorted(contents(pieces))
    if name == "csv":
        assert contents(whole) == contents(pieces)
    for file in whole.rglob("*.parquet"):
        assert pl.read_parquet(file).equals(pl.read_parquet(pieces / file.relative_to(whole)))


def test_names_that_differ_in_case_alone_are_kept_apart(tmp_path: Path) -> None:
    text = "".join(
        f'<{E}a> <{RDF}type> <{E}{c}> .\n<{E}a> <{E}{p}> "{p}" .\n'
        for c, p in (("Thing", "key"), ("thing", "KEY"), ("id", "id"))
    )
    folder = as_format(text, "parquet", tmp_path)
    found = sorted(f.name for f in (folder / "classes").iterdir())
    assert found == ["Thing.parquet", "id.parquet", "thing-2.parquet"]
    table = pl.read_parquet(folder / "classes" / "id.parquet")
    assert table.columns == ["id", f"{E}KEY", f"{E}id", f"{E}key-2"]


def test_too_many_classes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_tables, "MOST", 2)
    text = "".join(f"<{E}a> <{RDF}type> <{E}C{n}> .\n" for n in range(3))
    with pytest.raises(InputError, match="3 classes"):
        as_format(text, "csv", tmp_path)
    shutil.rmtree(tmp_path / "out-csv")
    text = "".join(f'<{E}a> <{E}p{n}> "x" .\n' for n in range(3))
    with pytest.raises(InputError, match="3 properties"):
        as_format(text, "csv", tmp_path)


# -- whole or not at all ---------------------------------------------------------------------


def test_a_file_is_left_as_it_was_when_writing_fails(tmp_path: Path) -> None:
    file = tmp_path / "a.nq"
    file.write_text(LINE)
    with pytest.raises(KeyboardInterrupt), whole_file(file) as fresh:
        fresh.write_text("half")
        raise KeyboardInterrupt
    assert contents(tmp_path) == {"a.nq": LINE.encode()}


def test_a_folder_is_left_as_it_was_when_writing_fails(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with whole_folder(folder) as fresh:
        (fresh / "a").write_text("1")
    before = contents(tmp_path)
    with pytest.raises(KeyboardInterrupt), whole_folder(folder) as fresh:
        (fresh / "a").write_text("2")
        raise KeyboardInterrupt
    assert contents(tmp_path) == before


def test_a_folder_is_replaced_whole_and_only_if_it_is_ours(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    for name in ("a", "b"):
        with whole_folder(folder) as fresh:
            (fresh / name).write_text("1")
    assert sorted(contents(tmp_path)) == ["out/b", f"out/{CONTENTS}"]
    (folder / "mine").write_text("precious")
    with pytest.raises(UsageError, match="did not write"), whole_folder(folder) as fresh:
        (fresh / "a").write_text("1")
    assert (folder / "mine").read_text() == "precious"


def test_a_foreign_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "a.nq"
    file.write_text("mine")
    with pytest.raises(UsageError, match="not written by kg"), whole_file(file):
        pass
    with whole_file(file, force=True) as fresh:
        fresh.write_text("new")
    assert file.read_text() == "new"
