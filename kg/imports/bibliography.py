"""``kg import bibliography``: works of a reference manager or of PubMed as Sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.bibliography import FORMATS, identifiers
from kg.bibliography.work import Work, compared
from kg.diagnostics import Diagnostic, record_diagnostic
from kg.errors import InputError
from kg.evidence.references import ABOUT
from kg.graph import Graph
from kg.imports import Drafts, Given, unique
from kg.imports.drafts import Draft, draft
from kg.imports.slugs import slug
from kg.retraction import most_severe

_IDENTIFIERS = {"doi": identifiers.doi, "pmid": identifiers.pmid, "pmcid": identifiers.pmcid}
_LISTED = {"isbn": identifiers.isbn, "ISSN": identifiers.issn, "ORCID": identifiers.orcid}
_ORDER = (
    "title", "sourceType", "authors", "year", "publishedIn", "volume", "issue", "pages",
    "articleNumber", "doi", "pmid", "pmcid", "isbn", "url", "retractionStatus", "checkedOn",
)  # fmt: skip
_TYPES: Mapping[str, str] = {
    "practice guideline": "clinicalGuideline", "guideline": "clinicalGuideline",
    "meta-analysis": "systematicReview", "systematic review": "systematicReview",
    "randomized controlled trial": "trialReport", "controlled clinical trial": "trialReport",
    "clinical trial": "trialReport", "pragmatic clinical trial": "trialReport",
    "journal article": "journalArticle", "jour": "journalArticle", "article": "journalArticle",
    "article-journal": "journalArticle", "chap": "bookChapter", "incollection": "bookChapter",
    "inbook": "bookChapter", "chapter": "bookChapter", "elec": "webPage", "webpage": "webPage",
    "online": "webPage",
}  # fmt: skip
"""A word for what a work is, in small letters → a sourceType; the first that a work has counts."""
_OWN = re.compile(r"source/([a-z0-9][a-z0-9.-]*)")
"""A key that is the id of a source: kg exported it."""
_MOST = 3
"""How many ids a message lists."""
_SHORT = 15
"""Letters of a title that many works share: Introduction, Editorial, Reply."""


@dataclass
class _Entry:
    """A work with its values as a Source has them, and what a person should know of it."""

    work: Work
    values: dict[str, str]
    lists: dict[str, list[str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    id: str = ""

    def matches(self) -> Iterator[tuple[str, str]]:
        """Yield what the same work has alike: its identifiers, and its title with the year."""
        yield from _keys(self.values)


def read(given: Given) -> Drafts:
    """Propose a Source for each work of a file.

    Works that are there twice, identifiers that cannot be right, cited works that nobody knows and
    known ones that nobody cites are warnings.

    :raises InputError: if the file cannot be read, or the end of its name is not known.
    """
    suffix = given.path.suffix.lower()
    if suffix not in FORMATS:
        raise InputError(
            f"{given.name} does not end like a bibliography",
            hint=f"the ending tells the format: {', '.join(FORMATS)}",
        )
    works = [w for w in FORMATS[suffix](given.data(), given.name) if w.key != ABOUT]
    if not works:
        raise InputError(f"{given.name} contains no works", hint=f"is its format that of {suffix}?")
    return _Bibliography(given, works).drafts()


class _Bibliography:
    def __init__(self, given: Given, works: list[Work]) -> None:
        self.given, self.graph = given, given.known
        self.found: list[Diagnostic] = []
        self.notes: list[str] = []
        self.entries = [self.entry(work) for work in works]
        self.known = {k: s for s in _sources(given) for k in _keys(_known(self.graph, s))}

    def drafts(self) -> Drafts:
        """Return a draft for each work that is not left out."""
        self.apply_notices()
        self.within()
        taken = {self.graph.short(s).partition("/")[2] for s in _sources(self.given)}
        names = unique((self.name(entry) for entry in self.entries), taken)
        for entry, name in zip(self.entries, names, strict=True):
            entry.id = f"source/{name}"
        kept = [entry for entry in self.entries if not self.is_known(entry)]
        self.cited(kept)
        return Drafts(tuple(map(self.draft, kept)), tuple(self.found), tuple(self.notes))

    def warn(self, code: str, message: str, work: Work | None = None, hint: str = "") -> None:
        place = work.place if work else None
        self.found.append(record_diagnostic(code, message, place, hint=hint, severity="warning"))

    def entry(self, work: Work) -> _Entry:
        """Return a work with identifiers that are right; others become warnings and remarks."""
        entry = _Entry(work, dict(work.values))
        for name, check in _IDENTIFIERS.items():
            if text := entry.values.pop(name, ""):
                if right := check(text):
                    entry.values[name] = right
                else:
                    self.refuse(entry, name, text)
        for name, check in _LISTED.items():
            for text in {"isbn": work.isbns, "ISSN": work.issns, "ORCID": work.orcids}[name]:
                if right := check(text):
                    entry.lists.setdefault(name, []).append(right)
                elif text.strip():
                    self.refuse(entry, name, text)
        if url := entry.values.pop("url", "").split(" ")[0]:
            if url.startswith(("http://", "https://")):
                entry.values["url"] = url
            else:
                self.refuse(entry, "address", url)
        if work.authors:
            entry.values["authors"] = ", ".join(work.authors)
        return entry

    def refuse(self, entry: _Entry, name: str, text: str) -> None:
        known = name if name == "address" else name.upper()
        message = f"'{_cut(text)}' is not a valid {known}: its form or its check digit is wrong"
        self.warn("BIB-001", message, entry.work)
        entry.remarks.append(f"Left out: {known} {_cut(text)}, which cannot be right.")

    # -- retraction ---------------------------------------------------------------------------

    def apply_notices(self) -> None:
        """Give works the status that notices in the same file give them; name those elsewhere."""
        notices: dict[str, list[str]] = {}
        for entry in self.entries:
            for other, status in entry.work.notice_of.items():
                key = (identifiers.doi(other) or other).casefold()
                notices.setdefault(key, []).append(status)
        for entry in self.entries:
            met = [s for name in _names(entry.values) for s in notices.get(name, ())]
            if status := most_severe([entry.work.notice, *met]):
                entry.values["retractionStatus"] = status
        for source in _sources(self.given):
            met = [s for n in _names(_known(self.graph, source)) for s in notices.get(n, ())]
            status, short = most_severe(met), self.graph.short(source)
            if status and status != self.graph.notation(
                self.graph.value(source, "retractionStatus")
            ):
                self.warn("BIB-002", f"{short}: a notice in the file gives its status as {status}")

    # -- duplicates ---------------------------------------------------------------------------

    def within(self) -> None:
        """Find works that the file has twice; put them together if that was asked for."""
        first: dict[tuple[str, str], _Entry] = {}
        kept: list[_Entry] = []
        for entry in self.entries:
            match = next(((k, first[k]) for k in entry.matches() if k in first), None)
            if match is None or not self.given.merge:
                kept.append(entry)
            if match:
                (name, _), other = match
                done = "merged into" if self.given.merge else "is the same work as"
                line = f"line {other.work.place.line}"
                self.warn(
                    "BIB-003", f"{_named(entry)} {done} that of {line}: same {name}", entry.work
                )
                if self.given.merge:
                    self.merge(other, entry)
                    entry = other
            for key in entry.matches():
                first.setdefault(key, entry)
        self.entries = kept

    def merge(self, entry: _Entry, other: _Entry) -> None:
        for name, text in other.values.items():
            if entry.values.setdefault(name, text).casefold() != text.casefold():
                entry.remarks.append(f"Line {other.work.place.line} has {name}: {_cut(text)}")
        if status := most_severe(e.values.get("retractionStatus", "") for e in (entry, other)):
            entry.values["retractionStatus"] = status
        for name, texts in other.lists.items():
            here = entry.lists.setdefault(name, [])
            here += [text for text in texts if text not in here]

    def is_known(self, entry: _Entry) -> bool:
        """Tell whether the project has a work and it is left out for that; say so in any case."""
        match = next(((k[0], self.known[k]) for k in entry.matches() if k in self.known), None)
        if match is None:
            return False
        name, source = match
        short = self.graph.short(source)
        done = "is left out: the project has it as" if self.given.merge else "is already known as"
        self.warn("BIB-003", f"{_named(entry)} {done} {short}: same {name}", entry.work)
        more = {k: v for k, v in entry.values.items() if not self.graph.value(source, k)}
        if self.given.merge and more:
            lines = "".join(f"\n  {key}: {more[key]}" for key in _ORDER if key in more)
            self.notes.append(f"{short} lacks what the file says:{lines}")
        return self.given.merge

    # -- citations ----------------------------------------------------------------------------

    def cited(self, kept: list[_Entry]) -> None:
        """Warn of cited works that nobody knows, and of works of the file that nobody cites."""
        matched = {self.known[k] for e in self.entries for k in e.matches() if k in self.known}
        used = _used(self.graph)
        for source in _sources(self.given):
            unresolved = _text(self.graph, source, "unresolved") == "true"
            if source in used and unresolved and source not in matched:
                message = (
                    f"{self.graph.short(source)} is cited, and the file does not have it either"
                )
                self.warn("BIB-004", message)
        cited = [{self.graph.node(e.id), *map(self.known.get, e.matches())} & used for e in kept]
        uncited = [e.id for e, uses in zip(kept, cited, strict=True) if not uses]
        if uncited and used:
            more = f" and {len(uncited) - _MOST} more" if len(uncited) > _MOST else ""
            self.warn("BIB-005", f"not cited yet: {', '.join(uncited[:_MOST])}{more}")

    # -- drafts -------------------------------------------------------------------------------

    def name(self, entry: _Entry) -> str:
        if own := _OWN.fullmatch(entry.work.key):
            return own[1]
        author = entry.work.authors[0].split()[-1] if entry.work.authors else ""
        words = f"{author} {entry.values.get('year', '')} {entry.values.get('title', '')}"
        return slug(words, 40) or slug(entry.work.key, 40) or "work"

    def draft(self, entry: _Entry) -> Draft:
        values: dict[str, Any] = dict(entry.values)
        work = entry.work
        if isbns := entry.lists.get("isbn"):
            values["isbn"] = isbns
        kind = next((t for n, t in _TYPES.items() if n in map(str.lower, work.kinds)), "")
        if kind:
            values["sourceType"] = kind
        if values.get("retractionStatus"):
            values["checkedOn"] = work.known_on or self.day(entry)
        ordered = {key: values[key] for key in _ORDER if values.get(key)}
        return draft({"id": entry.id, **ordered}, "\n".join(self.comment(entry, ordered)))

    def day(self, entry: _Entry) -> str:
        """Return the day on which an earlier import, or this one, saw the status in a file."""
        before = _text(self.graph, self.graph.node(entry.id), "checkedOn")
        return before or f"{self.given.time:%Y-%m-%d}"

    def comment(self, entry: _Entry, values: Mapping[str, Any]) -> Iterator[str]:
        work = entry.work
        kinds = f" ({', '.join(work.kinds)})" if work.kinds else ""
        yield f"{work.place.file}, line {work.place.line}: {work.key or 'no key'}{kinds}"
        for name in ("ISSN", "ORCID"):
            if name in entry.lists:
                yield f"{name} {', '.join(entry.lists[name])}"
        if "sourceType" not in values:
            yield "No type of the list certainly fits: add 'sourceType'."
        elif values["sourceType"] == "journalArticle" and "review" in map(str.lower, work.kinds):
            yield "A review: choose systematicReview or narrativeReview as 'sourceType'."
        if not {"doi", "pmid", "pmcid", "isbn", "url"} & set(values):
            yield "Nothing by which to find it: add 'doi', 'pmid', 'isbn' or 'url'."
        if "checkedOn" in values:
            since = "the record's last change" if work.known_on else "this import"
            yield f"'checkedOn' is the day of {since}: look the status up again."
        yield from entry.remarks


def _sources(given: Given) -> Iterator[NamedNode]:
    """Yield the sources of the project that are not drafts of an earlier import of this file."""
    for node in given.known.instances("Source"):
        if isinstance(node, NamedNode) and not given.drafted(given.known.short(node)):
            yield node


def _names(values: Mapping[str, str]) -> list[str]:
    """Return by what a notice may name a work."""
    found = [values.get(name, "").casefold() for name in ("doi", "pmid")]
    return [name for name in (*found, compared(values.get("title", ""))) if name]


def _keys(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in ("doi", "pmid"):
        if text := values.get(name):
            yield name, text.casefold()
    title = compared(values.get("title", ""))
    if len(title) > _SHORT and values.get("year"):
        yield "title", f"{title} {values['year']}"


def _known(graph: Graph, source: NamedNode) -> dict[str, str]:
    return {key: _text(graph, source, key) for key in ("doi", "pmid", "year", "title")}


def _text(graph: Graph, node: NamedNode, key: str) -> str:
    value = graph.value(node, key)
    return value.value if isinstance(value, Literal) else ""


def _used(graph: Graph) -> set[object]:
    """Return the sources that a citation, a line of evidence or a quote names."""
    uses = {graph.property_iri(name) for name in ("citedSource", "source", "quotedFrom")}
    return {quad.object for quad in graph if quad.predicate in uses}


def _named(entry: _Entry) -> str:
    return f"'{_cut(entry.values.get('title') or entry.work.key)}'"


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
