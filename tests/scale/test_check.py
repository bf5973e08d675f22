"""Graph files that are checked without being loaded: the same report, and a note that says so."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

import kg
from kg.cli import cli
from kg.cli.progress import line
from kg.errors import InputError, UsageError
from kg.ontology import CEKG
from kg.scale import check
from kg.scale.engine import Engine

pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")

DATASET = Path(__file__).parents[2] / "datasets" / "attachment"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset with its derived statements, as N-Quads, beside no project."""
    file = tmp_path_factory.mktemp("large") / "graph.nq"
    graph = kg.load(DATASET)
    text = "".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in graph)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))


def rows(report: kg.Report) -> Counter[tuple[str, ...]]:
    return Counter(
        (r.code, r.severity, r.focus, r.path, r.value, r.message) for r in report.results
    )


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_file_that_is_not_loaded_gives_the_report_of_the_graph(
    suffix: str, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "LARGE", 1 << 16)
    file = whole
    if suffix:
        file = whole.with_name("packed.nt.gz")
        file.write_bytes(gzip.compress(whole.read_bytes()))
    seen: list[tuple[str, int, int]] = []
    report = kg.validate(file, progress=lambda *step: seen.append(step))
    expected = kg.validate(kg.load(DATASET))
    assert rows(report) == rows(expected)
    assert report.codes() == expected.codes() and report.rules == expected.rules
    assert report.engine == "duckdb" and "nothing was derived" in report.note
    assert "FCT-001, FND-022" in report.note  # they look at what was derived
    size = file.stat().st_size
    assert seen[-1] == (file.name, size, size)


def test_small_files_are_loaded(whole: Path) -> None:
    assert check.unloaded(whole, "auto") is None
    assert check.unloaded(whole, "pyshacl") is None
    assert check.unloaded(DATASET, "duckdb") is None
    assert check.unloaded(None, "auto") is None


def test_without_the_extra_it_is_said_what_it_would_give(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "LARGE", 1 << 16)
    monkeypatch.setattr(check, "installed", lambda: False)
    assert check.unloaded(whole, "auto") is None
    assert "scale" in check.without(whole, "auto")
    assert check.without(whole, "pyshacl") == ""


def test_results_beyond_the_limit_are_counted(whole: Path) -> None:
    from kg import resources
    from kg.ontology import Ontology
    from kg.scale.ingest import ingest
    from kg.validation.duckdb_engine import check_files
    from kg.validation.shapes import Shapes

    shapes = Shapes.read(resources.shape_files())
    ontology = Ontology.read(resources.ontology_files())
    tables = ingest([whole])
    every, few = (check_files(tables, shapes, ontology, limit=limit) for limit in (1000, 2))
    assert few.codes() == every.codes() and few.summary() == every.summary()
    assert len(few.results) < len(every.results) and not every.more
    rest = sum(n for (_, severity), n in few.more.items() if severity != "info")
    assert rest and f"… {rest} more" in "".join(kg.report_as(few, limit=0, infos=True))


def test_all_results_of_a_large_file_are_written_when_all_are_asked_for(tmp_path: Path) -> None:
    file, rules, out = (tmp_path / name for name in ("a.nt.gz", "rules.ttl", "out.jsonl"))
    number = 3_000
    lines = (f'<urn:a:{n}> <urn:a:p> "{n}" .\n' for n in range(number))
    file.write_bytes(gzip.compress("".join(lines).encode()))
    rules.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . "
        "[] sh:targetSubjectsOf <urn:a:p> ; sh:property [ sh:path <urn:a:p> ; sh:minCount 2 ] ."
    )
    command = ["validate", str(file), "--shapes", str(rules), "--format", "jsonl", "-o", str(out)]
    assert CliRunner().invoke(cli, command).exit_code == 1
    head, *results = map(json.loads, out.read_text().splitlines())
    assert len({r["focus"] for r in results}) == number
    assert head["counts"]["violation"] == number
    assert not kg.validate(file, shapes=[rules], limit=0).more
    assert kg.validate(file, shapes=[rules], limit=10).left_out == number - 10


