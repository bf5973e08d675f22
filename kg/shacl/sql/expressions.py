"""Tests of one value node as expressions in SQL that are sure of a yes.

Where data are many, SQL looks at every value first. Its expression is true only for values that
certainly pass; what is left, distinct and usually little, is decided in Python
(:mod:`kg.shacl.value_tests`). So nothing depends on the regular expressions, numbers or dates of a
database.
"""

from __future__ import annotations

import re

from pyoxigraph import BlankNode

from kg.shacl import plan
from kg.shacl.names import LANG_STRING, XSD
from kg.shacl.patterns import compiled
from kg.shacl.plan import Constraint, Shape
from kg.shacl.value_tests import combined

DAY = (  # of a common year
    "[12][0-9]{3}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)"
    "|(0[13578]|1[02])-31)"
)
_LEXICAL = {
    "boolean": "true|false",
    "integer": "[+-]?[0-9]{1,15}",
    "decimal": r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?",
    "double": r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?",
    "nonNegativeInteger": "[0-9]{1,15}",
    "positiveInteger": "[1-9][0-9]{0,14}",
    "int": "[+-]?[0-9]{1,9}",
    "gYear": "[12][0-9]{3}",
    "date": DAY,
    "dateTime": DAY + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|\+00:00)?",
    "anyURI": "[A-Za-z0-9:/?#@!$&'()*+,;=._~%-]*",
}
"""Texts that are certainly well-formed, for the datatypes that data are full of."""
_NUMBERS = {"integer": "[+-]?[0-9]{1,15}", "decimal": r"[+-]?[0-9]{1,7}(?:\.[0-9]{1,8})?"}
"""Numbers of at most 15 digits: two of them are less, equal or greater as their doubles are."""
_COMPARED = {
    plan.MinExclusive: ">",
    plan.MinInclusive: ">=",
    plan.MaxExclusive: "<",
    plan.MaxInclusive: "<=",
}


def is_exact(constraint: Constraint) -> bool:
    """Tell whether :func:`definitely` is true for every value that passes a local constraint."""
    inner = combined(constraint)
    if inner is not None:
        return all(
            is_exact(c) for shape in inner if not shape.deactivated for c in shape.constraints
        )
    return isinstance(constraint, plan.NodeKind | plan.In | plan.HasValue)


def quoted(content: str) -> str:
    """Return a text as a string of SQL."""
    return "'" + content.replace("'", "''") + "'"


def number(column: str) -> str:
    """Return an expression for the value of a short integer or decimal, else NULL."""
    value = f"substr({column}, 2, instr({column}, '\"^') - 2)::DOUBLE"
    cases = "".join(
        f"WHEN {_ends(XSD + name, column)} THEN CASE WHEN {_begins(text, column)} THEN {value} END "
        for name, text in _NUMBERS.items()
    )
    return f"CASE {cases}END"


def _ends(datatype: str, column: str) -> str:
    end = quoted(f'"^^<{datatype}>')
    return f"ends_with({column}, {end})"


def _begins(text: str, column: str) -> str:
    begin = quoted(f'^"(?:{text})"')
    return f"regexp_matches({column}, {begin})"


def _typed(text: str, datatype: str, column: str) -> str:
    """Return a condition: a literal of a datatype whose text matches a regular expression.

    The expression is matched up to the second quotation mark, and only where the datatype is the
    one. CASE, unlike AND, asks a second question of no row for which the first one decides.
    """
    return f"CASE WHEN {_ends(datatype, column)} THEN {_begins(text, column)} ELSE false END"


Comparable = tuple[str, str]
"""Expressions for a value as a number and as a day, of which one at least is NULL."""


def comparable(column: str) -> Comparable:
    """Return what :func:`definitely_less` compares of a term."""
    day = f"CASE WHEN {_sure_datatype(XSD + 'date', column)} THEN {column} END"
    return number(column), day


def definitely_less(one: Comparable, other: Comparable, *, equal: bool) -> str:
    """Return an expression that is true only if one value is certainly less; never NULL."""
    sign = "<=" if equal else "<"
    tests = (f"coalesce({a} {sign} {b}, false)" for a, b in zip(one, other, strict=True))
    return f"({' OR '.join(tests)})"


def lexical(column: str) -> str:
    """Return an expression for the text of an IRI or a literal without escapes, else NULL."""
    return (
        f"CASE WHEN contains({column}, '\\') THEN NULL WHEN starts_with({column}, '\"') "
        f"THEN split_part({column}, '\"', 2) WHEN starts_with({column}, '<') "
        f"THEN substr({column}, 2, length({column}) - 2) END"
    )


def definitely(constraint: Constraint, column: str) -> str:
    """Return an expression that is true only if a value certainly passes; never NULL."""
    found = _sure(constraint, column)
    return f"coalesce({found}, false)" if found else "false"


