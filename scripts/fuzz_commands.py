"""Commands as people type them, on a project that has something for each: what ``fuzz.py`` damages.

Either the words are damaged, or a file of the project. ``FILE`` stands for the project or a graph
file, ``RESULT`` for a place to write to.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import kg
from kg import reports
from kg.cli import cli
from kg.errors import KgError
from kg.exporters import EXPORTERS, FOLDERS
from kg.reviewing.incoming import KIND

COPY = "Before it. Some words of the trial. After it.\n"
QUOTED = """
- id: description/quoted
  creator: agent/example-team
  reviewStatus: draft
  describes: intervention/example-programme
  wording: {audience: clinician, text: Some words.}
  quote: {quotedFrom: source/example-trial, exact: Some words, start: 0, end: 10, suffix: " of"}
- id: description/draft
  creator: agent/example-team
  reviewStatus: draft
  describes: intervention/example-programme
  wording: {audience: clinician, text: More words.}
"""
BY = ("--by", "agent/example-reviewer", "--project", "FILE")
IMPORTED = {
    "article": "page.html",
    "bibliography": "works.bib",
    "fhir": "fhir.json",
    "kgx": "kgx",
    "neo4j": "neo4j",
    "schema-org": "schema-org.json",
    "table": "table.csv",
    "tables": "tables",
}
"""Importer → what it is given, in the folder ``given`` of the project."""
SHELLS = ("bash", "zsh", "fish")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("build", "FILE", "--output", "RESULT"),
    ("build", "FILE", "--output", "RESULT", "--include-unreviewed", "--fresh", "--quiet"),
    ("stats", "FILE"),
    ("summary", "--on", "FILE"),
    ("summary", "--on", "FILE", "--format", "csv"),
    ("audit", "FILE"),
    ("quotes", "check", "--project", "FILE"),
    *(
        ("quotes", "check", "--text", "source/example-trial=FILE/given/copy.txt", *more)
        for more in (("--project", "FILE"), ("--fix-moved", "--project", "FILE"))
    ),
    ("review", "list", "--all", "--project", "FILE"),
    ("review", "list", "--status", "approved", "--project", "FILE"),
    ("review", "show", "finding/night-sleep", "--project", "FILE"),
    ("review", "show", "finding/example-finding", "description/quoted", "--project", "FILE"),
    ("review", "sheet", "--output", "RESULT.html", "--project", "FILE"),
    ("review", "sheet", "description/quoted", "--output", "RESULT.xlsx", "--project", "FILE"),
    ("review", "submit", "finding/night-sleep", "--by", "agent/a", "--project", "FILE"),
    ("review", "submit", "description/draft", "--note", "as agreed", *BY),
    ("review", "start", "finding/example-finding", "--at", "2025-03-01T09:00:00Z", *BY),
    ("review", "approve", "description/example-programme", "--note", "as in the trial", *BY),
    ("review", "reject", "description/example-programme", "--note", "no: see page 3", *BY),
    ("review", "withdraw", "finding/example-finding", "description/quoted", *BY),
    ("review", "retract", "description/quoted", "--at", "2025-03-01T09:00:00+01:00", *BY),
    ("review", "import", "FILE/given/decisions.json", *BY),
    ("review", "import", "FILE/given/decisions.xlsx", "--at", "2025-03-01T09:00:00Z", *BY),
    ("explain", "outcome/night-sleep", "--on", "FILE"),
    ("explain", "outcome/example-outcome", "--on", "FILE"),
    ("explain", "Finding", "--on", "FILE"),
    ("explain", "VAL-003"),
    ("schema", "FILE"),
    ("schema", "FILE", "--output", "RESULT.json"),
    ("template", "Outcome", "--records", "--on", "FILE"),
    ("template", "Finding", "--records", "--on", "FILE", "--output", "RESULT.xlsx"),
    ("init", "FILE"),
    ("init", "RESULT"),
    *(("completion", shell) for shell in SHELLS),
    *(
        ("import", kind, f"FILE/given/{given}", "--output", "RESULT.yaml", "--on", "FILE")
        for kind, given in IMPORTED.items()
    ),
    ("import", "bibliography", "FILE/given/works.bib", "--merge", "--on", "FILE"),
    ("import", "table", "FILE/given/table.xlsx", "--on", "FILE"),
    ("query", "FILE/given/ask.rq", "--on", "FILE", "--timeout", "5", "--max-rows", "5"),
    ("query", "--list"),
    ("validate", "FILE/data/evidence.yaml"),
    ("validate", "FILE", "--copy", "source/example-trial=FILE/given/copy.txt", "--max", "3"),
    ("export", "turtle", "FILE", "--only", "finding/night-sleep", "--include-unreviewed"),
    ("export", "jsonld", "FILE", "--split", "--output", "RESULT", "--include-unreviewed"),
    ("export", "svg", "FILE", "--focus", "outcome/night-sleep", "--include-unreviewed"),
    ("export", "nquads", "FILE", "--engine", "duckdb", "--output", "RESULT"),
    *(("validate", "FILE", "--format", name) for name in reports.FORMATS),
    *(("query", name, "--on", "FILE", "--timeout", "5") for name in kg.questions()),
)
"""What a user types. A test holds that each command of kg is among them."""


def project(graph: kg.Graph, given: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a project, by name: with something for each of :data:`COMMANDS`.

    :param given: name → content of files that somebody has for an import.
    """
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name) / "project"
        kg.init(folder)
        (folder / "data" / "quoted.yaml").write_text(QUOTED, encoding="utf-8")
        made = {**given, "copy.txt": COPY.encode()}
        for importer, format in (("kgx", "kgx"), ("neo4j", "neo4j"), ("tables", "csv")):
            files = kg.export_folder(graph, format, include_unreviewed=True)
            made |= {f"{importer}/{file}": data for file, data in files.items()}
        for file, data in made.items():
            place = folder / "given" / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        with contextlib.suppress(KgError):
            run(["template", "Outcome", "--records", "-o", "given/table.xlsx"], folder)
        _review(folder)
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _review(folder: Path) -> None:
    """Bring each statement to another status, and write the decisions that people gave back."""
    team, reviewer = "agent/example-team", "agent/example-reviewer"
    steps = (
        ("start", "description/example-programme", reviewer),
        ("submit", "description/quoted", team),
        ("start", "description/quoted", reviewer),
        ("approve", "description/quoted", reviewer),
    )
    for day, (action, statement, agent) in enumerate(steps, 1):
        kg.decide(action, [statement], agent, folder, at=datetime(2025, 2, day, tzinfo=UTC))
    with contextlib.suppress(ImportError):
        from openpyxl import load_workbook

        book = load_workbook(BytesIO(kg.review_sheet(kg.load(folder))))
        sheet = book["Review"]
        heads = [cell.value for cell in sheet[1]]
        rows = []
        for row in sheet.iter_rows(min_row=2):
            cells = dict(zip(heads, row, strict=True))
            cells["Decision"].value, cells["Comment"].value = "approve", "Agreed."
            keys = ("Statement", "Decision", "Comment", "State", "Parts")
            rows.append({key.lower(): str(cells[key].value) for key in keys})
        book.save(folder / "given" / "decisions.xlsx")
        text = json.dumps({"kind": KIND, "decisions": rows}, indent=1)
        (folder / "given" / "decisions.json").write_text(text, encoding="utf-8")


