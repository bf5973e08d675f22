"""Files in and out: graph files of every RDF syntax, and writes that are complete or absent."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import InputError, UsageError
from kg.graph import Graph
from kg.graph_files import local_address, local_note, opened, source
from kg.graph_limits import within_limits
from kg.ontology import CEKG, TYPE, Ontology

UNKNOWN_BASE = "urn:kg:"
MOST_TEXT = 250_000_000
"""Bytes of a graph file, decompressed, that are loaded into memory."""
LONGEST_LITERAL = 10_000_000
"""Characters of a literal of a graph file that is loaded."""
_UNFINISHED = re.compile(r"[.](.+)[.][a-z0-9_]{8}")
_UMASK = os.umask(0o022)
os.umask(_UMASK)


def read_graph(path: Path, ontology: Ontology, base: str = "") -> Graph:
    """Read a graph file, also a compressed one (``.ttl.gz``, ``.nq.zst``); see :meth:`Graph.read`.

    :param base: what relative IRIs are resolved against; without it the address of the file.
    :raises InputError: if the file is missing, has an unknown name, or is not what its name says.
    :raises UsageError: if reading ``.zst`` needs the extra ``scale``.
    """
    origin = source(path, base)
    with opened(origin) as (file, _):
        text = file.read(MOST_TEXT + 1).removeprefix(BOM_UTF8)
    if len(text) > MOST_TEXT:
        raise InputError(
            f"{path.name} has more than {MOST_TEXT // 1_000_000} MB of text, too much to load",
            hint="the engine 'duckdb' validates and exports it without loading it",
        )
    within_limits(path.name, text, origin.syntax)
    try:
        quads = list(parse(text, origin.syntax, base_iri=origin.base))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise at_line(path.name, line, *misread(origin.syntax, error)) from error
    local = ""
    for quad in quads:
        if reason := _unusable(quad.object):
            raise InputError(f"{path.name}: {reason}", hint=f"the subject is {quad.subject}")
        if not (local or origin.terms):
            local = local_address(quad.triple)
    graph_class = NamedNode(CEKG + "KnowledgeGraph")
    kinds = [q for q in quads if q.predicate == TYPE and q.object == graph_class]
    bases = sorted(q.subject.value for q in kinds if isinstance(q.subject, NamedNode))
    graph = Graph(ontology, bases[0] if bases else UNKNOWN_BASE)
    graph.read(quads)
    graph.note = local_note(path.name, local)
    return graph


def _unusable(term: object) -> str:
    """Return why a term of RDF cannot be part of a graph, or ``""``."""
    if isinstance(term, Literal):
        if len(term.value) > LONGEST_LITERAL:
            return f"a literal has {len(term.value):,} characters, {LONGEST_LITERAL:,} at most"
        return "a literal has a base direction (RDF 1.2)" if term.direction else ""
    return "a statement is about a statement (RDF 1.2)" if isinstance(term, Triple) else ""


def misread(syntax: RdfFormat, error: Exception) -> tuple[str, str]:
    """Return why pyoxigraph cannot read a text, without the place, and a fix."""
    reason = error.msg if isinstance(error, SyntaxError) else str(error)
    reason = re.sub("^Parser error (?:at|between) line [^:]*: ", "", reason)
    return reason, f"fix it there, or export the file again: it is not {syntax.name}"


def at_line(name: str, line: int | None, reason: str, hint: str) -> InputError:
    """Return an error in a file.

    :param line: the line of the file, from 1, where it is known.
    """
    return InputError(f"{name}:{line}: {reason}" if line else f"{name}: {reason}", hint=hint)


@contextlib.contextmanager
def whole_file(path: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a path beside a file to write to; at the end it takes the file's place.

    After an error or Ctrl-C nothing of it remains, and the file is as it was.

    :raises UsageError: if a file is in the way that was not written by this program.
    :raises InputError: if it cannot be written.
    """
    only_ours([path], force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InputError(f"cannot write {error.filename}: {error.strerror}") from error
    os.close(handle)
    fresh = Path(name)
    try:
        yield fresh
        fresh.chmod(0o666 & ~_UMASK)
        fresh.replace(path)
    except OSError as error:
        raise InputError(f"cannot write {error.filename or path}: {error.strerror}") from error
    finally:
        fresh.unlink(missing_ok=True)


@contextlib.contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a folder beside another to write files to; at the end it takes the other's place.

    Each written folder lists its files in :data:`CONTENTS`. Only a folder that holds nothing but
    what it lists is replaced: nothing of anybody else's is ever removed.

    :raises UsageError: if the folder holds anything else, or is a file.
    :raises InputError: if it cannot be written.
    """
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file and was not changed", hint="name a folder")
    if path.exists() and not _listed_only(path):
        raise UsageError(
            f"{path} contains files that kg did not write, and was not changed",
            hint="choose another folder, or empty it",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    except OSError as error:
        raise InputError(f"cannot write {error.filename}: {error.strerror}") from error
    before = fresh.with_name(fresh.name + ".before")
    try:
        yield fresh
        sums = "".join(
            f"{_sha256(f)}  {f.relative_to(fresh).as_posix()}\n"
            for f in sorted(fresh.rglob("*"))
            if f.is_file()
        )
        (fresh / CONTENTS).write_bytes(b"# files of " + MARK + b"\n" + sums.encode())
        fresh.chmod(0o777 & ~_UMASK)
        if path.exists():
            path.replace(before)
        fresh.replace(path)
    except OSError as error:
        raise InputError(f"cannot write {error.filename or path}: {error.strerror}") from error
    finally:
        if before.exists() and not path.exists():
            before.replace(path)
        shutil.rmtree(before, ignore_errors=True)
        shutil.rmtree(fresh, ignore_errors=True)


def rewrite(path: Path, table: bytes, delete: bytes) -> None:
    """Pass a file's bytes through :meth:`bytes.translate`, a block at a time."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    fresh = Path(name)
    try:
        with path.open("rb") as old, os.fdopen(handle, "wb") as new:
            while block := old.read(1 << 20):
                new.write(block.translate(table, delete))
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _listed_only(folder: Path) -> bool:
    """Tell whether a folder is empty, or holds what an earlier run listed and nothing else."""
    found = {f.relative_to(folder).as_posix() for f in folder.rglob("*") if not f.is_dir()}
    try:
        lines = (folder / CONTENTS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return not found
    listed = {line.partition("  ")[2] for line in lines if not line.startswith("#")}
    return found <= listed | {CONTENTS}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def only_ours(paths: Iterable[Path], force: bool = False) -> None:
    """Refuse to overwrite anything else.

    :param force: allow files that do not look like ones written by an earlier run.
    :raises UsageError: if a folder or a device is in the way, or a file that kg did not write.
    """
    for path in paths:
        if path.is_dir():
            raise UsageError(f"{path} is a folder", hint="name a file in it")
        if path.exists() and not path.is_file():  # replacing a device would remove it
            raise UsageError(f"{path} is not a regular file", hint="- writes to stdout instead")
        if path.exists() and not force and not _ours(path):
            raise UsageError(
                f"{path} was not written by kg and was not changed",
                hint="choose another place, or overwrite it with --force",
            )


def write_all(files: Mapping[Path, bytes | Iterable[bytes]], *, force: bool = False) -> None:
    """Write files so that each is whole or absent, and none is written if one cannot be.

    A file that already has this content is not touched, unless it comes in pieces.

    :param files: path → what to write, whole or in pieces.
    :param force: overwrite files that do not look like ones written by an earlier run.
    :raises UsageError: if a file is in the way that was not written by this program.
    :raises InputError: if a folder or file cannot be written.
    """
    only_ours(files, force)
    changed: dict[Path, bytes | Iterable[bytes]] = {}
    for path, data in files.items():
        if not path.exists() or not isinstance(data, bytes) or not _holds(path, data):
            changed[path] = data
    waiting: list[tuple[str, Path]] = []
    try:
        for folder in {path.parent for path in changed}:
            folder.mkdir(parents=True, exist_ok=True)
        for path, data in changed.items():
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            waiting.append((name, path))
            with os.fdopen(handle, "wb") as out:
                out.writelines([data] if isinstance(data, bytes) else data)
            Path(name).chmod(0o666 & ~_UMASK)
        for name, path in waiting:
            Path(name).replace(path)
        waiting.clear()
    except OSError as error:
        place = error.filename or (waiting[-1][1] if waiting else next(iter(files)))
        raise InputError(f"cannot write {place}: {error.strerror}") from error
    finally:
        for name, _ in waiting:
            Path(name).unlink(missing_ok=True)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a lock on an output folder, in a file beside it, which ends with the process.

    :raises InputError: if another process holds it, or the lock cannot be made.
    """
    try:
        import fcntl
    except ImportError:  # no such locks on Windows
        yield
        return
    path = folder.absolute().with_name(f".{folder.absolute().name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
    except OSError as error:
        raise InputError(f"cannot write {error.filename}: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise InputError(
            f"another process writes to {folder}", hint="wait for it, or choose another folder"
        ) from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def sweep(paths: Iterable[Path]) -> int:
    """Remove what a killed run left beside files it was writing, and return how many files."""
    folders: dict[Path, set[str]] = {}
    for path in paths:
        folders.setdefault(path.parent, set()).add(path.name)
    left = [
        file
        for folder, names in folders.items()
        if folder.is_dir()
        for file in folder.iterdir()
        if (match := _UNFINISHED.fullmatch(file.name)) and match[1] in names and file.is_file()
    ]
    for file in left:
        file.unlink(missing_ok=True)
    return len(left)


CONTENTS = "contents.txt"
"""File of an output folder that lists the others, each with its SHA-256."""


def folder_files(folder: Path, files: Mapping[str, bytes]) -> dict[Path, bytes]:
    """Return the files of an output folder by their whole paths, with a list of them all."""
    sums = "".join(f"{hashlib.sha256(d).hexdigest()}  {n}\n" for n, d in sorted(files.items()))
    listed = {**files, CONTENTS: b"# files of " + MARK + b"\n" + sums.encode()}
    return {folder / name: data for name, data in listed.items()}


def stale_files(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Return the files that an earlier run listed in a folder and a new one has no more.

    Only files within the folder that still have the mark of this program are among them.
    """
    try:
        lines = (folder / CONTENTS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    names = [line.partition("  ")[2] for line in lines if not line.startswith("#")]
    paths = [folder / name for name in names if name and name not in files]
    root = folder.resolve()
    return [p for p in paths if p.is_file() and p.resolve().is_relative_to(root) and _ours(p)]


def write_folder(folder: Path, files: Mapping[str, bytes], *, force: bool = False) -> None:
    """Write an output folder, and remove from it what an earlier run left and this one has not.

    :raises UsageError: if a file is in the way that was not written by this program.
    :raises InputError: if a folder or file cannot be written.
    """
    gone = stale_files(folder, files)
    write_all(folder_files(folder, files), force=force)
    remove(gone)


def remove(paths: Iterable[Path]) -> None:
    """Remove files, and folders that are empty without them."""
    for path in paths:
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()


def _ours(path: Path) -> bool:
    """Tell whether a file has the mark that every output of this program carries."""
    try:
        with path.open("rb") as file:
            start = file.read(4096)
            file.seek(max(path.stat().st_size - 4096, 0))
            return MARK in start or MARK in file.read()
    except OSError:
        return False


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


MARK = b"clinical-evidence-kg"
"""Every output names the project in its first or last 4096 bytes; the namespace IRI does it too."""