@pytest.mark.parametrize(
    ("given", "limit"), [("700MB", "360MiB"), ("2 gb", "1708MiB"), ("200MB", "150MiB"), ("", "")]
)
def test_memory_is_for_the_whole_process(given: str, limit: str) -> None:
    assert Engine(memory=given).database_limit == limit


def test_wrong_amounts_and_damaged_files(tmp_path: Path) -> None:
    file = tmp_path / "a.nt.gz"
    file.write_bytes(gzip.compress(b"<a> <b> .\n"))
    with pytest.raises(UsageError, match="is not an amount"):
        kg.validate(file, engine=Engine(memory="much"))
    with pytest.raises(InputError, match=r"a\.nt\.gz:1: "):
        kg.validate(file)


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, after some lines of Python."""
    start = "\nimport sys\nfrom kg.cli import main\nsys.argv[0] = 'kg'\nmain()\n"
    command = [sys.executable, "-c", program + start, "validate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A compressed file of which two million words do not fit into little memory."""
    lines = (f'<urn:a:{n}> <urn:a:p> "{n * 7919:040}" .\n' for n in range(200_000))
    file = tmp_path / "many.nt.gz"
    file.write_bytes(gzip.compress("".join(lines).encode(), 1))
    return file


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of POSIX")
def test_a_full_disk_while_checking_is_an_error_that_says_so(many: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk, once the table of the file is written."""
    program = (
        "import resource, signal\n"
        "from kg.validation import duckdb_engine\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from kg.scale.engine import Engine\n"
        "Engine.database_limit = '12MiB'\n"
        "check = duckdb_engine.check_files\n"
        "def limited(*given):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "    return check(*given)\n"
        "duckdb_engine.check_files = limited\n"
    )
    done = run(program, str(many))
    assert done.returncode == 3, done.stderr
    assert "there is no space left" in done.stderr and "--memory" in done.stderr
    (table,) = [p.name for p in (tmp_path / "cache").iterdir() if p.is_dir()]
    assert not table.startswith("new-")


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
def test_ctrl_c_stops_a_long_query_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.nt.gz"
    file.write_bytes(gzip.compress(b"<urn:a:b> <urn:a:c> <urn:a:d> .\n"))
    program = (
        "import os, signal, threading\nfrom kg.validation import check\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def long(database):\n"
        "    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "    database.run('SELECT sum(hash(a.range ^ b.range)) '\n"
        "        'FROM range(10000000) a, range(10000000) b')\n"
        "check._base = long\n"
    )
    done = run(program, str(file))
    assert done.returncode == 130 and "interrupted" in done.stderr, done.stderr
    assert not list((tmp_path / "cache").glob("new-*"))


def test_the_command_says_which_way_it_took(tmp_path: Path) -> None:
    file = tmp_path / "a.nt.gz"
    file.write_bytes(gzip.compress(b"<urn:a:b> <urn:a:c> <urn:a:d> .\n"))
    done = CliRunner().invoke(cli, ["validate", str(file), "--memory", "1GB"])
    assert done.exit_code == 0
    assert "engine 'duckdb'" in done.stderr and "0 violations" in done.stdout


def test_the_progress_line() -> None:
    assert line("a.nt", 50 << 20, 200 << 20, 2.0) == "reading a.nt: 25 %, 25 MB/s, 6 s left"


@pytest.mark.parametrize("name", ["graph.nt", "graph.nt.gz"])
def test_anonymous_shapes_may_hang_from_themselves(name: str, tmp_path: Path) -> None:
    """A file that is loaded and one that is not; it is said which rules look at what is derived."""
    shapes, data = tmp_path / "shapes.ttl", tmp_path / name
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <urn:a:> . "
        f'[] <{CEKG}ruleCode> "A-1" ; sh:targetSubjectsOf :p ; sh:node _:s . '
        "_:s sh:property [ sh:path :p ; sh:node _:s ] , [ sh:path :q ; sh:maxCount 0 ] ."
    )
    text = b"<urn:a:x> <urn:a:p> <urn:a:y> .\n<urn:a:y> <urn:a:q> <urn:a:y> .\n"
    data.write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    assert kg.validate(data, shapes=[shapes]).codes() == {"A-1": 1}
