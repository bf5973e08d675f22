"""Slices of files, as workers of Spark read them, together say what the whole file says."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError, UsageError
from kg.graph_files import parts, source

pytest.importorskip("polars", reason="the extra 'scale' is not installed")

import polars as pl

from kg.scale import blocks, workers
from kg.scale.cache import Cache, Table
from kg.scale.ingest import ingest
from kg.scale.workers import gathered, read, slices

PLAIN = '<http://e.org/a> <http://e.org/p> "x" .\n'
LINES = [
    PLAIN.rstrip(),
    "",
    "# a remark",
    '<http://e.org/\u00e9>  <http://e.org/p> "\U0001f600 \\u00e9"@EN .',
    "_:b1 <http://e.org/p> _:b-2.x .",
    '<http://e.org/a> <http://e.org/p> "' + "long " * 60 + '" .',
]


def sliced(files: Sequence[Path], step: int, folder: Path) -> Table:
    """Read files as two workers would, in slices of so many bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    origins = [source(file) for file in files]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "SLICE", step)
        wanted = list(slices(origins, 2))
    found = [one for some in wanted for one in read([some], str(folder), len(files) > 1)]
    return gathered(origins, wanted, found, folder)


def statements(tables: Sequence[Table]) -> Counter[tuple[str, ...]]:
    files = [file for table in tables for file in table.files]
    every = [pl.read_parquet(file).select("s", "p", "o", "g").rows() for file in files]
    return Counter(row for rows in every for row in rows)


@given(
    st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(["\n", "\r\n"])), max_size=12),
    st.booleans(),
    st.integers(1, 400),
)
@settings(max_examples=examples(80))
def test_every_line_is_read_once_wherever_a_file_is_cut(
    lines: list[tuple[str, str]], ends: bool, step: int
) -> None:
    import tempfile

    text = "".join(line + end for line, end in lines)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "a.nt"
        file.write_bytes((text if ends else text.rstrip("\r\n")).encode())
        table = sliced([file], step, Path(name) / "parts")
        (whole,) = ingest([file], Cache(Path(name) / "cache"))
        assert statements([table]) == statements([whole])
        assert (table.statements, table.blanks) == (whole.statements, whole.blanks)


