"""What a result says besides its message, complete, in a line of plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal

from kg.diagnostics import Diagnostic
from kg.ontology import SH, XSD

_SEVERITIES = {"violation", "warning", "info"}


def exact(result: Diagnostic) -> str:
    """Return ``path: …; value: "x"@en; component: …``, without what the result does not have."""
    return "; ".join(f"{name}: {words}" for name, words in _facts(result))


def _facts(result: Diagnostic) -> Iterator[tuple[str, str]]:
    terms = result.terms
    if result.path:
        yield "path", result.path
    if terms.value:
        yield "value", re.sub(rf"\^\^<{XSD}(\w+)>$", r"^^xsd:\1", terms.value)
    if result.component:
        yield "component", result.component
    if terms.severity and terms.severity[1:-1].removeprefix(SH).lower() not in _SEVERITIES:
        yield "severity", terms.severity[1:-1]
    if terms.shape.startswith("_:"):
        yield "shape", terms.shape
    own = str(Literal(result.message))
    others = [m for m in terms.messages if _one_line(m) not in (own, f"{own}@en")]
    yield from (("also", message) for message in others)


def _one_line(message: str) -> str:
    """Return a literal as the message of a result has it: without ends of lines and tabs."""
    return " ".join(re.sub(r"\\[nrt]", " ", message).split())
