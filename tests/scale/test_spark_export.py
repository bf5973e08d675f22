"""Export on Spark: the parts together say what DuckDB's one file says, and each is a whole one."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from click.testing import CliRunner
from pyoxigraph import Dataset
from spark_help import MARKS, SMALL
from test_export import BULK, ONTOLOGY, QUADS, ROOT, contents, read_back, readable
from test_export import SMALL as TABLE
from test_review_in_sql import approve

import kg
from kg import resources
from kg.cli import cli
from kg.errors import InputError, UsageError
from kg.ontology import CEKG, DCTERMS, RDF
from kg.scale.cache import Cache, Table
from kg.scale.export import PIECES, STORED, write
from kg.scale.export import spark as spark_module
from kg.scale.export.data import Statements
from kg.scale.export.duckdb import DuckStatements
from kg.scale.export.spark import SparkStatements
from kg.scale.ingest import ingest
from kg.scale.review import Selected, select
from kg.shacl.sql.spark_session import _reason, session
from kg.shacl.sql.spark_sql import translated

pl = pytest.importorskip("polars", reason="the extra 'scale' is not installed")

pytestmark = MARKS
TEXTS = [name for name, known in BULK.items() if not known.folder]
TABLES = [name for name, known in BULK.items() if known.folder]


@pytest.fixture(scope="module", autouse=True)
def spark() -> Iterator[Any]:
    with session("local[2]", **SMALL) as running:
        yield running


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spark_module, "PART", 2_000)
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))


ODD = f"""{ROOT}<urn:a:s> <{RDF}type> <{CEKG}Finding> .
<urn:a:s> <urn:p> _:part .
_:part <urn:p> "secret" .
_:part <urn:p> _:deep .
_:deep <urn:p> "secret" .
<urn:a:s#w> <urn:p> "secret" .
<urn:a:t> <urn:p> _:shared .
<urn:a:s> <urn:p> _:shared .
_:shared <urn:p> "shown \\u0001 \\U0001F600 \\"'\\\\" .
<urn:a:t> <{DCTERMS}title> "one"@en .
<urn:a:t> <{DCTERMS}title> "two"@en .
<urn:a:t> <{DCTERMS}title> "three"@de .
<urn:a:t> <xsd:p> <xsd:o> .
<urn:a:t> <urn:p> "a" _:graph .
_:shared <urn:p> <urn:a:t> _:graph .
<urn:a:t> <urn:p> "b" <urn:g> .
<urn:a:t> <urn:p> "b" <urn:g> .
"""
"""What must not leave says so; it is one of two files that use the same labels."""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> list[Table]:
    """The dataset with some approvals, and two files whose blank nodes have the same labels."""
    folder = tmp_path_factory.mktemp("tables")
    graph = approve(kg.load(resources.bundled_dataset()), 40)
    texts = [
        kg.export(graph, "nquads", include_unreviewed=True).decode(),
        ODD,
        TABLE + "_:shared <urn:p> _:part .\n" + hostile(),
    ]
    files = [folder / f"{n}.nq" for n in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8", newline="\n")
    return ingest(files, Cache(folder / "cache"))


def hostile() -> str:
    """Return statements with names and values that are hard to write, the same each time."""
    from hypothesis import HealthCheck, given, seed, settings

    lines: set[str] = set()

    @seed(1)
    @settings(max_examples=40, database=None, suppress_health_check=list(HealthCheck))
    @given(QUADS)
    def gather(some: list[str]) -> None:
        lines.update(line for line in some if readable(line))

    gather()
    return "".join(f"{line}\n" for line in sorted(lines))


def reviewed(data: Statements, everything: bool) -> Selected:
    """Apply the rules of review to statements, and return what they let pass."""
    found = select(data, ONTOLOGY, everything)
    data.caveats = found.caveats
    return found


@pytest.fixture(scope="module")
def on_spark(
    spark: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[list[Table], bool], tuple[SparkStatements, Selected]]]:
    """Give the statements of tables on Spark after their review, which is done once."""
    known: dict[tuple[object, ...], tuple[SparkStatements, Selected]] = {}

    def give(tables: list[Table], everything: bool) -> tuple[SparkStatements, Selected]:
        key = (everything, *(table.folder for table in tables))
        if key not in known:
            data = SparkStatements(spark, tables, tmp_path_factory.mktemp("spill"))
            known[key] = data, reviewed(data, everything)
        return known[key]

    yield give
    for data, _ in known.values():
        data.__exit__(None)


@pytest.fixture
def both(
    on_spark: Callable[[list[Table], bool], tuple[SparkStatements, Selected]], tmp_path: Path
) -> Callable[..., tuple[Path, Path]]:
    """Export tables by DuckDB and on Spark, and return what was written: a file, and a folder."""

    def export(tables: list[Table], name: str, everything: bool = False) -> tuple[Path, Path]:
        one, parts, spill = tmp_path / "one", tmp_path / "parts", tmp_path / "spill"
        parts.mkdir()
        spill.mkdir()
        known = STORED[name]
        if known.folder:
            one.mkdir()
        with DuckStatements(tables, spill) as ours:
            found = reviewed(ours, everything)
            known.write(ours, ONTOLOGY, one)
        target = parts if known.folder else parts / f"part{known.suffix}"
        theirs, passed = on_spark(tables, everything)
        assert passed == found
        known.write(theirs, ONTOLOGY, target)
        return one, parts

    return export


@pytest.mark.parametrize(("name", "everything"), [*((n, False) for n in TEXTS), ("nquads", True)])
def test_parts_are_documents_that_together_say_the_same(
    name: str, everything: bool, tables: list[Table], both: Callable[..., tuple[Path, Path]]
) -> None:
    one, folder = both(tables, name, everything)
    parts = sorted(folder.iterdir())
    names = [f"part-{n:05}{BULK[name].suffix}" for n in range(len(parts))]
    assert [part.name for part in parts] == names and len(parts) > 5
    read = [read_back(part, name) for part in parts]
    assert Dataset(quad for part in read for quad in part) == read_back(one, name)
    entities = [{(quad.graph_name, quad.subject) for quad in part} for part in read]
    assert sum(map(len, entities)) == len(set().union(*entities)), "an entity is cut"
    text = "".join(part.read_text(encoding="utf-8") for part in parts)
    assert ("secret" in text) is everything and "shown" in text
    heads = {part.read_text(encoding="utf-8").partition("\n")[0] for part in parts}
    assert name == "nquads" or len(heads) == 1, "what a part begins with depends on no part"


@pytest.mark.parametrize("name", [*TEXTS, "csv"])
def test_one_part_has_the_bytes_of_duckdb(
    name: str,
    tables: list[Table],
    both: Callable[..., tuple[Path, Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spark_module, "PART", 1_000_000)
    one, folder = both(tables[1:], name)
    found, ours = contents(folder), contents(one)
    if BULK[name].folder:
        found = {n.replace("/part-00000", ""): data for n, data in found.items()}
        del found["tables.json"], ours["tables.json"]  # which names the files
        assert found == ours and len(found) > 3
    else:
        assert found == {f"part-00000{BULK[name].suffix}": ours[""]}


@pytest.mark.parametrize("name", list(PIECES))
def test_what_is_written_in_pieces_has_the_bytes_of_duckdb(
    name: str, tables: list[Table], both: Callable[..., tuple[Path, Path]]
) -> None:
    one, folder = both(tables[:1], name, everything=name == "kgx")
    ours = contents(one)
    if not PIECES[name].folder:
        ours = {f"part{PIECES[name].suffix}": ours[""]}
    assert contents(folder) == ours


@pytest.mark.parametrize("name", TABLES)
def test_parts_of_tables_have_the_same_rows(
    name: str,
    tables: list[Table],
    both: Callable[..., tuple[Path, Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spark_module, "PART", 20)
    one, folder = both(tables[1:], name, everything=True)
    about, own = (json.loads((f / "tables.json").read_text()) for f in (one, folder))
    assert own["caveats"] == about["caveats"] != []
    assert own["tables"] == {k.removesuffix(f".{name}"): v for k, v in about["tables"].items()}
    assert len(list((folder / "nodes").iterdir())) > 1
    for table, told in own["tables"].items():
        parts = sorted((folder / table).iterdir())
        assert [p.name for p in parts] == [f"part-{n:05}.{name}" for n in range(len(parts))]
        header, rows = rows_of(one / f"{table}.{name}")
        assert all(rows_of(part)[0] == header for part in parts)
        every = [row for part in parts for row in rows_of(part)[1]]
        assert sorted(every, key=repr) == sorted(rows, key=repr)
        assert len(every) == told["rows"]


def rows_of(path: Path) -> tuple[list[str], list[Any]]:
    """Return the names of the columns, with their types, and the rows."""
    if path.suffix == ".parquet":
        table = pl.read_parquet(path)
        return [f"{n} {t}" for n, t in table.schema.items()], table.rows()
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


@pytest.mark.parametrize("name", list(BULK))
def test_an_empty_graph_is_one_part_that_says_nothing(
    name: str, tmp_path: Path, both: Callable[..., tuple[Path, Path]]
) -> None:
    (tmp_path / "a.nq").write_text("")
    one, folder = both(ingest([tmp_path / "a.nq"]), name)
    if BULK[name].folder:
        assert sorted(contents(folder)) == [
            f"edges/part-00000.{name}", f"nodes/part-00000.{name}", "tables.json"
        ]  # fmt: skip
        nodes = folder / "nodes" / f"part-00000.{name}"
        assert rows_of(nodes)[1] == []
        assert name == "parquet" or rows_of(nodes) == rows_of(one / f"nodes.{name}")
    else:
        assert contents(folder) == {f"part-00000{BULK[name].suffix}": one.read_bytes()}


def test_the_library_and_the_command_write_the_same(tmp_path: Path) -> None:
    graph = kg.load(resources.bundled_dataset())
    out, again = tmp_path / "out", tmp_path / "again"
    done = kg.export_file(graph, "turtle", out, include_unreviewed=True, engine="spark")
    assert done.review.shown == done.review.statements > 0
    assert all(f"# {caveat}\n" in part.read_text() for part in out.glob("*.ttl") for caveat in
               select_caveats(graph))  # fmt: skip
    file = tmp_path / "graph.nq.gz"
    file.write_bytes(gzip.compress(kg.export(graph, "nquads", include_unreviewed=True)))
    command = ["export", "turtle", str(file), "--engine", "spark", "--master", "local[2]"]
    ran = CliRunner().invoke(cli, [*command, "--include-unreviewed", "-o", str(again)])
    assert ran.exit_code == 0 and "exported without being loaded" in ran.stderr
    assert f"turtle: {done.review}. Dropped by the format: derived statements" in ran.stderr
    assert sorted(contents(out)) == sorted(contents(again))
    read = [[read_back(part, "turtle") for part in f.glob("part-*.ttl")] for f in (out, again)]
    ours, theirs = (Dataset(quad for part in parts for quad in part) for parts in read)
    assert ours == theirs and len(ours)


def select_caveats(graph: kg.Graph) -> list[str]:
    from kg.review import select as select_loaded

    return list(select_loaded(graph, include_unreviewed=True)[0].caveats())


# -- whole or not at all ---------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.nq.gz"
    file.write_bytes(gzip.compress(TABLE.encode()))
    return file


def test_a_folder_is_as_it_was_when_spark_fails(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "home" / "out"
    kg.export_file(small, "nquads", out, engine="spark")
    before = contents(out.parent)
    assert sorted(before) == ["out/contents.txt", "out/part-00000.nq"]

    def fails(self: SparkStatements, sql: str, number: int, path: Path) -> int:
        return len(self.rows("SELECT raise_error('no')"))

    monkeypatch.setattr(SparkStatements, "_write_parts", fails)
    for name in ("jsonl", "parquet"):
        with pytest.raises(InputError, match="Spark could not finish: ") as failed:
            kg.export_file(small, name, out, engine="spark")
        assert failed.value.exit_code == 3
    assert contents(out.parent) == before


def test_ctrl_c_ends_a_query_with_no_word_but_ours(
    spark: Any,
    small: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    out = tmp_path / "home" / "out"
    kg.export_file(small, "csv", out)
    before = contents(out.parent)

    def slow(self: SparkStatements, sql: str, number: int, path: Path) -> int:
        Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        self.rows("SELECT sum(a.id * b.id) FROM range(1000000) a, range(1000000) b")
        pytest.fail("nothing ended it")

    monkeypatch.setattr(SparkStatements, "_write_parts", slow)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        kg.export_file(small, "csv", out, engine="spark")
    spark.sparkContext.cancelAllJobs()
    assert time.monotonic() - started < 60
    assert contents(out.parent) == before and not caplog.records


def test_parts_that_workers_wrote_elsewhere_are_missed(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_module, "_FILE", re.compile("nothing"))
    with pytest.raises(InputError, match=r"1 of 1 parts .* are not in .*same path"):
        kg.export_file(small, "nquads", tmp_path / "home" / "out", engine="spark")
    assert list((tmp_path / "home").iterdir()) == []


def test_what_does_not_fit_is_refused_before_anything_is_read(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.scale.ingest.opened", lambda *origin: pytest.fail("it is read"))

    def told(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["export", *arguments])
        assert isinstance(done.exception, UsageError) and done.exception.exit_code == 2
        return str(done.exception)

    (tmp_path / "file").write_text("mine")
    spark, out = ("--engine", "spark"), ("-o", str(tmp_path / "out"))
    assert "spark writes a folder of parts (kg export nquads -o" in told(
        "nquads", str(small), *spark
    )
    assert "is a file" in told("nquads", str(small), *spark, "-o", str(tmp_path / "file"))
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "file").write_text("theirs")
    assert "did not write" in told("nquads", str(small), *spark, "-o", str(theirs))
    assert "svg needs a loaded graph" in told("svg", str(small), *spark, *out)
    for engine in ("auto", "duckdb"):
        wrong = ("--engine", engine, "--master", "local[2]", *out)
        assert f"engine '{engine}' takes no master" in told("nquads", str(small), *wrong)
    with pytest.raises(UsageError, match=r"no engine 'sparc' for an export .*'spark'"):
        kg.export_file(small, "nquads", tmp_path / "out", engine="sparc")
    assert not (tmp_path / "out").exists() and (tmp_path / "file").read_text() == "mine"


def test_another_master_is_refused_while_spark_runs(small: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="already running on"):
        kg.export_file(small, "nquads", tmp_path / "out", engine=kg.Engine("spark", master="local"))
    assert not (tmp_path / "out").exists()


def test_it_is_said_what_is_missing_before_anything_is_read(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.scale.ingest.opened", lambda *origin: pytest.fail("it is read"))
    monkeypatch.setattr("kg.shacl.sql.spark_session.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"needs the extra 'spark' \(pip install"):
        write.export(small, "nquads", tmp_path / "out", engine=kg.Engine("spark"))


@pytest.mark.parametrize(
    ("told", "log", "reason"),
    [
        (
            "[JAVA_GATEWAY_EXITED] Java gateway process exited.",
            "Error occurred during initialization of VM\nToo small maximum heap\n",
            "Error occurred during initialization of VM",
        ),
        (
            "An error occurred.\n: java.lang.IllegalStateException: Cannot call it.\nat a.b.C",
            "26/11/24 20:40:52 WARN Utils: Your hostname\n"
            "26/11/24 20:41:53 ERROR Backend: Killed. Reason: All masters are unresponsive!\n",
            "All masters are unresponsive!",
        ),
        (
            "An error occurred.\n: org.apache.spark.SparkException: Could not parse it\n\tat a.b",
            "WARNING: Using incubator modules\n",
            "org.apache.spark.SparkException: Could not parse it",
        ),
        ("", "WARNING: Using incubator modules\n", "its Java process ended"),
    ],
)
def test_the_line_that_says_why_spark_did_not_start(
    told: str, log: str, reason: str, tmp_path: Path
) -> None:
    """Shortened from what Spark 4.3 wrote for a heap of 1 MB, no master there, and a bad name."""
    (tmp_path / "log").write_text(log)
    assert _reason(RuntimeError(told), tmp_path / "log") == reason


def test_names_in_double_quotes_are_translated() -> None:
    assert translated("""SELECT '"' || s AS "a`b""c" """) == """SELECT '"' || s AS `a``b"c` """


def test_a_folder_is_as_it_was_when_java_is_killed(  # the last: Spark is gone
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark import SparkContext

    out, write, made = tmp_path / "home" / "out", SparkStatements._write_parts, [0]
    kg.export_file(small, "csv", out)
    before = contents(out.parent)

    def struck(self: SparkStatements, sql: str, number: int, path: Path) -> int:
        made[0] += 1
        if made[0] == 3:
            assert len(list(path.parent.parent.rglob("part-00000.csv"))) == 2
            os.kill(SparkContext._gateway.proc.pid, signal.SIGKILL)
        return write(self, sql, number, path)

    monkeypatch.setattr(SparkStatements, "_write_parts", struck)
    with pytest.raises(InputError, match="Spark could not finish: "):
        kg.export_file(small, "csv", out, engine="spark")
    assert made[0] == 3 and contents(out.parent) == before
