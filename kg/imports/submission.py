"""The review event by which an importer submits its statements."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from kg.imports import Given
from kg.imports.drafts import Draft, draft

AGENT = "agent/kg-import"


def drafts(given: Given, slug: str, submitted: list[str]) -> Iterator[Draft]:
    """Yield the event that submits statements, and its agent unless another file has it.

    Statements that an earlier import submitted keep their event and its time; new ones get another.
    """
    if not submitted:
        return
    known = given.known
    heading = "Who handed this in, and when"
    if given.is_ours(AGENT):
        software = {"id": AGENT, "agentType": "software", "prefLabel": "kg import"}
        yield draft(software, heading=heading)
        heading = ""
    number, left = 1, list(submitted)
    event = f"review-event/{slug}-submitted"
    while left:
        name = f"{event}-{number}" if number > 1 else event
        node = known.node(name)
        time = known.value(node, "time")
        now = left
        if time is not None:
            before = {
                known.short(o) for o in known.objects(node, "reviewed") if isinstance(o, NamedNode)
            }
            now = [s for s in left if s in before]
        if now:
            yield draft(
                {
                    "id": name,
                    "agent": AGENT,
                    "time": time.value if time is not None else f"{given.time:%Y-%m-%dT%H:%M:%SZ}",
                    "fromStatus": "draft",
                    "toStatus": "submitted",
                    "reviewed": now,
                },
                heading=heading,
            )
        heading = ""
        done = set(now)
        left = [s for s in left if s not in done]
        number += 1
