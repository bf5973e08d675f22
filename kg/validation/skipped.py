"""What shapes ask for and no engine carries out: a note, or with ``strict`` an error."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from pyoxigraph import NamedNode

from kg.shacl.errors import ShaclError
from kg.shacl.plan import Skipped
from kg.shacl.plan.terms import named


def note(skipped: Iterable[Skipped]) -> str:
    """Return one line that names what was skipped and how often, or ``""``."""
    found = sorted(skipped, key=lambda s: (not s.hint, s.name))
    unknown = _listed(s for s in found if s.hint)
    advanced = _listed(s for s in found if not s.hint)
    parts = (
        f"SHACL does not know {unknown}" if unknown else "",
        f"SHACL Advanced Features are not executed: {advanced}" if advanced else "",
    )
    noted = "; ".join(filter(None, parts))
    return f"skipped in the shapes: {noted} (--strict refuses them)" if noted else ""


def refuse(skipped: Iterable[Skipped]) -> None:
    """Refuse shapes of which a part would be skipped.

    :raises ShaclError: if there is such a part; the message names the first one.
    """
    for one in skipped:
        if one.hint:
            raise ShaclError(f"shape {named(one.shape)}: SHACL has no sh:{one.name}", hint=one.hint)
        raise ShaclError(
            f"shape {named(one.shape)} uses sh:{one.name}, which is neither SHACL Core nor "
            "SHACL-SPARQL",
            hint="write the rule with the constraints of SHACL Core or with sh:sparql",
        )


def _listed(skipped: Iterable[Skipped]) -> str:
    words = []
    for (name, hint), group in groupby(skipped, key=lambda s: (s.name, s.hint)):
        (first, *rest) = dict.fromkeys(one.shape for one in group)
        where = named(first) if isinstance(first, NamedNode) else "1 shape"
        where = f"{len(rest) + 1} shapes" if rest else where
        question = f", {hint}" if hint.endswith("?") else ""
        words.append(f"sh:{name} ({where}{question})")
    return ", ".join(words)
