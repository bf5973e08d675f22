"""``kg review``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from kg.cli.common import PATH, emit, force_option, note, say

_STATUSES = (
    "draft", "submitted", "under-review", "approved", "rejected", "archived", "retracted",
    "withdrawn", "unknown",
)  # fmt: skip
_at = click.option(
    "--at",
    metavar="TIME",
    help="Time with its zone, such as 2026-01-31T12:00:00Z. Default: now.",
)
_project = click.option(
    "--project",
    "source",
    type=PATH,
    help="Project folder. Default: the nearest one upward.",
)


@click.group("review")
def command() -> None:
    """Review statements: see what there is to decide, and record decisions.

    A statement is submitted, its review is started, and it is approved or rejected by a declared
    reviewer who is not an author of it. Each decision becomes a review event in a file of its own.
    """


@command.command("list")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice(_STATUSES),
    help="Status to list, repeatable. Default: submitted and under-review.",
)
@click.option("--all", "everything", is_flag=True, help="List statements in every status.")
@_project
def list_(statuses: tuple[str, ...], everything: bool, source: Path | None) -> None:
    """List statements with their review status."""
    import kg
    from kg.reviewing.view import TO_REVIEW, statements_to_review

    graph = kg.load(source)
    for name, status, words in statements_to_review(
        graph, () if everything else statuses or TO_REVIEW
    ):
        say(f"{name}\t{status}\t{words}")


@command.command("show")
@click.argument("statements", nargs=-1, required=True, metavar="ID...")
@_project
def show(statements: tuple[str, ...], source: Path | None) -> None:
    """Show statements with all that a reviewer needs.

    For each ID: the words, the quotes with their places, the sources, what else the graph says on
    the question, the verdict of the audit, the history, and changes since the last approval.
    """
    import kg
    from kg.reviewing.view import Viewer

    viewer = Viewer(kg.load(source))
    say("\n\n".join("\n".join(_shown(viewer.view(name))) for name in statements))


def _shown(seen: Any) -> Iterator[str]:
    status = seen.status if seen.status == seen.stated else f"{seen.status} ({seen.stated} before)"
    yield click.style(f"{seen.id} ({seen.kind}): {status}", bold=True)
    yield from _block("Words", (f"{who}: {text}" for who, text in seen.words.items()))
    quotes = (
        f"{q.document} {q.place} [{q.check}]" + (f": {q.words}" if q.words else "")
        for q in seen.quotes
    )
    yield from _block("Quotes", quotes)
    yield from _block("Sources", seen.sources)
    yield from _block("Says", seen.says)
    yield from _block("Rests on", seen.rests_on)
    yield from _block("Does not fit", seen.others, "nothing in this graph")
    yield from _block("Audit", seen.verdicts, "not a statement of an audited article")
    events = (
        f"{e.time} {e.after} by {', '.join(e.agents)} {e.note}".rstrip() for e in seen.history
    )
    yield from _block("History", events, "no review event")
    yield from _block("Changed since it was last approved or submitted", seen.changed, "nothing")


def _block(title: str, lines: Any, nothing: str = "") -> Iterator[str]:
    found = list(lines) or ([nothing] if nothing else [])
    if found:
        yield f"  {click.style(title, underline=True)}"
        yield from (f"    {line}" for line in found)


@command.command("sheet", short_help="Write a review sheet (.xlsx) or form (.html).")
@click.argument("statements", nargs=-1, metavar="[ID]...")
@click.option(
    "-o",
    "--output",
    required=True,
    type=PATH,
    help="File to write: a workbook (.xlsx), or a page that works without a network (.html).",
)
@force_option
@_project
def sheet(statements: tuple[str, ...], output: Path, force: bool, source: Path | None) -> None:
    """Write a review sheet or a review form, for people without a terminal.

    It has one row for each statement that is submitted or under review, or for each ID: words,
    quotes, sources, evidence that does not fit, and a decision and a comment to fill in.
    'kg review import' reads the filled file. A workbook needs the extra 'xlsx'.
    """
    import kg

    writers = {".xlsx": kg.review_sheet, ".html": kg.review_form}
    if output.suffix not in writers:
        raise kg.UsageError(
            f"{output.name} is neither .xlsx nor .html", hint="the ending selects a sheet or a form"
        )
    made = writers[output.suffix](kg.load(source), statements)
    emit(made, output, force=force, inputs=[source])


@command.command("import", short_help="Record the decisions of a sheet or form.")
@click.argument("file", type=PATH)
@click.option("--by", required=True, metavar="AGENT", help="Id of the agent who decided.")
@_at
@_project
def import_(file: Path, by: str, at: str | None, source: Path | None) -> None:
    """Record the decisions of a review sheet (.xlsx) or a review form (.json).

    Either all of them are recorded or none. A row whose statement has changed since the sheet was
    written is refused, with the change. A review that was not started starts with the decision.
    """
    from kg.reviewing import import_decisions
    from kg.reviewing.decisions import read_time

    _report(import_decisions(file, by, source, at=read_time(at) if at else None))


def _decision(name: str, help: str) -> Callable[..., None]:
    @command.command(name, help=f"{help[0].upper()}{help[1:]}.")
    @click.argument("statements", nargs=-1, required=True, metavar="ID...")
    @click.option("--by", required=True, metavar="AGENT", help="Id of the agent who decides.")
    @click.option("--note", default="", help="The reason, kept in the event.")
    @_at
    @_project
    def run(
        statements: tuple[str, ...], by: str, note: str, at: str | None, source: Path | None
    ) -> None:
        from kg.reviewing.decisions import decide, read_time

        time = read_time(at) if at else None
        _report(decide(name, statements, by, source, note=note, at=time))

    return run


def _report(done: Any) -> None:
    """Print the events that were written, and say where."""
    for event in done.events:
        say(event)
    for file in done.files:
        note(f"wrote {file}")
    if not done.events:
        note("no decision to record; nothing was written")


for _name, _help in {
    "submit": "submit statements for review, or again after a change",
    "start": "start the review of statements",
    "approve": "approve statements",
    "reject": "reject statements; give the reason with --note",
    "withdraw": "withdraw statements permanently",
    "retract": "retract statements that were approved",
}.items():
    _decision(_name, _help)
