"""``kg template``."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.cli.common import PATH, demo_option, emit, force_option, is_file
from kg.errors import UsageError
from kg.templates import FORMATS


@click.command("template")
@click.argument("class_name", metavar="CLASS")
@demo_option("on")
@click.option(
    "--on",
    "on",
    metavar="PROJECT",
    type=PATH,
    help="Project folder whose terms and records the table may use. Default: the nearest one.",
)
@click.option(
    "--records", is_flag=True, help="Fill in the records of that class which the project has."
)
@click.option(
    "-o",
    "--output",
    type=PATH,
    help="File to write: .csv, .tsv or .xlsx; default and -: stdout, as CSV.",
)
@force_option
def command(
    class_name: str, on: Path | None, records: bool, output: Path | None, force: bool
) -> None:
    """Write a table to fill in, with a column for each key of CLASS.

    CLASS is a class of records, such as Finding. The second row says what each column is for; an
    .xlsx file offers the values of controlled lists and the records that can be referred to. A
    filled table is read where records are read: put it into the folder of a project's data, or
    turn it into YAML with 'kg import table'.
    """
    format = output.suffix.removeprefix(".") if is_file(output) else "csv"
    if is_file(output):
        if format not in FORMATS:
            raise UsageError(
                f"the name of {output} does not end in .{', .'.join(FORMATS)}",
                hint="the ending selects the format",
            )
        if output.exists() and not force:
            raise UsageError(
                f"{output} exists already, and may hold what somebody filled in",
                hint="choose another place, or overwrite it with --force",
            )
    data = kg.table_template(class_name, format, on, records=records)
    emit(data, output, force=force)
