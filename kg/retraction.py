"""What was found when a work was looked up for retraction, and what a reader must know of it."""

from __future__ import annotations

from collections.abc import Iterable

RETRACTED, CONCERN, CORRECTED = "retracted", "concern", "corrected"
"""Notations of the list retractionStatus, the most severe first: each says what must be told."""


def most_severe(statuses: Iterable[str]) -> str:
    """Return the most severe of some retraction statuses; ``""`` if none must be told.

    >>> most_severe(["notRetracted", "corrected", "retracted"])
    'retracted'
    """
    found = set(statuses)
    return next((s for s in (RETRACTED, CONCERN, CORRECTED) if s in found), "")
