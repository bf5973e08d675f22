"""Time ``kg import article`` on pages that grow, ordinary ones and ones made to be slow.

``python scripts/benchmarks/article.py --megabytes 5`` imports a page of each kind at a fifth of the
size and at the whole size, in this process, and prints seconds of processor time and the exponent
by which they grow: 1 is linear. The ordinary page is the article of the bundled dataset, over and
over with other names of cohorts in it.
"""

from __future__ import annotations

import argparse
import gc
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import kg
from kg.errors import KgError

ARTICLE = kg.demo() / "article.md"


def ordinary(size: int) -> str:
    """Return the article of the dataset again and again, each time about another cohort."""
    title, _, rest = ARTICLE.read_text(encoding="utf-8").partition("\n\n")
    parts, number = [title], 0
    while sum(map(len, parts[-1:])) * number < size:
        number += 1
        parts.append(rest.replace("children", f"children of cohort {number}"))
    return "\n\n".join(parts)[:size]


def repeated(text: str) -> Callable[[int], str]:
    """Return a page that repeats a text below a title."""
    return lambda size: "A title\n\n" + (text * (size // len(text) + 1))[:size]


PAGES: dict[str, Callable[[int], str]] = {
    "ordinary": ordinary,
    "the same sentence": repeated("PCIT may improve attachment security 1. "),
    "one long sentence": repeated("word "),
    "no spaces": repeated("x"),
    "list items": repeated("- PCIT improves trust [1]\n"),
    "headings": repeated("## Heading\n\nSome words are here.\n\n"),
    "brackets": repeated("[1],[2],[3-5] "),
    "open brackets": repeated("[(["),
    "numbers": repeated("1, 2, 3 – 4, "),
    "ages": repeated("aged 12–24 months or under five "),
    "tables": repeated("| a | b |\n|---|---|\n| [1 | 2 |\n\n"),
    "pipes": repeated("|-"),
    "quoted": repeated("> "),
    "ranges of marks": repeated("[1]–[2] "),
    "superscripts": repeated("a¹"),
    "begun ages": repeated("aged 2 to "),
    "begun abbreviations": repeated("(A"),
    "quotation marks": repeated('"'),
    "comments": lambda size: "<html>" + "<!--" * (size // 4),
    "stops": repeated("e.g. A. B. C. 1.1.2 ... ?! "),
    "abbreviations": repeated("Long Name of Thing (LNT) "),
    "tags": lambda size: "<html>" + "<" * (size // 2) + "<p a='" * (size // 12),
    "cells": lambda size: "<html><table><tr>" + "<td>a" * (size // 5),
    "unclosed tags": lambda size: "<html>" + "<div><script>" * (size // 13),
}


def seconds(text: str, folder: Path, graph: kg.Graph) -> tuple[float, str]:
    """Return the processor time of an import, and what came of it."""
    page = folder / "page.txt"
    page.write_text(text, encoding="utf-8")
    start = time.process_time()
    try:
        end = f"{kg.import_file('article', page, folder / 'out.yaml', on=graph).records:,} records"
        (folder / "out.yaml").unlink()
    except KgError as error:
        end = str(error).partition(":")[0][:60]
    return time.process_time() - start, end


def main() -> None:
    """Parse the options, and time each kind of page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=5)
    parser.add_argument("--page", choices=PAGES, help="this kind alone")
    options = parser.parse_args()
    gc.set_threshold(500_000, 20, 20)  # as the command line sets it
    graph = kg.load(kg.demo())
    size = int(options.megabytes * 1e6)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds(ordinary(20_000), folder, graph)  # modules are imported once
        print(f"{'page':<20}{size / 5e6:>8.1f} MB{size / 1e6:>8.1f} MB  grows by")
        for kind in [options.page] if options.page else PAGES:
            small, _ = seconds(PAGES[kind](size // 5), folder, graph)
            whole, end = seconds(PAGES[kind](size), folder, graph)
            grows = math.log(max(whole, 0.01) / max(small, 0.01)) / math.log(5)
            print(f"{kind:<20}{small:>9.2f} s{whole:>9.2f} s{grows:>7.2f}   {end}", flush=True)


if __name__ == "__main__":
    main()
