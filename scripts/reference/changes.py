"""The page ``docs/attachment-changes.md``: what changed in each statement of the dataset, and why.

``datasets/attachment/changes.yaml`` holds what stood in a record and the reason of the change; what
stands there now is read from the graph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from kg import load, resources
from kg.evidence.index import Index, natural
from reference import markdown as md

CHANGES = "changes.yaml"
PAGE = re.compile(r"S\d\d")
RESULT = re.compile(r"F\d\d\.\d+")
NONE = "none"


@dataclass(frozen=True)
class Change:
    """One property of one statement: its path, what it was and what it is, and the reason.

    A change without a property adds parts to the statement.
    """

    identifier: str
    path: str
    before: str
    now: str
    reason: str


class Changes:
    """The changes of all statements of the page and results of the research."""

    def __init__(self) -> None:
        folder = resources.bundled_dataset()
        self.index = index = Index(load(folder))
        self.reasons: list[dict[str, Any]] = yaml.safe_load(
            (folder / CHANGES).read_text(encoding="utf-8")
        )
        self.statements = {index.text(s, "identifier"): s for s in index.instances("Statement")}
        self._names = {
            notation: member.label
            for kind in index.ontology.classes.values()
            for notation, member in index.ontology.members(kind.iri).items()
        }
        self.all = list(self._read())

    def _read(self) -> Iterator[Change]:
        for reason in self.reasons:
            for change in reason["changes"]:
                path, before = change.get("property", ""), change.get("before", [])
                was = before if isinstance(before, list) else [before]
                for identifier in change["of"]:
                    now = self._now(self.statements[identifier], path) if path else ""
                    words = ", ".join(self._words(str(value)) for value in was)
                    yield Change(identifier, path, words or NONE, now, reason["reason"])

    def _now(self, statement: str, path: str) -> str:
        *above, key = path.split(".")
        nodes = [statement]
        for step in above:
            nodes = [node for n in nodes for node in self.index.nodes(n, step)]
        if key == "type":
            return self.index.term_label(self.index.kind(statement))
        found = [self.index.words(node, key) for node in nodes]
        return ", ".join(dict.fromkeys(filter(None, found))) or NONE

    def _words(self, value: str) -> str:
        if "/" in value:
            return self.index.label(self.index.graph.node(value).value)
        known_class = self.index.ontology.classes.get(value)
        return known_class.label if known_class else self._names.get(value, value)

    def reads(self, statement: str) -> str:
        """Return what a statement says now, in a few words."""
        words = self.index.words
        if self.index.kind(statement) in ("Finding", "Claim"):
            valence = words(statement, "effectValence") or words(statement, "claimedValence")
            claim = "claim: " if self.index.kind(statement) == "Claim" else ""
            said = f"{claim}{words(statement, 'outcome')}: {words(statement, 'effectDirection')}"
            return said if said.endswith(f" {valence}") else f"{said}, {valence}"
        about = words(statement, "descriptionKind") or words(statement, "direction")
        kind = self.index.term_label(self.index.kind(statement))
        return ": ".join(filter(None, (kind, about)))

    def parts(self, identifier: str) -> list[str]:
        """Return the identifiers of what was split off a statement."""
        own = re.compile(rf"{re.escape(identifier)}\.([b-z]|extra\.\d)")
        if not any(c.identifier == identifier for c in self.all):
            return []
        return sorted((i for i in self.statements if own.fullmatch(i)), key=natural)


def page() -> str:
    """Return the page."""
    changes = Changes()
    counts = Counter(r for r, _ in {(c.reason, c.identifier) for c in changes.all})
    return md.page(
        "# What changed in the dataset, and why",
        md.paragraph(
            "The first version of [the dataset on secure attachment](attachment.md), of 24 "
            "November 2026, was read against its sources once more. Each result of the research "
            "and each statement of the page is listed with what has changed since. The changes "
            "and their reasons stand in `datasets/attachment/changes.yaml`; what is there now is "
            "read from the records."
        ),
        "## Reasons",
        md.bullets(
            f"**{reason['reason']}** ({counts[reason['reason']]}): {reason['why']}"
            for reason in changes.reasons
        ),
        "## Results of the research",
        _table(changes, RESULT),
        "## Statements of the page",
        _table(changes, PAGE),
    )


def _table(changes: Changes, wanted: re.Pattern[str]) -> str:
    rows = []
    for identifier in sorted(filter(wanted.fullmatch, changes.statements), key=natural):
        cells = [_cell(changes, c) for c in changes.all if c.identifier == identifier]
        if parts := changes.parts(identifier):
            cells.append(f"in parts with {', '.join(parts)}")
        says = changes.reads(changes.statements[identifier])
        rows.append((identifier, says, "; ".join(cells) or "nothing"))
    return md.table(("id", "says now", "what changed, and why"), rows)


def _cell(changes: Changes, change: Change) -> str:
    why = f"*{change.reason}*"
    if not change.path:
        return why
    name = changes.index.term_label(change.path.rpartition(".")[2])
    if change.path == "wording":
        return f"{name} rewritten ({why})"
    return f"{md.escaped(f'{name}: {change.before} → {change.now}')} ({why})"
