"""Graphs to draw, and what a drawn figure has: nodes, edges, lines of text, the legend."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kg import resources
from kg.derive import derive
from kg.exporters.figure import write
from kg.figure.look import Look
from kg.figure.text import width
from kg.graph import Graph
from kg.marks import MARK
from kg.ontology import TYPE, Ontology
from kg.review import select

ONTOLOGY = Ontology.read(resources.ontology_files())
BASE = "https://example.org/t/"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    "]]> <!-- --> &amp; \" ' <a href='javascript:x'>",
    "a\u2028b\u2029c\u0085d\r\n\te",
    "\x00\x08\x0b\x1f\x7f\ufffe\uffff",
    "\u202eright to left\u202c \u2066isolated\u2069",
    "العلاج بالتفاعل بين الوالدين والطفل עברית",
    "W" * 5000,
    "two words " * 500,
    "👩‍👩‍👧‍👦🧠 emoji",
    "依恋安全性" * 60,
    "",
    " ",
]


class Builder:
    """Puts records into a graph: references begin with an id prefix, other values are typed."""

    def __init__(self) -> None:
        self.graph = Graph(ONTOLOGY, BASE)

    def add(self, name: str, kind: str, **values: str | list[str]) -> None:
        node = self.graph.node(name)
        self.graph.add(node, TYPE, NamedNode(ONTOLOGY.classes[kind].iri))
        for key, given_values in values.items():
            term = ONTOLOGY.properties[key]
            members = ONTOLOGY.members(term.range)
            for value in [given_values] if isinstance(given_values, str) else given_values:
                object_ = (
                    NamedNode(members[value].iri)
                    if value in members
                    else self.graph.node(value)
                    if term.range in ONTOLOGY.by_iri
                    else Literal(value)
                )
                self.graph.add(node, NamedNode(term.iri), object_)

    def finding(self, name: str, source: str = "", **values: str | list[str]) -> None:
        """Add a finding of an increase between groups, with an evidence line if it has a source."""
        usual: dict[str, str | list[str]] = {
            "effectDirection": "increase",
            "contrast": "betweenGroup",
            "reviewStatus": "submitted",
        }
        if source:
            usual["evidenceLine"] = f"{name}#line"
            self.add(f"{name}#line", "EvidenceLine", source=source)
        self.add(name, "Finding", **(usual | values))

    def shown(self) -> Graph:
        return select(derive(self.graph), include_unreviewed=True)[0]


def small(label: str = "Programme A") -> Builder:
    """One finding with all that it needs in every column."""
    b = Builder()
    b.add("intervention/a", "Intervention", prefLabel=label, targetPopulation="population/p")
    b.add("component/c", "Component", prefLabel=label, componentOf="intervention/a")
    b.add("population/p", "Population", ageRange="population/p#age")
    b.add("population/p#age", "AgeRange", verbatim=label, ageOf="child", minAge="12", unit="mo",
          ageBasis="programmeTarget")  # fmt: skip
    b.add("outcome/o", "Outcome", prefLabel=label, desirability="desirable", outcomeOf="child",
          outcomeDomain="childBehaviour")  # fmt: skip
    b.add("source/s", "Source", prefLabel=label, year="2001")
    b.finding("finding/f", "source/s", intervention="intervention/a", outcome="outcome/o",
              population="population/p", subgroup=label)  # fmt: skip
    b.add("caveat/v", "Caveat", appliesTo="intervention/a", text=label, reviewStatus="draft")
    b.add("disclaimer/d", "Disclaimer", text=label, reviewStatus="draft")
    return b


@cache
def large(count: int) -> Graph:
    """So many findings, each with a source of its own, on 40 outcomes of 40 programmes."""
    b = Builder()
    for n in range(40):
        b.add(f"outcome/o{n}", "Outcome", prefLabel=f"outcome {n}", desirability="desirable",
              outcomeDomain="childBehaviour")  # fmt: skip
        b.add(f"intervention/i{n}", "Intervention", prefLabel=f"programme {n}")
    for n in range(count):
        b.add(f"source/s{n}", "Source", prefLabel=f"source {n}")
        b.finding(f"finding/f{n}", f"source/s{n}", intervention=f"intervention/i{n % 40}",
                  outcome=f"outcome/o{n * 7 % 40}")  # fmt: skip
    return b.shown()


def parse(graph: Graph) -> ET.Element:
    return ET.fromstring(write(graph))


def nodes(root: ET.Element) -> dict[str, ET.Element]:
    return {g.attrib["data-id"]: g for g in root.iter(SVG + "g") if "data-id" in g.attrib}


def edges(root: ET.Element) -> list[ET.Element]:
    return [p for p in root.iter(SVG + "path") if "data-statement" in p.attrib]


def title(node: ET.Element) -> str:
    found = node.find(SVG + "title")
    assert found is not None
    return found.text or ""


def dashed(node: ET.Element) -> bool:
    outline = node.find(SVG + "path")
    assert outline is not None
    return "stroke-dasharray" in outline.attrib


def legend(root: ET.Element, name: str) -> list[str]:
    """Return the entries of one part of the legend."""
    for g in root.iter(SVG + "g"):
        if g.get("data-legend") == name:
            return [t.text or "" for t in g.iter(SVG + "text")][1:]
    return []


@dataclass(frozen=True)
class Box:
    """A line of text, measured as wide as it can be."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def text_boxes(root: ET.Element) -> list[Box]:
    found = []
    for t in root.iter(SVG + "text"):
        x, y, size = (float(t.attrib[k]) for k in ("x", "y", "font-size"))
        wide = width(t.text or "", size, t.get("font-weight") == "700")
        found.append(Box(t.text or "", x, y - 0.74 * size, x + wide, y + 0.2 * size))
    return found


