"""The sources of a graph as references: items of CSL-JSON, from which other forms are made.

See https://docs.citationstyles.org/en/stable/specification.html for types and variables. Nothing is
guessed: names of authors stay as the record has them, and what it lacks is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg.contract import Fidelity
from kg.evidence.findings import doubt
from kg.evidence.index import Index, natural, whole_index_of
from kg.pieces import Pieces

Item = dict[str, Any]
FIDELITY = Fidelity(
    keeps=("doi", "pmid", "pmcid", "isbn", "url", "volume", "issue", "pages", "articleNumber"),
    changes={
        "Source": "a reference",
        "title": "the title; without one the label",
        "authors": "names between commas, none taken apart",
        "year": "the year of the date",
        "publishedIn": "the title of the container",
        "sourceType": "the closest type of reference",
        "retractionStatus": "in the note",
        "unresolved": "in the note: source not found",
        "confirmation": "in the note if it is not verified",
        "datatypes": "text",
        "languages": "not named",
    },
    others="no part of a reference",
)
"""What the forms of the bibliography keep."""
ABOUT = "clinical-evidence-kg"
"""The id of the first item: the graph itself, with what every output must say."""
_JOURNAL = "article-journal"
_TYPES: Mapping[str, str] = {
    "systematicReview": _JOURNAL,
    "narrativeReview": _JOURNAL,
    "trialReport": _JOURNAL,
    "journalArticle": _JOURNAL,
    "clinicalGuideline": "report",
    "clinicalReport": "report",
    "qualityStandard": "report",
    "surveyReport": "report",
    "clearinghouseRecord": "webpage",
    "webPage": "webpage",
    "bookChapter": "chapter",
    "conferencePoster": "paper-conference",
}
"""Type of a source → type of CSL; all others are a ``document``."""
_TEXTS: Mapping[str, str] = {
    "title": "title",
    "publishedIn": "container-title",
    "volume": "volume",
    "issue": "issue",
    "pages": "page",
    "articleNumber": "number",
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "isbn": "ISBN",
    "url": "URL",
}


def references(pieces: Pieces) -> Iterator[Item]:
    """Yield the graph itself and each of its sources as items of CSL-JSON, in order of id."""
    yield {
        "id": ABOUT,
        "type": "dataset",
        "title": whole_index_of(pieces.root).label(pieces.base),
        "URL": pieces.base,
        "publisher": ABOUT,
        "note": "\n".join([pieces.digest, *pieces.root.attribution(), *pieces.caveats]),
    }
    for sources, graph in pieces.of(sorted(pieces.instances("Source"), key=natural)):
        index = whole_index_of(graph)
        yield from (_item(index, source) for source in sources)


def _item(index: Index, source: str) -> Item:
    found: Item = {
        "id": index.short(source),
        "type": _TYPES.get(index.notation(source, "sourceType"), "document"),
    }
    for key, variable in _TEXTS.items():
        if text := index.text(source, key):
            found[variable] = text
    found.setdefault("title", index.label(source))
    if authors := index.text(source, "authors"):
        found["author"] = [{"literal": name.strip()} for name in authors.split(",") if name.strip()]
    if (year := index.text(source, "year")).lstrip("-").isdigit():
        found["issued"] = {"date-parts": [[int(year)]]}
    retraction = index.words(source, "retractionStatus")
    remarks = [doubt(index, source), f"retraction: {retraction}" if retraction else ""]
    if note := "; ".join(filter(None, remarks)):
        found["note"] = note
    return found
