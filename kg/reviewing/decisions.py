"""Decisions of a review: checked by the rules of review, then written as events, or refused.

The rules are those of ``shapes/review.ttl``: the events are added to the graph first, and nothing
is written if it then breaks one of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kg import resources, validation
from kg.assertion import assertion_digest, differences, parts
from kg.diagnostics import Diagnostic, record_diagnostic
from kg.errors import KgError, Place, UsageError, did_you_mean
from kg.graph import Graph
from kg.journal import change, editing
from kg.loading import load
from kg.project import Project
from kg.review_rules import status_iri
from kg.reviewing.edits import Edit, edited
from kg.reviewing.events import HEAD, Event
from kg.validation.shapes import Shapes

FOLDER = "review-events"
"""Folder of event files in the first folder of records."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a decision does: the statuses it may start from, and the one it leads to.

    ``fixes`` tells whether its event holds the digest of the statement.
    """

    start: tuple[str, ...]
    after: str
    fixes: bool = False


ACTIONS: Mapping[str, Action] = {
    "submit": Action(
        ("draft", "unknown", "under-review", "approved", "rejected"),
        "submitted",
        fixes=True,
    ),
    "start": Action(("submitted",), "under-review", fixes=True),
    "approve": Action(("under-review",), "approved", fixes=True),
    "reject": Action(("under-review",), "rejected"),
    "withdraw": Action(
        ("draft", "unknown", "submitted", "under-review", "approved", "rejected"),
        "withdrawn",
    ),
    "retract": Action(("approved",), "retracted"),
}
"""Name of an action → what it does."""


class RefusedError(KgError):
    """Decisions that the rules of review refuse; :attr:`diagnostics` says why, all at once."""

    exit_code = 1

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        lines = [f"{d}" + (f" ({d.hint})" if d.hint else "") for d in self.diagnostics]
        return "nothing was written\n" + "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Decision:
    """One action on one statement.

    ``seen`` is the digest of what the reviewer saw, if known, and ``listed`` its parts in words;
    ``place`` is where the decision is written.
    """

    statement: str
    action: str
    note: str = ""
    seen: str = ""
    listed: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """The ids of the events that were written, and the files that changed, the new one first."""

    events: tuple[str, ...]
    files: tuple[Path, ...]


def decide(
    action: str,
    statements: Iterable[str],
    by: str,
    source: str | Path | Project | None = None,
    *,
    note: str = "",
    at: datetime | None = None,
) -> Decided:
    """Take one action on statements of a project, and write the events.

    :param action: a key of :data:`ACTIONS`, such as ``approve``.
    :param statements: ids such as ``finding/f01-1``.
    :param by: the id of the agent who decides.
    :param source: the folder of the project; without it the nearest project upward.
    :param note: why, in words; kept in each event.
    :param at: when it was decided; now, if it is left out.
    :raises UsageError: if there is no such action, no project, or a status cannot be changed in
        its file.
    :raises RefusedError: if a rule of review refuses a decision; then nothing is written.
    :raises InputError: if something cannot be read or written.
    """
    if action not in ACTIONS:
        hint = did_you_mean(action, ACTIONS) or f"actions: {', '.join(ACTIONS)}"
        raise UsageError(f"no action '{action}'", hint=hint)
    ids = dict.fromkeys(statements)
    return record_decisions((Decision(name, action, note) for name in ids), by, source, at=at)


def record_decisions(
    decisions: Iterable[Decision],
    by: str,
    source: str | Path | Project | None = None,
    *,
    at: datetime | None = None,
) -> Decided:
    """Write the events of several decisions of one agent, all or none; see :func:`decide`.

    Where a decision says what was seen, a review that was not begun yet begins with it.
    """
    project = project_of(source)
    now = datetime.now(UTC)
    with editing(project.folder):
        desk = _Desk(project, load(project), by, at or now, now)
        for decision in decisions:
            desk.take(decision)
        return desk.write()


def project_of(source: str | Path | Project | None) -> Project:
    """Return the project to write to: never one that nobody asked for.

    :raises UsageError: if there is none.
    """
    if isinstance(source, Project):
        return source
    if source is None:
        found = Project.above(Path.cwd())
        if found is None:
            raise UsageError("there is no project here", hint="name its folder with --project")
        return found
    return Project.read(Path(source))


def stamp_of(time: datetime) -> str:
    """Return a time as review events have it: in UTC, to the millisecond."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_time(text: str) -> datetime:
    """Return the time that a text gives with its zone.

    :raises UsageError: if it is not one.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = datetime.now()
    if time.tzinfo is None:
        raise UsageError(
            f"'{text}' is not a time with its zone", hint="write it as 2025-02-25T09:00:00Z"
        )
    return time


@dataclass
class _Desk:
    """Decisions on their way to a file."""

    project: Project
    graph: Graph
    by: str
    at: datetime
    now: datetime
    refused: list[Diagnostic] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    status: dict[NamedNode, str] = field(default_factory=dict)
    last: dict[NamedNode, NamedNode] = field(default_factory=dict)
    stated: dict[NamedNode, str] = field(default_factory=dict)
    written: dict[NamedNode, Place | None] = field(default_factory=dict)

    def take(self, decision: Decision) -> None:
        """Make the event of a decision, or note why it is refused."""
        graph, action = self.graph, ACTIONS[decision.action]
        node = graph.node(decision.statement)
        if node not in graph.instances("Statement"):
            known = map(graph.short, graph.instances("Statement"))
            hint = did_you_mean(decision.statement, known)
            self._unknown(decision.statement, "statement", hint, decision.place)
            return
        if node not in self.status:
            self._open(node)
        self.written[node] = decision.place
        if decision.seen and self.status[node] == "submitted" and "under-review" in action.start:
            self.take(replace(decision, action="start", note=""))
            if node not in {e.reviewed for e in self.events}:
                return
        before, name = self.status[node], graph.short(node)
        step = timedelta(milliseconds=sum(e.reviewed == node for e in self.events))
        time = self.at + step
        previous = self.last.get(node)
        if before not in action.start:
            way = " or ".join(action.start)
            self.refuse(
                node,
                "REV-006",
                f"{name} is {before}: '{decision.action}' needs {way}",
                _way(before, decision.action),
            )
            return
        if self.at > self.now + timedelta(seconds=1):
            code = "REV-020" if action.after == "approved" else "REV-021"
            self.refuse(node, code, f"{stamp_of(self.at)} lies in the future", "correct the time")
            return
        if previous and (last := _time(graph, previous)) and last >= time:
            self.refuse(
                node,
                "REV-022",
                f"the last event on {name} has a later time, {stamp_of(last)}",
                "give a time after it",
            )
            return
        digest = assertion_digest(graph, node)
        if decision.action == "submit" and before == "approved":
            effective = graph.notation(graph.value(node, "effectiveStatus"))
            if effective == "approved":
                self.refuse(node, "REV-006", f"{name} is approved and has not changed", "")
                return
        if decision.seen and decision.seen != digest:
            what = "; ".join(differences(decision.listed, graph, node))
            message = f"{name} has changed since the sheet or form was made: {what}"
            self.refuse(node, "REV-029", message, "look at it again in a new one")
            return
        agent = graph.node(self.by)
        event = Event(
            node,
            before,
            action.after,
            agent,
            stamp_of(time),
            previous,
            " ".join(decision.note.split()),
            digest if action.fixes else "",
            tuple(map(str, parts(graph, node))) if action.fixes else (),
        ).named(graph, self.project.settings.language)
        self.events.append(event)
        self.status[node], self.last[node] = action.after, graph.node(event.id)

    def write(self) -> Decided:
        """Write the events and the statuses, or raise what refuses them."""
        if self.graph.node(self.by) not in self.graph.instances("Agent"):
            known = map(self.graph.short, self.graph.instances("Agent"))
            self._unknown(self.by, "agent", did_you_mean(self.by, known))
        if not self.refused:
            self._judge()
        if self.refused:
            raise RefusedError(dict.fromkeys(self.refused))
        if not self.events:
            return Decided((), ())
        text = HEAD + "".join("\n" + event.text(self.graph) for event in self.events)
        file = self._folder() / self._name(text)
        changed = edited(self.project.folder, self._edits())
        change(self.project.folder, {file: text.encode(), **changed})
        return Decided(tuple(e.id for e in self.events), (file, *changed))

    def refuse(self, node: NamedNode, code: str, message: str, hint: str) -> None:
        """Note why a decision on a statement is refused."""
        place = self.written.get(node) or self.graph.places.get((node,))
        self.refused.append(
            Diagnostic(code, "violation", message, place, self.graph.short(node), hint=hint)
        )

    def _unknown(self, name: str, kind: str, hint: str, place: Place | None = None) -> None:
        self.refused.append(
            record_diagnostic("REF-001", f"there is no {kind} '{name}'", place, hint=hint)
        )

    def _open(self, node: NamedNode) -> None:
        graph = self.graph
        stated = next(iter(graph.objects(node, "reviewStatus")), None)
        self.stated[node] = self.status[node] = graph.notation(stated) or "draft"
        events = graph.subjects("reviewed", node)
        last = max(events, key=lambda e: (_time(graph, e) or _NEVER, e.value), default=None)
        if last is not None:
            self.last[node] = last
            self.status[node] = graph.notation(graph.value(last, "toStatus")) or self.status[node]

    def _judge(self) -> None:
        """Add the events to a copy of the graph, and note which rules of review that breaks."""
        graph, status = self.graph, self.graph.property_iri("reviewStatus")
        after = Graph(graph.ontology, graph.base)
        after.places = graph.places
        after.extend(q for q in graph if not (q.predicate == status and q.subject in self.status))
        about = {graph.node(e.id): e.reviewed for e in self.events}
        for event in self.events:
            after.extend(event.quads(graph, self.project.settings.language))
        for node, name in self.status.items():
            after.extend([Quad(node, status, NamedNode(status_iri(name)))])
        every = resources.shape_files(*graph.ontology.folders)
        files = [f for f in every if f.stem in _SHAPES]
        focus = {graph.short(event): node for event, node in about.items()}
        focus |= {graph.short(node): node for node in self.status}
        for found in validation.run(after, Shapes.read(files)).results:
            if found.severity == "violation" and found.focus in focus:
                value = f" ({found.value})" if found.value else ""
                node = focus[found.focus]
                self.refuse(
                    node, found.code, f"{graph.short(node)}: {found.message}{value}", found.hint
                )

    def _edits(self) -> Iterable[Edit]:
        graph, status = self.graph, self.graph.property_iri("reviewStatus")
        for node, name in self.status.items():
            before = NamedNode(status_iri(self.stated[node]))
            place = graph.places.get((node, status, before))
            if place is None:
                raise UsageError(
                    f"{graph.short(node)} states no review status",
                    place=graph.places.get((node,)),
                    hint="add 'reviewStatus: draft' to its record",
                )
            if name != self.stated[node]:
                yield Edit(place, "reviewStatus", self.stated[node], name)

    def _folder(self) -> Path:
        for entry in self.project.settings.records:
            if (self.project.folder / entry).is_dir():
                return self.project.folder / entry / FOLDER
        raise UsageError(
            "the project has no folder for review events",
            hint="name a folder in 'records' of kg.toml, such as data",
        )

    def _name(self, text: str) -> str:
        agent = self.by.rpartition("/")[2]
        time = re.sub(r"\W", "", stamp_of(self.at).partition(".")[0])
        return f"{time}Z-{agent}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.yaml"


_SHAPES = ("core", "review")
"""Files with the rules of review, and with the prefixes of their queries."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def _time(graph: Graph, event: NamedNode) -> datetime | None:
    stated = graph.value(event, "time")
    try:
        time = datetime.fromisoformat(stated.value) if stated else None
    except ValueError:
        return None
    return time if time and time.tzinfo else None


def _way(before: str, action: str) -> str:
    """Return what to do first, if there is a way."""
    if before in ("withdrawn", "retracted", "archived"):
        return "that is the end of a review: write a new statement"
    first = {
        ("draft", "start"): "submit it first",
        ("draft", "approve"): "submit it and start the review first",
        ("submitted", "approve"): "start the review first",
        ("submitted", "reject"): "start the review first",
    }
    return first.get((before, action), "'kg review list' shows the status of each")
