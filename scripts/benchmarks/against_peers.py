"""Large graphs: our database engine and its peers on the same file, each run in its own process.

Run ``python scripts/benchmarks/against_peers.py [TRIPLES …] [--rounds N] [--memory AMOUNT …]``;
without sizes it takes 100,000 and 1,000,000 triples. It writes a clinical graph in our ontology
with planted faults (:mod:`planted`), runs everything in turn, and prints a table of medians,
ratios and peak memory. An engine that does not find what was planted is marked in the last column;
ours ends the benchmark if it does not.

*whole* is the time from start to end of a process, *inside* that of the work alone, after imports.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from planted import CONSTRAINTS, QUERY, SHAPES, copies, write
from pyoxigraph import parse as parse_rdf
from pyoxigraph import serialize

from kg.ontology import CEKG, XSD

PEERS = ("duckdb", "polars", "pyoxigraph", "pyshacl", "rdflib", "shacl")
NAMESPACES = {"": CEKG, "g": "https://example.org/g/", "xsd": XSD}
"""Prefixes for syntaxes that have them."""
PYSHACL_UP_TO = 100_000
"""Triples from which on pySHACL takes longer than a few minutes."""


# -- what is measured: each function runs in a process of its own and returns what it found --------


def ours(graph: str, shapes: str, memory: str = "") -> Callable[[], int]:
    """Prepare our engine on a file; what it has read before is in ``KG_CACHE``."""
    import duckdb  # noqa: F401  (imports are not part of the inner time)
    import polars  # noqa: F401

    from kg.scale import (
        check,
        ingest,  # noqa: F401
    )
    from kg.scale.engine import Engine
    from kg.validation import duckdb_engine  # noqa: F401

    def run() -> int:
        inputs = check.Inputs.of(Path(graph), [Path(shapes)])
        engine = Engine(memory=memory)
        report = check.validate(Path(graph), inputs, lambda *step: None, engine)
        return sum(report.codes().values())

    return run


def shacl(graph: str, shapes: str, memory: str = "") -> Callable[[], int]:
    """Prepare the engine ``shacl``."""
    import shacl

    return lambda: len(shacl.Shapes.from_file(shapes).validate_file(graph))


def pyshacl(graph: str, shapes: str, memory: str = "") -> Callable[[], int]:
    """Prepare pySHACL over rdflib."""
    import logging

    import pyshacl
    import rdflib

    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # it tells of each ill-typed literal

    def run() -> int:
        data = rdflib.Graph().parse(graph, format="nt")
        rules = rdflib.Graph().parse(shapes, format="turtle")
        report = pyshacl.validate(data, shacl_graph=rules)[1]
        assert isinstance(report, rdflib.Graph)
        return len(list(report.objects(None, rdflib.SH.result)))

    return run


def parse(graph: str, shapes: str, memory: str = "") -> Callable[[], int]:
    """Prepare a bare parse by pyoxigraph, which finds nothing."""
    import pyoxigraph

    def run() -> int:
        for _ in pyoxigraph.parse(path=graph):
            pass
        return 0

    return run


ENGINES = {f.__name__: f for f in (ours, shacl, pyshacl, parse)}


def child(engine: str, *given: str) -> None:
    """Run one engine once and print what it found and how long the work took."""
    run = ENGINES[engine](*given)
    started = time.perf_counter()
    found = run()
    print(json.dumps([found, time.perf_counter() - started]))


# -- measuring -----------------------------------------------------------------------------------


class Run:
    """One line of the table: an engine on a file, measured several times."""

    def __init__(self, name: str, engine: str, *given: str, cold: bool = False) -> None:
        self.name, self.engine, self.given, self.cold = name, engine, given, cold
        self.whole: list[float] = []
        self.inside: list[float] = []
        self.peak = 0.0
        self.found = -1

    def measure(self, cache: Path) -> None:
        """Run the engine once more."""
        if self.cold:
            shutil.rmtree(cache, ignore_errors=True)
        command = [sys.executable, __file__, "--child", self.engine, *self.given]
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env={**os.environ, "KG_CACHE": str(cache)}
        )
        assert process.stdout is not None
        text = process.stdout.read()
        status, usage = os.wait4(process.pid, 0)[1:]
        process.stdout.close()
        process.returncode = os.waitstatus_to_exitcode(status)
        self.whole.append(time.perf_counter() - started)
        if process.returncode:
            raise SystemExit(f"{self.name} failed: {' '.join(command)}")
        self.found, inside = json.loads(text)
        self.inside.append(inside)
        self.peak = max(self.peak, usage.ru_maxrss / 1024)

    def line(self, base: Run, planted: int) -> str:
        """Return the line of the table; ratios are those to ``base``."""
        whole, inside = (statistics.median(times) for times in (self.whole, self.inside))
        ratios = [
            statistics.median(mine) / statistics.median(other)
            for mine, other in ((self.whole, base.whole), (self.inside, base.inside))
        ]
        note = "" if self.engine == "parse" else str(self.found)
        if note and self.found != planted:
            note += f" of {planted}"
        return (
            f"| {self.name} | {whole:.2f} | {inside:.2f} | {ratios[0]:.2f} | {ratios[1]:.2f} "
            f"| {self.peak:.0f} | {note} |"
        )


def variants(path: Path) -> dict[str, Path]:
    """Write the same statements in another order, twice, and with other ends of lines."""
    # In a process of its own: what a parent has held counts as the peak of its children.
    subprocess.run([sys.executable, __file__, "--variants", str(path)], check=True)
    names = ("doubled", "CRLF", "shuffled")
    return {name: path.with_name(f"{name}-{path.name}") for name in names}


def write_variants(path: Path) -> None:
    """Write the files that :func:`variants` names."""
    lines = path.read_bytes().splitlines(keepends=True)
    other = {"doubled": lines * 2, "CRLF": [line[:-1] + b"\r\n" for line in lines]}
    other["shuffled"] = random.Random(1).sample(lines, len(lines))
    for name, data in other.items():
        path.with_name(f"{name}-{path.name}").write_bytes(b"".join(data))


def table(runs: list[Run], rounds: int, planted: int, cache: Path) -> None:
    """Measure some runs in turn and print their table."""
    for _ in range(rounds):
        for run in runs:
            run.measure(cache)
            if run.engine == "ours" and run.found != planted:
                raise SystemExit(f"{run.name}: found {run.found}, planted {planted}")
    print("\n| | whole s | inside s | whole × | inside × | peak MB | results |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    print("\n".join(run.line(runs[0], planted) for run in runs), flush=True)


def benchmark(folder: Path, triples: int, rounds: int, amounts: list[str]) -> None:
    """Measure everything at one size."""
    shapes = {"core": SHAPES, "core and SPARQL": SHAPES + QUERY}
    graph, faults = write(folder, triples)
    path, cache = str(graph), folder / "cache"
    print(
        f"\n## {triples:,} triples, {graph.stat().st_size >> 20} MB, {sum(faults.values())} faults"
    )
    for name, text in shapes.items():
        rules = str(folder / f"{name.replace(' ', '-')}.ttl")
        Path(rules).write_text(text, encoding="utf-8")
        planted = sum(faults.values()) - (faults.get("interval", 0) if name == "core" else 0)
        runs = [
            Run(f"kg, {name}", "ours", path, rules, cold=True),
            Run(f"kg, {name}, again from Parquet", "ours", path, rules),
            Run(f"shacl, {name}", "shacl", path, rules),
            Run("pyoxigraph, parse alone", "parse", path, rules),
        ]
        if triples <= PYSHACL_UP_TO:
            runs.append(Run(f"pyshacl, {name}", "pyshacl", path, rules))
        table(runs, rounds, planted, cache)
    if amounts:
        limited = [Run(f"kg, --memory {a}", "ours", path, rules, a, cold=True) for a in amounts]
        table(limited, 1, planted, cache)
        return
    others = [Run("kg, as it is", "ours", path, rules, cold=True)]
    others += [
        Run(f"kg, {name}", "ours", str(other), rules, cold=True)
        for name, other in variants(graph).items()
    ]
    table(others, rounds, planted, cache)
    bad, worse = write(folder, triples, every=1)
    table(
        [Run("kg, every unit has a fault", "ours", str(bad), rules, cold=True)],
        1,
        sum(worse.values()),
        cache,
    )


def syntaxes(folder: Path, triples: int, rounds: int) -> None:
    """Measure the core shapes on the same statements in other syntaxes."""
    graph, faults = write(folder, triples)
    core, rules = sum(faults.values()) - faults.get("interval", 0), folder / "core.ttl"
    rules.write_text(SHAPES, encoding="utf-8")
    for suffix in ("nt", "ttl", "rdf", "jsonld"):
        path = graph.with_suffix(f".{suffix}")
        # In a process of its own: what a parent has held counts as the peak of its children.
        subprocess.run([sys.executable, __file__, "--written", str(graph), str(path)], check=True)
        kind = f"{suffix}, {path.stat().st_size / 1e6:.0f} MB"
        runs = [Run(f"kg, {kind}", "ours", str(path), str(rules), cold=True)]
        runs.append(Run(f"shacl, {kind}", "shacl", str(path), str(rules)))
        table(runs, rounds, core, folder / "cache")


def write_as(graph: Path, path: Path) -> None:
    """Write a graph in the syntax of another path, with prefixes."""
    if path != graph:
        serialize((quad.triple for quad in parse_rdf(path=graph)), path, prefixes=NAMESPACES)


def constraints(folder: Path, triples: int, rounds: int) -> None:
    """Measure SPARQL constraints of each kind on top of the core shapes, and twelve at once."""
    graph, faults = write(folder, triples)
    core = sum(faults.values()) - faults.get("interval", 0)
    kinds = [("core", "", 0)]
    kinds += [(name, text, faults.get(fault, 0)) for name, (fault, text) in CONSTRAINTS.items()]
    twelve = [kinds[1 + n % len(CONSTRAINTS)] for n in range(12)]
    texts = [text.replace("b:", f"b:x{n}", 1) for n, (_, text, _) in enumerate(twelve)]
    kinds.append(("twelve", "".join(texts), sum(number for *_, number in twelve)))
    for name, text, number in kinds:
        rules = folder / "constraint.ttl"
        rules.write_text(SHAPES + text, encoding="utf-8")
        runs = [Run(f"kg, {name}", "ours", str(graph), str(rules), cold=True)]
        runs.append(Run(f"shacl, {name}", "shacl", str(graph), str(rules)))
        table(runs, rounds, core + number, folder / "cache")


def many_shapes(folder: Path, triples: int, rounds: int, numbers: list[int]) -> None:
    """Measure the core shapes several times over, each time with names of their own."""
    graph, faults = write(folder, triples)
    core = sum(faults.values()) - faults.get("interval", 0)
    for number in numbers:
        text, rules = copies(SHAPES, number), folder / "copies.ttl"
        rules.write_text(text, encoding="utf-8")
        name = f"{text.count('Shape ;')} shapes"
        runs = [Run(f"kg, {name}", "ours", str(graph), str(rules), cold=True)]
        runs.append(Run(f"shacl, {name}", "shacl", str(graph), str(rules)))
        table(runs, rounds, core * number, folder / "cache")


def main() -> None:
    """Measure all sizes and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", nargs="*", default=[])
    parser.add_argument("--constraints", action="store_true", help="SPARQL of each kind, alone")
    parser.add_argument("--syntaxes", action="store_true", help="other syntaxes than N-Triples")
    parser.add_argument("--copies", type=int, nargs="*", help="the core shapes so often, alone")
    options = parser.parse_args()
    versions = ", ".join(f"{name} {version(name)}" for name in PEERS)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {versions}")
    print(f"load at the start {os.getloadavg()[0]:.1f}, {options.rounds} rounds")
    for triples in options.sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if options.constraints:
                constraints(folder, triples, options.rounds)
            if options.syntaxes:
                syntaxes(folder, triples, options.rounds)
            if options.copies:
                many_shapes(folder, triples, options.rounds, options.copies)
            if not (options.constraints or options.syntaxes or options.copies):
                benchmark(folder, triples, options.rounds, options.memory)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    elif sys.argv[1:2] == ["--written"]:
        write_as(Path(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1:2] == ["--variants"]:
        write_variants(Path(sys.argv[2]))
    else:
        main()
