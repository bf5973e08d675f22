"""Comparisons of two terms as SPARQL makes them, as SQL that is sure of its answer.

Each condition is true only where the answer is certain, and never NULL. What is not certain, such
as numbers of many digits, times of day or literals of unknown datatypes, makes all of them false.
"""

from __future__ import annotations

from kg.shacl.sql.expressions import comparable, definitely_less


def sure_less(low: str, high: str, strict: bool) -> str:
    """Return a condition: one term is certainly less than another, or at most the same."""
    return definitely_less(comparable(low), comparable(high), equal=not strict)


def sure_equal(one: str, other: str) -> str:
    """Return a condition: ``one = other`` is certainly true."""
    same = f"({one} = {other} AND NOT (starts_with({one}, '\"') AND ends_with({one}, '>')))"
    pairs = zip(comparable(one), comparable(other), strict=True)
    return f"({' OR '.join([same, *(f'coalesce({a} = {b}, false)' for a, b in pairs)])})"


def sure_unequal(one: str, other: str) -> str:
    """Return a condition: ``one = other`` is certainly false, so that ``!=`` is true."""
    node = f"NOT starts_with({one}, '\"') OR NOT starts_with({other}, '\"')"
    texts = f"(ends_with({one}, '\"') AND ends_with({other}, '\"'))"
    pairs = zip(comparable(one), comparable(other), strict=True)
    values = " OR ".join(f"coalesce({a} <> {b}, false)" for a, b in pairs)
    return f"(({one} <> {other} AND ({node} OR {texts})) OR {values})"
