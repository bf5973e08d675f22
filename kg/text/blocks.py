"""The blocks of a text or Markdown page: headings, paragraphs and list items, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "row"]

_LINE = re.compile(r"[^\n\r]*(?:\r\n|\n|\r|$)")
_MARKDOWN = re.compile(r" {0,3}(#{1,6})[ \t]+(?=\S)")
_RULE = re.compile(r"\s*(?:[-*_=][ \t]*){3,}\s*")
_ITEM = re.compile(
    r"\s*(?:[•●◦▪‣∙·○■–—*+-]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\[\^?\d{1,3}\]:?)[ \t\u00a0]+(?=\S)"
)
_NUMBER = re.compile(r" {0,3}\d{1,2}\.[ \t]+(?=\S)")
_BULLET = re.compile(r"\s*[•●◦▪‣∙○■](?=\S)")
_BELOW_HEAD = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_QUOTED = re.compile(r" {0,3}(?:>[ \t]?)+(?!\s*\d)")
_ENUMERATED = re.compile(r"(?:(?:Part|Section)\s)?(?:[A-Z]|[IVX]{1,4}|\d{1,2})[.):]\s+(?=[A-Z])")
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
    r"references?|bibliography|sources|(?:(?:professional|medical|legal|general) ){0,2}disclaimer|"
    r"(?:have a |have )?follow-?up questions?\??|"
    r"key (?:components|findings|messages|points|recommendations|takeaways)|limitations",
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"\b(?:us|our|we|my|me|your|you)\b", re.IGNORECASE)
_CITES = re.compile(r"(?:[⁰¹²³⁴-⁹]|\d\])\W*$")
_LONGEST_HEADING = 100
_DATED = re.compile(r"[*_]*(?:last\s)?(?:updated|revised|modified|reviewed|published)\b", re.I)
_MOST_WORDS_ABOVE = 5
_ENDED = re.compile(
    r"[^\W\d_)]\)?\.\d{1,3}(?:,\d{1,3})*\s*$|[.:!?…\])⁰¹²³⁴-⁹][\"”’')*_]*\s*$|\s\d{1,3}\s*$"
)
_SENTENCE_END = (".", ";", ",", ":", "!", "…")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with its level, a paragraph, a row of a table, or an item with its list's number.

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


def _line(found: re.Match[str]) -> _Line:
    """Return a line without its end, and without the signs of a quotation before it."""
    text, start = found[0].rstrip("\r\n"), found.start()
    end = start + len(text)
    if ">" in text and (quoted := _QUOTED.match(text)):
        start, text = start + quoted.end(), text[quoted.end() :]
    return _Line(start, end, text)


def blocks(text: str) -> list[Block]:
    """Return the blocks of a page in their order.

    A short line by itself, without a full stop, is a heading; so is a Markdown heading.
    Lines of a paragraph that is wrapped belong together; every other line is a block of its own.
    The head of a table is left out: it says nothing without the rows.
    """
    return list(_Reader(text).read())


def _is_row(text: str) -> bool:
    """Tell whether a line is a row of a table with ``|`` around and between its cells."""
    said = text.strip()
    return said[:1] == said[-1:] == "|" and "|" in said[1:-1]


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        front = _FRONT_MATTER.match(text)
        self.lines = [_line(m) for m in _LINE.finditer(text, front.end() if front else 0) if m[0]]
        self.end = len(text.rstrip())
        self.lists = -1
        self.markdown = any(_MARKDOWN.match(line.text) for line in self.lines)
        self.last: Kind | None = None

    def read(self) -> Iterator[Block]:
        number, after_item, in_table = 0, False, False
        while number < len(self.lines):
            line = self.lines[number]
            if line.blank or _RULE.fullmatch(line.text):
                number, in_table = number + 1, False
                continue
            in_table = "|" in line.text and (in_table or self._is_head(number))
            if in_table and self._is_head(number):
                number, after_item = number + 2, False
                continue
            if in_table or _is_row(line.text):
                start = line.end - len(line.text.lstrip(" \t|"))
                yield self._block("row", start, line.start + len(line.text.rstrip(" \t|")))
                number, after_item = number + 1, False
                continue
            if heading := self._numbered(number, after_item=after_item):
                yield self._block("heading", line.start + heading.end(), line.end)
                number, after_item = number + 1, False
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

    def _numbered(self, number: int, *, after_item: bool) -> re.Match[str] | None:
        """Return the number of a heading such as ``2. Evidence``: it is no item of a list."""
        line, around = self.lines[number], self.lines[number + 1 : number + 5]
        found = _NUMBER.match(line.text)
        if not found or after_item or self.last is None or (around and not around[0].blank):
            return None
        said = line.text[found.end() :].strip()
        below = next((other for other in around if not other.blank), None)
        is_heading = (
            below is not None
            and not self._is_item(below)
            and said[:1].isupper()
            and self._may_be_heading(said)
            and len(_WORD.findall(said)) <= _MOST_WORDS_ABOVE
        )
        return found if is_heading else None

    def _goes_on(self, number: int) -> bool:
        line = self.lines[number]
        return not (
            line.blank
            or self._is_item(line)
            or _MARKDOWN.match(line.text)
            or _RULE.fullmatch(line.text)
            or ("|" in line.text and (_is_row(line.text) or self._is_head(number)))
        )

    def _is_head(self, number: int) -> bool:
        """Tell whether a line is the head of a table: below it is a line of ``|`` and ``-``."""
        below = self.lines[number + 1].text if number + 1 < len(self.lines) else ""
        return (
            "|" in below and "|" in self.lines[number].text and bool(_BELOW_HEAD.fullmatch(below))
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
        if len(group) > 1 and self._is_above_lines(group[0], group[1]):
            head = group.pop(0)
            yield self._block("heading", head.start, head.end)
        together = len(group) == 1 or self.markdown or (bool(group) and self._wrapped(group))
        begin = 0
        for end in range(1, len(group) + 1):
            if end == len(group) or not (together or self._continues(group[end - 1], group[end])):
                alone = len(group) == 1 and not above
                below = "" if end == len(group) else group[end].text
                yield from self._paragraph_blocks(group[begin:end], below, alone=alone)
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

    def _is_above_lines(self, line: _Line, following: _Line) -> bool:
        """Tell whether the first of some lines is the heading of the sentences below it."""
        said = line.text.strip(" *_")
        return (
            self.last is not None
            and self._may_be_heading(said)
            and len(_WORD.findall(said)) <= _MOST_WORDS_ABOVE
            and not _SPEAKS.search(said)
            and self._is_sentence(following.text)
        )

    @staticmethod
    def _is_sentence(line: str) -> bool:
        said = line.strip()
        is_long = len(_WORD.findall(said)) >= _MOST_WORDS_ABOVE
        return said[:1].isupper() and is_long and bool(_ENDED.search(said))

    @staticmethod
    def _continues(line: _Line, following: _Line) -> bool:
        return following.text.lstrip()[:1].islower() or line.text.rstrip().endswith((",", "-"))

    @staticmethod
    def _wrapped(group: list[_Line]) -> bool:
        """Tell whether the lines end where a line is full: all but the last are about as long."""
        lengths = [len(line.text.rstrip()) for line in group[:-1]]
        widest = max(lengths)
        if len(group) == 2 and widest < 60 and not group[1].text.lstrip()[:1].islower():
            return False
        return widest >= 50 and min(lengths) >= widest - 22 and len(group[-1].text) <= widest + 15

    def _paragraph_blocks(self, group: list[_Line], below: str, *, alone: bool) -> Iterator[Block]:
        start, end = group[0].start, group[-1].end
        while end > start and self.text[end - 1].isspace():
            end -= 1
        while start < end and self.text[start].isspace():
            start += 1
        said = self.text[start:end]
        if bold := _BOLD.fullmatch(said):
            yield self._block("heading", start + bold.start("text"), start + bold.end("text"), 2)
            return
        if len(group) == 1 and self._is_heading(said, end, below, alone=alone):
            yield self._block("heading", start, end)
            return
        beginning = said[: 2 * _LONGEST_HEADING]
        label = _FUSED_PART.match(beginning) or _FUSED_LABEL.match(beginning)
        if label and len(label["label"]) <= _LONGEST_HEADING:
            cut = start + label.end("label")
            yield self._block("heading", start + label.start("label"), cut, label=True)
            start = cut
        yield self._block("paragraph", start, end)

    def _is_heading(self, said: str, end: int, below: str, *, alone: bool) -> bool:
        if not self._may_be_heading(said) or end >= self.end:
            return False
        words = _WORD.findall(said)
        if self.last is None or _KNOWN_HEADING.fullmatch(said):
            return True
        if said.endswith("?"):
            return alone
        titled = all(w[0].isupper() or w in _SMALL or len(w) < 3 for w in words)
        if not alone:
            is_above = "status" in said.lower() or self._is_sentence(below)
            return titled and len(words) > 1 and is_above
        if titled:
            return True
        return self.last != "heading" and not _SPEAKS.search(said) and len(words) <= 12

    @staticmethod
    def _may_be_heading(said: str) -> bool:
        if len(said) > _LONGEST_HEADING or said.endswith(_SENTENCE_END) or _CITES.search(said):
            return False
        bare = _ENUMERATED.sub("", said, count=1)
        if said[:1].islower() or not _WORD.search(said) or re.search(r"[•|]|[.!?]\s", bare):
            return False
        return not (re.search(r"\d{4}\s*$|:\s|https?://|@", said) or _DATED.match(said))

    def _block(
        self, kind: Kind, start: int, end: int, level: int = 0, *, label: bool = False
    ) -> Block:
        self.last = kind
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return Block(kind, start, end, level, self.lists if kind == "item" else -1, label)
