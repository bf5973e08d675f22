"""Mermaid: the neighbourhood of one entity, for Markdown, wikis and issue trackers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from pyoxigraph import NamedNode

from kg.contract import Fidelity
from kg.figure.network import marked
from kg.graph import Graph
from kg.xmltext import clean

FIDELITY = Fidelity(
    changes={
        "Entity": "a box with its label, where it is near the entity in the centre",
        "prefLabel": "shortened",
        "long-texts": "names have at most 60 characters",
        "DerivedEdge": "a line, dotted for a claim, with its kind, valence and certainty",
        "languages": "one label a box, English if there is one",
        "retractionStatus": "behind the label of a source, and in the label of a line whose "
        "statement rests on it, if it is retracted, corrected or of concern",
        "datatypes": "text",
        "asserted-derived": "lines are derived statements",
    },
    others="at most 50 relations around one entity",
)
MOST = 50
"""Edges of a drawing; more cannot be read."""
_STUDIED = ("studiedFor", "claimedFor")
_DRAWN = (*_STUDIED, "componentOf", "variantOf", "recommends")
_LABEL = 60
_Edge = tuple[str, str, Mapping[str, str]]


def write(graph: Graph) -> bytes:
    """Return a flowchart of at most :data:`MOST` edges around the entity with most findings.

    A full line is a finding or a relation of the records, a dotted one a claim.

    :raises UsageError: if networkx is not installed.
    """
    drawn = graph.to_networkx()
    edges: list[_Edge] = [e for e in drawn.edges(data=True) if e[2]["type"] in _DRAWN]
    centre = _centre(edges) or graph.base
    shown = _around(edges, centre)
    title = graph.label(NamedNode(centre))
    remarks = (
        "Written by clinical-evidence-kg",
        f"{clean(title)} and its neighbours: {len(shown)} of {len(edges)} relations",
        *graph.attribution(),
        graph.digest(),
        *graph.caveats(),
    )
    names = {n: f"n{i}" for i, n in enumerate(dict.fromkeys(n for e in shown for n in e[:2]))}
    lines = [f"%% {remark}" for remark in remarks]
    lines.append("flowchart LR")
    for node, name in names.items():
        said = drawn.nodes[node]
        lines.append(f'  {name}["{_text(marked(_short(said["label"]), said["retraction"]))}"]')
    for start, end, data in shown:
        arrow = "-.->" if data["kind"] == "claim" else "-->"
        lines.append(f'  {names[start]} {arrow}|"{_text(_words(graph, data))}"| {names[end]}')
    return ("\n".join(lines) + "\n").encode()


def _centre(edges: Sequence[_Edge]) -> str:
    """Return the entity with most findings, or with most relations if there is none."""
    found = [e for e in edges if e[2]["type"] == "studiedFor"] or edges
    ends = Counter(end for edge in found for end in edge[:2])
    return min(ends, key=lambda n: (-ends[n], n), default="")


def _around(edges: Sequence[_Edge], centre: str) -> list[_Edge]:
    """Return edges in order of their distance from an entity, :data:`MOST` of them."""
    reached, shown = {centre}, list[_Edge]()
    rest = sorted(edges, key=lambda e: (_DRAWN.index(e[2]["type"]), e[0], e[1], e[2]["statement"]))
    while near := [e for e in rest if not reached.isdisjoint(e[:2])]:
        rest = [e for e in rest if reached.isdisjoint(e[:2])]
        reached.update(end for edge in near for end in edge[:2])
        shown += near
    return shown[:MOST]


def _words(graph: Graph, data: Mapping[str, str]) -> str:
    """Return what an edge says: its type, and of a statement all that limits it."""
    known = graph.ontology.properties.get(data["type"])
    words = known.label if known and known.label else data["type"]
    said = [data[name] for name in ("valence", "certainty", "reviewStatus") if data[name]]
    name = graph.short(NamedNode(data["statement"])) if data["type"] in _STUDIED else ""
    said += [f"source {data['retraction']}"] if data["retraction"] else []
    return "; ".join(filter(None, (words, _short(name), *said)))


def _short(text: str) -> str:
    """Return a name with at most :data:`_LABEL` characters; what limits a statement stays whole."""
    words = clean(text)
    return words if len(words) <= _LABEL else words[: _LABEL - 1].rstrip() + "…"


def _text(text: str) -> str:
    """Return a text for a label in quotes, in the entity codes of Mermaid.

    See https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters.
    """
    codes = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;"}
    return "".join(codes.get(c, c) for c in clean(text))
