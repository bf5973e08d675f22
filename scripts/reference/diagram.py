"""The class diagram as SVG: cards in columns, a row for each key that leads to another class.

A row names its target in words, so the picture can be read without following a line; the lines,
behind the cards, show at a glance what hangs together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from kg.explanations import KeyText
from reference.model import Model

COLUMNS = (
    ("intervention", "population", "outcome"),
    ("statement",),
    ("evidence", "review"),
    ("article", "source", "code"),
)
"""The topics of each column, from what is studied to where it is said; others come last."""
_TINTS = ("#e3f0ee", "#fdf0dd", "#ece8f6", "#e5ecf7", "#eeeeee")
_ROW, _HEAD, _GAP, _INDENT, _PAD = 17, 24, 16, 12, 10
_CHARACTER, _BOLD, _GUTTER, _MARGIN, _TOP = 6.7, 7.6, 92, 24, 64
_LEFT_OUT = ("Entity", "Concept", "ConceptScheme")
_STYLE = """
text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2933; }
.title { font-size: 18px; font-weight: 600; }
.name { font-size: 13px; font-weight: 600; }
.note, .rest { fill: #52606d; }
.must { font-weight: 600; }
.card { fill: #ffffff; stroke: #7b8794; }
.nested { stroke-dasharray: 4 3; }
.line { fill: none; stroke: #b8c2cc; stroke-width: 1; }
.strong { stroke: #5f7182; stroke-width: 1.4; }
"""


@dataclass(frozen=True)
class _Class:
    """A class as it stands in a card: its depth below the card's first class, and its rows."""

    name: str
    depth: int
    rows: tuple[KeyText, ...]
    record: bool

    @property
    def height(self) -> int:
        return _HEAD + _ROW * len(self.rows) + (6 if self.rows else 0)

    @property
    def width(self) -> float:
        widths = [len(_text(r)) * (_BOLD if _must(r) else _CHARACTER) for r in self.rows]
        longest = max([*widths, len(self.name) * _BOLD * 1.1])
        return round(longest + self.depth * _INDENT + 2 * _PAD)


@dataclass(frozen=True)
class _Placed:
    """A class with its place: column, left and right edge of its card, and its top."""

    item: _Class
    column: int
    left: float
    right: float
    top: float


def class_diagram(model: Model) -> str:
    """Return the diagram of the classes of the ontology; the same ontology gives the same bytes."""
    columns = [c for c in _columns(model) if c]
    places: dict[str, _Placed] = {}
    cards: list[tuple[int, float, float, float, float, bool]] = []
    left, bottom = float(_MARGIN), 0.0
    for number, families in enumerate(columns):
        width = max(c.width for family in families for c in family)
        top = float(_TOP)
        for family in families:
            height = sum(c.height for c in family)
            cards.append((number, left, top, width, height, family[0].record))
            for item in family:
                places[item.name] = _Placed(item, number, left, left + width, top)
                top += item.height
            top += _GAP
        bottom = max(bottom, top)
        left += width + _GUTTER
    full = left - _GUTTER * 0.4 + _MARGIN
    texts = (_any_record(model), *_LEGEND)
    note_lines = [line for t in texts for line in wrap(t, int((full - 60) / _CHARACTER))]
    tall = bottom + 12 + 18 * len(note_lines)
    parts = [*_lines(places), *(_card(*card) for card in cards)]
    parts += [part for place in places.values() for part in _content(place)]
    parts += [
        f'<text class="note" x="{_MARGIN}" y="{bottom + 12 + 18 * n:g}">{escape(line)}</text>'
        for n, line in enumerate(note_lines)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" '
            f'width="{full:g}" height="{tall:g}" viewBox="0 0 {full:g} {tall:g}">',
            f'<title id="title">{_TITLE}</title>',
            f'<desc id="desc">{escape(_DESCRIPTION)}</desc>',
            f"<style>{_STYLE}</style>",
            _ARROW,
            f'<rect width="{full:g}" height="{tall:g}" fill="#ffffff"/>',
            f'<text class="title" x="{_MARGIN}" y="38">{_TITLE}</text>',
            *parts,
            "</svg>\n",
        ]
    )


_ARROW = (
    '<marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5L8 4L0 7.5z" fill="#5f7182"/>'
    "</marker>"
)
_TITLE = "Classes and how they refer to each other"
_DESCRIPTION = (
    "One card for each class; a class indented in a card is a kind of the one above it. Each row "
    "is a key with the class that it leads to. The data dictionary says the same in words."
)
_LEGEND = (
    "Full border: a record with an id. Dashed border: a value written inside a record. "
    "Indented: a kind of the class above, with all its keys.",
    "Bold row, dark line: at least one is required. * after a class: several may be given. "
    "Keys that take text, numbers or controlled lists, and derived terms, are left out.",
)


def _any_record(model: Model) -> str:
    """Return the keys of no class of its own that lead to a class, as one line."""
    names = [
        f"{name} → {model.term(name).value}"
        for topic in model.topics
        for name in topic.keys
        if model.owner(name) in ("", "Entity")
        and not model.term(name).derived
        and _leads_to_class(model, model.term(name).value)
    ]
    return f"On any record: {', '.join(names)}."


def _leads_to_class(model: Model, value: str) -> bool:
    found = model.ontology.classes.get(value)
    return found is not None and not model.dictionary.is_list(found.iri)


def _columns(model: Model) -> list[list[list[_Class]]]:
    """Return the families of classes of each column."""
    topics = {topic.name: topic for topic in model.topics}
    known = [name for column in COLUMNS for name in column]
    rest = tuple(name for name in topics if name not in (*known, "core", "derived"))
    columns = []
    seen: set[str] = set()
    for column in (*COLUMNS, rest):
        families = []
        for topic in (topics[name] for name in column):
            for name in topic.classes:
                root = _root(model, name)
                if root not in seen:
                    seen.add(root)
                    families.append(list(_family(model, root, 0)))
        columns.append(families)
    return columns


def _root(model: Model, name: str) -> str:
    parents = [p for p in model.term(name).parents if p not in _LEFT_OUT]
    return _root(model, parents[0]) if parents else name


def _family(model: Model, name: str, depth: int) -> Iterator[_Class]:
    term = model.term(name)
    rows = tuple(
        key
        for key in term.keys
        if _leads_to_class(model, key.value)
        and not key.derived
        and (_must(key) or model.owner(key.name) == name)
    )
    record = model.ontology.is_a(term.iri, model.ontology.classes["Entity"].iri)
    yield _Class(name, depth, rows, record)
    for child in term.children:
        yield from _family(model, child, depth + 1)


def _must(row: KeyText) -> bool:
    """Tell whether a record must have a key."""
    return row.many.startswith("1")


def _text(row: KeyText) -> str:
    several = "*" if row.many.partition(",")[0].endswith("*") else ""
    return f"{row.name} → {row.value}{several}"


def _card(column: int, x: float, y: float, width: float, height: float, record: bool) -> str:
    style = "card" if record else "card nested"
    tint = _TINTS[column % len(_TINTS)]
    return (
        f'<rect class="{style}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" '
        f'style="fill:{tint}"/>'
    )


def _content(place: _Placed) -> Iterator[str]:
    item = place.item
    x = place.left + _PAD + item.depth * _INDENT
    if item.depth:
        yield (
            f'<path class="line" d="M{place.left + _PAD + (item.depth - 1) * _INDENT:g} '
            f'{place.top:g}H{place.right:g}"/>'
        )
    yield f'<text class="name" x="{x:g}" y="{place.top + 17:g}">{escape(item.name)}</text>'
    for number, row in enumerate(item.rows):
        style = ' class="must"' if _must(row) else ""
        y = place.top + _HEAD + _ROW * number + 11
        yield f'<text{style} x="{x:g}" y="{y:g}">{escape(_text(row))}</text>'


def _lines(places: dict[str, _Placed]) -> Iterator[str]:
    """Yield a line for each row to the class it leads to; required ones last, so on top."""
    found = []
    for place in places.values():
        for number, row in enumerate(place.item.rows):
            target = places.get(row.value)
            if target is not None and target is not place:
                y = place.top + _HEAD + _ROW * number + 7
                found.append((_must(row), _curve(place, y, target, target.top + 12)))
    for must, path in sorted(found, key=lambda line: line[0]):
        style = "line strong" if must else "line"
        yield f'<path class="{style}" d="{path}" marker-end="url(#arrow)"/>'


def _curve(source: _Placed, y1: float, target: _Placed, y2: float) -> str:
    if target.column == source.column:
        out = source.right + _GUTTER * min(0.7, 0.25 + abs(y2 - y1) / 1200)
        return f"M{source.right:g} {y1:g}C{out:g} {y1:g} {out:g} {y2:g} {target.right:g} {y2:g}"
    forward = target.column > source.column
    x1, x2 = (source.right, target.left) if forward else (source.left, target.right)
    bend = _GUTTER * 0.5 if forward else -_GUTTER * 0.5
    return f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
