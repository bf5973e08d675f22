"""``kg import``: one command for each importer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

import kg
from kg.cli.common import PATH, F, emit, is_file, note
from kg.imports import IMPORTERS


@click.group("import")
def command() -> None:
    """Turn files of other programs into draft records.

    Each command reads one FILE and proposes records: YAML to read, correct and keep. If FILE
    cannot be read, nothing is written.
    """


def merge_option(is_there: bool) -> Callable[[F], F]:
    """Add ``--merge`` to an importer that knows it."""
    option = click.option(
        "--merge",
        is_flag=True,
        help="Merge duplicate works of the file, and leave out those that the project has already: "
        "by DOI, PMID, or title and year.",
    )
    return option if is_there else lambda command: command


def _importing(kind: str) -> click.Command:
    what = IMPORTERS[kind]

    @click.command(
        kind,
        short_help=what.summary,
        help=f"Draft {what.summary}.\n\nFILE is {what.files}. If OUTPUT exists from an earlier "
        "import, records that you have corrected since stay unchanged.",
    )
    @click.argument("file", type=PATH)
    @click.option(
        "-o",
        "--output",
        type=PATH,
        help="YAML file to write; default and -: stdout.",
    )
    @click.option(
        "--on",
        "on",
        metavar="SOURCE",
        type=PATH,
        help="Project folder or graph file that the records will join. Default: the project that "
        "contains OUTPUT, else the nearest one.",
    )
    @merge_option(what.merges)
    def run(file: Path, output: Path | None, on: Path | None, merge: bool = False) -> None:
        target = output if is_file(output) else None
        try:
            done = kg.import_file(kind, file, target, on=on, merge=merge)
        except kg.RecordsError as error:
            for diagnostic in error.diagnostics:
                note(f"{diagnostic}\n   = hint: {diagnostic.hint} (kg explain {diagnostic.code})")
            note("nothing was written")
            raise click.exceptions.Exit(1) from error
        if target is None:
            emit(done.data, None)
        for diagnostic in done.found:
            note(str(diagnostic))
        for line in done.notes:
            note(line)
        kept = f"; {len(done.kept)} of them as you corrected them" if done.kept else ""
        added = f"; {len(done.added)} are new" if done.added else ""
        gone = f"; not proposed any more: {', '.join(done.gone)}" if done.gone else ""
        where = f"wrote {target}: " if target else ""
        records = f"{done.records} record" + ("s" if done.records != 1 else "")
        note(f"{where}{records}{kept}{added}{gone}")

    return run


for _kind in IMPORTERS:
    command.add_command(_importing(_kind))