def _sure(c: Constraint, column: str) -> str:
    inner = combined(c)
    if inner is not None:
        return _sure_logical(c, inner, column)
    if isinstance(c, plan.HasValue):
        return "" if isinstance(c.node, BlankNode) else f"{column} = {quoted(str(c.node))}"
    if isinstance(c, plan.NodeKind):
        marks = {"IRI": "<", "BlankNode": "_:", "Literal": '"'}
        tests = [f"starts_with({column}, '{marks[kind]}')" for kind in sorted(c.kinds)]
        return "(" + " OR ".join(tests) + ")"
    if isinstance(c, plan.In):
        members = sorted(quoted(str(n)) for n in c.nodes if not isinstance(n, BlankNode))
        return f"{column} IN ({', '.join(members)})" if members else ""
    if isinstance(c, plan.Datatype):
        return _sure_datatype(c.iri.value, column)
    if isinstance(c, plan.MinExclusive | plan.MinInclusive | plan.MaxExclusive | plan.MaxInclusive):
        simple = _NUMBERS.get(c.bound.datatype.value.removeprefix(XSD))
        if simple and re.fullmatch(simple, c.bound.value):
            return f"{number(column)} {_COMPARED[type(c)]} {quoted(c.bound.value)}::DOUBLE"
        return ""
    if isinstance(c, plan.MinLength):
        return f"length({lexical(column)}) >= {c.length}"
    if isinstance(c, plan.MaxLength):
        return f"length({lexical(column)}) <= {c.length}"
    if isinstance(c, plan.Pattern):
        return _sure_pattern(c, column)
    if isinstance(c, plan.LanguageIn):
        plain = [r.lower() for r in c.ranges if re.fullmatch("[A-Za-z0-9-]+", r)]
        tags = "|".join(sorted(plain))
        alone = " OR ".join(f"ends_with({column}, '\"@{tag}')" for tag in sorted(plain))
        longer = f"""regexp_matches({column}, '(?s)^".*"@({tags})-[a-z0-9-]+$')"""
        return f"CASE WHEN {alone} THEN true ELSE {longer} END" if tags else ""
    return ""


def _sure_logical(c: Constraint, inner: tuple[Shape, ...], column: str) -> str:
    kept = []
    for shape in inner:
        own = [] if shape.deactivated else [definitely(k, column) for k in shape.constraints]
        kept.append("(" + " AND ".join(own) + ")" if own else "true")
    if isinstance(c, plan.Or):
        return "(" + " OR ".join(kept) + ")" if kept else ""
    if isinstance(c, plan.And | plan.Conforms):
        return "(" + " AND ".join(kept) + ")" if kept else "true"
    if not is_exact(c):
        return ""
    if isinstance(c, plan.Not):
        return f"NOT {kept[0]}"
    return "(" + " + ".join(f"{k}::INTEGER" for k in kept) + ") = 1" if kept else ""


def _sure_datatype(iri: str, column: str) -> str:
    if iri == XSD + "string":
        return f"ends_with({column}, '\"')"
    if iri == LANG_STRING:
        ends = f"NOT ends_with({column}, '\"') AND NOT ends_with({column}, '>')"
        return f"starts_with({column}, '\"') AND {ends} AND NOT contains({column}, '--')"
    name = iri.removeprefix(XSD)
    if name == iri:
        ends = quoted('"^^<' + iri + ">")
        return f"ends_with({column}, {ends}) AND starts_with({column}, '\"')"
    if name not in _LEXICAL:
        return ""
    return _typed(_LEXICAL[name], iri, column)


_ATOM = r"[^\\\[\](){}?*+|^$]|\\[.\\/\-d]|\[(?:[A-Za-z0-9 _.,:/#@%&=+-]|\\[.\\/\-d])+\]"
SAFE_PATTERN = re.compile(
    rf"(?:(?:{_ATOM})(?:[?*+]|\{{[0-9]{{1,3}}(?:,[0-9]{{0,3}})?\}})?|\((?!\?)|\)[?*+]?|[|^$])*"
)
_DEEPEST = 500
"""Characters from which on a repeated group is left to Python: Java reads it by recursion."""


def _sure_pattern(c: plan.Pattern, column: str) -> str:
    r"""Use RE2, or Java's, where it finds nothing that XPath would not; Python gets the rest.

    Left out are classes that begin with ``^``, which RE2 and Python read differently beyond ASCII,
    repetitions of repetitions, of which RE2 accepts only some, and ``&&``, which in Java is an
    operator. ``$`` becomes ``\z``: in Java it would also match before a last end of line.
    """
    compiled(c.pattern, c.flags)  # what is not a regular expression is refused here
    plain = c.pattern.isascii() and "&&" not in c.pattern
    if c.flags or not plain or not SAFE_PATTERN.fullmatch(c.pattern):
        return ""
    short = f"length({column}) < {_DEEPEST} AND " if re.search(r"\)[*+]", c.pattern) else ""
    ended = quoted(c.pattern.replace("$", r"\z"))
    return f"{short}regexp_matches({lexical(column)}, {ended})"
