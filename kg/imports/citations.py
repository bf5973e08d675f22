"""The citations of a page, and the sources behind them as far as the page tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.imports.drafts import Draft, draft

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+[^\s\"<>.,;)\]]")
_PMID = re.compile(r"\bPMID:?\s?(\d{1,8})\b")
_URL = re.compile(r"https?://[^\s<>\")\]]+[^\s<>\")\].,;]")


def drafts(
    slug: str, article: str, marked: Mapping[str, int], listed: Mapping[str, str]
) -> Iterator[Draft]:
    """Yield a citation and a source for each number.

    :param marked: number → the number of sentences with its mark.
    :param listed: number → its entry in the page's list of references.
    """
    heading = "Citations, and the sources behind them"
    for number in sorted({*marked, *listed}, key=int):
        places = marked.get(number, 0)
        values: dict[str, Any] = {
            "id": f"citation/{slug}-{number}",
            "marker": number,
            "citedSource": f"source/{slug}-{number}",
            "citingArticle": article,
            "note": f"The mark is in {places} sentence{'s' * (places != 1)}.",
        }
        yield draft(values, heading=heading)
        heading = ""
        yield draft(_source(values["citedSource"], number, listed.get(number, "")))


def _source(name: str, number: str, entry: str) -> dict[str, Any]:
    values: dict[str, Any] = {"id": name, "prefLabel": f"Source of citation {number}"}
    for key, pattern in (("doi", _DOI), ("pmid", _PMID), ("url", _URL)):
        if (found := pattern.search(entry)) and (key != "url" or "doi" not in values):
            values[key] = found[found.lastindex or 0]
    values |= {"unresolved": "true", "confirmation": "unknown", "retractionStatus": "unknown"}
    return {**values, "note": f"The page lists it as: {entry}"} if entry else values
