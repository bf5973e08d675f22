"""Tables to fill in: the columns of a class, with help and the values that a cell may have.

The columns are the keys of the class in the ontology, and their help is what the ontology and the
rules say of them; see :mod:`kg.tables` for how a row becomes a record.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from kg import resources, tables
from kg.diagnostics import Diagnostic, RecordsError
from kg.errors import InputError, UsageError, did_you_mean, packages_for
from kg.explanations.keys import KeyText
from kg.explanations.terms import Dictionary
from kg.loading import read_records
from kg.office import MADE, MOST, same_bytes, too_long
from kg.ontology import ABOUT, FACT, XSD, Ontology, Term, kebab
from kg.project import Project
from kg.records import Record, Text
from kg.validation.shapes import Shapes

SEPARATORS: Mapping[str, str] = {"csv": ",", "tsv": "\t"}
FORMATS = (*SEPARATORS, "xlsx")
ROWS = 1_000
"""Empty rows of a workbook that have drop-downs."""
_EVERYWHERE = ("altLabel", "note", "creator")
"""Keys of any record that people often need, whatever the example of a class has."""
_SETS = "Each fact is a column of its own, named after its key, such as sets.dose."
_WIDTH = 24


@dataclass(frozen=True)
class Column:
    """A column: its name, what it is for, and the values that its cells may have, if listed.

    ``needed`` says that a rule refuses records without it, ``single`` that it takes one value.
    """

    name: str
    help: str
    choices: tuple[str, ...] = ()
    needed: bool = False
    single: bool = False


def table_template(
    name: str,
    format: str = "csv",
    project: str | Path | Project | None = None,
    *,
    records: bool = False,
) -> bytes:
    """Return a table to fill in for a class: a row of names, and a row of help.

    :param name: the class, such as ``Finding`` or ``finding``.
    :param format: ``csv``, ``tsv``, or ``xlsx`` with drop-downs.
    :param project: whose terms may be used, and whose records be referred to; without it the
        nearest project upward, and outside of any project the terms of kg alone.
    :param records: fill in the records of that class that the project has.
    :raises UsageError: if there is no such class or format, or the extra ``xlsx`` is missing.
    :raises InputError: if the project cannot be read, or a record does not fit into a table.
    :raises RecordsError: if records are to be filled in, and a file of records cannot be read.
    """
    if format not in FORMATS:
        raise UsageError(
            f"no table has the format '{format}'", hint=f"one of: {', '.join(FORMATS)}"
        )
    found = project if isinstance(project, Project) else _project(project)
    ontology = found.ontology() if found else Ontology.read(resources.ontology_files())
    term = _class(name, ontology)
    known, wrong = read_records(found) if found else ([], [])
    if records and wrong and found:
        raise RecordsError(sorted(wrong, key=Diagnostic.sort_key), found.folder)
    shapes = Shapes.read(resources.shape_files(*ontology.folders))
    columns = list(_Columns(Dictionary(ontology, shapes), known).of_class(term))
    own = [r for r in known if records and not r.partial and _is_a(r, term, ontology)]
    rows = tables.rows_of(own, [column.name for column in columns])
    if format == "xlsx":
        return _workbook(term.name, columns, rows)
    out = io.StringIO()
    help_row = [f"# {c.help}" if n == 0 else c.help for n, c in enumerate(columns)]
    csv.writer(out, delimiter=SEPARATORS[format], lineterminator="\n").writerows(
        [rows[0], help_row, *rows[1:]]
    )
    return out.getvalue().encode()


def _project(path: str | Path | None) -> Project | None:
    return Project.read(Path(path)) if path else Project.near(Path.cwd())


def _class(name: str, ontology: Ontology) -> Term:
    found = {kebab(n): term for n, term in ontology.classes.items()}
    term = ontology.classes.get(name) or found.get(name)
    if term is None:
        hint = did_you_mean(name, [*ontology.classes]) or "'kg explain Entity' lists the classes"
        raise UsageError(f"no class '{name}'", hint=hint)
    if ontology.members(term.iri):
        raise UsageError(
            f"'{name}' is a controlled list, and its values are terms",
            hint="a template is of a class of records, such as Finding",
        )
    return term


def _kind(record: Record, ontology: Ontology) -> Term | None:
    """Return the class of a record, as far as it tells one."""
    given, name = record.get("type"), record.get("id")
    if isinstance(given, Text):
        return ontology.classes.get(given.text)
    segment = name.text.partition("/")[0] if isinstance(name, Text) else ""
    return next((t for n, t in ontology.classes.items() if kebab(n) == segment), None)


def _is_a(record: Record, term: Term, ontology: Ontology) -> bool:
    kind = _kind(record, ontology)
    return kind is not None and ontology.is_a(kind.iri, term.iri)


class _Columns:
    """The columns of classes, by a dictionary of terms and the records of a project."""

    def __init__(self, dictionary: Dictionary, known: Iterable[Record]) -> None:
        self.dictionary, self.ontology = dictionary, dictionary.ontology
        self.ids: dict[str, list[str]] = {}
        for record in known:
            kind, name = _kind(record, self.ontology), record.get("id")
            if kind and isinstance(name, Text) and not record.partial:
                for above in self.ontology.ancestors(kind.iri):
                    self.ids.setdefault(above, []).append(name.text)

    def of_class(self, term: Term) -> Iterator[Column]:
        """Yield the columns of a class of records."""
        start = f"{kebab(term.name)}/"
        yield Column("id", f"A short name, as in {start}one; others refer to it.", needed=True)
        classes = self.ontology.classes.values()
        below = sorted(c.name for c in classes if self.ontology.is_a(c.iri, term.iri))
        if len(below) > 1:
            message = f"The class, if it is narrower than {term.name}."
            yield Column("type", _help(message, _listed(below)), tuple(below), single=True)
        yield from self.keys(term, (), (term.iri,))

    def keys(self, term: Term, path: tuple[str, ...], above: tuple[str, ...]) -> Iterator[Column]:
        text = self.dictionary.term(term.name)
        assert text is not None
        own = [*text.keys, *(k for _, keys in text.inherited for k in keys)]
        named = {k.name for k in own}
        own += [k for k in self.usual(term) if k.name not in named] if not path else []
        for key in own:
            prop = self.ontology.properties[key.name]
            if key.derived or key.many.split(",")[0] == "0":
                continue
            inner = self.ontology.by_iri.get(prop.range)
            if prop.range == FACT:
                about = self.ontology.properties[ABOUT]
                yield Column(".".join((*path, key.name, ABOUT)), f"{about.definition} {_SETS}")
            elif inner and inner.iri not in above and _is_nested(prop):
                yield from self.keys(inner, (*path, key.name), (*above, inner.iri))
            else:
                yield self.column(key, prop, path)

    def usual(self, term: Term) -> Iterator[KeyText]:
        """Yield keys that any record may have and that examples of the class or of others use."""
        kinds = [c for c in self.ontology.classes.values() if self.ontology.is_a(term.iri, c.iri)]
        used = {key for kind in kinds for key in _example(kind)}
        for name in (*sorted(used), *(n for n in _EVERYWHERE if n not in used)):
            prop = self.ontology.properties.get(name)
            if prop and not prop.domain:
                yield self.dictionary.key(prop, term.iri)

    def column(self, key: KeyText, prop: Term, path: tuple[str, ...]) -> Column:
        members = tuple(sorted(self.ontology.members(prop.range)))
        choices = members + tuple(self.ids.get(prop.range, ()))
        if prop.range == XSD + "boolean":
            choices = members = ("true", "false")
        many = key.many.split(",")[0]
        what = f"({key.value}, {many})" if many != "0..*" else f"({key.value})"
        example = "" if members else str(_example(prop).get(key.name, ""))
        return Column(
            ".".join((*path, key.name)),
            _help(key.definition, what, example and f"For example: {example}", _listed(members)),
            choices,
            needed=not path and many.startswith("1"),
            single=many.endswith("1"),
        )


def _help(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _listed(values: Iterable[str]) -> str:
    text = ", ".join(values)
    return f"One of: {text}." if text else ""


def _is_nested(prop: Term) -> bool:
    """Tell whether a value is written in place, by the example of its key."""
    return isinstance(_example(prop).get(prop.name), dict)


def _example(term: Term) -> dict[str, object]:
    found = yaml.load(term.example, Loader=yaml.BaseLoader) if term.example else None
    return found if isinstance(found, dict) else {}


def _workbook(name: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook: names, help, rows, and drop-downs from a sheet that is hidden."""
    with packages_for("an Excel workbook", "xlsx"):
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet, lists = book.active, book.create_sheet("Lists")
    sheet.title, lists.sheet_state = name[:31], "hidden"
    by_name = {column.name: column for column in columns}
    for x, head in enumerate(rows[0], 1):
        letter = get_column_letter(x)
        column = by_name.get(head, Column(head, ""))
        sheet.column_dimensions[letter].width = _WIDTH
        help_text = f"# {column.help}" if x == 1 else column.help
        texts = [head, help_text, *(row[x - 1] for row in rows[1:])]
        for y, text in enumerate(texts, 1):
            cell = sheet.cell(y, x)
            if too_long(text):
                raise InputError(
                    f"{head} has a text of {len(text):,} characters, and a cell of Excel holds "
                    f"{MOST:,}",
                    hint="write the table as .csv or .tsv, which have no such limit",
                )
            if text:
                cell.value, cell.data_type = text, "s"
                cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
            cell.number_format = "@"
            if y == 1:
                cell.font = Font(bold=True, underline="single" if column.needed else None)
            elif y == 2:
                cell.font = Font(italic=True)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].number_format = "@"
        if column.choices:
            for y, text in enumerate(column.choices, 1):
                lists.cell(y, x, text)
            rule = DataValidation(
                type="list",
                formula1=f"=Lists!${letter}$1:${letter}${len(column.choices)}",
                allow_blank=True,
                showErrorMessage=True,
                errorStyle="stop" if column.single else "warning",
                error="The list has no such value."
                if column.single
                else "The list has no such value. Several are separated by |",
            )
            sheet.add_data_validation(rule)
            rule.add(f"{letter}3:{letter}{len(texts) + ROWS}")
    sheet.freeze_panes = "B3"
    book.properties.created = MADE.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return same_bytes(out.getvalue())
