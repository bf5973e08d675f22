"""``kg quotes``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from kg.cli.common import PATH, note, say


@click.group("quotes")
def command() -> None:
    """Check quotes against the texts that they are taken from."""


@command.command("check", short_help="Find every quote again in its text.")
@click.option(
    "--text",
    "texts",
    multiple=True,
    metavar="ID=FILE",
    help="Your own copy of the text of a document; repeatable.",
)
@click.option(
    "--fix-moved",
    is_flag=True,
    help="Fix the positions of moved quotes in their files; nothing else is changed.",
)
@click.option(
    "--project",
    "source",
    type=PATH,
    help="Project folder. Default: the nearest one upward.",
)
def check(texts: tuple[str, ...], fix_moved: bool, source: Path | None) -> None:
    """Find every quote again: at its position, by its words or digest, or by its surroundings.

    A quote is the same, moved, changed, gone or ambiguous. The exit code is 1 if one is changed,
    gone or ambiguous, or moved and not fixed. 'kg validate --copy' reports them as results.
    """
    from kg.reviewing import quoting

    files: dict[str, str | Path] = {}
    for text in texts:
        name, sign, file = text.partition("=")
        if not sign:
            raise click.BadParameter(f"'{text}' is not ID=FILE", param_hint="--text")
        files[name] = file
    changed: tuple[Path, ...] = ()
    if fix_moved:
        found, changed = quoting.fix_moved(source, files)
    else:
        found = quoting.check_quotes(source, files)
    for quote in found:
        if quote.state not in ("same", "notChecked"):
            where = " -> ".join(f"{p[0]}-{p[1]}" for p in (quote.before, quote.now) if p)
            line = f"{quote.place}: {quote.state}: {quote.statement} from {quote.document} {where}"
            say(line.rstrip())
    count = Counter(quote.state for quote in found)
    totals = (f"{count[s]} {s} ({words})" for s, words in quoting.STATES.items() if count[s])
    say("; ".join(totals) or "no quotes")
    for path in changed:
        note(f"wrote {path}")
    wrong = count["gone"] + count["changed"] + count["ambiguous"]
    raise click.exceptions.Exit(1 if wrong or (count["moved"] and not fix_moved) else 0)
