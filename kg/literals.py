"""Texts as written → RDF literals, or the reason why not.

Lexical forms follow XML Schema 1.1 part 2 (https://www.w3.org/TR/xmlschema11-2/). A literal keeps
the text as written, digits included: nothing is normalised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from pyoxigraph import Literal, NamedNode

from kg.ontology import XSD

_ZONE = r"(Z|[+-]\d\d:\d\d)?"
_BAD_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`]")


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def _date_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?{_ZONE}", text) is not None


def _any_uri(text: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) is not None and not _BAD_IN_IRI.search(text)


_FORMS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    XSD + "string": (lambda _text: True, "any text"),
    XSD + "integer": (_matches(r"[+-]?\d+"), "a whole number such as 66"),
    XSD + "decimal": (_matches(r"[+-]?(\d+(\.\d*)?|\.\d+)"), "a decimal number such as 0.80"),
    XSD + "boolean": (_matches("true|false|1|0"), "true or false"),
    XSD + "date": (_date, "a date that exists, such as 2025-02-25"),
    XSD + "dateTime": (_date_time, "a date and time such as 2025-02-25T09:30:00Z"),
    XSD + "gYear": (_matches(rf"-?\d{{4}}{_ZONE}"), "a year of four digits such as 2019"),
    XSD + "anyURI": (
        _any_uri,
        "an absolute address, with spaces and < > percent-encoded as %20 %3C %3E",
    ),
}


def well_formed(text: str, datatype: str) -> bool:
    """Tell whether a text is in the lexical space of a datatype; unknown datatypes accept all."""
    form = _FORMS.get(datatype)
    return form is None or form[0](text)


def expected(datatype: str) -> str:
    """Return in words what a value of a datatype looks like."""
    form = _FORMS.get(datatype)
    return form[1] if form else f"a value of {datatype}"


def typed(text: str, datatype: str) -> Literal:
    """Return a literal with the text exactly as given."""
    if datatype == XSD + "string":
        return Literal(text)
    return Literal(text, datatype=NamedNode(datatype))
