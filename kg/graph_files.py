"""Graph files: the syntax that a name tells, and the text of what may be compressed."""

from __future__ import annotations

import gzip
import hashlib
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, TypeVar, cast

from pyoxigraph import NamedNode, RdfFormat

from kg.errors import InputError, UsageError
from kg.outputs import CONTENTS
from kg.shacl.sql import INSTALL

GRAPH_FORMATS: Mapping[str, RdfFormat] = {
    ".jsonld": RdfFormat.JSON_LD,
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
}
"""How a graph file's name ends → its syntax."""
LINE_FORMATS = {RdfFormat.N_TRIPLES: 3, RdfFormat.N_QUADS: 4}
"""Syntaxes of one statement a line → the number of terms on a line."""
COMPRESSED = (".gz", ".zst")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """A file, its syntax, and how it is compressed (``.gz``, ``.zst`` or not at all).

    ``given`` is the IRI that relative ones are resolved against instead of the file's address.
    """

    path: Path
    syntax: RdfFormat
    compression: str = ""
    given: str = ""

    @property
    def terms(self) -> int:
        """The number of terms on a line, 0 where a statement may span lines."""
        return LINE_FORMATS.get(self.syntax, 0)

    @property
    def named(self) -> bool:
        """Whether the syntax has named graphs."""
        return self.syntax in (RdfFormat.N_QUADS, RdfFormat.TRIG, RdfFormat.JSON_LD)

    @property
    def base(self) -> str:
        """The IRI that relative ones are resolved against; compression does not change it."""
        return self.given or self.path.resolve().as_uri().removesuffix(self.compression)


def source(path: Path, base: str = "") -> Source:
    """Tell a file's syntax from its name, such as ``a.nt``, ``b.nq.gz`` or ``c.ttl.zst``.

    :param base: what relative IRIs are resolved against; without it the address of the file.
    :raises InputError: if the file is missing or its name does not tell its format.
    """
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is not a file that can be read", hint="name a regular file")
    if not path.is_file():
        raise InputError(f"no such file: {path}")
    compression = path.suffix if path.suffix in COMPRESSED else ""
    if compression and not path.stat().st_size:
        raise InputError(
            f"{path.name}: the compressed data are truncated: the file is empty",
            hint="copy or download the file again",
        )
    syntax = _syntax(path)
    if syntax is None:
        known = ", ".join(GRAPH_FORMATS)
        raise InputError(
            f"unknown kind of graph file: {path.name}", hint=f"known: {known}; also with .gz, .zst"
        )
    return Source(path, syntax, compression, base)


def parts(folder: Path) -> list[Path]:
    """Return the files of a graph in parts: all in a folder that has N-Triples or N-Quads.

    Files and folders whose names begin with ``.`` or ``_``, and the list that kg writes beside
    parts, are none. Of a folder without such parts nothing is returned.
    """
    files = [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and file.name != CONTENTS
        and not any(name[0] in "._" for name in file.relative_to(folder).parts)
    ]
    return files if any(_syntax(file) in LINE_FORMATS for file in files) else []


def text_size(path: Path) -> int:
    """Return how many bytes of text a file has; about ten times its own where it is compressed."""
    return path.stat().st_size * (10 if path.suffix in COMPRESSED else 1)


def _syntax(path: Path) -> RdfFormat | None:
    compression = path.suffix if path.suffix in COMPRESSED else ""
    return GRAPH_FORMATS.get(Path(path.name.removesuffix(compression)).suffix)


def absolute(base: str) -> str:
    """Return a base that was given, if it is one.

    :raises UsageError: if relative IRIs cannot be resolved against it.
    """
    try:
        if base and not NamedNode(base).value.partition(":")[2]:
            raise ValueError("nothing follows its scheme")
    except ValueError as error:
        raise UsageError(
            f"'{base}' is not an absolute IRI: {error}", hint="such as --base https://example.org/"
        ) from error
    return base


def local_address(terms: Iterable[object]) -> str:
    """Return the first of some terms that is an address of a file, as an IRI, or ``""``."""
    for term in terms:
        if isinstance(term, NamedNode) and term.value.startswith("file:"):
            return term.value
    return ""


def local_note(name: str, local: str) -> str:
    """Return what is to be said of a file with an IRI that is an address on this machine."""
    if not local:
        return ""
    return (
        f"{name}: relative IRIs became addresses on this machine, such as {local}; "
        "--base IRI or @base in the file gives them others"
    )


OWN_FILE = "a value of that size belongs in a file of its own, with its address here"
"""What to do with a value that is too long to be read."""


class Hash(Protocol):
    """What a digest is made with, piece by piece."""

    def update(self, data: bytes, /) -> object:
        """Add some bytes."""
        ...

    def hexdigest(self) -> str:
        """Return the digest of all bytes, in hexadecimal."""
        ...


class Counted:
    """A file that counts the bytes that are read of it, and may hash them."""

    def __init__(self, raw: IO[bytes], hash: Hash | None) -> None:
        self._raw, self._hash = raw, hash
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes."""
        data = self._raw.read(size)
        if self._hash:
            self._hash.update(data)
        self.count += len(data)
        return data

    def whole_lines(self, size: int, longest: int) -> bytes:
        """Read ``size`` bytes and at most ``longest`` more to the end of the line, uncopied."""
        start = self._raw.tell()
        self._raw.seek(start + size)
        rest = len(self._raw.readline(longest))
        self._raw.seek(start)
        return self.read(size + rest)

    def finish(self) -> None:
        """Read what is left."""
        while self.read(1 << 20):
            pass


@contextmanager
def opened(
    origin: Source, hash: Hash | None = None
) -> Iterator[tuple[IO[bytes] | Counted, Counted]]:
    """Open a file for reading its text; the second value counts its bytes.

    :param hash: gets the bytes that are read.
    :raises InputError: see :func:`reading`.
    """
    with reading(origin.path), origin.path.open("rb") as raw:
        counted = Counted(raw, hash)
        yield decompressed(counted, origin.compression), counted


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what goes wrong while a file is read into an error that says so.

    :raises InputError: if it cannot be read, or what is compressed ends early or is damaged.
    """
    try:
        yield
    except EOFError as error:
        raise InputError(
            f"{path.name}: the compressed data are truncated",
            hint="copy or download the file again; nothing of it was kept",
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"{path.name} is damaged: {error}") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except Exception as error:
        if type(error).__name__ == "ZstdError":
            raise InputError(f"{path.name} is damaged: {error}") from error
        raise


def decompressed(raw: T, compression: str) -> IO[bytes] | T:
    """Return a file to read the text of a compressed one from."""
    if compression == ".gz":
        return cast(IO[bytes], gzip.open(cast(IO[bytes], raw)))
    if compression == ".zst":
        return _zstd(cast(IO[bytes], raw))
    return raw


def _zstd(raw: IO[bytes]) -> IO[bytes]:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError as error:
        raise UsageError("Zstandard files need the extra 'scale'", hint=INSTALL) from error
    return cast(IO[bytes], zstd.open(raw))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal.

    :raises InputError: if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
