"""SPARQL constraints and graphs made up at random: the database must find what the store finds.

Run ``python scripts/fuzz_queries.py [FIRST [LAST]]`` for the seeds from one number to another. Each
difference is printed with its seed, graph and query; with any the exit code is 1. The tests run a
few of the seeds.
"""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(TESTS / "shacl"), str(TESTS / "validation"), str(TESTS)]

from generated_queries import Calculating, Generator  # type: ignore[import-not-found]  # noqa: E402
from test_queries_in_sql import difference  # type: ignore[import-not-found]  # noqa: E402


def main(first: int = 0, last: int = 1_000) -> int:
    """Try seeds and return how many differ."""
    differing = 0
    for seed in range(first, last):
        for generator in (Generator, Calculating):
            if found := difference(seed, generator=generator):
                differing += 1
                print(f"{generator.__name__}, seed {seed}:\n{found}\n", flush=True)
    print(f"{2 * (last - first)} cases, {differing} differ")
    return differing


if __name__ == "__main__":
    sys.exit(1 if main(*map(int, sys.argv[1:])) else 0)
