"""How long each named question takes on the bundled dataset, and whether it is under 100 ms.

Run it with ``python scripts/benchmarks/queries.py [ROUNDS]``. The graph is loaded once; the rounds
are interleaved, and a question is put with its defaults, reading its file included. The exit code
is 1 when a median misses the target.
"""

from __future__ import annotations

import statistics
import sys
import time

import kg
from kg import resources

TARGET = 0.1
"""Seconds within which a question has to be answered."""


def main() -> None:
    """Measure, print the table, and say which questions miss the target."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    started = time.perf_counter()
    graph = kg.load(resources.bundled_dataset())
    loaded = time.perf_counter() - started
    questions = kg.questions(graph)
    rows = {name: len(kg.query(graph, name).rows) for name in questions}  # the store is filled
    times: dict[str, list[float]] = {name: [] for name in questions}
    for _ in range(rounds):
        for name in questions:
            started = time.perf_counter()
            kg.query(graph, name)
            times[name].append(time.perf_counter() - started)
    width = max(map(len, questions))
    print(f"{len(graph)} statements, loaded in {loaded:.2f} s; {rounds} rounds")
    print(
        f"{'question':<{width}} {'rows':>5} {'median':>9} {'max':>9}  under {TARGET * 1000:.0f} ms"
    )
    missed = []
    for name, found in times.items():
        median = statistics.median(found)
        if median >= TARGET:
            missed.append(name)
        verdict = "yes" if median < TARGET else "NO"
        print(
            f"{name:<{width}} {rows[name]:>5} {median * 1000:>6.1f} ms {max(found) * 1000:>6.1f} ms"
            f"  {verdict}"
        )
    print(f"{len(times) - len(missed)} of {len(times)} questions under {TARGET * 1000:.0f} ms")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
