"""A format has one form: the same bytes whatever way a graph takes, and whatever is installed.

The roads are: from memory, or from a file that is loaded, compressed or not; through the library or
the command line; and through DuckDB, from a loaded graph or from a file that is not loaded.
"""

from __future__ import annotations

import gzip
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import test_review
from click.testing import CliRunner
from conftest import EXAMPLES, ROOT, examples
from hypothesis import given, settings
from pyoxigraph import Quad
from test_jsonld import graph_of, quads

import kg
from kg import exporting
from kg.cli import cli
from kg.exporters import EXPORTERS, FOLDERS
from kg.graph import Graph
from kg.scale.export import BULK, PIECES, STORED, pieces, write

FORMATS = list(dict.fromkeys([*EXPORTERS, *FOLDERS, *BULK]))
EXTRAS = (
    "duckdb",
    "polars",
    "pyspark",
    "resvg",
    "backports",
    "xlsxwriter",
    "docx",
    "citeproc",
    "nanopub",
    "nanopub.trustyuri.rdf.RdfHasher",
)
"""What the extras bring."""
IN_MEMORY = [*EXPORTERS, *FOLDERS]
BOTH = [name for name in STORED if name in IN_MEMORY]


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def file(small_file: Path) -> Path:
    return small_file


@pytest.fixture
def graph(small: Graph) -> Graph:
    return small


