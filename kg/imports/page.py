"""A page taken apart: title, sections, sentences, and the reference marks with their reach."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, compress, groupby
from typing import NamedTuple

from kg.imports import page_matter
from kg.processes import in_parts
from kg.text.blocks import Block, blocks
from kg.text.markers import Marker, candidates, decide
from kg.text.sentences import sentences

_PARTS = (
    ("references", r"(?:references?|sources?|bibliography|citations?|literature(?: cited)?|"
        r"works cited|"
                   r"reference list|further reading|footnotes)$"),
    ("disclaimer", r".*\b(?:disclaimer|terms of use|legal notice|limitations? of use)\b"),
    ("status", r".*\breview(?:ed)?\b.*\bstatus\b|.*\bstatus\b.*\breview\b|status$"),
    ("matter", r".*\b(?:personali[sz]e|personali[sz]ation|follow-?up questions?|"
        r"advisory board|editorial|about "
               r"(?:this|the) (?:page|article|author|site)|about us|feedback|contact|"
               r"newsletter|share|(?:team|board|committee|editors?|staff)$|related "
               r"(?:articles|questions)|.*\balso ask|authors?|acknowledge?ments|"
               r"conflicts? of interest|funding)\b"),
    ("guidelinePart", r".*\b(?:guidelines?|guidance|recommendations?|consensus|"
        r"practice points?)\b"),
    ("researchPart", r".*\b(?:research|evidence|studies|trials|literature|findings|what works)\b"),
)  # fmt: skip
_ROLES = tuple((role, re.compile(pattern, re.IGNORECASE)) for role, pattern in _PARTS)
CONTENT = ("guidelinePart", "researchPart", "")
_TOP = 8
"""How many blocks may hold the title: above it may be a notice, a path, review states."""
_LONGEST_TITLE = 200
_WORTH_A_PROCESS = 5_000
"""How many blocks take longer to read than a process takes to start."""
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n|\r[ \t]*\r")
_AFTER_MARK = re.compile(r"[\s.;,:!?\"”’')\]*_]*$")


@dataclass(slots=True)
class Section:
    """A headed part: its heading's place, its level, the section above it, and its role.

    ``role`` is ``guidelinePart``, ``researchPart``, ``references``, ``disclaimer``, ``status``,
    ``matter``, ``header``, ``whole`` of a page without headings, or ``""`` where the heading does
    not tell.
    """

    name: str
    start: int
    end: int
    level: int
    parent: int | None
    role: str


@dataclass(slots=True)
class Sentence:
    """A sentence with its section, its place in a list, and what its marks are taken to cover.

    ``basis`` is a notation of the list citationBasis, ``numbers`` are the marks that may cover the
    sentence, ``doubt`` says why that is not certain.
    """

    start: int
    end: int
    section: int
    list: int = -1
    item: int = -1
    place: int = 1
    of: int = 1
    label: str = ""
    marks: tuple[Marker, ...] = ()
    basis: str = "noMarker"
    numbers: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(slots=True)
class Page:
    """A page: its text, its title (the place of the first heading), sections and sentences."""

    text: str
    title: tuple[int, int] | None = None
    sections: list[Section] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    doubtful: list[Marker] = field(default_factory=list)

    def cited(self) -> list[Sentence]:
        """Return the sentences outside the lists of references."""
        return list(filter(self.is_cited, self.sentences))

    def is_cited(self, sentence: Sentence) -> bool:
        """Tell whether a sentence is outside the lists of references."""
        return self.sections[sentence.section].role != "references"

    def said(self, part: Sentence | Section) -> str:
        """Return the text of a sentence."""
        return self.text[part.start : part.end]


def page(text: str) -> Page:
    """Take a page apart."""
    made = Page(text)
    outline = _Outline(made)
    item = -1
    parts = blocks(text)
    last_item = max((block.start for block in parts if block.kind == "item"), default=len(text))
    title = _title(text, parts)
    made.title = (title.start, title.end) if title else None
    read = list(chain.from_iterable(in_parts(partial(_places, text), parts, _WORTH_A_PROCESS)))
    last_mark = max((m.end for places in read for p in places for m, _ in p.marks), default=0)
    marks: list[list[tuple[Marker, bool]]] = []
    for block, places in zip(parts, read, strict=True):
        if block is title:
            continue
        said = text[block.start : block.end]
        is_below = title is None or block.start > title.start
        if block.kind == "heading" and is_below and not page_matter.review_states(said):
            outline.add(block)
            continue
        if block.kind == "paragraph" and block.start > last_item:
            outline.footer(block)
        if block.kind == "paragraph" and block.start > last_mark:
            outline.disclaimer(block)
        number, label = -1, ""
        if block.kind == "item":
            item += 1
            number, label, is_reference = item, *_number(text, block.start)
            if is_reference:
                outline.reference(block)
        section = len(made.sections) - 1
        made.sentences += [
            Sentence(place.start, place.end, section, block.list, number, n, len(places), label)
            for n, place in enumerate(places, 1)
        ]
        marks += [place.marks for place in places]
    if len(made.sections) == 1:
        made.sections[0].role = "whole"
    _mark(made, marks)
    return made


class _Place(NamedTuple):
    """Where a sentence is, and what may be its reference marks."""

    start: int
    end: int
    marks: list[tuple[Marker, bool]]


def _places(text: str, parts: Sequence[Block]) -> list[list[_Place]]:
    """Return the sentences of each block."""
    return [
        [_Place(start, end, candidates(text, start, end)) for start, end in _sentences(text, block)]
        for block in parts
    ]


def _sentences(text: str, block: Block) -> Iterable[tuple[int, int]]:
    whole = block.start, block.end
    if block.kind == "row":
        return [whole]
    found = list(sentences(text, *whole))
    is_short = len(found) > 1 and block.end - block.start < 2 * page_matter.LONGEST_STATE
    return _with_states(text, found) if is_short else found


def _with_states(text: str, found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield sentences; a list of review states, such as ``Draft | Approved``, is one."""
    while found:
        start = found[0][0]
        counts = range(len(found), 0, -1)
        whole = (n for n in counts if page_matter.review_states(text[start : found[n - 1][1]]))
        count = next(whole, 1)
        yield start, found[count - 1][1]
        found = found[count:]