BAD = {
    "a line that is none": PLAIN * 3 + "# odd\n" + PLAIN + "<a> <b> <c> .\n" + PLAIN * 4,
    "two, of which the first counts": PLAIN * 2 + "odd\n" + PLAIN * 9 + "odd\n",
    "not UTF-8": PLAIN * 4 + PLAIN.replace("x", "\udcff") + PLAIN,
    "a mark of the byte order in the middle": PLAIN * 4 + "\ufeff" + PLAIN,
    "no end": PLAIN * 4 + "<http://e.org/a> <http://e.org/p>",
    "a line that is too long": PLAIN * 4 + PLAIN.replace("x", "y" * 3000) + PLAIN * 4,
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("pack", ["a.nt", "a.nt.gz"])
@pytest.mark.parametrize("step", [1, 30, 97, 100_000])
def test_an_error_has_the_words_and_the_line_of_the_whole_file(
    name: str, pack: str, step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "LONGEST", 1000)
    monkeypatch.setattr(blocks.blocks, "__defaults__", (500,))
    good, bad = tmp_path / "0.nt", tmp_path / pack
    good.write_text(PLAIN * 7)
    text = BAD[name].encode(errors="surrogateescape")
    bad.write_bytes(gzip.compress(text) if pack.endswith(".gz") else text)
    with pytest.raises(InputError) as whole:
        ingest([good, bad], Cache(tmp_path / "cache"))
    with pytest.raises(InputError) as cut:
        sliced([good, bad], step, tmp_path / "parts")
    assert (str(cut.value), cut.value.hint) == (str(whole.value), whole.value.hint)


def test_what_is_damaged_or_gone_is_an_error_that_says_so(tmp_path: Path) -> None:
    whole = gzip.compress((PLAIN * 5000).encode(), 0)
    file = tmp_path / "a.nt.gz"
    for content in (whole[:-100], b"no gzip"):
        file.write_bytes(content)
        with pytest.raises(InputError) as told:
            ingest([file], Cache(tmp_path / "cache"))
        with pytest.raises(InputError) as same:
            sliced([file], 100, tmp_path / "parts")
        assert (str(same.value), same.value.hint) == (str(told.value), told.value.hint)
    origins = [source(file)]
    wanted = list(slices(origins, 2))
    file.unlink()
    found = list(read(wanted, str(tmp_path), False))
    with pytest.raises(InputError, match=r"no such file: .*a\.nt\.gz .*under the same path"):
        gathered(origins, wanted, found, tmp_path)


def test_labels_of_blank_nodes_hold_for_one_file(tmp_path: Path) -> None:
    """They are those that a database gives where it reads several tables."""
    from kg.shacl.sql.table import own_label

    text = "_:a <urn:p:p> _:b <urn:g:g> .\n<urn:a:a> <urn:p:p> _:a _:g .\n"
    files = [tmp_path / name for name in ("a.nq", "b.nq")]
    for file in files:
        file.write_text(text)
    duckdb = pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
    expected: Counter[tuple[str, ...]] = Counter()
    for number, table in enumerate(ingest(files, Cache(tmp_path / "cache"))):
        columns = ", ".join(own_label(c, number, table, True) for c in "sog")
        rows = duckdb.sql(f"SELECT {columns} FROM read_parquet({table.files})").fetchall()
        expected.update(rows)
    found = statements([sliced(files, 40, tmp_path / "parts")])
    assert Counter((s, o, g) for s, _, o, g in found.elements()) == expected
    assert {s for s, *_ in found} == {"_:f0xa", "_:f1xa", "<urn:a:a>"}


def test_a_part_that_is_not_to_be_seen_is_missed(tmp_path: Path) -> None:
    file = tmp_path / "a.nt"
    file.write_text(PLAIN)
    origins = [source(file)]
    wanted = list(slices(origins, 2))
    (tmp_path / "elsewhere").mkdir()
    found = list(read(wanted, str(tmp_path / "elsewhere"), False))
    with pytest.raises(InputError, match=r"1 of 1 parts that the workers wrote are not in"):
        gathered(origins, wanted, found, tmp_path)


def test_other_syntaxes_are_one_slice(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text('@prefix : <http://e.org/> . :a :p 1 , "x"@EN ; :q <b> , [ :p 2 ] .')
    table = sliced([file], 10, tmp_path / "parts")
    assert table.statements == 5 and table.blanks and table.local == f"{tmp_path.as_uri()}/b"


def test_a_large_file_gives_each_core_some_slices_and_none_is_too_large(tmp_path: Path) -> None:
    file = tmp_path / "a.nt"
    with file.open("wb") as large:
        large.truncate(300 << 20)
    few, many = (list(slices([source(file)], cores)) for cores in (2, 12))
    assert len(few) == 5 and max(one.end - one.start for one in few) == workers.SLICE
    assert len(many) == 24
    assert [one.start for one in many[1:]] == [one.end for one in many[:-1]]


def test_a_folder_of_parts_is_what_lies_in_it_without_marks_and_lists(tmp_path: Path) -> None:
    names = ["b/c.nq.gz", "a.nt", "_SUCCESS", ".part.crc", "_old/d.nt", "contents.txt"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [str(file.relative_to(tmp_path)) for file in parts(tmp_path)] == ["a.nt", "b/c.nq.gz"]
    assert parts(tmp_path / "_old") == [tmp_path / "_old" / "d.nt"]
    (tmp_path / "a.nt").unlink()
    (tmp_path / "b" / "c.nq.gz").rename(tmp_path / "c.yaml")
    assert parts(tmp_path) == []


def test_a_report_does_not_replace_a_part_of_its_graph(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from kg.cli import cli

    file = tmp_path / "a.nt"
    file.write_text(PLAIN)
    command = ["validate", str(tmp_path), "--engine", "duckdb", "--force", "-o", str(file)]
    done = CliRunner().invoke(cli, command)
    assert isinstance(done.exception, UsageError) and "among the inputs" in str(done.exception)
    assert file.read_text() == PLAIN


def test_a_file_of_another_kind_among_parts_is_refused(tmp_path: Path) -> None:
    import kg

    (tmp_path / "a.nt").write_text(PLAIN)
    (tmp_path / "b.csv").write_text("x")
    with pytest.raises(UsageError, match=r"unknown kind of graph file: b\.csv"):
        kg.validate(tmp_path, engine="duckdb")
