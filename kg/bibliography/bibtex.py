"""BibTeX, and biblatex as far as it is written alike.

Source: O. Patashnik, "BibTeXing" (1988), and the grammar of the program btparse.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from kg.bibliography.work import Work, in_order, year
from kg.errors import InputError, Place
from kg.readers import decoded

_KEYS: Mapping[str, str] = {
    "title": "title", "journal": "publishedIn", "journaltitle": "publishedIn",
    "booktitle": "publishedIn", "volume": "volume", "number": "issue", "issue": "issue",
    "pages": "pages", "eid": "articleNumber", "doi": "doi", "pmid": "pmid", "pmcid": "pmcid",
    "url": "url",
}  # fmt: skip
_VERBATIM = frozenset({"doi", "url", "pmid", "pmcid", "isbn", "issn", "eprint"})
_NO_WORKS = frozenset({"comment", "preamble", "string"})
_NAME = re.compile(r"[^\s\"#%'(),={}]+")
_SPACE = re.compile(r"\s*")
_BRACES = re.compile(r"[{}]")
_QUOTE = re.compile(r"[{}\"]")
_ACCENTS: Mapping[str, str] = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "c": "\u0327",
    "k": "\u0328", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_LETTERS: Mapping[str, str] = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "aa": "å", "AA": "Å", "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ",
    "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquotesingle": "'",
    "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~",
    "textasciicircum": "^", "beta": "β", "alpha": "α", "ldots": "…",
}  # fmt: skip
_TEX = re.compile(
    r"\\(?P<accent>[`'^~=.\"](?:\s*)|[uvHcrkdb](?:\s+|(?=\{)))(?:\{\s*\\?(?P<in>[^\W\d_])\s*\}|\\?(?P<bare>[^\W\d_]))"
    r"|\{?\\(?P<letter>" + "|".join(sorted(_LETTERS, key=lambda n: (-len(n), n))) + r")"
    r"(?![A-Za-z])(?:\{\}|\}|\s*)"
    r"|\\(?P<plain>[#$%&_{}])|\\[a-zA-Z]+\s*|(?P<dash>-{2,3})|~|(?P<brace>[{}])|\\(?P<any>\W)"
)


def read(data: bytes, name: str) -> list[Work]:
    """Return the works of a file in BibTeX.

    :raises InputError: if an entry is not closed, or not written as entries are.
    """
    return list(_Reading(decoded(data, name), name).works())


class _Reading:
    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.at = self.counted = 0
        self.line = 1
        self.strings: dict[str, str] = {}

    def works(self) -> Iterator[Work]:
        """Yield the works; what stands between entries is a remark, as in BibTeX."""
        while (start := self.text.find("@", self.at)) >= 0:
            self.at = start + 1
            kind = self.name_here().lower()
            place = self.place(start)
            opening = self.sign("{(") if kind else ""
            if not opening:
                continue
            closing = "}" if opening == "{" else ")"
            if kind in _NO_WORKS:
                self.other(kind, place, closing)
                continue
            key = self.until_comma(place, closing)
            fields = dict(self.fields(place, closing))
            yield _work(kind, key, fields, place)

    def other(self, kind: str, place: Place, closing: str) -> None:
        if kind == "string":
            self.strings |= dict(self.fields(place, closing))
        elif kind == "preamble":
            self.value(place)
            self.sign(closing)
        else:
            self.braced(place, closing)

    def fields(self, place: Place, closing: str) -> Iterator[tuple[str, str]]:
        while not self.sign(closing):
            name = self.name_here().lower()
            if not name or not self.sign("="):
                raise self.wrong(f"no field follows, and the entry of line {place.line} is open")
            yield name, self.value(place)
            if not self.sign(","):
                if not self.sign(closing):
                    raise self.wrong(f"a comma or '{closing}' is missing after '{name}'")
                return

    def value(self, place: Place) -> str:
        parts = [self.part(place)]
        while self.sign("#"):
            parts.append(self.part(place))
        return "".join(parts)

    def part(self, place: Place) -> str:
        if self.sign("{"):
            return self.braced(place, "}")
        if self.sign('"'):
            return self.quoted(place)
        word = self.name_here()
        if not word:
            raise self.wrong("a value is missing")
        return self.strings.get(word.lower(), word)

    def braced(self, place: Place, closing: str) -> str:
        depth = 0
        start = self.at
        for found in re.compile(rf"[{{}}{re.escape(closing)}]").finditer(self.text, start):
            if found[0] == closing and depth == 0:
                self.at = found.end()
                return self.text[start : found.start()]
            depth += {"{": 1, "}": -1}.get(found[0], 0)
        raise self.unclosed(place)

    def quoted(self, place: Place) -> str:
        depth = 0
        start = self.at
        for found in _QUOTE.finditer(self.text, start):
            if found[0] == '"' and depth == 0:
                self.at = found.end()
                return self.text[start : found.start()]
            depth += {"{": 1, "}": -1}.get(found[0], 0)
        raise self.unclosed(place)

    def until_comma(self, place: Place, closing: str) -> str:
        found = re.compile(rf"\s*([^,\s={{}}\"]*)\s*(,|(?={re.escape(closing)}))").match(
            self.text, self.at
        )
        if not found:
            raise self.wrong(f"the entry of line {place.line} has no key")
        self.at = found.end()
        return found[1]

    def name_here(self) -> str:
        self.skip()
        found = _NAME.match(self.text, self.at)
        if not found:
            return ""
        self.at = found.end()
        return found[0]

    def sign(self, signs: str) -> str:
        self.skip()
        found = self.text[self.at : self.at + 1]
        if not found or found not in signs:
            return ""
        self.at += 1
        return found

    def skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def place(self, at: int) -> Place:
        self.line += self.text.count("\n", self.counted, at)
        self.counted = at
        return Place(self.name, self.line, at - self.text.rfind("\n", 0, at))

    def wrong(self, message: str) -> InputError:
        hint = "an entry is written as @article{key, title = {…}, year = {2018}}"
        return InputError(message, place=self.place(min(self.at, len(self.text))), hint=hint)

    def unclosed(self, place: Place) -> InputError:
        message = "the entry is never closed"
        return InputError(message, place=place, hint="close its braces and quotation marks")


def _work(kind: str, key: str, fields: dict[str, str], place: Place) -> Work:
    work = Work(place, key, (kind, *filter(None, (fields.get("type", ""),))))
    for name, field in _KEYS.items():
        text = fields.get(name, "")
        work.add(field, _bare(text) if name in _VERBATIM else plain(text))
    people = re.split(r"\s+and\s+", " ".join(fields.get("author", "").split()))
    others = [plain(p) if p != "others" else "et al." for p in people if p]
    work.name_authors(
        text if person.startswith("{") else in_order(text)
        for person, text in zip([p for p in people if p], others, strict=True)
    )
    work.add("year", year(fields.get("year", "") or fields.get("date", "")))
    work.isbns = tuple(re.split(r"[,;\s]+", _bare(fields["isbn"]))) if fields.get("isbn") else ()
    work.issns = tuple(re.split(r"[,;\s]+", _bare(fields["issn"]))) if fields.get("issn") else ()
    if fields.get("eprinttype", "").lower() == "pubmed":
        work.add("pmid", _bare(fields.get("eprint", "")))
    work.judge()
    return work


def _bare(text: str) -> str:
    return re.sub(r"[{}]|\\(?=[_%&#])", "", text).strip()


def plain(text: str) -> str:
    r"""Return a text without the commands of TeX that stand for letters, and without its braces.

    >>> plain(r'{PCIT} in {\"O}sterreich, 5\,\% -- Stra{\ss}e \& more')
    'PCIT in Österreich, 5 % – Straße & more'
    """
    return unicodedata.normalize("NFC", _TEX.sub(_sign, text))


def _sign(found: re.Match[str]) -> str:
    if found["accent"]:
        return (found["in"] or found["bare"]) + _ACCENTS[found["accent"].strip()]
    if found["letter"]:
        return _LETTERS[found["letter"]]
    if found["dash"]:
        return "–" if len(found["dash"]) == 2 else "—"
    if found["plain"]:
        return found["plain"]
    if found["brace"] or (found[0].startswith("\\") and found[0][1:2].isalpha()):
        return ""
    return " "