def contents(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
    return {"" if f == path else f.relative_to(path).as_posix(): f.read_bytes() for f in files}


def packed(file: Path, folder: Path, suffix: str) -> Path:
    if suffix == ".gz":
        data = gzip.compress(file.read_bytes())
    else:
        zstd = pytest.importorskip("backports.zstd", reason="the extra 'scale' is not installed")
        data = zstd.compress(file.read_bytes())
    path = folder / f"packed.nq{suffix}"
    path.write_bytes(data)
    return path


def roads(graph: Graph, file: Path, folder: Path, engine: str) -> Iterator[tuple[str, object]]:
    """Yield each road with its source; what is loaded is the same graph, compressed or not."""
    yield "memory", graph
    yield "file", file
    if engine == "duckdb":
        yield "gzip", packed(file, folder, ".gz")
        yield "zstd", packed(file, folder, ".zst")


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_compressed_file_is_the_same_graph(
    suffix: str, graph: Graph, file: Path, tmp_path: Path
) -> None:
    assert kg.load(packed(file, tmp_path, suffix)).quads() == graph.quads()


@pytest.mark.parametrize("everything", [True, False])
@pytest.mark.parametrize("name", FORMATS)
def test_every_road_gives_the_same_bytes(
    name: str, everything: bool, graph: Graph, file: Path, tmp_path: Path
) -> None:
    """Loading is tried with all statements, the command with those that were approved."""
    found = {}
    for engine in ("auto", "duckdb") if name in STORED else ("auto",):
        for road, source in roads(graph, file, tmp_path, engine):
            if everything or isinstance(source, Graph):
                out = tmp_path / f"{road}-{engine}"
                kg.export_file(source, name, out, include_unreviewed=everything, engine=engine)
                found[f"{road}, {engine}"] = contents(out)
    if not everything:
        given = [str(packed(file, tmp_path, ".gz")), "--approved-only", "-o", str(tmp_path / "cli")]
        done = CliRunner().invoke(cli, ["export", name, *given])
        assert done.exit_code == 0, done.output
        found["command"] = contents(tmp_path / "cli")
    if name in EXPORTERS:
        found["bytes"] = {"": kg.export(graph, name, include_unreviewed=everything)}
    different = [road for road, written in found.items() if written != found["memory, auto"]]
    assert different == []


@given(found=quads())
@settings(max_examples=examples(20))
def test_any_graph_has_the_same_bytes_from_memory_and_from_duckdb(
    found: list[Quad], tmp_path_factory: pytest.TempPathFactory
) -> None:
    graph, folder = graph_of(found), tmp_path_factory.mktemp("any")
    for name in BOTH:
        write.export(graph, name, folder / f"{name}-duckdb", include_unreviewed=True)
        kg.export_file(graph, name, folder / f"{name}-memory", include_unreviewed=True)
        assert contents(folder / f"{name}-duckdb") == contents(folder / f"{name}-memory"), name


@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize("name", list(PIECES))
def test_the_size_of_a_piece_changes_no_byte(
    name: str, size: int, graph: Graph, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "SIZE", size)
    for out, source, engine in (("memory", graph, "auto"), ("pieces", file, "duckdb")):
        kg.export_file(source, name, tmp_path / out, include_unreviewed=True, engine=engine)
    assert contents(tmp_path / "pieces") == contents(tmp_path / "memory")


@pytest.mark.parametrize("name", list(PIECES))
def test_pieces_leave_out_what_nobody_approved(name: str, file: Path, tmp_path: Path) -> None:
    kg.export_file(file, name, tmp_path / "out", include_unreviewed=False, engine="duckdb")
    written = b"".join(contents(tmp_path / "out").values())
    assert b"clinical-evidence-kg" in written
    assert b"UNREVIEWED: " not in written


REVIEWED = """
- {id: intervention/i, prefLabel: programme}
- {id: outcome/o, prefLabel: outcome, desirability: desirable}
- {id: agent/author, agentType: organization}
- {id: agent/reviewer, agentType: person, reviewRole: reviewer, conflictOfInterest: None declared.}
- {id: source/s, title: a trial, year: 2020}
- id: description/d
  describes: intervention/i
  sets: {dose: 10 sessions}
- id: finding/f
  intervention: intervention/i
  outcome: outcome/o
  contrast: betweenGroup
  effectDirection: increase
  evidenceLine: {source: source/s, stance: supports, quoteRole: primaryResult}
  creator: agent/author
  reviewStatus: approved
"""


@pytest.fixture
def reviewed(project: Callable[..., Path], tmp_path: Path) -> Path:
    """A graph file with an approved finding, and a fact of a statement that nobody approved."""
    graph = test_review.approved(project, REVIEWED)
    path = tmp_path / "alone" / "reviewed.nq"
    path.parent.mkdir()
    path.write_bytes(kg.export(graph, "nquads", include_unreviewed=True))
    return path


def approved(file: Path, name: str, engine: str, folder: Path) -> object:
    """Return what an engine writes of the approved statements of a file."""
    out = folder / f"{name}-{engine}"
    kg.export_file(file, name, out, include_unreviewed=False, engine=engine)
    return contents(out)


@pytest.mark.parametrize("name", BOTH)
def test_approved_statements_of_a_file_have_the_same_bytes_on_both_roads(
    name: str, reviewed: Path, tmp_path: Path
) -> None:
    """What follows from the statements that stay is derived again on both."""
    one = approved(reviewed, name, "auto", tmp_path)
    assert one == approved(reviewed, name, "duckdb", tmp_path)


def test_the_docs_name_the_formats_that_lack_what_is_derived_when_a_large_file_is_not_loaded(
    reviewed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of approved statements alone: what is derived may follow from those that are left out."""
    loaded = {name: approved(reviewed, name, "auto", tmp_path) for name in BOTH}
    monkeypatch.setattr(exporting, "LARGE", 0)
    different = [n for n in BOTH if approved(reviewed, n, "duckdb", tmp_path) != loaded[n]]
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    named = page.partition("<!-- differ -->")[2].partition("<!-- end -->")[0]
    assert different == re.findall("`([^`]+)`", named)


def test_a_file_that_is_loaded_after_all_is_named(reviewed: Path, tmp_path: Path) -> None:
    made = kg.export_file(
        reviewed, "csv", tmp_path / "out", include_unreviewed=False, engine="duckdb"
    )
    assert made.note.startswith("reviewed.nq was loaded: statements are left out")


def test_an_approval_whose_facts_are_left_out_is_none_for_who_reads_the_export_again(
    reviewed: Path, tmp_path: Path
) -> None:
    approved = tmp_path / "alone" / "approved.nq"
    kg.export_file(reviewed, "nquads", approved, include_unreviewed=False)
    assert b"10 sessions" not in approved.read_bytes()
    assert b"UNREVIEWED: " not in approved.read_bytes()
    again = kg.load(approved)
    status = again.value(again.node("finding/f"), "effectiveStatus")
    assert again.notation(status) == "submitted"


@pytest.mark.parametrize("name", list(PIECES))
def test_a_piece_of_a_file_with_blank_nodes_is_refused(name: str, tmp_path: Path) -> None:
    file = tmp_path / "graph.nt"
    file.write_text('_:b <http://www.w3.org/2000/01/rdf-schema#comment> "x" .\n')
    with pytest.raises(kg.InputError, match="blank nodes"):
        kg.export_file(file, name, tmp_path / "out", engine="duckdb")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", IN_MEMORY)
def test_a_format_is_written_of_a_file_or_says_why_not(
    name: str, file: Path, tmp_path: Path
) -> None:
    if name in STORED:
        kg.export_file(file, name, tmp_path / "out", engine="duckdb")
        assert contents(tmp_path / "out")
    else:
        why = (EXPORTERS.get(name) or FOLDERS[name]).whole
        with pytest.raises(kg.UsageError, match=re.escape(f"needs a loaded graph: {why}")):
            kg.export_file(file, name, tmp_path / "out", engine="duckdb")
        assert why and why in CliRunner().invoke(cli, ["export", "--help"]).output.replace(
            "\n" + " " * 6, " "
        )


@pytest.mark.parametrize("name", FORMATS)
def test_without_the_extras_a_format_is_the_same_or_names_what_is_missing(
    name: str, graph: Graph, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kg.export_file(graph, name, tmp_path / "with")
    for module in (*EXTRAS, "backports.zstd"):
        monkeypatch.setitem(sys.modules, module, None)
    if name in IN_MEMORY and not getattr(EXPORTERS.get(name) or FOLDERS.get(name), "extra", ""):
        kg.export_file(packed(file, tmp_path, ".gz"), name, tmp_path / "without")
        assert contents(tmp_path / "without") == contents(tmp_path / "with")
    else:
        with pytest.raises(kg.UsageError, match=r"extra|not installed") as caught:
            kg.export_file(file, name, tmp_path / "without")
        assert "pip install" in caught.value.hint and not (tmp_path / "without").exists()


@pytest.mark.parametrize("name", list(STORED))
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_large_file_is_refused_rather_than_written_in_another_way(
    name: str, suffix: str, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "LARGE", 1)
    source = packed(file, tmp_path, suffix) if suffix else file
    with pytest.raises(kg.UsageError, match="is not loaded") as caught:
        kg.export_file(source, name, tmp_path / "out")
    assert "--engine duckdb" in caught.value.hint


@pytest.mark.parametrize(
    "export",
    [
        lambda source, out: out.write_bytes(kg.export(kg.load(source), "nquads")),
        lambda source, out: kg.export_file(source, "nquads", out),
        lambda source, out: kg.export_file(kg.load(source), "nquads", out),
        lambda source, out: kg.export_file(source, "nquads", out, engine="duckdb"),
        lambda source, out: CliRunner().invoke(
            cli, ["export", "nquads", str(source), "-o", str(out)]
        ),
    ],
    ids=["export", "export_file", "export_file of a graph", "duckdb", "command"],
)
@pytest.mark.parametrize("everything", [True, False])
def test_the_project_decides_for_every_function_what_is_exported_by_default(
    everything: bool,
    export: Callable[[Path, Path], object],
    tmp_path: Path,
) -> None:
    source = tmp_path / "project"
    shutil.copytree(EXAMPLES / "infant-sleep", source)
    config = source / "kg.toml"
    wanted = f"include-unreviewed = {str(everything).lower()}"
    config.write_text(config.read_text().replace("include-unreviewed = true", wanted))
    export(source, tmp_path / "out")
    assert (b"UNREVIEWED: " in (tmp_path / "out").read_bytes()) is everything
