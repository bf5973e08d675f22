"""Text of any origin, made fit for a drawing: measured, wrapped and cut.

A drawing must know how wide a text will be without asking a font. The widths here are the advance
widths of DejaVu Sans and DejaVu Sans Bold, in thousandths of the font size, where near ones are
taken together at the widest. DejaVu is a wide typeface: text set in another usual sans-serif one is
as wide or narrower. Characters beyond ASCII are taken at the widest that is usual for their kind.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_PLAIN = {
    275: "'", 278: "ijl", 295: "IJ", 318: " ,.·", 337: "/:;\\|", 352: "f", 361: "-", 390: "()[]",
    392: "t", 401: "!", 411: "r", 460: '"', 500: "*_`–", 521: "s", 525: "z", 531: "?", 550: "c",
    557: "L", 575: "F", 579: "k", 592: "vxy", 603: "P", 611: "TY", 613: "oa", 615: "e", 632: "E",
    636: "hnuSbdgpq$0123456789{}", 656: "K", 684: "AV", 686: "XZB", 698: "RC", 732: "U", 748: "N",
    752: "H", 775: "DG", 780: "&", 787: "OQ", 818: "w", 838: "#+<=>^~", 863: "M", 950: "%",
    974: "m", 1000: "@W…",
}  # fmt: skip
_BOLD = {
    306: "'", 343: "ijl", 348: " ", 365: "/\\|", 372: "IJ", 380: ",.·", 400: ":;", 415: "-",
    435: "f", 457: "()[]!", 478: "t", 493: "r", 500: "_`–", 523: '"*', 580: "?", 582: "z",
    595: "cs", 637: "L", 645: "x", 652: "vy", 665: "k", 678: "ae", 683: "TEF", 687: "o",
    696: "$0123456789", 716: "hnu{}bdgpq", 725: "SYZ", 734: "PC", 762: "B", 775: "RXAVK", 812: "U",
    830: "GD", 838: "HN#+<=>^~", 850: "OQ", 872: "&", 924: "w",
    995: "M", 1002: "@%…", 1042: "m", 1103: "W",
}  # fmt: skip
_WIDTH, _BOLD_WIDTH = (
    {character: width for width, found in table.items() for character in found}
    for table in (_PLAIN, _BOLD)
)

_ELLIPSIS = "…"
_LONGEST = 500
"""No line is filled from more than this many characters: the rest would not be shown anyway."""


def width(text: str, size: float, bold: bool = False) -> float:
    """Return a cautious width of a text at a font size, in the unit of the size."""
    return _advance(text, bold) * size / 1000


@lru_cache(maxsize=1 << 14)
def _advance(text: str, bold: bool) -> int:
    """Return the width of a text in thousandths of the font size."""
    table = _BOLD_WIDTH if bold else _WIDTH
    return sum([table.get(c) or _other(c) for c in text])


@lru_cache(maxsize=4096)
def _other(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    if ord(character) >= 0x1F000:
        return 1400  # emoji: up to 1.28 em in usual fonts
    if ord(character) >= 0x2E80:
        return 1100  # ideographs: 1 em
    return 1000


def wrap(text: str, size: float, space: float, lines: int, bold: bool = False) -> list[str]:
    """Break a text into lines that fit; what does not fit ends in an ellipsis.

    :param space: the width of a line, at least that of one character with an ellipsis.
    :param lines: how many lines there may be.
    """
    most = _LONGEST * lines
    words = (text if len(text) <= most else text[:most] + _ELLIPSIS).split(" ")
    blank = _advance(" ", bold)
    found: list[str] = []
    line, used = "", 0
    while words:
        word = words.pop(0)
        wanted = used + blank + _advance(word, bold) if line else _advance(word, bold)
        if wanted * size / 1000 <= space:
            line, used = f"{line} {word}" if line else word, wanted
        elif line:
            found.append(line)
            line = ""
            words.insert(0, word)
        else:
            head = _fitting(word, size, space, bold)
            if head != word:
                head = head[: head.rfind("-") + 1] or head  # rather behind a hyphen than anywhere
                words.insert(0, word[len(head) :])
            found.append(head)
        if len(found) == lines and words:
            return [*found[:-1], _cut(f"{found[-1]} {' '.join(words)}", size, space, bold)]
    return [*found, line] if line or not found else found


def cut(text: str, size: float, space: float, bold: bool = False) -> str:
    """Return a text on one line that fits, cut with an ellipsis if it must be."""
    return wrap(text, size, space, 1, bold)[0]


def _cut(text: str, size: float, space: float, bold: bool) -> str:
    head = _fitting(text, size, space - width(_ELLIPSIS, size, bold), bold)
    return head.rstrip(" ,;:.·") + _ELLIPSIS


def _fitting(text: str, size: float, space: float, bold: bool) -> str:
    """Return the longest beginning that fits, at least one character."""
    used = 0
    for number, character in enumerate(text):
        used += _advance(character, bold)
        if used * size / 1000 > space:
            return text[: max(number, 1)]
    return text
