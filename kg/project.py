"""A project: a folder with ``kg.toml``, records, and if it needs them terms, rules, shapes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from kg import resources
from kg.errors import InputError, Place, UsageError, did_you_mean
from kg.graph_files import GRAPH_FORMATS
from kg.journal import finish
from kg.literals import is_language
from kg.ontology import Ontology
from kg.readers import reader_for
from kg.resources import CONFIG, JOURNAL, OUTPUT_FOLDERS, PARTS


@dataclass(frozen=True)
class Settings:
    """What ``[project]`` in ``kg.toml`` may say; ``-`` in a key is ``_`` here."""

    base: str
    title: str = ""
    description: str = ""
    language: str = "en"
    license: str = ""
    version: str = ""
    records: list[str] = field(default_factory=lambda: ["data"])
    include_unreviewed: bool = False


@dataclass(frozen=True)
class Project:
    """A folder of records with its settings."""

    folder: Path
    settings: Settings

    @staticmethod
    def read(path: Path) -> Project:
        """Read a project from its folder or from its ``kg.toml``.

        :raises InputError: if there is no ``kg.toml`` or it is not TOML.
        :raises UsageError: if it has an unknown key, a wrong value, or no base IRI.
        """
        config = path if path.name == CONFIG else path / CONFIG
        finish(config.parent)
        try:
            text = config.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise InputError(
                f"no {CONFIG} in {path}", hint=f"'kg init {path}' writes a working project there"
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot read {config}: {error}") from error
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{config.name} is not TOML: {error}") from error
        except RecursionError as error:
            raise InputError(f"{config.name} is not TOML: values lie too deep") from error
        return Project(config.parent.resolve(), _settings(table, text))

    @staticmethod
    def find(start: Path) -> Project:
        """Return the project that a folder lies in.

        :raises UsageError: if it lies in none.
        """
        found = Project.near(start)
        if found is None:
            raise UsageError(
                f"no project: there is no {CONFIG} in this folder or above it",
                hint="name a project folder or a graph file, begin a project with "
                "'kg init FOLDER', or take a dataset that comes with kg: --demo",
            )
        return found

    @staticmethod
    def near(start: Path) -> Project | None:
        """Return the project of the nearest ``kg.toml`` upward, or ``None``.

        In a clone of this repository, outside of any project, it is the dataset.
        """
        found = resources.project_near(start)
        return Project.read(found) if found else None

    @staticmethod
    def above(start: Path) -> Project | None:
        """Return the project of the nearest ``kg.toml`` in a folder or above it, or ``None``."""
        found = resources.project_above(start)
        return Project.read(found) if found else None

    def ontology(self) -> Ontology:
        """Return the bundled ontology together with the project's ``ontology/`` folder."""
        return Ontology.read(resources.ontology_files(self.folder), (self.folder,))

    def record_files(self) -> Iterator[tuple[Path, str]]:
        """Yield each file of records with its name relative to the project, in order of name.

        :raises InputError: if a folder or file that ``records`` names does not exist, or a name
            that promises records belongs to anything but a file.
        :raises UsageError: if ``records`` names a place outside of the project.
        """
        for file, name in self._files(lambda p: reader_for(p) is not None):
            if file.suffix not in GRAPH_FORMATS:
                yield file, name

    def graph_files(self) -> Iterator[tuple[Path, str]]:
        """Yield each file of RDF among the records, as :meth:`record_files` does.

        Terms, rules and shapes of the project are not among them.
        """
        for file, name in self._files(lambda p: p.suffix in GRAPH_FORMATS):
            if file.suffix in GRAPH_FORMATS and name.partition("/")[0] not in PARTS:
                yield file, name

    def _files(self, wanted: Callable[[Path], bool]) -> Iterator[tuple[Path, str]]:
        for entry in self.settings.records:
            path = self.folder / entry
            if not path.resolve().is_relative_to(self.folder):
                raise UsageError(
                    f"'{entry}' lies outside of the project",
                    hint=f"name folders below {CONFIG} in 'records'",
                )
            if path.is_dir():
                found = [p for p in sorted(path.rglob("*")) if wanted(p)]
                for file in found:
                    if not file.is_file():
                        raise InputError(
                            f"{file.relative_to(self.folder)} is not a file that can be read",
                            hint="remove it, or give it an ending that records do not have",
                        )
            elif path.is_file():
                found = [path]
            else:
                raise InputError(
                    f"'{entry}' does not exist in {self.folder.name}",
                    hint=f"fix 'records' in {CONFIG}",
                )
            for file in found:
                name = file.relative_to(self.folder)
                if not OUTPUT_FOLDERS & set(name.parts) and JOURNAL not in name.parts[0]:
                    yield file, name.as_posix()


def _settings(table: dict[str, Any], text: str) -> Settings:
    known = {f.name.replace("_", "-"): f for f in fields(Settings)}
    for section in table:
        if section != "project":
            raise _mistake(text, section, f"unknown section '{section}'", {"project"})
    given = table.get("project", {})
    if not isinstance(given, dict):
        raise _mistake(text, "project", "'project' is a section: write [project]", {})
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            raise _mistake(text, key, f"unknown key '{key}'", known)
        if not _right_type(known[key].name, value):
            raise _mistake(text, key, f"'{key}' has the wrong type of value", {})
        values[known[key].name] = value
    language = values.get("language", "en")
    if not is_language(language):
        message = f"'language' is not a language tag: '{language}'"
        raise _mistake(text, "language", f"{message}; write one such as en or pt-BR", {})
    base = values.get("base", "")
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*:[^\s\x00-\x20<>\"{}|\\^`]+[/#]", base):
        raise _mistake(
            text,
            "base",
            "'base' must be an absolute IRI that ends in '/' or '#', as in "
            '"https://example.org/evidence/"',
            {},
        )
    return Settings(**values)


def _right_type(name: str, value: object) -> bool:
    if name == "records":
        return isinstance(value, list) and all(
            isinstance(entry, str) and "\0" not in entry for entry in value
        )
    return isinstance(value, bool if name == "include_unreviewed" else str)


def _mistake(text: str, key: str, message: str, known: Iterable[str]) -> UsageError:
    lines = text.splitlines()
    pattern = re.compile(rf"^\s*\[?\s*{re.escape(key)}\b")
    number = next((n for n, line in enumerate(lines, 1) if pattern.match(line)), 1)
    return UsageError(message, place=Place(CONFIG, number, 1), hint=did_you_mean(key, known))
