"""What several commands share: arguments, and how output leaves."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.files import write_all

F = TypeVar("F", bound=Callable[..., Any])


def source_argument(command: F) -> F:
    """Add the argument SOURCE: a project folder or a graph file."""
    return click.argument("source", required=False, type=click.Path(path_type=Path))(command)


def unreviewed_option(command: F) -> F:
    """Add ``--include-unreviewed/--approved-only``; neither means the project's own setting."""
    return click.option(
        "--include-unreviewed/--approved-only",
        "include_unreviewed",
        default=None,
        help="Keep statements that nobody approved, each stamped; or leave them out. "
        "Default: what kg.toml says, else approved only.",
    )(command)


def force_option(command: F) -> F:
    """Add ``--force``."""
    return click.option("--force", is_flag=True, help="Overwrite files that kg did not write.")(
        command
    )


def emit(data: bytes | Iterable[bytes], output: Path | None, *, force: bool = False) -> None:
    """Write data to a file, whole or not at all, or to stdout for ``-`` or no file."""
    if output is None or str(output) == "-":
        sys.stdout.buffer.writelines([data] if isinstance(data, bytes) else data)
        sys.stdout.buffer.flush()
    else:
        write_all({output: data}, force=force)
        note(f"wrote {output}")


def note(text: str) -> None:
    """Print a line for the person at the terminal, on stderr."""
    click.echo(text, err=True)
