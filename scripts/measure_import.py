"""Measure ``kg import article`` on pages whose statements people have recorded.

For the article of the bundled dataset, whose statements are its records, and for any page with a
list of statements in YAML (``start``, ``end``, ``citations``, ``entities``)::

    python scripts/measure_import.py
    python scripts/measure_import.py page.txt statements.yaml

It prints shares and what was missed; nothing of it is fitted to a page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

import kg
from kg import resources
from kg.graph import Graph
from kg.imports import Given
from kg.imports.article import read
from kg.imports.page import Page, page
from kg.ontology import kebab

NAMED = ("intervention", "outcome", "age_range", "population")
"""What a person lists under ``entities``; it counts where the sentence names it."""
_WORD = re.compile(r"\w+")


def marker_groups(made: Page) -> list[tuple[int, tuple[str, ...]]]:
    """Return the end of each group of reference marks, and its numbers."""
    return [(m.end, m.numbers) for s in made.sentences for m in s.marks]


def expected_groups(
    text: str, statements: Iterable[dict[str, Any]]
) -> set[tuple[int, tuple[str, ...]]]:
    """Return the marks at or directly after the end of statements that have citations."""
    found = set()
    for statement in statements:
        numbers = tuple(map(str, statement["citations"]))
        if numbers:
            written = re.compile(r"\W{1,3}".join(map(re.escape, numbers)))
            match = written.search(text, max(statement["start"], statement["end"] - 12))
            if match:
                found.add((match.end() + (text[match.end() : match.end() + 1] == "]"), numbers))
    return found


def boundaries(made: Page, statements: Iterable[dict[str, Any]]) -> Iterator[tuple[bool, str]]:
    """Tell of each statement whether it lies within one sentence, item or heading."""
    spans = [(s.start, s.end) for s in made.sentences] + [(s.start, s.end) for s in made.sections]
    spans += [made.title] if made.title else []
    for s in statements:
        yield any(a <= s["start"] and s["end"] <= b for a, b in spans), str(s["id"])


def sections(made: Page, headings: Iterable[dict[str, Any]]) -> Iterator[tuple[bool, str]]:
    """Tell of each heading whether it was found."""
    names = {s.name for s in made.sections} | {made.text[slice(*made.title)] if made.title else ""}
    for heading in headings:
        yield heading["text"] in names, heading["text"]


def entities(
    drafts: Any, statements: Iterable[dict[str, Any]], graph: Graph, kinds: Iterable[str]
) -> Iterator[tuple[bool, str]]:
    """Tell of each named entity whether the drafts of the sentence with the statement name it."""
    spans = []
    for draft in drafts.drafts:
        values = yaml.load(draft.text, yaml.BaseLoader)[0]
        if quote := values.get("quote"):
            spans.append((int(quote["start"]), int(quote["end"]), values, draft.text))
    for s in statements:
        near = [(v, text) for a, b, v, text in spans if a <= s["start"] and s["end"] <= b]
        told = " ".join(_told(values, text, graph) for values, text in near)
        said = " ".join(values["quote"]["exact"] for values, _ in near).lower()
        for kind in kinds:
            for name in s["entities"].get(kind, []):
                if any(w.lower()[:5] in said for w in _WORD.findall(str(name)) if len(w) > 2):
                    yield _same(str(name), told), f"{s['id']} {kind}: {name}"


def _told(values: dict[str, Any], text: str, graph: Graph) -> str:
    """Return everything that a draft names, with the labels of what it refers to."""
    comment = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    names = re.findall(r"[a-z-]+/[a-z0-9.-]+", str(values) + comment)
    labels = [
        o.value
        for n in set(names)
        for k in ("prefLabel", "altLabel")
        for o in graph.objects(graph.node(n), k)
    ]
    own = {k: v for k, v in values.items() if k not in ("quote", "wording", "id", "section")}
    return " ".join([*labels, str(own), comment])


_NOUNS = {"stronger": "strength", "longer": "length", "higher": "height", "wider": "width"}


def _same(name: str, told: str) -> bool:
    words = [_NOUNS.get(w.lower(), w.lower()) for w in _WORD.findall(name) if len(w) > 2]
    words = [w.rstrip("s") for w in words]
    have = {kebab(w).lower().rstrip("s") for w in _WORD.findall(told)}
    return all(w in have or w.replace("our", "or") in have for w in words)


def measure(text: str, gold: dict[str, Any], graph: Graph, path: Path) -> dict[str, Any]:
    """Return shares and misses of one page."""
    made = page(text)
    drafts = read(Given(path, path.name, graph, datetime(2026, 1, 1, tzinfo=UTC)))
    wanted = expected_groups(text, gold["statements"])
    found = set(marker_groups(made))
    rows = {
        "sections": list(sections(made, gold.get("headings", []))),
        "boundaries": list(boundaries(made, gold["statements"])),
        "marker groups": [(g in found, str(g)) for g in sorted(wanted)],
        **{kind: list(entities(drafts, gold["statements"], graph, [kind])) for kind in NAMED},
    }
    result: dict[str, Any] = {
        name: (sum(ok for ok, _ in row), len(row), [what for ok, what in row if not ok])
        for name, row in rows.items()
    }
    result["false markers"] = sorted(found - wanted)
    return result


def own_gold(graph: Graph) -> dict[str, Any]:
    """Return the statements of the dataset's own article, from its records."""
    statements = []
    article = graph.node("article/own")
    for node in graph.instances("Statement"):
        cited = [
            graph.value(c, "marker").value  # type: ignore[union-attr,arg-type]
            for line in graph.objects(node, "evidenceLine")
            for c in graph.objects(line, "citation")  # type: ignore[arg-type]
        ]
        for quote in graph.objects(node, "quote"):
            if graph.value(quote, "quotedFrom") == article:  # type: ignore[arg-type]
                start, end = (int(graph.value(quote, k).value) for k in ("start", "end"))  # type: ignore[union-attr,arg-type]
                statements.append(
                    {
                        "id": graph.short(node),
                        "start": start,
                        "end": end,
                        "citations": cited,
                        "entities": {},
                    }
                )
    return {"statements": statements}


def main() -> None:
    """Print the measures."""
    graph = kg.load(resources.bundled_dataset())
    if len(sys.argv) == 3:
        path = Path(sys.argv[1])
        gold = yaml.safe_load(Path(sys.argv[2]).read_text(encoding="utf-8"))
    else:
        path, gold = resources.bundled_dataset() / "article.md", own_gold(graph)
    for name, row in measure(path.read_bytes().decode(), gold, graph, path).items():
        if name == "false markers":
            print(f"{name}: {len(row)} {row or ''}")
            continue
        good, total, missed = row
        print(f"{name}: {good} of {total}" + (f"; missed: {', '.join(missed)}" if missed else ""))


if __name__ == "__main__":
    main()
