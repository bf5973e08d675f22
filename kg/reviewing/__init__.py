"""Reviewing a project: what there is to decide, decisions as review events, sheets and forms."""

from kg.reviewing.decisions import (
    ACTIONS,
    Decided,
    Decision,
    RefusedError,
    decide,
    record_decisions,
)
from kg.reviewing.view import ReviewView, review_view, statements_to_review

__all__ = [
    "ACTIONS",
    "Decided",
    "Decision",
    "RefusedError",
    "ReviewView",
    "decide",
    "record_decisions",
    "review_view",
    "statements_to_review",
]
