"""``kg query``."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

import kg
from kg import resources
from kg.cli.common import PATH, demo_option, emit, existing, force_option, say
from kg.errors import InputError, UsageError
from kg.loading import find
from kg.ontology import Ontology
from kg.project import Project
from kg.queries import FORMATS, Limits
from kg.queries.gate import LONGEST
from kg.queries.named import NAME, NamedQuery, library
from kg.queries.named import find as find_question
from kg.readers import decoded

_MOST = 4 * LONGEST + 1
"""Bytes that are read of a query: more than the longest one has, since a device has no end."""
_WIDTH = 88


@click.command("query")
@click.argument("question", metavar="[NAME|FILE|-]", default="-")
@click.option("--list", is_flag=True, help="List the named questions; with NAME explain that one.")
@click.option(
    "--param",
    multiple=True,
    metavar="PARAMETER=VALUE",
    help="Value for a parameter of a named question; repeatable.",
)
@click.option(
    "--on",
    "sources",
    multiple=True,
    type=PATH,
    help="Project folder or graph file to ask; default: the nearest project upward. "
    "With --store several graph files, also .gz, .zst.",
)
@demo_option("sources")
@click.option(
    "--store",
    type=PATH,
    help="Folder of a store on disk, for large graphs: filled from the files of --on when their "
    "contents have changed, else reused; without --on asked as it is.",
)
@click.option(
    "--format",
    type=click.Choice(list(FORMATS)),
    default="table",
    show_default=True,
    help="Output format.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Seconds that a SPARQL query may take. Default: no limit.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(min=1),
    metavar="N",
    help="Maximum number of rows. Default: no limit.",
)
@click.option("-o", "--output", type=PATH, help="File for the answer; - means stdout.")
@force_option
def command(
    question: str,
    list: bool,
    param: tuple[str, ...],
    sources: tuple[Path, ...],
    store: Path | None,
    format: str,
    timeout: float | None,
    max_rows: int | None,
    output: Path | None,
    force: bool,
) -> None:
    """Ask a graph a named question, or in SPARQL.

    NAME is a question of the library (--list shows them), FILE holds a SPARQL query, - or nothing
    reads one from stdin; a file is preferred to a question of that name. The prefixes cekg, skos,
    dcterms, prov, rdf, rdfs and xsd need not be declared, and ids may be written as
    <intervention/pcit>. Asserted and derived statements are searched together; statements that a
    file has in named graphs of its own are found by GRAPH ?name { … }.
    """
    file = existing(question)
    asked = [file] if file and file.is_file() else []
    values, limits = _values(param), Limits(timeout, max_rows)
    if len(sources) > 1 and store is None:
        raise UsageError("several files can be queried together only in a store", hint="--store")
    on = sources[0] if sources else None
    if list:
        _list(_ontology(on), None if question == "-" else question)
        return
    if NAME.fullmatch(question) and question != "-" and not asked:
        table = kg.query(_graph(on, sources, store), question, values, limits=limits)
    else:
        text = _text(question)
        if values:
            raise UsageError(
                "'--param' is only for named questions",
                hint="'kg query --list' shows them",
            )
        table = kg.query(_graph(on, sources, store), text, limits=limits)
    inputs = [*(sources or (None,)), *asked]
    emit(FORMATS[format](table).encode(), output, force=force, inputs=inputs)
    rows = f"{len(table.rows)} row{'' if len(table.rows) == 1 else 's'}"
    say(f"{rows}: {table.note}" if table.note else rows, err=True)


def _graph(on: Path | None, sources: tuple[Path, ...], store: Path | None) -> kg.Graph:
    return kg.load(on) if store is None else kg.open_store(store, sources)


def _text(file: str) -> str:
    """Return the text of a query from a file or from stdin."""
    if file == "-":
        if sys.stdin is None:  # kg query - <&-
            raise InputError("cannot read the query from stdin: it is closed")
        if sys.stdin.isatty():
            say("reading the query from the keyboard; end it with Ctrl-D", err=True)
        return _decoded(sys.stdin.buffer.read(_MOST), "the query on stdin")
    try:
        with Path(file).open("rb") as opened:
            return _decoded(opened.read(_MOST), file)
    except OSError as error:
        inline = "{" in file
        raise InputError(
            f"cannot read the query {file}: {error.strerror}",
            hint="put the query in a file, or give it on stdin with -" if inline else "",
        ) from error


def _decoded(data: bytes, name: str) -> str:
    # What is cut off may end within a character; it is refused for its length.
    return decoded(data, name) if len(data) < _MOST else data.decode(errors="replace")


def _values(params: tuple[str, ...]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for param in params:
        name, sign, value = param.partition("=")
        if not sign or not name:
            raise UsageError(f"'--param {param}' has no value", hint="write PARAMETER=VALUE")
        if name in values:
            raise UsageError(f"'--param {name}' is given twice")
        values[name] = value
    return values


def _ontology(source: Path | None) -> Ontology:
    place = find(source) if source else Project.near(Path.cwd())
    if isinstance(place, Project):
        return place.ontology()
    return Ontology.read(resources.ontology_files())


def _list(ontology: Ontology, name: str | None) -> None:
    if name is not None:
        say("\n".join(_explained(find_question(ontology, name))))
        return
    questions = library(ontology)
    width = max(len(name) for name in questions)
    for query in questions.values():
        say(f"{query.name:<{width}}  {query.title}")


def _explained(query: NamedQuery) -> Iterator[str]:
    yield f"{click.style(query.name, bold=True)}: {query.title}"
    yield from textwrap.wrap(query.question, _WIDTH)
    yield ""
    yield from textwrap.wrap(query.description, _WIDTH)
    if query.parameters:
        yield ""
        yield click.style("Parameters", bold=True)
        for parameter in query.parameters:
            default = f", default {parameter.default}" if parameter.default else ""
            head = f"  {parameter.name} ({parameter.kind}{default}): "
            yield from textwrap.wrap(
                parameter.help, _WIDTH, initial_indent=head, subsequent_indent="    "
            )
    yield ""
    yield f"Example: {query.example}"
