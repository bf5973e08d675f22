"""What a result says besides its message, complete, in a line of plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
    others = [m for m in terms.messages if result.message not in m]
    yield from (("also", message) for message in others)
