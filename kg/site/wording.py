"""How pages word a result: direction and valence in one phrase, numbers in short."""

from __future__ import annotations

import re

from kg.evidence.findings import Estimate, Finding
from kg.evidence.index import Index
from kg.evidence.summary_of_findings import short_effect
from kg.site.html import Html, text

_MOVED = {"increase": "rose", "decrease": "fell"}
_NOT_VALUED = {
    "withinGroup": "within one group",
    "notStated": "comparison not stated",
}

CHECKS = {
    "matches": "compared with its text: the same",
    "differs": "compared with its text: not the same",
    "notChecked": "not compared with its text",
}
"""What the check of a quote found, in words."""


def result(f: Finding) -> str:
    """Return direction and valence as one phrase, such as ``fell (favourable)``."""
    moved = _MOVED.get(f.direction)
    if moved is None:
        return f.direction_words or "not reported"
    if f.valence in ("favourable", "unfavourable"):
        return f"{moved} ({f.valence_words})"
    return f"{moved} ({_NOT_VALUED.get(f.contrast, 'favourable or not: cannot be determined')})"


def short(e: Estimate) -> Html:
    """Return an effect in short, such as ``SMD −0.87 [−1.17, −0.58]``, or nothing."""
    return numbers(short_effect(e))


def numbers(words: str) -> Html:
    """Return numbers for a page: with the sign for minus, and each interval on one line."""
    return Html(re.sub(r"\[[^\[\]]*\]", r'<span class="nowrap">\g<0></span>', text(minus(words))))


def minus(number: str) -> str:
    """Return numbers with the sign for minus, which is wider than a hyphen."""
    return re.sub(r"(?<![\w.])-(?=[\d.])", "\N{MINUS SIGN}", number)


def one_state(index: Index) -> str:
    """Return the stamp that all statements have, or nothing where their states differ."""
    stamps = {index.text(s, "stamp") for s in index.instances("Statement")}
    return next(iter(stamps)) if len(stamps) == 1 else ""


def traced(index: Index) -> str:
    """Return how many research findings have a quote that was compared with its text, and matches.

    Any other finding has at most a place to look for.
    """
    found = index.instances("Finding")
    count = sum(
        any(index.notation(q, "quoteCheck") == "matches" for q in index.nodes(finding, "quote"))
        for finding in found
    )
    return (
        f"{count:,} of {len(found):,} research findings have a quote that was compared with its "
        "text and matches; of the others there is at most a place to look for."
    )
