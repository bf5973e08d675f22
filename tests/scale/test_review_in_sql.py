"""What leaves a file that is not loaded: as kg.review has it, and never more."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode, Quad

import kg
from kg import resources
from kg.cli import cli
from kg.derive import derive
from kg.facts import fact_properties
from kg.graph import GENID, Graph
from kg.ontology import CEKG
from kg.review import select
from kg.scale.export import BULK, write

pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))


def approve(graph: Graph, count: int) -> Graph:
    """Return a graph in which some statements are approved, and one of them has changed since."""
    statements = [s for s in graph.instances("Statement") if graph.value(s, "reviewStatus")]
    chosen = statements[::3][:count]
    status, approved = graph.property_iri("reviewStatus"), NamedNode(CEKG + "ReviewStatus-approved")
    copy = Graph(graph.ontology, graph.base)
    for fact in graph.asserted():
        if not (fact.subject in chosen and fact.predicate == status):
            copy.add(*fact)
    reviewer = graph.node("agent/reviewer")
    copy.add(reviewer, graph.property_iri("reviewRole"), NamedNode(CEKG + "ReviewRole-reviewer"))
    copy.add(reviewer, graph.property_iri("conflictOfInterest"), Literal("None.", language="en"))
    for number, node in enumerate(chosen):
        copy.add(node, status, approved)
        event = graph.node(f"event/{number}")
        digest = graph.value(node, "assertionDigest")
        assert digest
        copy.add(event, graph.property_iri("reviewed"), node)
        copy.add(event, graph.property_iri("toStatus"), approved)
        copy.add(event, graph.property_iri("agent"), reviewer)
        copy.add(event, graph.property_iri("assertionDigest"), digest)
    copy.add(chosen[0], graph.property_iri("note"), Literal("changed since", language="en"))
    return derive(copy)


@pytest.fixture(scope="module")
def reviewed() -> Graph:
    return approve(kg.load(resources.bundled_dataset()), 40)


def written(graph: Graph, folder: Path) -> Path:
    file = folder / "graph.nq"
    quads = graph.quads()
    lines = [f"{q.subject} {q.predicate} {q.object}{_graph(q)} .\n" for q in quads]
    file.write_text("".join(lines), encoding="utf-8", newline="\n")
    return file


def _graph(quad: Quad) -> str:
    return "" if str(quad.graph_name) == "DEFAULT" else f" {quad.graph_name}"


def lines(data: bytes, base: str) -> list[str]:
    """Return asserted lines, and the stamps."""
    return [x for x in data.decode().splitlines() if not x.endswith(f"<{base}graph/derived> .")]


@pytest.mark.parametrize("everything", [False, True])
def test_what_leaves_is_what_the_exporter_in_memory_shows(
    everything: bool, reviewed: Graph, tmp_path: Path
) -> None:
    out = tmp_path / "out.nq"
    file = written(reviewed, tmp_path)
    done = write.export(file, "nquads", out, include_unreviewed=everything)
    expected = kg.export(reviewed, "nquads", include_unreviewed=everything)
    assert lines(out.read_bytes(), reviewed.base) == lines(expected, reviewed.base)
    assert done.review == select(reviewed, everything)[1]
    assert done.review.approved == 39
    if everything:
        assert out.read_bytes() == expected


def test_nothing_derived_leaves_when_statements_are_left_out(
    reviewed: Graph, tmp_path: Path
) -> None:
    """A derived edge may come from a finding that must not be shown, also in N-Triples."""
    file, out = tmp_path / "flat.nt", tmp_path / "out.nq"
    text = "".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in reviewed)
    file.write_text(text, encoding="utf-8", newline="\n")
    write.export(file, "nquads", out)
    assert f"<{CEKG}studiedFor>" in text and f"<{CEKG}studiedFor>" not in out.read_text()


def test_the_facts_that_approved_statements_set_stay_with_their_entities(
    reviewed: Graph, tmp_path: Path
) -> None:
    file, out = written(reviewed, tmp_path), tmp_path / "out.nq"
    write.export(file, "nquads", out)
    kept, _ = select(reviewed)
    facts = {
        f"{f.subject} {f.predicate} {f.object} <{reviewed.base}graph/derived> ."
        for iri in fact_properties(reviewed.ontology)
        for f in kept.facts(NamedNode(iri))
        if "#factValue" not in f.subject.value
    }
    found = out.read_text(encoding="utf-8").splitlines()
    assert len(facts) > 10
    assert facts == {line for line in found if line.endswith(f"<{reviewed.base}graph/derived> .")}


def test_a_claimed_approval_without_its_event_does_not_count(tmp_path: Path) -> None:
    file, out = tmp_path / "a.nq", tmp_path / "out.nq"
    rdf = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    file.write_text(
        f"<urn:a:s> {rdf} <{CEKG}Finding> .\n"
        f"<urn:a:s> <{CEKG}reviewStatus> <{CEKG}ReviewStatus-approved> .\n"
        f"<urn:a:s> <{CEKG}effectiveStatus> <{CEKG}ReviewStatus-approved> .\n"
        f'<urn:a:s#w> <{CEKG}text> "secret"@en .\n'
        f'<urn:a:t> <{CEKG}note> "shown"@en .\n'
    )
    done = write.export(file, "nquads", out)
    said = [line for line in out.read_text().splitlines() if not line.startswith("#")]
    assert said == [f'<urn:a:t> <{CEKG}note> "shown"@en .']
    assert (done.review.statements, done.review.shown) == (1, 0)
    write.export(file, "nquads", out, include_unreviewed=True)
    assert f'<urn:a:s> <{CEKG}stamp> "UNREVIEWED: submitted" .' in out.read_text()


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        ('<urn:a:s> <urn:p> _:part .\n_:part <urn:p> "secret" .\n', False),
        ('<urn:a:s> <urn:p> _:a .\n_:a <urn:p> _:b .\n_:b <urn:p> "secret" .\n', False),
        ('<urn:a:s#w> <urn:p> _:part .\n_:part <urn:p> "secret" .\n', False),
        ('<urn:a:t> <urn:p> <urn:a:s#w> .\n<urn:a:s#w> <urn:p> "secret" .\n', False),
        (f'<urn:a:s> <urn:p> <urn:x{GENID}1> .\n<urn:x{GENID}1> <urn:p> "secret" .\n', False),
        ('<urn:a:s> <urn:p> _:p .\n<urn:a:t> <urn:p> _:p .\n_:p <urn:p> "secret" .\n', True),
        ('<urn:a:s> <urn:p> <urn:a:o> .\n<urn:a:o> <urn:p> "secret" .\n', True),
    ],
    ids=["blank", "blank in blank", "of a fragment", "pointed at", "skolem", "shared", "own name"],
)
def test_parts_go_with_a_statement_that_is_left_out(
    line: str, leaves: bool, tmp_path: Path
) -> None:
    file, out = tmp_path / "a.nq", tmp_path / "out.nq"
    rdf = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    file.write_text(f"<urn:a:s> {rdf} <{CEKG}Finding> .\n{line}", encoding="utf-8")
    write.export(file, "nquads", out)
    found = out.read_text()
    assert ("secret" in found) is leaves
    assert "<urn:a:s" not in found
    shown = kg.export(kg.load(file), "nquads").decode()
    assert ("secret" in shown) is leaves


def test_caveats_travel_with_turtle_and_tables(reviewed: Graph, tmp_path: Path) -> None:
    file, out = written(reviewed, tmp_path), tmp_path / "out"
    chosen, _ = select(reviewed, include_unreviewed=True)
    write.export(file, "turtle", out, include_unreviewed=True)
    head = out.read_text(encoding="utf-8")
    assert all(f"# {caveat}\n" in head for caveat in chosen.caveats())
    write.export(file, "csv", tmp_path / "tables", include_unreviewed=True)
    about = (tmp_path / "tables" / "tables.json").read_text(encoding="utf-8")
    assert "UNREVIEWED CONTENT: " in about


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_a_loaded_graph_leaves_in_the_formats_for_large_ones(
    format: str, reviewed: Graph, tmp_path: Path
) -> None:
    done = kg.export_file(reviewed, format, tmp_path / "out")
    assert done.review == select(reviewed)[1] and (tmp_path / "out").exists()


def test_the_command_streams_a_compressed_file_and_says_so(reviewed: Graph, tmp_path: Path) -> None:
    import gzip

    file = tmp_path / "graph.nq.gz"
    file.write_bytes(gzip.compress(written(reviewed, tmp_path).read_bytes()))
    asked = ["export", "jsonl", str(file), "--engine", "duckdb", "--include-unreviewed"]
    done = CliRunner().invoke(cli, asked)
    assert done.exit_code == 0 and done.stdout.startswith('{"@context": ')
    assert "exported without being loaded" in done.stderr
    done = CliRunner().invoke(cli, ["export", "csv", str(file), "--engine", "duckdb"])
    assert isinstance(done.exception, kg.UsageError)


def test_the_command_says_that_it_loads_a_file_of_which_statements_are_left_out(
    reviewed: Graph, tmp_path: Path
) -> None:
    file = written(reviewed, tmp_path)
    done = CliRunner().invoke(cli, ["export", "jsonl", str(file), "--engine", "duckdb"])
    assert f"{file.name} was loaded" in done.stderr
    assert "left out as not approved" in done.stderr


def test_formats_and_places_that_do_not_fit_are_refused(reviewed: Graph, tmp_path: Path) -> None:
    with pytest.raises(kg.UsageError, match="needs a loaded graph"):
        kg.export_file(reviewed, "svg", tmp_path / "a", engine="duckdb")
    with pytest.raises(kg.UsageError, match=r"no format 'jsonlines' \(did you mean"):
        kg.export_file(reviewed, "jsonlines", tmp_path / "a")
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(kg.UsageError, match="not written by kg"):
        kg.export_file(reviewed, "jsonl", tmp_path / "mine")


def many(folder: Path, number: int) -> Path:
    """Write a file of so many statements."""
    file = folder / "many.nt"
    digests = (hashlib.sha256(b"%d" % n).hexdigest() for n in range(number))
    text = (f'<urn:a:{digest}> <urn:a:p> "{digest}" .\n' for digest in digests)
    file.write_text("".join(text))
    return file


@pytest.mark.parametrize("format", list(BULK))
def test_a_full_disk_leaves_nothing_but_an_error(format: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    file = many(tmp_path, 60_000)
    write.export(file, format, tmp_path / "warm")  # so that the tables are there
    done = command(file, format, folder / "a", lambda: resource.setrlimit(
        resource.RLIMIT_FSIZE, (300_000, 300_000)
    ))  # fmt: skip
    _, error = done.communicate(timeout=60)
    assert done.returncode not in (0, -signal.SIGXFSZ) and b"Traceback" not in error
    assert b"error: " in error
    assert list(folder.iterdir()) == []


def test_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    import time

    folder = tmp_path / "out"
    folder.mkdir()
    file = many(tmp_path, 400_000)
    write.export(file, "nquads", tmp_path / "warm")
    done = command(file, "jsonld-flat", folder / "a", lambda: None)
    deadline = time.monotonic() + 30
    while not list(folder.iterdir()) and time.monotonic() < deadline and done.poll() is None:
        time.sleep(0.01)
    assert list(folder.iterdir()), "the export had begun"
    done.send_signal(signal.SIGINT)
    done.communicate(timeout=60)
    assert done.returncode != 0
    assert list(folder.iterdir()) == []


def command(file: Path, format: str, out: Path, before: object) -> subprocess.Popen[bytes]:
    code = (
        "import sys; from kg.cli import main; sys.argv = ['kg', 'export', '--engine', 'duckdb', "
        f"{format!r}, {str(file)!r}, '-o', {str(out)!r}]; main()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "KG_CACHE": os.environ["KG_CACHE"]},
        preexec_fn=before,  # type: ignore[arg-type]
    )
