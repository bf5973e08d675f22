"""The W3C test suite of SHACL, as a user runs it: ``kg validate`` on files, the report in Turtle.

In each case whole reports are compared, by each engine. The command runs in this process, since
starting it hundreds of times would take minutes. Spark is started once, and runs every tenth case:
in one session on ``local[2]`` all took 5.4 minutes beside other tests, a second each, and two
minutes for ``shacl-shacl``. All of them, without the command, are in ``test_spark_engine``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, RdfFormat, parse
from spark_help import MARKS, SMALL
from test_w3c import MF, PYSHACL_FAILS, SHT, SUITE, Row, row, triples

from kg.cli import cli
from kg.errors import InputError
from kg.ontology import SH
from kg.shacl.plan import Node
from kg.shacl.plan.terms import Terms
from kg.validation.shapes import Shapes

IMPORTS = "sparql/node/prefixes-001"
"""Its prefixes are in an import, which pySHACL does not follow: it has them from the file."""
ENGINES = [
    pytest.param("auto", {}, id="auto"),
    pytest.param("duckdb", {}, id="duckdb"),
    pytest.param(
        "pyshacl", {n: PYSHACL_FAILS[n] for n in PYSHACL_FAILS if n != IMPORTS}, id="pyshacl"
    ),
    pytest.param("spark", {}, id="spark", marks=MARKS),
]
"""Each engine, and the cases that it does not pass, with the reason."""
pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason=f"no W3C SHACL test suite at {SUITE}")
Outcome = tuple[bool, Counter[Row]] | None
"""``sh:conforms`` and the rows of a report; ``None`` for a failure."""


def outcome(terms: Terms, report: Node) -> Outcome:
    (conforms,) = terms.shapes.objects(report, SH + "conforms")
    assert isinstance(conforms, Literal)
    results = terms.shapes.objects(report, SH + "result")
    return conforms.value == "true", Counter(row(terms, result) for result in results)


def validated(data: Path, shapes: Path, engine: str) -> Outcome:
    """Return what the command reports, ``None`` where it refuses the files."""
    wanted = ["--format", "turtle", "--max", "0", "--engine", engine]
    done = CliRunner().invoke(cli, ["validate", str(data), "--shapes", str(shapes), *wanted])
    if isinstance(done.exception, InputError):
        return None
    assert done.exit_code in (0, 1), done.exception
    found = Shapes(tuple(q.triple for q in parse(done.stdout.encode(), RdfFormat.TURTLE)))
    terms = Terms(found)
    (report,) = terms.instances(SH + "ValidationReport")
    return outcome(terms, report)


@pytest.mark.parametrize(("engine", "known"), ENGINES)
def test_the_command_reports_what_the_suite_expects(engine: str, known: dict[str, str]) -> None:
    files = sorted(SUITE.rglob("*.ttl"))
    if engine != "spark":
        assert failures(files, engine) == set(known)
        return
    from kg.shacl.sql.spark_session import session

    with session("local[2]", **SMALL):
        assert failures(files[::10], engine) == set(known)


def test_every_case_is_run() -> None:
    assert sum(len(list(cases(file))) for file in SUITE.rglob("*.ttl")) == 121


def failures(files: list[Path], engine: str) -> set[str]:
    """Return the names of the cases that an engine does not pass."""
    return {
        file.relative_to(SUITE).with_suffix("").as_posix()
        for file in files
        for data, shapes, wanted in cases(file)
        if validated(data, shapes, engine) != wanted
    }


def cases(file: Path) -> Iterator[tuple[Path, Path, Outcome]]:
    """Yield data, shapes and the expected outcome of each case of a file."""
    graph = Shapes(triples(file))
    terms = Terms(graph)
    for entry in terms.instances(SHT + "Validate"):
        (action,) = graph.objects(entry, MF + "action")
        (expected,) = graph.objects(entry, MF + "result")
        data, shapes = (
            file.parent / graph.objects(action, SHT + n)[0].value.rsplit("/", 1)[-1]
            for n in ("dataGraph", "shapesGraph")
        )
        wanted = None if expected.value == SHT + "Failure" else outcome(terms, expected)
        yield data, shapes, wanted
