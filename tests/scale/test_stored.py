"""A store on disk: the same answers, filled once, never half, never over a user's files."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import cli_help
import pytest
from pyoxigraph import Store

import kg
from kg.scale import stored

LINE = '<https://example.org/{0}> <https://example.org/p> "{0}" .\n'
ASK = "SELECT ?o { ?s <https://example.org/p> ?o }"


@pytest.fixture(scope="module")
def nquads(dataset: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "graph.nq"
    file.write_bytes(kg.export(dataset, "nquads", include_unreviewed=True))
    return file


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.nt"
    file.write_text(LINE.format("one"), encoding="utf-8")
    return file


def run(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return cli_help.run(*args, stdin=ASK)


def data_folders(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.glob("data-*"))


def test_every_named_question_has_the_answer_of_memory(nquads: Path, tmp_path: Path) -> None:
    graph, disk = kg.load(nquads), kg.open_store(tmp_path / "store", [nquads])
    asked = 0
    for name, question in kg.questions().items():
        if any(p.kind == "iri" and not p.default for p in question.parameters):
            continue
        assert kg.query(disk, name).rows == kg.query(graph, name).rows, name
        asked += 1
    assert asked > 10


def test_an_id_is_a_parameter_as_in_memory(nquads: Path, tmp_path: Path) -> None:
    graph, disk = kg.load(nquads), kg.open_store(tmp_path / "store", [nquads])
    name, parameter = next(
        (n, p.name) for n, q in kg.questions().items() for p in q.parameters if p.kind == "iri"
    )
    values = {parameter: "intervention/pcit"}
    assert kg.query(disk, name, values).rows == kg.query(graph, name, values).rows
    with pytest.raises(kg.UsageError, match="did you mean 'intervention/pcit"):
        kg.query(disk, name, {parameter: "intervention/pcitt"})


def test_decimals_can_be_asked_as_they_were_written(small: Path, tmp_path: Path) -> None:
    small.write_text(
        "<https://example.org/a> <https://example.org/p> "
        '"0.80"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n',
        encoding="utf-8",
    )
    disk = kg.open_store(tmp_path / "store", [small])
    asked = kg.query(disk, "SELECT ?o { GRAPH cekg:written { ?s <https://example.org/p> ?o } }")
    assert [row[0].value for row in asked.rows if row[0]] == ["0.80"]
    assert len(disk) == 1


def test_a_store_is_reused_while_the_contents_are_the_same(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kg.open_store(tmp_path / "store", [small])
    moved = tmp_path / "moved.nt"
    shutil.move(small, moved)
    monkeypatch.setattr(stored, "_load", None)
    assert len(kg.open_store(tmp_path / "store", [moved])) == 1


def test_a_changed_file_is_loaded_anew_and_the_old_store_is_gone(
    small: Path, tmp_path: Path
) -> None:
    kg.open_store(tmp_path / "store", [small])
    before = data_folders(tmp_path / "store")
    small.write_text(LINE.format("two"), encoding="utf-8")
    disk = kg.open_store(tmp_path / "store", [small])
    assert [row[0].value for row in kg.query(disk, ASK).rows if row[0]] == ["two"]
    after = data_folders(tmp_path / "store")
    assert len(after) == 1 and after != before


def test_several_files_are_one_graph_also_compressed(small: Path, tmp_path: Path) -> None:
    packed = tmp_path / "more.nt.gz"
    packed.write_bytes(gzip.compress(LINE.format("two").encode()))
    assert len(kg.open_store(tmp_path / "store", [small, packed])) == 2


def test_a_store_without_sources_is_asked_as_it_is(small: Path, tmp_path: Path) -> None:
    kg.open_store(tmp_path / "store", [small])
    assert len(kg.query(kg.open_store(tmp_path / "store"), ASK).rows) == 1


def test_there_must_be_a_store_or_something_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(kg.InputError, match="no store in"):
        kg.open_store(tmp_path / "store")


def test_a_folder_with_other_files_is_left_alone(small: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(kg.UsageError, match="was not changed"):
        kg.open_store(mine, [small])
    assert [p.name for p in mine.iterdir()] == ["thesis.txt"]


def test_a_load_that_was_broken_off_is_done_anew(small: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.nt"
    broken.write_text(LINE.format("one") + "this is no triple\n", encoding="utf-8")
    folder = tmp_path / "store"
    with pytest.raises(kg.InputError, match=r"broken.nt is not readable"):
        kg.open_store(folder, [small, broken])
    with pytest.raises(kg.InputError, match="no store in"):
        kg.open_store(folder)
    broken.write_text(LINE.format("three"), encoding="utf-8")
    assert len(kg.open_store(folder, [small, broken])) == 2
    assert len(data_folders(folder)) == 1


def test_a_half_filled_store_of_the_same_files_is_not_taken_for_whole(
    small: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    kg.open_store(folder, [small])
    known = json.loads((folder / stored.MANIFEST).read_text(encoding="utf-8"))
    half = {**known, "folder": "", "sources": []}
    (folder / stored.MANIFEST).write_text(json.dumps(half), encoding="utf-8")
    Store(str(folder / known["folder"])).clear()
    assert len(kg.open_store(folder, [small])) == 1


def test_a_broken_load_leaves_the_store_before_it(small: Path, tmp_path: Path) -> None:
    kg.open_store(tmp_path / "store", [small])
    small.write_text("this is no triple\n", encoding="utf-8")
    with pytest.raises(kg.InputError):
        kg.open_store(tmp_path / "store", [small])
    assert len(kg.open_store(tmp_path / "store")) == 1


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("hello")
    with pytest.raises(kg.InputError, match=r"unknown kind of graph file: notes\.txt"):
        kg.open_store(tmp_path / "store", [notes])
    assert not (tmp_path / "store").exists()


def test_zstandard_files_are_loaded(tmp_path: Path) -> None:
    zstd = pytest.importorskip("backports.zstd", reason="the extra 'scale' is not installed")
    packed = tmp_path / "more.nt.zst"
    packed.write_bytes(zstd.compress(LINE.format("two").encode()))
    assert len(kg.open_store(tmp_path / "store", [packed])) == 1


def test_a_truncated_gzip_is_unreadable(tmp_path: Path) -> None:
    packed = tmp_path / "cut.nt.gz"
    text = "".join(LINE.format(n) for n in range(1000))
    packed.write_bytes(gzip.compress(text.encode())[:-100])
    with pytest.raises(kg.InputError, match=r"cut.nt.gz"):
        kg.open_store(tmp_path / "store", [packed])


def test_a_store_that_another_process_fills_is_named(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    kg.open_store(folder, [small])
    (name,) = data_folders(folder)
    (folder / stored.MANIFEST).write_text(
        '{"generator": "clinical-evidence-kg", "folder": "", "sources": [], "base": ""}'
    )
    holder = Store(str(folder / name))
    with pytest.raises(kg.UsageError, match="in use by another process"):
        kg.open_store(folder, [small])
    del holder


def test_a_stored_graph_cannot_be_changed(small: Path, tmp_path: Path) -> None:
    disk = kg.open_store(tmp_path / "store", [small])
    with pytest.raises(kg.UsageError, match="cannot be changed"):
        disk.extend([])


@pytest.mark.parametrize("use", [kg.validate, lambda graph: kg.export(graph, "turtle"), list])
def test_what_needs_the_whole_graph_in_memory_is_refused_and_not_answered_with_nothing(
    use: Callable[[kg.Graph], object], small: Path, tmp_path: Path
) -> None:
    with pytest.raises(kg.UsageError, match="answers questions only"):
        use(kg.open_store(tmp_path / "store", [small]))


def test_blank_nodes_are_shown_as_iris(tmp_path: Path) -> None:
    file = tmp_path / "blank.nt"
    file.write_text("_:a <https://example.org/p> _:b .\n", encoding="utf-8")
    disk = kg.open_store(tmp_path / "store", [file])
    (row,) = kg.query(disk, ASK).rows
    assert str(row[0]).startswith("<urn:bnode:")


# -- the command -------------------------------------------------------------------------------


def test_the_command_fills_a_store_and_asks_it(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    for sources in (("--on", small), ()):
        result = run("query", "--store", folder, *sources, "--format", "csv")
        assert (result.returncode, result.stdout) == (0, "o\none\n"), result.stderr


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["--on", "a.nt", "--on", "b.nt"], 2, "--store"),
        (["--store", "nowhere"], 3, "no store in nowhere"),
        (["--store", "nowhere", "--on", "missing.nt"], 3, "missing.nt"),
    ],
)
def test_wrong_use_of_a_store_says_what_to_do(args: list[str], code: int, words: str) -> None:
    result = run("query", *args)
    assert (result.returncode, result.stdout) == (code, "")
    assert words in result.stderr
    assert not Path("nowhere").exists()
