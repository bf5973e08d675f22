"""What several commands share: arguments, and output."""

from __future__ import annotations

import re
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, BinaryIO, TypeGuard, TypeVar, cast

import click

from kg import resources
from kg.errors import InputError, UsageError
from kg.outputs import write_all
from kg.xmltext import visible

F = TypeVar("F", bound=Callable[..., Any])


class _Path(click.Path):
    """A path that the system can look for; nothing need be there."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the path.

        :raises BadParameter: if a name in it is too long, or links lead in a circle.
        """
        path = cast(Path, super().convert(value, param, ctx))
        try:
            path.resolve(strict=True)
        except (OSError, RuntimeError) as error:  # RuntimeError: a circle, before Python 3.13
            if not isinstance(error, FileNotFoundError | NotADirectoryError | PermissionError):
                reason = getattr(error, "strerror", None) or "links lead in a circle"
                self.fail(f"{str(path)[:100]}: {reason}", param, ctx)
        return path


PATH = _Path(path_type=Path)
"""The type of arguments that are files or folders."""


def existing(word: str) -> Path | None:
    """Return the file or folder that a word names, if there is one."""
    try:
        return Path(word) if Path(word).exists() else None
    except OSError:  # no name of a file can be so long
        return None


def source_argument(command: F) -> F:
    """Add the argument SOURCE, a project folder or a graph file, and ``--demo``."""
    argument = click.argument("source", required=False, type=PATH)
    return argument(demo_option("source")(command))


def demo_option(name: str) -> Callable[[F], F]:
    """Add ``--demo``, which puts a dataset that comes with kg in the place of a parameter."""

    def add(command: F) -> F:
        @wraps(command)
        def call(*, demo: str | None, **values: Any) -> Any:
            if demo is not None:
                if values[name]:
                    raise UsageError("'--demo' and a project or file are given", hint="choose one")
                folder = resources.demo(demo)
                values[name] = (folder,) if isinstance(values[name], tuple) else folder
            return command(**values)

        return cast(F, _DEMO(call))

    return add


_DEMO = click.option(
    "--demo",
    is_flag=False,
    flag_value=resources.DATASET,
    metavar="[NAME]",
    help=f"Use a dataset that comes with kg: {', '.join(resources.bundled_datasets())}; without "
    f"NAME {resources.DATASET}.",
)


def unreviewed_option(command: F) -> F:
    """Add ``--include-unreviewed/--approved-only``; neither means the project's own setting."""
    return click.option(
        "--include-unreviewed/--approved-only",
        "include_unreviewed",
        default=None,
        help="Include unapproved statements, each stamped, or leave them out. "
        "Default: the setting in kg.toml, else approved only.",
    )(command)


def base_option(command: F) -> F:
    """Add ``--base``."""
    return click.option(
        "--base",
        default="",
        metavar="IRI",
        help="Base IRI of relative IRIs in graph and shapes files. Default: the address of each "
        "file. @base in a file takes precedence.",
    )(command)


def force_option(command: F) -> F:
    """Add ``--force``."""
    return click.option("--force", is_flag=True, help="Overwrite files that kg did not write.")(
        command
    )


def text_or_json_option(command: F) -> F:
    """Add ``--format``: text for people, or JSON."""
    return click.option(
        "--format",
        "format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="Output format.",
    )(command)


def memory_option(command: F) -> F:
    """Add ``--memory``."""
    return click.option(
        "--memory",
        default="",
        metavar="AMOUNT",
        help="Memory for a large graph file, such as 700MB; the rest goes to disk. For 'spark': "
        "per worker, or in total on this machine.",
    )(command)


def master_option(command: F) -> F:
    """Add ``--master``."""
    return click.option(
        "--master",
        default="",
        metavar="URL",
        help="Where the engine 'spark' runs: spark://host:7077, or local[2] for two cores of this "
        "machine; default: all cores of this machine.",
    )(command)


def emit(
    data: bytes | Iterable[bytes],
    output: Path | None,
    *,
    force: bool = False,
    inputs: Iterable[Path | None] = (),
) -> None:
    """Write data to a file, whole or not at all, or to stdout for ``-`` or no file.

    :param inputs: what the data is made from, which the output must not replace.
    :raises UsageError: if something is in the way that kg did not write, or is an input.
    :raises InputError: if it cannot be written.
    """
    if is_file(output):
        from kg.loading import keep_inputs  # not above: it needs the libraries of graphs

        for path in inputs:
            keep_inputs(path, output)
        write_all({output: data}, force=force)
        note(f"wrote {output}")
    else:
        try:
            with stdout() as stream:
                stream.writelines([data] if isinstance(data, bytes) else data)
        except BrokenPipeError:  # the reader has enough: what a command answers stays the same
            sys.stdout = None


@contextmanager
def stdout() -> Iterator[BinaryIO]:
    """Give stdout for bytes.

    :raises BrokenPipeError: if its reader has gone, which is not an error of the command.
    :raises UsageError: if the bytes are no text, and stdout is a terminal.
    :raises InputError: if it cannot be written.
    """
    _refuse_closed()
    try:
        yield cast(BinaryIO, _Terminal()) if sys.stdout.isatty() else sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = None
        raise InputError(f"cannot write to stdout: {error.strerror}") from error


def _refuse_closed() -> None:
    if sys.stdout is None:  # kg … >&-
        raise InputError("cannot write to stdout: it is closed")


class _Terminal:
    """A terminal as a stream of bytes: it gets what it would obey in a visible form."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")()

    def write(self, data: bytes) -> int:
        try:
            text = self._decoder.decode(data)
            if "\0" in text:
                raise ValueError("a NUL is in no text")
        except ValueError as error:
            hint = "write it to a file with --output"
            raise UsageError("a terminal cannot show what is not text", hint=hint) from error
        sys.stdout.buffer.write(visible(text.replace("\r\n", "\n")).encode())
        return len(data)

    def writelines(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.write(line)


def is_file(output: Path | None) -> TypeGuard[Path]:
    """Tell whether output goes to a file: it does not without a name, or with ``-``."""
    return output is not None and str(output) != "-"


def note(text: str) -> None:
    """Print a line for the person at the terminal, on stderr."""
    say(text, err=True)


def say(text: object, *, err: bool = False, nl: bool = True) -> None:
    """Print a text for people: the terminal gets our own styles, and escapes of what it obeys."""
    if not err:
        _refuse_closed()
    parts = _STYLE.split(str(text))  # every second part is a style
    shown = (part if n % 2 else visible(part) for n, part in enumerate(parts))
    click.echo("".join(shown), err=err, nl=nl)


_STYLE = re.compile("(\x1b\\[(?:0|1|4|3[0-7])m)")
"""What :func:`click.style` writes."""