def overlapping(boxes: list[Box]) -> list[tuple[str, str]]:
    ordered = sorted(boxes, key=lambda b: b.top)
    found = []
    for n, box in enumerate(ordered):
        for other in ordered[n + 1 :]:
            if other.top >= box.bottom:
                break
            if box.meets(other):
                found.append((box.text, other.text))
    return found


def check_readable(graph: Graph, look: Look | None = None) -> None:
    root = ET.fromstring(write(graph, look))
    boxes = text_boxes(root)
    assert overlapping(boxes) == []
    wide, high = map(float, root.attrib["viewBox"].split()[2:])
    assert all(b.left >= 0 and b.right <= wide and b.bottom <= high for b in boxes)


ELEMENTS = {"svg", "title", "desc", "metadata", "rect", "path", "g", "text", "circle"}


def check_inert(data: bytes) -> None:
    root = ET.fromstring(data)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= ELEMENTS
    for element in root.iter():
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            assert name != "style"
            if not name.startswith("data-"):
                assert "url(" not in value
    ids = [e.attrib["id"] for e in root.iter() if "id" in e.attrib]
    assert len(ids) == len(set(ids))
    assert set(root.attrib["aria-labelledby"].split()) <= set(ids)
    assert root.attrib["role"] == "img"
    assert MARK in data[:4096]


@st.composite
def graphs(draw_: st.DrawFn, labels: st.SearchStrategy[str]) -> Graph:
    """A graph of some of everything that is drawn, joined by chance."""
    b = Builder()
    sizes = {k: draw_(st.integers(0, 5)) for k in ("i", "c", "o", "s", "p")}

    def some(key: str, kind: str, least: int = 0, most: int = 2) -> list[str]:
        names = [f"{kind}/{n}" for n in range(sizes[key])]
        if not names:
            return []
        return draw_(st.lists(st.sampled_from(names), unique=True, min_size=least, max_size=most))

    for n in range(sizes["i"]):
        b.add(f"intervention/{n}", "Intervention", prefLabel=draw_(labels),
              variantOf=some("i", "intervention", most=1),
              partOfGroup=some("i", "intervention", most=1),
              targetPopulation=some("p", "population"))  # fmt: skip
    for n in range(sizes["c"]):
        kind = draw_(st.sampled_from(["Component", "Phase", "Technique"]))
        whole = some("i", "intervention") + some("c", "component")
        b.add(f"component/{n}", kind, prefLabel=draw_(labels), componentOf=whole)
    for n in range(sizes["p"]):
        b.add(f"population/{n}", "Population", ageRange=f"population/{n}#age")
        b.add(f"population/{n}#age", "AgeRange", verbatim=draw_(labels), ageOf="caregiver")
    for n in range(sizes["o"]):
        desirability = draw_(st.sampled_from(["desirable", "undesirable", "depends"]))
        b.add(f"outcome/{n}", "Outcome", prefLabel=draw_(labels), desirability=desirability)
    for n in range(sizes["s"]):
        b.add(f"source/{n}", "Source", title=draw_(labels))
    directions = sorted(ONTOLOGY.members(ONTOLOGY.classes["EffectDirection"].iri))
    for n in range(draw_(st.integers(0, 8))):
        b.finding(f"finding/{n}", "", intervention=some("i", "intervention"),
                  outcome=some("o", "outcome", most=1), population=some("p", "population", most=1),
                  effectDirection=draw_(st.sampled_from(directions)), subgroup=draw_(labels),
                  evidenceLine=f"finding/{n}#line")  # fmt: skip
        b.add(f"finding/{n}#line", "EvidenceLine", source=some("s", "source"))
    for n in range(draw_(st.integers(0, 3))):
        b.add(f"recommendation/{n}", "Recommendation", direction="for", reviewStatus="draft",
              recommends=some("c", "component") + some("i", "intervention"))  # fmt: skip
    for n in range(draw_(st.integers(0, 3))):
        b.add(f"caveat/{n}", "Caveat", text=draw_(labels), reviewStatus="draft",
              appliesTo=some("i", "intervention"))  # fmt: skip
        b.add(f"disclaimer/{n}", "Disclaimer", text=draw_(labels), reviewStatus="draft")
    return b.shown()


ANY_LABEL = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))
