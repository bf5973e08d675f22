"""How the pages of a large made-up graph behave: time to write them, time until they can be used.

Run it with ``python scripts/benchmarks/pages.py [--findings N]``; it needs Chromium and Playwright
(the development group). Each page is opened several times, each time in a new context, and the
table gives medians: *shown* is the time from the request to the first frame after everything
was loaded and all scripts had run; *then* is what a reader does next, and how long that takes.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode

from kg import resources
from kg.derive import derive
from kg.graph import Graph
from kg.ontology import TYPE, Ontology
from kg.outputs import write_folder
from kg.review import select
from kg.site.build import pages

RUNS = 3
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
FRAME = """async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  return document.getElementsByTagName("*").length;
}"""
LEVELS = ("high", "moderate", "low", "veryLow")


class Visit(NamedTuple):
    """A page, what a reader does there, and where that is written."""

    address: str
    then: str = ""
    act: str = ""


VISITS = (
    Visit("index.html", "choose an age band", "age"),
    Visit("explorer.html", "search, Enter: neighbourhood drawn", "search"),
    Visit("explorer.html#node=intervention/i7", "filter by certainty", "filter"),
    Visit("free.html#node=intervention/i7"),
    Visit("timeline.html"),
    Visit("forest.html"),
    Visit("gaps.html"),
    Visit("intervention/i7.html"),
    Visit("outcome/o7.html"),
    Visit("finding/f7.html"),
)


def made_up(findings: int) -> Graph:
    """Return a graph of made-up findings on 100 outcomes of 100 programmes with ages and effects.

    Five findings share a source; a quarter has no rating; one in three has an effect.
    """
    ontology = Ontology.read(resources.ontology_files())
    graph = Graph(ontology, "https://example.org/made-up/")

    def add(name: str, kind: str, **values: str) -> None:
        node = graph.node(name)
        graph.add(node, TYPE, NamedNode(ontology.classes[kind].iri))
        for key, value in values.items():
            term = ontology.properties[key]
            members = ontology.members(term.range)
            object_ = (
                NamedNode(members[value].iri)
                if value in members
                else graph.node(value)
                if term.range in ontology.by_iri
                else Literal(value)
            )
            graph.add(node, NamedNode(term.iri), object_)

    for n in range(100):
        add(f"population/p{n}#age", "AgeRange", verbatim=f"{n} to {n + 12} months", minAge=str(n),
            maxAge=str(n + 12), unit="mo", ageOf="child", ageBasis="studySample")  # fmt: skip
        add(f"population/p{n}", "Population", ageRange=f"population/p{n}#age")
        add(f"intervention/i{n}", "Intervention", prefLabel=f"made-up programme {n}")
        add(f"outcome/o{n}", "Outcome", prefLabel=f"made-up outcome {n}",
            outcomeDomain=("childBehaviour", "childDevelopment", "symptoms")[n % 3],
            desirability="desirable", outcomeOf="child")  # fmt: skip
    for n in range(findings):
        name = f"finding/f{n}"
        more = {}
        if n % 4:
            more["certainty"] = f"{name}#certainty"
            add(more["certainty"], "Certainty", rating=LEVELS[n % 4],
                ratingSystem="GRADE", certaintyOrigin="source")  # fmt: skip
        if n % 3 == 0:
            more["estimate"] = f"{name}#effect"
            middle = 0.1 + n % 17 / 20
            add(more["estimate"], "EffectEstimate", estimateType="SMD", value=f"{middle:.2f}",
                ciLower=f"{middle - 0.3:.2f}", ciUpper=f"{middle + 0.3:.2f}",
                ciLevel="0.95")  # fmt: skip
        if n % 5 == 0:
            add(f"source/s{n // 5}", "Source", prefLabel=f"made-up source {n // 5}")
        add(f"{name}#line", "EvidenceLine", source=f"source/s{n // 5}")
        add(name, "Finding", identifier=f"F{n}", intervention=f"intervention/i{n % 100}",
            outcome=f"outcome/o{n * 37 % 100}", population=f"population/p{n % 100}",
            effectDirection=("increase", "noDifference")[n % 7 == 0], contrast="betweenGroup",
            evidenceLine=f"{name}#line", reviewStatus="submitted", **more)  # fmt: skip
    return select(derive(graph), include_unreviewed=True)[0]


def act(page: Any, name: str) -> None:
    """Do what a reader does next, until it is done."""
    if name == "age":
        page.select_option("#age", index=2)
        page.wait_for_selector("#age-12-23 table", state="visible")
    elif name == "search":
        page.keyboard.press("/")
        page.keyboard.type("programme 7")
        page.keyboard.press("Enter")
        page.wait_for_selector("#nodes .n")
    elif name == "filter":
        page.select_option("#f-certainty", "low")
        page.wait_for_selector("#nodes .n")
    page.evaluate(FRAME)


def timed(work: Any) -> tuple[float, Any]:
    """Return how long a piece of work took in seconds, and what it gave."""
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def visit(browser: Any, site: Path, wanted: Visit) -> tuple[float, float, int]:
    """Open a page in a new context; return when it was shown, what followed, and its elements."""
    page = browser.new_page(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    path, _, place = wanted.address.partition("#")
    address = (site / path).as_uri() + (f"#{place}" if place else "")
    shown, elements = timed(lambda: (page.goto(address), page.evaluate(FRAME))[1])
    then, _ = timed(lambda: act(page, wanted.act)) if wanted.act else (0.0, None)
    page.close()
    return shown, then, elements


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=10_000, metavar="N")
    count = parser.parse_args().findings
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("there is no Chromium on this machine", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    graph = made_up(count)
    making, files = timed(lambda: pages(graph))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder)
        writing, _ = timed(lambda: write_folder(site, files))
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        print(f"{count:,} findings, {len(graph):,} statements in RDF: {len(files):,} pages, "
              f"{sum(map(len, files.values())) / 1e6:.0f} MB; made in {making:.1f} s, written in "
              f"{writing:.1f} s. Python {platform.python_version()}, Chromium {browser.version}, "
              f"medians of {RUNS}.\n\n"
              "| page | kB | elements | shown s | then | s |\n"
              "|---|--:|--:|--:|---|--:|")  # fmt: skip
        for wanted in VISITS:
            found = [visit(browser, site, wanted) for _ in range(RUNS)]
            shown, then = (statistics.median(f[n] for f in found) for n in (0, 1))
            size = len(files[wanted.address.partition("#")[0]]) / 1e3
            print(f"| `{wanted.address}` | {size:,.0f} | {found[0][2]:,} | {shown:.2f} | "
                  f"{wanted.then} | {f'{then:.2f}' if wanted.act else ''} |")  # fmt: skip
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
