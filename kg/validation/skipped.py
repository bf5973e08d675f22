"""What of some shapes is not checked: a note, or with ``strict`` an error."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from pyoxigraph import NamedNode

from kg.shacl.errors import ShaclError
from kg.shacl.plan import Plan, Skipped
from kg.shacl.plan.terms import named

_NOTHING = "no shape has a target"


def note(plan: Plan) -> str:
    """Return lines that name what was skipped and how often, and say if nothing was checked."""
    found = sorted(plan.skipped, key=lambda s: (not s.hint, s.name))
    unknown = _listed(s for s in found if s.hint)
    advanced = _listed(s for s in found if not s.hint)
    parts = (
        f"SHACL does not know {unknown}" if unknown else "",
        f"SHACL Advanced Features are not executed: {advanced}" if advanced else "",
    )
    noted = "; ".join(filter(None, parts))
    lines = [f"skipped in the shapes: {noted} (--strict refuses them)"] if noted else []
    return "\n".join([*lines, *([] if plan.shapes else [f"nothing was checked: {_NOTHING}"])])


def refuse(plan: Plan) -> None:
    """Refuse shapes of which a part would be skipped, or that check nothing.

    :raises ShaclError: if it is so; the message names the first part.
    """
    for one in plan.skipped:
        if one.hint:
            raise ShaclError(f"shape {named(one.shape)}: SHACL has no sh:{one.name}", hint=one.hint)
        raise ShaclError(
            f"shape {named(one.shape)} uses sh:{one.name}, which is neither SHACL Core nor "
            "SHACL-SPARQL",
            hint="write the rule with the constraints of SHACL Core or with sh:sparql",
        )
    if not plan.shapes:
        raise ShaclError(_NOTHING, hint="add a target, such as sh:targetClass, or other files")


def _listed(skipped: Iterable[Skipped]) -> str:
    words = []
    for (name, hint), group in groupby(skipped, key=lambda s: (s.name, s.hint)):
        (first, *rest) = dict.fromkeys(one.shape for one in group)
        where = named(first) if isinstance(first, NamedNode) else "1 shape"
        where = f"{len(rest) + 1} shapes" if rest else where
        question = f", {hint}" if hint.endswith("?") else ""
        words.append(f"sh:{name} ({where}{question})")
    return ", ".join(words)
