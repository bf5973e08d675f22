"""``cli.md`` from the help of the commands, ``formats.md`` from the table of exporters."""

from __future__ import annotations

import click

from kg.cli import COMMANDS, cli
from kg.exporters import EXPORTERS
from reference import markdown as md

WIDTH = 88


def command_line() -> str:
    """Return the page on the command line."""
    blocks = [
        "# Command line",
        md.paragraph(
            "What `kg --help` and `kg COMMAND --help` print. Each option has a variable of the "
            "environment too, named after command and option: `KG_BUILD_OUTPUT` stands for "
            "`kg build --output`; the command line wins. Results go to standard output, all else "
            "to standard error."
        ),
        md.fence(_help(cli, "kg"), "text"),
    ]
    with click.Context(cli, info_name="kg") as context:
        for name in COMMANDS:
            command = cli.get_command(context, name)
            assert command is not None
            blocks += [f"## kg {name}", md.fence(_help(command, f"kg {name}"), "text")]
    return md.page(*blocks)


def _help(command: click.Command, name: str) -> str:
    settings = {**command.context_settings, "help_option_names": ["-h", "--help"]}
    context = click.Context(
        command,
        info_name=name,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        help_option_names=settings["help_option_names"],
    )
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


def formats() -> str:
    """Return the page on the export formats."""
    rows = [
        (md.code(name), md.code(e.suffix), e.summary, e.keeps, e.drops)
        for name, e in EXPORTERS.items()
    ]
    return md.page(
        "# Export formats",
        md.paragraph(
            "What `kg export FORMAT` and `kg.export(graph, format)` write. Each format says what "
            "it cannot keep; the same graph gives the same bytes on every machine."
        ),
        md.table(("Format", "File", "For", "Keeps", "Drops"), rows),
    )
