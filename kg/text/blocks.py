"""The blocks of a text or Markdown page: headings, paragraphs and list items, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "item"]

_LINE = re.compile(r"[^\n\r]*(?:\r\n|\n|\r|$)")
_MARKDOWN = re.compile(r" {0,3}(#{1,6})[ \t]+(?=\S)")
_RULE = re.compile(r"\s*(?:[-*_=][ \t]*){3,}\s*")
_ITEM = re.compile(
    r"\s*(?:[•●◦▪‣∙·○■–—*+-]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\[\^?\d{1,3}\]:?)[ \t\u00a0]+(?=\S)"
)
_BULLET = re.compile(r"\s*[•●◦▪‣∙○■](?=\S)")
_BOLD = re.compile(r"\s*(\*\*|__)(?P<text>[^*_]+?):?\1:?\s*")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SMALL = frozenset([
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "of", "on", "or",
    "per", "the", "to", "vs", "via", "with", "without",
])  # fmt: skip
_MARKED = re.compile(r"[\[(]?[xX✓✔●☑]?[\])]?\s*")
_OPENERS = (
    "A|All|An|Any|Ask|As|At|By|Click|Content|Do|Each|Every|For|Get|Help|How|If|In|It|Its|Learn|Many|"
    "Medically|More|Most|No|Our|Please|Read|Reviewed|See|Share|Sign|Some|Subscribe|That|The|Their|"
    "There|These|They|This|Those|To|View|We|What|When|Which|While|With|Written|You|Your"
)
_FUSED_LABEL = re.compile(
    rf"[ \t]*(?P<label>(?:[A-Z][\w’'&-]*[ \t]+(?:(?:of|for|and|the)[ \t]+)*)+[A-Z][a-z’']+)"
    rf"(?=(?:{_OPENERS})[ \t])"
)
_FUSED_PART = re.compile(
    r"[ \t]*(?P<label>(?:[A-Z][\w’'&-]*[ \t]+(?:(?:of|for|and|the)[ \t]+)*){0,4}"
    r"(?:Guidelines?|Guidance|Recommendations?|Evidence|Research|Findings|Studies|Limitations|"
    r"Disclaimer|References))(?=[A-Z][a-z]*[ \t])"
)
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(?:[^\n]*\n){1,100}?---[ \t]*(?:\r?\n|\Z)")
_KNOWN_HEADING = re.compile(
    r"(?:(?:from|what) the )?(?:clinical |practice )?"
    r"(?:guidelines?|guidance|recommendations?|research|evidence|studies)"
    r"(?: (?:says?|shows?|suggests?|recommends?))?|"
    r"references?|bibliography|sources|(?:professional |medical )?disclaimer|follow-?up questions",
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"\b(?:us|our|we|my|me|your|you)\b", re.IGNORECASE)
_CITES = re.compile(r"(?:[⁰¹²³⁴-⁹]|\d\])\W*$")
_LONGEST_HEADING = 100
_DATED = re.compile(r"[*_]*(?:last\s)?(?:updated|revised|modified|reviewed|published)\b", re.I)
_MOST_WORDS_ABOVE = 5
_ENDED = re.compile(r"[.:!?…\])⁰¹²³⁴-⁹][\"”’')*_]*\s*$|\s\d{1,3}\s*$")
_SENTENCE_END = (".", ";", ",", ":", "!", "…")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with its level, a paragraph, or an item with the number of its list.

    ``label`` is true of a heading that was fused with the words after it.
    """

    kind: Kind
    start: int
    end: int
    level: int = 0
    list: int = -1
    label: bool = False


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def blocks(text: str) -> list[Block]:
    """Return the blocks of a page in their order.

    A short line by itself, without a full stop, is a heading; so is a Markdown heading.
    Lines of a paragraph that is wrapped belong together; every other line is a block of its own.
    """
    return list(_Reader(text).read())


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        front = _FRONT_MATTER.match(text)
        self.lines = [
            _Line(m.start(), m.start() + len(m[0].rstrip("\r\n")), m[0].rstrip("\r\n"))
            for m in _LINE.finditer(text, front.end() if front else 0)
            if m[0]
        ]
        self.end = len(text.rstrip())
        self.lists = -1
        self.markdown = any(_MARKDOWN.match(line.text) for line in self.lines)
        self.last: Kind | None = None

    def read(self) -> Iterator[Block]:
        number, after_item = 0, False
        while number < len(self.lines):
            line = self.lines[number]
            if line.blank or _RULE.fullmatch(line.text):
                number += 1
                continue
            if self._is_item(line):
                if not after_item:
                    self.lists += 1
                end = self._item_end(number)
                mark = _ITEM.match(line.text) or _BULLET.match(line.text)
                assert mark is not None
                yield self._block("item", line.start + mark.end(), self.lines[end - 1].end)
                number, after_item = end, True
                continue
            after_item = False
            end = number + 1
            while end < len(self.lines) and self._goes_on(end):
                end += 1
            yield from self._lines(number, end)
            number = end

    def _is_item(self, line: _Line) -> bool:
        if _BOLD.fullmatch(line.text):
            return False
        return bool(_ITEM.match(line.text) or _BULLET.match(line.text))

    def _goes_on(self, number: int) -> bool:
        line = self.lines[number]
        return not (
            line.blank
            or self._is_item(line)
            or _MARKDOWN.match(line.text)
            or _RULE.fullmatch(line.text)
        )

    def _item_end(self, number: int) -> int:
        """Return the line after an item: it goes on in indented or lower-case lines."""
        end = number + 1
        while end < len(self.lines) and self._goes_on(end):
            text = self.lines[end].text
            if not (text[:1].isspace() or text[:1].islower()):
                break
            end += 1
        return end

    def _lines(self, first: int, last: int) -> Iterator[Block]:
        """Yield the blocks of lines that no blank line parts."""
        group = self.lines[first:last]
        if match := _MARKDOWN.match(group[0].text):
            text = group[0].text.rstrip().rstrip("#").rstrip()
            start = group[0].start + match.end()
            yield self._block("heading", start, group[0].start + len(text), len(match[1]))
            group = group[1:]
        if group and last < len(self.lines) and len(group) == 1:
            under = self.lines[last].text.strip()
            if len(under) >= 3 and set(under) in ({"="}, {"-"}):
                level = 1 if under[0] == "=" else 2
                yield self._block("heading", group[0].start, group[0].end, level)
                return
        above = len(group) > 1 and self._is_above_items(group[-2], group[-1], last)
        heads = [group.pop()] if above else []
        together = len(group) == 1 or self.markdown or (bool(group) and self._wrapped(group))
        begin = 0
        for end in range(1, len(group) + 1):
            if end == len(group) or not (together or self._continues(group[end - 1], group[end])):
                alone = len(group) == 1 and not above
                yield from self._paragraph_blocks(group[begin:end], alone=alone)
                begin = end
        for head in heads:
            yield self._block("heading", head.start, head.end)

    def _is_above_items(self, before: _Line, line: _Line, following: int) -> bool:
        """Tell whether the last of some lines is the heading of the items that follow it."""
        if following == len(self.lines) or not self._is_item(self.lines[following]):
            return False
        said, words = line.text.strip(), _WORD.findall(line.text)
        return (
            bool(_ENDED.search(before.text))
            and self._may_be_heading(said)
            and len(words) <= _MOST_WORDS_ABOVE
            and not _SPEAKS.search(said)
        )

    @staticmethod
    def _continues(line: _Line, following: _Line) -> bool:
        return following.text.lstrip()[:1].islower() or line.text.rstrip().endswith((",", "-"))

    @staticmethod
    def _wrapped(group: list[_Line]) -> bool:
        """Tell whether the lines end where a line is full: all but the last are about as long."""
        lengths = [len(line.text.rstrip()) for line in group[:-1]]
        widest = max(lengths)
        return widest >= 50 and min(lengths) >= widest - 22 and len(group[-1].text) <= widest + 15

    def _paragraph_blocks(self, group: list[_Line], *, alone: bool) -> Iterator[Block]:
        start, end = group[0].start, group[-1].end
        while end > start and self.text[end - 1].isspace():
            end -= 1
        while start < end and self.text[start].isspace():
            start += 1
        said = self.text[start:end]
        if bold := _BOLD.fullmatch(said):
            yield self._block("heading", start + bold.start("text"), start + bold.end("text"), 2)
            return
        if len(group) == 1 and self._is_heading(said, end, alone):
            yield self._block("heading", start, end)
            return
        beginning = said[: 2 * _LONGEST_HEADING]
        label = _FUSED_PART.match(beginning) or _FUSED_LABEL.match(beginning)
        if label and len(label["label"]) <= _LONGEST_HEADING:
            cut = start + label.end("label")
            yield self._block("heading", start + label.start("label"), cut, label=True)
            start = cut
        yield self._block("paragraph", start, end)

    def _is_heading(self, said: str, end: int, alone: bool) -> bool:
        if not self._may_be_heading(said) or end >= self.end:
            return False
        words = _WORD.findall(said)
        if self.last is None or _KNOWN_HEADING.fullmatch(said):
            return True
        if said.endswith("?"):
            return alone
        titled = all(w[0].isupper() or w in _SMALL or len(w) < 3 for w in words)
        if not alone:
            return titled and len(words) > 1 and "status" in said.lower()
        if titled:
            return True
        return self.last != "heading" and not _SPEAKS.search(said) and len(words) <= 12

    @staticmethod
    def _may_be_heading(said: str) -> bool:
        if len(said) > _LONGEST_HEADING or said.endswith(_SENTENCE_END) or _CITES.search(said):
            return False
        if said[:1].islower() or not _WORD.search(said) or re.search(r"[•|]|[.!?]\s", said):
            return False
        return not (re.search(r"\d{4}\s*$|:\s|https?://|@", said) or _DATED.match(said))

    def _block(
        self, kind: Kind, start: int, end: int, level: int = 0, *, label: bool = False
    ) -> Block:
        self.last = kind
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return Block(kind, start, end, level, self.lists if kind == "item" else -1, label)
