"""Texts as written → RDF literals, or the reason why not.

Lexical forms follow XML Schema 1.1 part 2 (https://www.w3.org/TR/xmlschema11-2/). A literal keeps
the text as written, digits included: nothing is normalised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from kg.ontology import XSD
from kg.shacl import values

_EXPECTED: Mapping[str, str] = {
    XSD + "string": "any text",
    XSD + "integer": "a whole number such as 66",
    XSD + "decimal": "a decimal number such as 0.80",
    XSD + "boolean": "true or false",
    XSD + "date": "a date that exists, such as 2025-02-25",
    XSD + "dateTime": "a date and time such as 2025-02-25T09:30:00Z",
    XSD + "gYear": "a year of four digits such as 2019",
    XSD + "anyURI": "an absolute address, with spaces and < > percent-encoded as %20 %3C %3E",
}


def well_formed(text: str, datatype: str) -> bool:
    """Tell whether a text is in the lexical space of a datatype; unknown datatypes accept all.

    Of ``xsd:anyURI`` only absolute addresses are: a record has no base.
    """
    absolute = datatype != XSD + "anyURI" or re.match("[A-Za-z][A-Za-z0-9+.-]*:", text) is not None
    return absolute and values.well_formed(typed(text, datatype))


def is_language(tag: str) -> bool:
    """Tell whether a text is a well-formed language tag (BCP 47)."""
    try:
        Literal("", language=tag)
    except ValueError:
        return False
    return True


def expected(datatype: str) -> str:
    """Return in words what a value of a datatype looks like."""
    return _EXPECTED.get(datatype, f"a value of {datatype}")


def typed(text: str, datatype: str) -> Literal:
    """Return a literal with the text exactly as given."""
    if datatype == XSD + "string":
        return Literal(text)
    return Literal(text, datatype=NamedNode(datatype))


BARE = {
    "integer": "-?(?:0|[1-9][0-9]*)",
    "decimal": r"-?(?:[1-9][0-9]*\.[0-9]+|0\.(?:0{0,5}[1-9][0-9]*|0{1,6}))",
    "boolean": "true|false",
}
"""Datatype of XML Schema → the values that are written without quotation marks in Turtle and TriG.

Others stand between them, since rdflib computes with bare numbers: it reads ``.05`` as ``0.05``,
``007`` as ``7`` and ``0.0000001`` as ``1E-7``.
"""
