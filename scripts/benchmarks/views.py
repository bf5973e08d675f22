"""How long the views take, side by side with their limits, and how large the pages are.

Prints the median of several runs: the pages of the dataset and the layout of 2,000 nodes. Pages of
a graph of 10,000 findings, in a browser, are in ``pages.py``.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import kg
from kg import resources
from kg.exporters import FOLDERS
from kg.figure import layout
from kg.review import select
from kg.site.build import pages

RUNS = 5


def median(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median time of a piece of work in seconds."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def two_thousand() -> layout.Layout:
    """Lay out 2,000 nodes in six columns, each joined to two in the next."""
    nodes = [layout.Node(f"n{i}", i % 6, 20.0) for i in range(2000)]
    edges = [
        layout.Edge(f"n{i}", f"n{(i * step + 1) % 2000 // 6 * 6 + i % 6 + 1}")
        for i in range(1990)
        for step in (1, 7)
        if i % 6 < 5 and (i * step + 1) % 2000 // 6 * 6 + i % 6 + 1 < 2000
    ]
    return layout.layout(nodes, list(dict.fromkeys(edges)))


def main() -> None:
    """Measure and print."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    graph = select(kg.load(resources.bundled_dataset()), include_unreviewed=True)[0]
    site = pages(graph)
    whole = FOLDERS["site"].files(graph)
    rows = [
        ("pages of the dataset", median(lambda: pages(graph)), 1.0),
        ("site of the dataset", median(lambda: FOLDERS["site"].files(graph), 3), 3.0),
        ("layout of 2,000 nodes", median(two_thousand, 3), 3.0),
    ]
    print(f"{'what':<26} {'median':>8} {'limit':>8}")
    for name, took, limit in rows:
        print(f"{name:<26} {took:>6.2f} s {limit:>6.1f} s  {'' if took <= limit else 'TOO SLOW'}")
    sizes = sorted(len(d) for n, d in site.items() if "/" in n)
    print(f"\n{len(site)} pages, {sum(map(len, site.values())) / 1e6:.1f} MB; with downloads "
          f"{sum(map(len, whole.values())) / 1e6:.1f} MB; page of an entity: median "
          f"{sizes[len(sizes) // 2] / 1e3:.0f} kB, largest {sizes[-1] / 1e3:.0f} kB")  # fmt: skip
    for name, data in site.items():
        if "/" not in name:
            print(f"  {name:<16} {len(data) / 1e3:>7.0f} kB")


if __name__ == "__main__":
    main()
