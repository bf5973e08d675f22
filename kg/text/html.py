"""An HTML page as plain text in which headings and list items are marked as in Markdown."""

from __future__ import annotations

import html
import re
from itertools import pairwise

_SKIPPED = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "nav",
    "head",
    "iframe",
    "object",
    "select",
}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "figure",
    "footer", "form", "header", "hr", "html", "main", "ol", "p", "pre", "section", "table",
    "tr", "ul",
}  # fmt: skip
_SUPERSCRIPT = str.maketrans("0123456789-–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_CITED = re.compile(r"\s*\[?[\d,;\s–-]*\d[\d,;\s–-]*\]?\s*")
_TAG = re.compile(
    r"<(?:(?P<close>/)?(?P<name>[a-zA-Z][a-zA-Z0-9:-]*)(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*'|[\"'])*+)>"
    r"|[!?][^<>]*+>)"
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Tell whether a text is an HTML page and not plain text."""
    return bool(
        re.match(
            r"\s*(?:<!--.*?-->\s*)?<(?:!doctype|html|head|body|article|main)\b",
            text[:5000],
            re.I | re.S,
        )
    )


def charset(data: bytes) -> str:
    """Return the encoding that an HTML page names in its head, ``""`` if it names none."""
    found = _CHARSET.search(data[:4096])
    return found[1].decode("ascii") if found else ""


def plain(page: str) -> str:
    """Return the text of a page. Positions of quotes count in this text."""
    reader = _Reader()
    reader.feed(page)
    reader.end_row()
    text = "".join(reader.parts)
    text = re.sub(r"[ \t\u00a0]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


class _Reader:
    """Reads tags in one pass, whatever the page holds: what is not a tag is text."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.superscript = 0
        self.space = True
        self.lists: list[int] = []
        self.cells: list[tuple[str, int]] = []

    def feed(self, page: str) -> None:
        lower, position, nowhere = page.lower(), 0, len(page)
        ends: dict[str, int] = {}
        while position < len(page):
            begin = page.find("<", position)
            begin = nowhere if begin < 0 else begin
            self.data(page[position:begin])
            if begin == nowhere:
                return
            tag = _TAG.match(page, begin)
            if page.startswith("<!--", begin):
                position = _after(lower, "-->", begin, ends)
            elif tag is None:
                self.data("<")
                position = begin + 1
            else:
                position = tag.end()
                name = (tag["name"] or "").lower()
                if name in _SKIPPED and not tag["close"]:
                    position = _after(lower, f"</{name}", position, ends)
                    position = _after(lower, ">", position, ends)
                elif name:
                    self.tag(name, bool(tag["close"]), tag["rest"])

    def data(self, data: str) -> None:
        if data:
            self.handle_data(html.unescape(data))

    def tag(self, name: str, closes: bool, rest: str) -> None:
        if closes:
            self.handle_endtag(name)
        else:
            self.handle_starttag(name, rest)

    def handle_starttag(self, tag: str, rest: str) -> None:
        if tag == "sup":
            self.superscript += 1
        elif re.fullmatch("h[1-6]", tag):
            self.write("\n\n" + "#" * int(tag[1]) + " ")
        elif tag in ("ol", "ul"):
            start = re.search(r"\bstart=[\"']?(\d{1,3})\b", rest)
            self.lists.append(int(start[1]) if start else 1 if tag == "ol" else 0)
            self.write("\n\n")
        elif tag == "li":
            number = self.lists[-1] if self.lists else 0
            self.write(f"\n{number}. " if number else "\n• ")
            if number:
                self.lists[-1] += 1
        elif tag == "input":
            if re.search(r"\b(?:checkbox|radio)\b", rest):
                self.write("[x] " if re.search(r"\bchecked\b", rest) else "[ ] ")
        elif tag in ("td", "th"):
            self.cells.append((tag, len(self.parts)))
        elif tag in _BLOCKS:
            if tag in ("tr", "table"):
                self.end_row()
            self.write("\n" if tag == "br" else "\n\n")

    def end_row(self) -> None:
        """Write the cells of a row on one line, as Markdown does; those of a layout stay apart."""
        starts = [start for _, start in self.cells]
        texts = ["".join(self.parts[a:b]) for a, b in pairwise([*starts, len(self.parts)])]
        if len(texts) > 1:
            said = [text.strip(" \n") for text in texts]
            del self.parts[starts[0] :]
            if "\n" in "".join(said):
                self.parts.append("\n\n".join(texts))
            else:
                self.parts.append(f"| {' | '.join(said)} |")
                if all(tag == "th" for tag, _ in self.cells):
                    self.parts.append("\n|---|")
        self.cells.clear()

    def handle_endtag(self, tag: str) -> None:
        if tag == "sup":
            self.superscript = max(0, self.superscript - 1)
        elif tag in _BLOCKS or re.fullmatch("h[1-6]", tag):
            if tag in ("tr", "table"):
                self.end_row()
            if tag in ("ol", "ul") and self.lists:
                self.lists.pop()
            self.write("\n\n")
        elif tag == "li":
            self.write("\n")

    def handle_data(self, data: str) -> None:
        if self.superscript and _CITED.fullmatch(data) and "[" not in data:
            data = re.sub(r"\s", "", data).translate(_SUPERSCRIPT)
        self.write(re.sub(r"\s+", " ", data), is_text=True)

    def write(self, said: str, *, is_text: bool = False) -> None:
        """Add text; spaces at the beginning of a line are dropped."""
        if is_text and self.space:
            said = said.lstrip(" ")
        if said:
            self.parts.append(said)
            self.space = said.endswith("\n") or (is_text and said.endswith(" "))


def _after(page: str, mark: str, position: int, ends: dict[str, int]) -> int:
    """Return the position after the next mark, the end of the page if there is none.

    :param ends: marks that were not found before, so that they are not looked for again and again.
    """
    if mark in ends:
        return len(page)
    found = page.find(mark, position)
    if found < 0:
        ends[mark] = position
        return len(page)
    return found + len(mark)
