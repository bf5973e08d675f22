"""All entities and relations of the graph as tables: what the explorer draws, for reading."""

from __future__ import annotations

from collections.abc import Sequence

from kg.evidence.index import Index
from kg.figure.drawing import Node
from kg.site.explorer_data import MOST_DRAWN
from kg.site.html import Html, el, join
from kg.site.parts import Parts
from kg.site.shell import Page, kind_words
from kg.site.table import table
from kg.site.wording import one_state

_ELSEWHERE = (
    "There are too many statements for one page: they are listed on the pages of their "
    "interventions and outcomes."
)


def everything(index: Index, parts: Parts, nodes: Sequence[Node]) -> Page:
    """Return the page of tables.

    :param nodes: what the explorer draws; age ranges among it, which have no page, are listed too.
    """
    is_small = len(nodes) <= MOST_DRAWN
    body = join(
        [
            el("h1", "All entities and relations"),
            *_entities(index, parts, nodes, is_small),
            _relations(index, parts, is_small),
        ]
    )
    return Page("tables.html", "All entities and relations", body, "explorer.html")


def _entities(index: Index, parts: Parts, nodes: Sequence[Node], is_small: bool) -> list[Html]:
    every = [(iri, index.name(iri)) for iri in index.entities]
    every += [(index.graph.node(n.id).value, n.label) for n in nodes if "#" in n.id]
    shown, count = every, f"{len(every):,}"
    if not is_small:
        shown = [t for t in every if not index.is_a(t[0], "Statement")][:MOST_DRAWN]
        count = f"{len(shown):,} of {len(every):,}"
    heads = ["Entity", "Kind", "Id"]
    rows = [
        [parts.ref(iri, label), kind_words(index, iri), index.short(iri)] for iri, label in shown
    ]
    if not one_state(index):  # what all share is said in the banner
        heads.append("Review")
        for row, (iri, _) in zip(rows, shown, strict=True):
            row.append(parts.stamp(iri))
    return [
        el("h2", f"All entities ({count})", id="entities"),
        *([] if is_small else [el("p", _ELSEWHERE)]),
        table("Entities of the graph", heads, rows),
    ]


def _relations(index: Index, parts: Parts, is_small: bool) -> Html:
    """Return the table of all relations; of a large graph, where else they are."""
    head = el("h2", f"All relations ({len(index.relations):,})", id="relations")
    if not is_small:
        where = "They are too many for one page: the page of each entity has its own, and the "
        return join([head, el("p", where, "downloads have all of them.")])
    rows = [
        (
            parts.ref(r.start),
            index.term_label(r.type),
            parts.ref(r.end),
            parts.ref(r.origin, index.short(r.origin)),
        )
        for r in index.relations
    ]
    caption = "All relations of the graph, each with the record it comes from"
    return join([head, table(caption, ("From", "Relation", "To", "Stated in"), rows)])