def seeds(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Return what is damaged: the words of each command, and each file of the project."""
    for number, words in enumerate(COMMANDS):
        text = "\n".join(words).replace("FILE", ".").replace("RESULT", "result")
        yield f"words {number}", text.encode()
    for name, data in files.items():
        yield f"project {name.replace('/', '@')}", data


def typed(data: bytes, files: Mapping[str, bytes], folder: Path) -> None:
    """Run a command of which the words were damaged, one a line, in a sound project."""
    with _written(files, folder) as place:
        run(os.fsdecode(data.replace(b"\0", b"")).split("\n"), place)


def on_project(name: str, data: bytes, files: Mapping[str, bytes], folder: Path) -> None:
    """Run a command in a project of which one file was damaged; which one follows from it."""
    file = name.replace("@", "/")
    given = "/".join(file.split("/")[:2])  # or a file of a folder
    ours = [words for words in COMMANDS if any(given in word for word in words)]
    some = ours if file.startswith("given/") else COMMANDS
    words = some[zlib.crc32(data) % len(some)]
    with _written({**files, file: data}, folder) as place:
        run([word.replace("RESULT", "result").replace("FILE", ".") for word in words], place)


def use(path: Path, number: int) -> None:
    """Write a format of a project or graph file, or run a command on it."""
    formats = [*EXPORTERS, *FOLDERS]
    command = COMMANDS[number // 3 % len(COMMANDS)]
    if number % 3 == 0:
        name = formats[number // 3 % len(formats)]
        command = ("export", name, "FILE", "--include-unreviewed", "--output", "RESULT")
    place = path.parent / "result"
    words = [word.replace("RESULT", str(place)).replace("FILE", str(path)) for word in command]
    run(words, path.parent)
    for made in path.parent.glob("result*"):
        shutil.rmtree(made) if made.is_dir() else made.unlink()


def run(words: list[str], folder: Path) -> None:
    """Run a command in a folder.

    :raises KgError: if kg refuses it.
    """
    with contextlib.chdir(folder):
        done = CliRunner().invoke(cli, words, catch_exceptions=False)
    if done.exit_code == 2:
        raise KgError("wrong use")
    if done.exit_code not in (0, 1):  # every other code is raised as an error of its kind
        raise AssertionError(f"kg {' '.join(words)} ended with {done.exit_code}")


@contextlib.contextmanager
def _written(files: Mapping[str, bytes], folder: Path) -> Iterator[Path]:
    place = folder / "typed"
    try:
        for name, data in files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        yield place
    finally:
        shutil.rmtree(place)


_CHANGES = {"os.mkdir", "os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir", "os.chmod"}


def keep_to(space: Path) -> None:
    """Have this process find all outside a folder read-only: damaged words name any place."""
    tempfile.tempdir = str(space)
    os.environ["KG_CACHE"] = str(space / "cache")
    root = os.path.realpath(space)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            changes = isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        else:
            changes = event in _CHANGES
        if not changes or not isinstance(arguments[0], str | bytes | os.PathLike):
            return
        if event != "open" and isinstance(arguments[-1], int) and arguments[-1] >= 0:
            return  # within a folder that is open
        place = os.path.realpath(os.fsdecode(arguments[0]))
        if place != os.devnull and not place.startswith(root):
            raise OSError(30, "Read-only file system", place)

    sys.addaudithook(hook)
