"""A small project that works, for somebody who begins."""

from __future__ import annotations

from pathlib import Path

from kg import jsontext, resources
from kg.errors import UsageError
from kg.journal import change, finish
from kg.ontology import Ontology
from kg.schema import NAME, json_schema


def init(folder: str | Path) -> tuple[Path, ...]:
    """Write a small working project with comments into a folder, and return its files.

    Its ``kg.schema.json`` lets editors complete keys and values (``.vscode/settings.json``).

    :raises UsageError: if a file of that name is there already; then nothing is written.
    :raises InputError: if the folder cannot be written.
    """
    target = Path(folder)
    finish(target)
    template = resources.project_template()
    files = {
        target / path.relative_to(template): path.read_bytes()
        for path in sorted(template.rglob("*"))
        if path.is_file()
    }
    words = jsontext.line(json_schema(Ontology.read(resources.ontology_files())))
    files[target / NAME] = f"{words}\n".encode()
    for path in files:
        if path.exists():
            raise UsageError(f"{path} exists already", hint="choose an empty folder")
    change(target, files)
    return tuple(files)
