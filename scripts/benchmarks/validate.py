"""How long validating the bundled dataset takes: our engine, pySHACL and shacl, side by side.

Run it with ``python scripts/benchmarks/validate.py [ROUNDS]``. The rounds are interleaved; medians
with their range, ratios, numbers of results and versions are printed. All engines start from what
they work on once it is in memory: ours from the graph, pySHACL from the graph, which it copies for
rdflib, ``shacl`` from Turtle text, which it parses. pySHACL is asked for SHACL Core alone: its
queries, one for each node, take minutes; each engine that runs the queries is measured with them
and without.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import kg
from kg import resources
from kg.graph.bridges import rdflib_term
from kg.ontology import SH
from kg.validation import auto, pyshacl_engine
from kg.validation.shapes import Shapes

TARGET = 0.3
"""Seconds that kg.validate may take for the bundled dataset."""


def turtle(triples: list[tuple[object, object, object]]) -> str:
    """Return triples as N-Triples, which is Turtle too."""
    return "".join(f"{s} {p} {o} .\n" for s, p, o in triples)


def engines(graph: kg.Graph, files: tuple[Path, ...]) -> dict[str, Callable[[], int]]:
    """Return name → a run that gives back its number of results."""
    import shacl

    whole = Shapes.read(files)
    core = Shapes(tuple(t for t in whole.triples if t.predicate.value != SH + "sparql"))
    data = turtle([(s, p, o) for s, p, o, _ in auto.statements(graph)])
    texts = {shapes: turtle([(s, p, o) for s, p, o in shapes.triples]) for shapes in (whole, core)}

    def peer(shapes: Shapes) -> int:
        return len(shacl.Shapes.from_turtle(texts[shapes]).validate_turtle(data))

    return {
        "kg.validate, whole report": lambda: len(kg.validate(graph).results),
        "auto, core": lambda: sum(1 for _ in auto.run(graph, core)),
        "auto, core and queries": lambda: sum(1 for _ in auto.run(graph, whole)),
        "shacl, core": lambda: peer(core),
        "shacl, core and queries": lambda: peer(whole),
        "pyshacl, core": lambda: sum(1 for _ in pyshacl_engine.run(graph, core)),
    }


def main() -> None:
    """Measure, print the table, and say whether the target holds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    graph = kg.load(resources.bundled_dataset())
    rdflib_term(graph.root())  # imports count for nobody
    runs = engines(graph, resources.shape_files(*graph.ontology.folders))
    times: dict[str, list[float]] = {name: [] for name in runs}
    counts: dict[str, int] = {}
    for turn in range(rounds + 1):
        for name, run in runs.items():
            gc.collect()  # what one engine leaves behind is not the next one's to clear
            started = time.perf_counter()
            counts[name] = run()
            if turn:  # the first round warms up
                times[name].append(time.perf_counter() - started)
    base = statistics.median(times["auto, core and queries"])
    names = ("pyoxigraph", "pyshacl", "rdflib", "shacl")
    print(f"Python {sys.version.split()[0]}, " + ", ".join(f"{n} {version(n)}" for n in names))
    print(f"{len(graph)} quads, {len(Shapes.read(resources.shape_files()).codes)} rules")
    print(f"{'run':<26} {'results':>8} {'median':>9} {'min':>9} {'max':>9} {'ratio':>7}")
    for name, found in times.items():
        median = statistics.median(found)
        figures = " ".join(f"{1000 * t:>6.0f} ms" for t in (median, min(found), max(found)))
        print(f"{name:<26} {counts[name]:>8} {figures} {median / base:>7.2f}")
    median = statistics.median(times["kg.validate, whole report"])
    print(f"target {TARGET} s: {'holds' if median < TARGET else 'MISSED'}")


if __name__ == "__main__":
    main()
