"""Errors that carry their data in fields and speak one sentence each.

Every error names what was wrong, where, and what to do about it. The command line turns
:attr:`KgError.exit_code` into the exit code of the process; the library never prints or exits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.shacl.errors import did_you_mean as did_you_mean

if TYPE_CHECKING:
    from kg.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a text file.

    ``file`` is the path relative to the project folder, with forward slashes; ``line`` and
    ``column`` count from 1, columns in Unicode code points.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class KgError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code = 4


class UsageError(KgError):
    """The call cannot be carried out as it was made: wrong name, wrong option, wrong settings."""

    exit_code = 2

    def __init__(self, message: str, *, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message, place, hint)
        self.message, self.place, self.hint = message, place, hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}" + (f" ({self.hint})" if self.hint else "")


class InputError(UsageError):
    """A file is missing, is not readable, or is not in the format that its name promises."""

    exit_code = 3


class RecordsError(KgError):
    """The records cannot become a graph; :attr:`diagnostics` says why, all of it at once.

    :attr:`folder` is that of the project, where it is known.
    """

    exit_code = 1

    def __init__(self, diagnostics: Iterable[Diagnostic], folder: Path | None = None) -> None:
        self.diagnostics = tuple(diagnostics)
        self.folder = folder
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        first = self.diagnostics[0]
        more = len(self.diagnostics) - 1
        return f"{first}" + (f" (and {more} more)" if more else "")
