"""The rules of review, declared once.

:mod:`kg.review` applies them in memory, :mod:`kg.scale.review` in SQL. Two more are where they
are executed: the ontology derives which approvals hold (``rules/20-effective-status.rq``) and
says what an approval covers (``outsideApproval``, ``approvalEnds``; see :mod:`kg.assertion`), and a
part of a statement is named ``<statement>#…``.
"""

from __future__ import annotations

from kg.ontology import CEKG

ALWAYS = ("Caveat", "Disclaimer")
"""Classes of statements that are exported whatever their status."""
STAMPED = ("Article",)
"""Classes beside statements whose members are stamped if they have a status."""
APPROVED = "approved"
LAPSED = "submitted"
"""The status of a statement that has changed since it was approved."""
UNKNOWN = "unknown"
"""The status of a statement that states none."""
ENDED = ("archived", "retracted", "withdrawn")
"""Statuses after which a statement is not approved any more, whatever else is said of it."""
REVIEWER = "reviewer"
"""The role of an agent that may approve."""
NO_REVIEWER = "software"
"""The type of agent that may not."""
_STAMP = "UNREVIEWED: "


def status_iri(status: str) -> str:
    """Return the IRI of a status, such as ``approved``."""
    return f"{CEKG}ReviewStatus-{status}"


def stamp(status: str) -> str:
    """Return what is written on an entity that is exported with another status than approved."""
    return _STAMP + status


def caveat(stamped: int, statements: int) -> str:
    """Return what every output says if some of its statements are stamped."""
    return f"UNREVIEWED CONTENT: {stamped} of {statements} statements are not approved."
