"""Reviewing a project: what there is to decide, decisions as review events, sheets and forms."""

from kg.reviewing.decisions import (
    ACTIONS,
    Decided,
    Decision,
    RefusedError,
    decide,
    record_decisions,
)
from kg.reviewing.form import review_form
from kg.reviewing.incoming import import_decisions
from kg.reviewing.sheet import review_sheet
from kg.reviewing.view import ReviewView, review_view, statements_to_review

__all__ = [
    "ACTIONS",
    "Decided",
    "Decision",
    "RefusedError",
    "ReviewView",
    "decide",
    "import_decisions",
    "record_decisions",
    "review_form",
    "review_sheet",
    "review_view",
    "statements_to_review",
]
