"""Errors that carry their data in fields and speak one sentence each.

Every error names what was wrong, where, and what to do about it. The command line turns
:attr:`KgError.exit_code` into the exit code of the process; the library never prints or exits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from kg.shacl.errors import SetupError, ShaclError
from kg.shacl.errors import did_you_mean as did_you_mean


class Place(NamedTuple):
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
    """The call cannot be executed: wrong name, wrong option, wrong settings."""

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


@contextmanager
def packages_for(what: str, extra: str = "") -> Iterator[None]:
    """Turn a package that is not installed into an error that says how to install it.

    :param what: what needs the package.
    :param extra: the extra of this package that brings it.
    :raises UsageError: if a package cannot be imported within.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        wanted = f"'clinical-evidence-kg[{extra}]'" if extra else package
        raise UsageError(
            f"{what} needs the package {package}, which is not installed",
            hint=f"install it: pip install {wanted}",
        ) from error


@contextmanager
def shacl_errors() -> Iterator[None]:
    """Turn what :mod:`kg.shacl` raises into an error of kg.

    :raises UsageError: if an engine cannot be used here.
    :raises InputError: if shapes or data cannot be used, or space runs out.
    """
    try:
        yield
    except SetupError as error:
        raise UsageError(error.message, hint=error.hint) from error
    except ShaclError as error:
        raise InputError(error.message, hint=error.hint) from error
