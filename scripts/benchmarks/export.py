"""How fast graphs are exported from tables, beside rdflib's JSON-LD: rates and their ratios.

Run it with ``python scripts/benchmarks/export.py [STATEMENTS [ROUNDS]]``; the default is 1e6 and 5.
It makes a graph of findings in our own ontology (always the same), exports it in every bulk format
with its review rules, and has rdflib write JSON-LD of the first 100,000 statements with the same
context. The rounds are interleaved, and the first one warms up. Ours starts from tables on disk and
ends with a whole file there; rdflib starts from a graph in memory and ends with a text there. Both
are measured with the reading of the file, too. At last the JSON-LD is read back by pyoxigraph and
compared.
"""

from __future__ import annotations

import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import rdflib
from pyoxigraph import RdfFormat, parse

from kg import resources
from kg.ontology import CEKG, DCTERMS, TYPE, XSD, Ontology
from kg.scale.cache import Cache, Table
from kg.scale.export import BULK
from kg.scale.export.duckdb import DuckStatements
from kg.scale.ingest import ingest
from kg.scale.review import select

BASE = "https://example.org/evidence/"
TARGET = 30
"""How many times rdflib's rate the rate of our JSON-LD has to be."""
PEER = 100_000
"""Statements that rdflib writes."""


def lines() -> Iterator[str]:
    """Yield statements about findings as N-Triples, without end."""
    chance, number = random.Random(1), 0
    kind = str(TYPE)
    yield f"<{BASE}> {kind} <{CEKG}KnowledgeGraph> .\n"
    while True:
        number += 1
        node = f"{BASE}finding/f{number:08}"

        def some(room: str, most: int) -> str:
            return f"<{BASE}{room}/{room[0]}{chance.randrange(most)}>"

        pairs = [
            ("", kind, f"<{CEKG}Finding>"),
            ("", f"<{CEKG}reviewStatus>", f"<{CEKG}ReviewStatus-submitted>"),
            ("", f"<{CEKG}effectDirection>", f"<{CEKG}EffectDirection-increase>"),
            ("", f"<{CEKG}intervention>", some("intervention", 5000)),
            ("", f"<{CEKG}outcome>", some("outcome", 5000)),
            ("", f"<{CEKG}population>", some("population", 5000)),
            ("", f"<{CEKG}participants>", f'"{chance.randrange(1000)}"^^<{XSD}integer>'),
            ("", f"<{DCTERMS}identifier>", f'"F{number}"'),
            ("", f"<{DCTERMS}modified>", f'"2026-11-{1 + number % 28:02}"^^<{XSD}date>'),
            ("", f"<{CEKG}wording>", f"<{node}#wording-1>"),
            ("#wording-1", kind, f"<{CEKG}Wording>"),
            ("#wording-1", f"<{CEKG}audience>", f"<{CEKG}Audience-clinician>"),
            ("#wording-1", f"<{CEKG}text>", f'"Finding {number}: the \\"effect\\" grew."@en'),
            ("#wording-1", f"<{CEKG}text>", f'"Befund {number}: größer."@de'),
            ("", f"<{CEKG}estimate>", f"<{node}#estimate-1>"),
            ("#estimate-1", kind, f"<{CEKG}EffectEstimate>"),
            ("#estimate-1", f"<{CEKG}value>", f'"{chance.random():.3f}"^^<{XSD}decimal>'),
        ]
        for part, predicate, value in pairs:
            yield f"<{node}{part}> {predicate} {value} .\n"


def exporter(table: Table, name: str, folder: Path) -> Callable[[], None]:
    """Return a run that exports a table and removes what an earlier run left."""
    ontology = Ontology.read(resources.ontology_files())
    out = folder / f"out-{name}"

    def run() -> None:
        if BULK[name].folder:
            out.mkdir()
        with DuckStatements([table], folder) as data:
            select(data, ontology, include_unreviewed=True)
            BULK[name].write(data, ontology, out)

    return run


