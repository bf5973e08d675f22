"""A part of a figure: one entity with its neighbours, in a number of steps."""

from __future__ import annotations

from dataclasses import replace

from kg.errors import UsageError
from kg.figure.drawing import Drawing
from kg.shacl.errors import did_you_mean


def focused(drawing: Drawing, focus: str, depth: int) -> Drawing:
    """Return the neighbours of an entity in at most ``depth`` steps, with a note that says so.

    :param focus: the id of an entity that is drawn; empty for the whole drawing.
    :raises UsageError: if no such entity is drawn.
    """
    if not focus:
        return drawing
    names = {same: node.id for node in drawing.nodes for same in (node.id, *node.same)}
    if focus not in names:
        raise UsageError(
            f"{focus!r} is not drawn in this figure",
            hint=did_you_mean(focus, names) or "drawn are interventions, findings, outcomes, …",
        )
    joined: dict[str, set[str]] = {}
    for edge in (*drawing.edges, *drawing.inner):
        joined.setdefault(edge.start, set()).add(edge.end)
        joined.setdefault(edge.end, set()).add(edge.start)
    kept = {names[focus]}
    for _ in range(depth):
        kept |= {other for one in kept for other in joined.get(one, ())}
    label = next(node.label for node in drawing.nodes if node.id == names[focus])
    note = (
        f"Only what is connected to {label} in at most {depth} "
        f"{'step' if depth == 1 else 'steps'}: "
        f"{len(kept)} of {len(drawing.nodes)} entities."
    )
    nodes = [n for n in drawing.nodes if n.id in kept]
    return replace(
        drawing,
        nodes=tuple(n if n.parent in kept else replace(n, parent="") for n in nodes),
        edges=tuple(e for e in drawing.edges if {e.start, e.end} <= kept),
        inner=tuple(e for e in drawing.inner if {e.start, e.end} <= kept),
        remarks=(note, *drawing.remarks),
    )
