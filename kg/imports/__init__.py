"""Importers turn other people's files into draft records. One file an importer, one line a table.

An importer reads one file and proposes records; nothing of a project is changed by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from kg.diagnostics import Diagnostic, RecordsError
from kg.errors import InputError, UsageError, did_you_mean
from kg.graph import Graph
from kg.imports.drafts import Draft, document
from kg.loading import read
from kg.marks import is_output
from kg.outputs import write_all
from kg.project import Project

LARGEST = 100 << 20
"""Bytes of a file to import, at most."""


@dataclass(frozen=True)
class Given:
    """What an importer is given: the file, what its project knows, and the time of the import.

    ``name`` is the file's name in places. ``folder`` is that of the project, if there is one.
    ``merge`` asks for one draft where several would be of the same work.
    """

    path: Path
    name: str
    known: Graph
    time: datetime
    folder: Path | None = None
    output: Path | None = None
    merge: bool = False

    def is_ours(self, name: str) -> bool:
        """Tell whether an entity may be written: no other file of the project has it."""
        return self.drafted(name) or (self.known.node(name),) not in self.known.places

    def drafted(self, name: str) -> bool:
        """Tell whether an entity is in the file of drafts, from an earlier import."""
        place = self.known.places.get((self.known.node(name),))
        if place is None or self.folder is None or self.output is None:
            return False
        return (self.folder / place.file).resolve() == self.output.resolve()

    def data(self) -> bytes:
        """Return the bytes of the file.

        :raises InputError: if it cannot be read, or has more than :data:`LARGEST`.
        """
        try:
            with self.path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise InputError(f"cannot read {self.name}: {error.strerror}") from error
        if len(data) > LARGEST:
            raise InputError(f"{self.name} has more than {LARGEST >> 20} MB", hint="divide it")
        return data


@dataclass(frozen=True)
class Drafts:
    """What an importer proposes: records, and what is wrong with the file or worth a look."""

    drafts: tuple[Draft, ...]
    found: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()


class Importer(NamedTuple):
    """An importer: the module whose ``read(given)`` does the work, and what its help says.

    ``merges`` says that it can put drafts of the same work together.
    """

    module: str
    summary: str
    files: str
    merges: bool = False


IMPORTERS: Mapping[str, Importer] = {
    "article": Importer("article", "records from an evidence page", "text, Markdown or HTML"),
    "bibliography": Importer(
        "bibliography",
        "sources from the file of a reference manager or of PubMed",
        "in BibTeX (.bib), RIS (.ris), PubMed's formats (.nbib, .xml) or CSL-JSON (.json)",
        merges=True,
    ),
    "fhir": Importer(
        "fhir",
        "records from resources of FHIR R5: evidence, variables, citations, plans",
        "a JSON file with a resource or a Bundle",
    ),
    "kgx": Importer(
        "kgx",
        "entities from the nodes of KGX",
        "a folder with nodes.jsonl or nodes.tsv, or one of these files",
    ),
    "neo4j": Importer(
        "neo4j",
        "records from the CSV files that Neo4j imports",
        "a folder with nodes/*.csv and relationships/*.csv, as kg export neo4j writes it",
    ),
    "schema-org": Importer(
        "schema_org",
        "entities from schema.org",
        "JSON-LD, or a page of HTML with JSON-LD in it",
    ),
    "table": Importer("table", "records from a table, one per row", "a table: .csv, .tsv or .xlsx"),
    "tables": Importer(
        "tables",
        "records from the tables of an export",
        "the folder that kg export csv or kg export parquet wrote",
    ),
}
"""Name → importer; ``kg import NAME`` is its command. A module is imported when it is used."""


@dataclass(frozen=True)
class Imported:
    """What an import made: the YAML of the drafts in UTF-8, and what a person should know of it.

    ``kept`` are the records that a person had corrected before and that stayed as they were,
    ``added`` those that an earlier import did not propose, ``gone`` those that it did and this one
    does not.
    """

    data: bytes
    records: int
    found: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """The YAML of the drafts."""
        return self.data.decode()


def import_file(
    kind: str,
    path: str | Path,
    output: str | Path | None = None,
    *,
    on: Graph | str | Path | None = None,
    time: datetime | None = None,
    merge: bool = False,
) -> Imported:
    """Turn a file that is not of kg into draft records: YAML, to be read and corrected by a person.

    :param kind: ``article``, ``table`` and so on, see :data:`kg.imports.IMPORTERS`.
    :param output: a file to write. If an earlier import wrote it, what was corrected in it stays.
    :param on: the graph or project that the records are to join: its labels are recognised. Without
        it the project in which ``output`` lies, else the nearest one.
    :param time: the time of the import; without it now.
    :param merge: put works together that a bibliography has twice, and leave out those that the
        project has.
    :raises UsageError: if there is no such importer, or ``output`` was written by anything else.
    :raises InputError: if the file cannot be read, or ``output`` cannot be written.
    :raises RecordsError: if the file cannot become records; nothing is written then.
    """
    path, target = Path(path), Path(output) if output else None
    before = _before(target) if target else ""
    project = None if on else _project(target)
    # What an import looks up is asserted: nothing has to be derived.
    known = on if isinstance(on, Graph) else read(project or on)
    folder = project.folder if project else next(iter(known.ontology.folders), None)
    given = Given(
        path,
        path.name,
        known,
        time or datetime.now(UTC).replace(microsecond=0),
        folder,
        target,
        merge,
    )
    made = importer(kind)(given)
    if any(diagnostic.severity == "violation" for diagnostic in made.found):
        raise RecordsError(sorted(made.found, key=Diagnostic.sort_key), path.parent)
    title = f"Drafts from {path.name}, by kg import {kind}: correct them, none is reviewed."
    written = document(title, made.drafts, before)
    if target:
        write_all({target: written.data}, force=bool(before))
    return Imported(
        written.data,
        len(made.drafts),
        made.found,
        made.notes,
        written.kept,
        written.added,
        written.gone,
    )


def importer(kind: str) -> Callable[[Given], Drafts]:
    """Return the function of an importer.

    :raises UsageError: if there is none of that name.
    """
    if kind not in IMPORTERS:
        hint = did_you_mean(kind, IMPORTERS) or f"one of: {', '.join(IMPORTERS)}"
        raise UsageError(f"no importer '{kind}'", hint=hint)
    read: Callable[[Given], Drafts] = import_module(f"kg.imports.{IMPORTERS[kind].module}").read
    return read


def _project(target: Path | None) -> Project | None:
    return Project.above(target.parent) if target else None


def _before(target: Path) -> str:
    """Return the text of a file that an earlier import wrote, ``""`` if there is none."""
    try:
        text = target.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {target}: {error}") from error
    if not is_output(target):
        raise UsageError(
            f"{target} was not written by kg import and was not changed", hint="name another file"
        )
    return text


def unique(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return names with ``-2``, ``-3`` … after those that are there already, in their order."""
    used = set(taken)
    numbers: dict[str, int] = {}
    found = []
    for name in names:
        fresh = name
        while fresh in used:
            numbers[name] = number = numbers.get(name, 1) + 1
            fresh = f"{name}-{number}"
        used.add(fresh)
        found.append(fresh)
    return found
