"""How pages word a result: direction and valence in one phrase, numbers in short."""

from __future__ import annotations

import re

from kg.evidence.findings import Estimate, Finding
from kg.evidence.summary_of_findings import short_effect

_MOVED = {"increase": "rose", "decrease": "fell"}
_NOT_VALUED = {
    "withinGroup": "within one group",
    "notStated": "comparison not stated",
}


def result(f: Finding) -> str:
    """Return direction and valence as one phrase, such as ``fell (favourable)``."""
    moved = _MOVED.get(f.direction)
    if moved is None:
        return f.direction_words or "not reported"
    if f.valence in ("favourable", "unfavourable"):
        return f"{moved} ({f.valence_words})"
    return f"{moved} ({_NOT_VALUED.get(f.contrast, 'favourable or not: cannot be determined')})"


def short(e: Estimate) -> str:
    """Return an effect in short, such as ``SMD −0.87 [−1.17, −0.58]``, or nothing."""
    return minus(short_effect(e))


def minus(number: str) -> str:
    """Return numbers with the sign for minus, wider than a hyphen, and intervals unbroken."""
    whole = re.sub(r"\[.*?\]", lambda m: m[0].replace(" ", "\N{NO-BREAK SPACE}"), number)
    return re.sub(r"(?<![\w.])-(?=[\d.])", "\N{MINUS SIGN}", whole)