def _title(text: str, parts: list[Block]) -> Block | None:
    """Return the block with the title: what the page marks as such, else a question at its top.

    Without either it is the heading with which the page begins.
    """
    marked = [b for b in parts if b.kind == "heading" and b.level == 1]
    if len(marked) == 1 and marked[0] in parts[:_TOP]:
        return marked[0]
    for block in parts[: _TOP // 2]:
        said = text[block.start : block.end]
        if block.kind != "item" and said.endswith("?") and len(said) <= _LONGEST_TITLE:
            return block
        if block.level or (block.kind == "heading" and _role(said) in CONTENT[:2]):
            break
    return parts[0] if parts and parts[0].kind == "heading" else None


def _role(name: str) -> str:
    return next((r for r, pattern in _ROLES if pattern.match(name)), "")


def _number(text: str, start: int) -> tuple[str, bool]:
    """Return the number before an item, ``""`` if it has none.

    And whether the item is one of references, as ``[1]`` and ``[^1]:`` tell.
    """
    before = text[text.rfind("\n", 0, start) + 1 : start]
    found = re.fullmatch(r"\s*([\[(]?)\^?(\d{1,3})[\].)]+(:?)\s*", before)
    return (found[2], found[1] == "[" or bool(found[3])) if found else ("", False)


class _Outline:
    """The sections of a page as they come, each below the last one of a lower level."""

    def __init__(self, made: Page) -> None:
        self.page = made
        self.top = Section("Page header", 0, 0, 1, None, "header")
        self.open: list[int] = []
        made.sections.append(self.top)

    def add(self, block: Block) -> None:
        """Add the section that a heading begins."""
        sections = self.page.sections
        name = " ".join(self.page.text[block.start : block.end].split()).strip("*_:# ")
        role = _role(name)
        if block.label and role not in ("guidelinePart", "researchPart"):
            role = role or "matter"
        level = block.level
        if not level:
            inside = self.top.role in ("guidelinePart", "researchPart")
            below = inside and role in ("", self.top.role) and not block.label
            level = self.top.level + 1 if below else 1
        while self.open and sections[self.open[-1]].level >= level:
            self.open.pop()
        parent = self.open[-1] if self.open else None
        above = sections[parent].role if parent is not None else ""
        if above and (not role or above not in CONTENT):
            role = above
        section = Section(name, block.start, block.end, level, parent, role)
        if parent is None:
            self.top = section
        self.open.append(len(sections))
        sections.append(section)

    def footer(self, block: Block) -> None:
        """Begin a section of what stands below the list of references, parted by a blank line."""
        above = self.page.sentences[-1:]
        is_below = above and above[0].item >= 0 and self.page.sections[-1].role == "references"
        if is_below and _BLANK_LINE.search(self.page.text, above[0].end, block.start):
            self._begin("Page footer", block.start, "matter")

    def disclaimer(self, block: Block) -> None:
        """Begin a section for a disclaimer that has a label and no heading."""
        said = self.page.text[block.start : block.end]
        if label := page_matter.LABELLED.match(said):
            self._begin(label["label"], block.start, "disclaimer")

    def reference(self, block: Block) -> None:
        """Treat the list of an entry such as ``[1] Words`` or ``[^1]: Words`` as references."""
        number, last = len(self.page.sections) - 1, self.page.sections[-1]
        above = self.page.sentences[-1:]
        if last.role == "references":
            return
        if number and not (above and above[0].section == number):  # a heading such as *Notes*
            last.role = "references"
        else:
            self._begin("Footnotes", block.start, "references")

    def _begin(self, name: str, start: int, role: str) -> None:
        """Begin a section that the page gives no heading."""
        self.top = Section(name, start, start, 1, None, role)
        self.open = [len(self.page.sections)]
        self.page.sections.append(self.top)


def _mark(made: Page, found: Sequence[list[tuple[Marker, bool]]]) -> None:
    """Give the sentences their reference marks, and say how far each reaches.

    :param found: what may be marks, by sentence.
    """
    cited = made.cited()
    counts = map(made.is_cited, made.sentences)
    decided, made.doubtful = decide(chain.from_iterable(compress(found, counts)))
    marks = iter(decided)
    mark = next(marks, None)
    for sentence in cited:
        own: list[Marker] = []
        while mark is not None and mark.start < sentence.end:
            if mark.start >= sentence.start:
                own.append(mark)
            mark = next(marks, None)
        if own:
            sentence.marks = tuple(own)
            sentence.numbers = tuple(dict.fromkeys(n for m in own for n in m.numbers))
            at_end = _AFTER_MARK.match(made.text, own[-1].end, sentence.end)
            last_of_item = sentence.item >= 0 and sentence.place == sentence.of
            sentence.basis = (
                ("bulletEnd" if last_of_item else "sentenceEnd") if at_end else "ownMarker"
            )
            if len(own) > 1:
                sentence.doubt = "each mark may cover the words before it only"
            elif not at_end:
                sentence.doubt = "the mark may not cover the words after it"
    _reach_back(cited)


def _reach_back(cited: list[Sentence]) -> None:
    """Note what a mark at the end of an item or a list may cover besides its sentence."""
    for _, group in groupby(cited, key=lambda s: (s.section, s.list, s.item >= 0)):
        part = list(group)
        if part[0].item < 0:
            continue
        items = [list(i) for _, i in groupby(part, key=lambda s: s.item)]
        for item in items:
            _from_last(item, "the mark at the end of the item may cover this sentence too")
        own = [any(s.marks for s in item) for item in items]
        if len(items) > 1 and own[-1] and not any(own[:-1]) and len(items[-1]) == 1:
            for sentence in part[:-1]:
                _maybe(
                    sentence,
                    part[-1],
                    "the only mark of the list, after its last item, may cover it",
                )
            part[-1].doubt = "the mark may cover the whole list"


def _from_last(item: list[Sentence], why: str) -> None:
    if len(item) > 1 and item[-1].marks and not any(s.marks for s in item[:-1]):
        for sentence in item[:-1]:
            _maybe(sentence, item[-1], why)


def _maybe(sentence: Sentence, marked: Sentence, why: str) -> None:
    if not sentence.marks:
        sentence.basis, sentence.numbers, sentence.doubt = "ambiguous", marked.numbers, why


def references(made: Page) -> Iterator[tuple[str, str]]:
    """Yield the number and the text of each entry of the page's list of references."""
    listed = [s for s in made.sentences if made.sections[s.section].role == "references"]
    for _, group in groupby(listed, key=lambda s: s.item if s.item >= 0 else -s.start - 2):
        entry = list(group)
        text = " ".join(made.text[entry[0].start : entry[-1].end].split())
        number = entry[0].label
        if found := re.match(r"[\[(]?(\d{1,3})[\].)]?\s+", text) if not number else None:
            number, text = found[1], text[found.end() :]
        if number:
            yield number, text