def from_file(file: Path, folder: Path) -> Callable[[], None]:
    """Return a run that reads a file anew and exports it as JSON-LD."""

    def run() -> None:
        shutil.rmtree(folder / "again", ignore_errors=True)
        table = ingest([file], Cache(folder / "again"))[0]
        exporter(table, "jsonld-flat", folder)()

    return run


def rdflib_writers(text: str) -> dict[str, Callable[[], None]]:
    """Return runs in which rdflib writes a graph that it holds as JSON-LD, compact or expanded."""
    graph = rdflib.Graph().parse(data=text, format="nt")
    context = {**Ontology.read(resources.ontology_files()).context(), "@base": BASE}

    def compact() -> None:
        graph.serialize(format="json-ld", context=context)

    def expanded() -> None:
        graph.serialize(format="json-ld")

    def from_file() -> None:
        read = rdflib.Graph().parse(data=text, format="nt")
        read.serialize(format="json-ld", context=context)

    return {"rdflib, context": compact, "rdflib, plain": expanded, "rdflib, from file": from_file}


def read_back(folder: Path) -> bool:
    """Tell whether the JSON-LD says what the N-Quads say."""
    with (folder / "out-jsonld-flat").open("rb") as file:
        found = sorted(f"{q.subject} {q.predicate} {q.object} ." for q in parse(
            file, RdfFormat.JSON_LD
        ))  # fmt: skip
    with (folder / "out-nquads").open(encoding="utf-8", newline="\n") as lines:
        return found == [line.rstrip("\n") for line in lines]


def main() -> None:
    """Measure, print the table, and say whether the target holds."""
    number = int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "graph.nt"
        with file.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(islice(lines(), number))
        started = time.perf_counter()
        table = ingest([file], Cache(folder / "cache"))[0]
        reading = time.perf_counter() - started
        runs = {f"kg {n}": (number, exporter(table, n, folder)) for n in BULK}
        runs["kg jsonld-flat, from file"] = (number, from_file(file, folder))
        peer = "rdflib, context"
        peers = rdflib_writers("".join(islice(lines(), PEER)))
        runs |= {n: (PEER, run) for n, run in peers.items()}
        times: dict[str, list[float]] = {n: [] for n in runs}
        for turn in range(rounds + 1):
            for run_name, (_, run) in runs.items():
                old = folder / f"out-{run_name.removeprefix('kg ')}"
                shutil.rmtree(old, ignore_errors=True)
                old.unlink(missing_ok=True)
                started = time.perf_counter()
                run()
                if turn:
                    times[run_name].append(time.perf_counter() - started)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        same = read_back(folder)
        names = ("duckdb", "polars", "pyoxigraph", "rdflib")
        print(f"Python {sys.version.split()[0]}, " + ", ".join(f"{n} {version(n)}" for n in names))
        print(f"reading {number:,} statements into tables, first time: {reading:.2f} s")
        slow = PEER / statistics.median(times[peer])
        print(
            f"{'run':<22}{'statements':>12}{'median':>9}{'min':>9}{'max':>9}{'rate/s':>12}  ratio"
        )
        for run_name, found in times.items():
            count, median = runs[run_name][0], statistics.median(found)
            figures = "".join(f"{t:>7.2f} s" for t in (median, min(found), max(found)))
            rate = count / median
            print(f"{run_name:<22}{count:>12,}{figures}{rate:>12,.0f}{rate / slow:>7.1f}")
        print(f"peak memory of this process {memory:,.0f} MB, rdflib's graph in it")
        print(f"JSON-LD read back equal by pyoxigraph: {'yes' if same else 'NO'}")
        ratio = number / statistics.median(times["kg jsonld-flat"]) / slow
        verdict = "holds" if ratio >= TARGET else "MISSED"
        print(f"target {TARGET} times rdflib with the context: {verdict} ({ratio:.1f})")
        ends = [
            statistics.median(times[n]) for n in ("kg jsonld-flat, from file", "rdflib, from file")
        ]
        print(f"from file to file: {number / ends[0] / (PEER / ends[1]):.1f} times rdflib")


if __name__ == "__main__":
    main()
