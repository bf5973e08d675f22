"""``cli.md`` from the help of the commands, ``formats.md`` from the table of exporters."""

from __future__ import annotations

from collections.abc import Iterator

import click

from kg.cli import COMMANDS, cli
from kg.exporters import EXPORTERS, FOLDERS, GROUPS, Exporter, FolderExporter
from kg.scale.export import STORED
from reference import markdown as md

WIDTH = 88


def command_line() -> str:
    """Return the page on the command line."""
    blocks = [
        "# Command line",
        md.paragraph(
            "What `kg --help` and `kg COMMAND --help` print. Results go to standard output, all "
            "else to standard error. An option that is not given is looked for in the environment, "
            "under the name that stands below each command."
        ),
        md.fence(_help(cli, "kg"), "text"),
    ]
    with click.Context(cli, info_name="kg", auto_envvar_prefix="KG") as parent:
        for name in COMMANDS:
            command = cli.get_command(parent, name)
            assert command is not None
            blocks += _command(command, parent, name, "##")
    return md.page(*blocks)


def _command(command: click.Command, parent: click.Context, name: str, level: str) -> Iterator[str]:
    """Yield the help of a command, and of those in it."""
    with click.Context(command, parent, info_name=name) as context:
        yield f"{level} {context.command_path}"
        yield md.fence(_help(command, context.command_path), "text")
        yield _environment(context)
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                found = command.get_command(context, inner)
                assert found is not None
                yield from _command(found, context, inner, level + "#")


def _environment(context: click.Context) -> str:
    """Return which variables of the environment stand for the options of a command."""
    prefix = context.auto_envvar_prefix
    names = [
        f"{md.code(p.opts[-1])} is {md.code(str(p.envvar or f'{prefix}_{p.name.upper()}'))}"
        for p in context.command.params
        if isinstance(p, click.Option) and p.name
    ]
    return md.paragraph(f"In the environment: {', '.join(names)}.") if names else ""


def _help(command: click.Command, name: str) -> str:
    context = click.Context(
        command,
        info_name=name,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        help_option_names=["-h", "--help"],
    )
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


def formats() -> str:
    """Return the page on the export formats."""

    def rows(group: str) -> list[tuple[str, ...]]:
        """Return the formats of one group."""
        every: list[tuple[str, str, Exporter | FolderExporter]] = [
            *((name, md.code(e.suffix), e) for name, e in EXPORTERS.items()),
            *((name, "a folder", e) for name, e in FOLDERS.items()),
        ]
        return [
            (md.code(name), where, known.summary, known.fidelity.lost())
            for name, where, known in every
            if known.group == group
        ]

    return md.page(
        "# Export formats",
        md.paragraph(
            "What `kg export FORMAT` and `kg.export` write, `kg.export_folder` those "
            "of many files. Each format says what "
            "it cannot keep ([fidelity](fidelity.md)); the same graph gives the same bytes on "
            "every machine."
        ),
        *(
            part
            for group in GROUPS
            for part in (f"## {group}", md.table(("Format", "File", "For", "Drops"), rows(group)))
        ),
        md.paragraph(
            "`neo4j-admin` is part of Neo4j and comes with no package of Python, Debian or npm, so "
            "the tests do not run it: they read the files by the headers that Neo4j documents, and "
            "ask the ten questions with a Cypher engine of others (grand-cypher). kgx and Neo4j "
            "take the apostrophe before a text that begins like a formula as part of the text."
        ),
        "## Large graphs",
        md.paragraph(
            "`--engine duckdb` and `--engine spark` (extras `scale`, `spark`) write the formats "
            "below. They export a graph file without loading it: nothing is derived from it, and "
            "blank nodes keep their labels. Without an engine the source is loaded first, and a "
            "file of 50 MB or more is refused where an engine could write it. So what is written "
            "depends on the source, the format and the engine, never on the size of a file, its "
            "compression or the installed extras. A format that both ways write has the same "
            "bytes with and without DuckDB; Spark writes the same, some formats in parts. "
            "From Python: "
            "`kg.export_file`. Output is whole or absent, "
            "sorted, and the same for the same content. Statements are left out or stamped as "
            "everywhere; an approval counts only where a review event has the digest of what the "
            "file says now. Where statements of a file that is not loaded are left out, "
            "everything derived goes with them."
        ),
        md.table(
            ("Format", "File", "For", "Drops", "In memory"),
            [
                (
                    md.code(n),
                    " of ".join(["a folder"] * b.folder + [md.code(b.suffix)] * bool(b.suffix)),
                    b.summary,
                    b.fidelity.lost(),
                    "yes" if n in EXPORTERS or n in FOLDERS else "through DuckDB",
                )
                for n, b in STORED.items()
            ],
        ),
        md.paragraph(
            "The first six are written in SQL, on Spark in parts by its workers. The rest are "
            "written piece by piece: 5,000 entities with all that they need at a time, by the "
            "writer of loaded graphs. With Spark the workers choose and stamp the statements, and "
            "the machine that runs `kg` writes the one file or folder. A file with blank nodes is "
            "refused there, since only a loaded graph gives them IRIs. A workbook holds at most "
            "1,048,575 findings."
        ),
        md.paragraph("The other formats need a loaded graph:"),
        md.table(
            ("Format", "Why"),
            [
                (md.code(n), e.whole)
                for formats in (EXPORTERS, FOLDERS)
                for n, e in formats.items()
                if e.whole
            ],
        ),
        md.paragraph(
            "`jsonl` has the context on its first line; put it before any other line as "
            '`{"@context": …, "@graph": [line]}`. Parts of an entity, such as wordings, are '
            "entities with lines of their own."
        ),
        md.paragraph(
            "Tables have the column `id`, and one for each property of the class, named as in "
            "records: `title@en` for texts in a language, the IRI for a property that the ontology "
            "lacks. Cells are text with the digits as written; in Parquet a number, date or truth "
            "value is typed in the column beside (`value`, `valueNumber`; `modified`, "
            "`modifiedDate`; `unresolved`, `unresolvedBoolean`). A value of a controlled list is "
            "its short name, with its IRI in the column beside (`contrast`, `contrastIri`). Lists "
            "are sorted each by itself; `tables.json` has the IRI of every short name. Formulas in "
            "CSV get an apostrophe before them, as everywhere. A property that some entity of the "
            "class has several times is a list in Parquet; in CSV its name ends in `[]`, its "
            "values are joined by a vertical bar, and a backslash stands before a bar or "
            "backslash of a "
            "value itself. `nodes` (`id`, `types`, `label`) and `edges` (`subject`, `predicate`, "
            "`object`, `graph`) are the same graph for graph tools; `tables.json` describes every "
            "table and carries the caveats."
        ),
    )
