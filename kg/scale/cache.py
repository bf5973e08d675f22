"""The cache of tables: a folder for each content, whole or absent.

``<cache>/<key>/`` holds the Parquet parts of one file's content and ``manifest.json``, written
last. It comes into being by renaming a finished folder, so neither a killed process nor a full
disk leaves anything that a later run would take for a table. ``<cache>/seen.json`` remembers the
digest of each file by path, size and time of change, so that an unchanged file is not read.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kg.errors import InputError
from kg.graph_files import LINE_FORMATS, Counted, Hash, Source, digest, reading
from kg.outputs import alive
from kg.resources import cache_folder

LAYOUT = 3
"""Changes when older tables can no longer be used."""

KEPT = 3_600
"""Seconds for which a table stays after its last use when no file has its content any more."""
_KEY = re.compile(r"[0-9a-f]{40}-[\w.-]+")
_UNFINISHED = re.compile(r"new-(\d+)-\w+")


@dataclass(frozen=True, slots=True)
class Table:
    """The statements of one file: Parquet parts with the text columns ``s``, ``p``, ``o``, ``g``.

    A number ``k`` identifies the subject: statements that share it share their subject. A subject
    has one for each run of statements about it, so a file in which those are adjacent has few.
    ``blanks`` tells whether there are blank nodes, whose labels hold for this file alone;
    ``noncanonical`` is the number of lines that went through the parser, ``blocks`` that of the
    blocks that were read; each has its part unless nothing is stated in it. ``local`` is an IRI
    that became an address on this machine, for want of a base.
    """

    path: str
    folder: str
    parts: tuple[str, ...]
    statements: int
    noncanonical: int
    blanks: bool
    blocks: int
    local: str = ""

    @property
    def files(self) -> list[str]:
        """The paths of the parts."""
        return [str(Path(self.folder) / part) for part in self.parts]


class Cache:
    """Tables of files by their content."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or cache_folder()
        self._seen = self.folder / "seen.json"

    def usable(self) -> bool:
        """Tell whether tables can be kept here."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            return os.access(self.folder, os.W_OK)
        return False

    def known(self, origin: Source) -> str | None:
        """Return the key of a file whose content may have been read before, else ``None``.

        An unchanged file is not opened; one of the size of another that was read is hashed.

        :raises InputError: if the file cannot be read.
        """
        table, state = self._remembered(), state_of(origin.path)
        found = table.get(str(origin.path.resolve()))
        if found and found[0] == state and self.keyed(origin, found[1]) == found[1]:
            return found[1]
        if any(other[0][0] == state[0] for other in table.values()):
            return self.keyed(origin, _content(origin.path))
        return None

    def keyed(self, origin: Source, content: str) -> str:
        """Return the key for a digest: content, syntax and, if IRIs may be relative, base."""
        key = f"{content[:40]}-{origin.syntax.file_extension}{origin.compression}"
        if origin.syntax not in LINE_FORMATS:
            key += "-" + hashlib.sha256(origin.base.encode()).hexdigest()[:12]
        return key

    def remember(self, origin: Source, key: str, state: list[int]) -> None:
        """Note the key of a file that was in a state when it was read, for the next time."""
        table, path = self._remembered(), str(origin.path.resolve())
        if table.get(path) == (state, key):
            return
        table[path] = (state, key)
        with self.writing():
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = self._seen.with_suffix(f".{os.getpid()}")
            try:
                fresh.write_text(json.dumps(table), encoding="utf-8")
                if self._seen.is_dir():  # whatever it is: not what was remembered
                    shutil.rmtree(self._seen)
                fresh.replace(self._seen)
            finally:
                fresh.unlink(missing_ok=True)

    def _remembered(self) -> dict[str, tuple[list[int], str]]:
        """Return path → state and key; a file that cannot be read is as good as none."""
        try:
            found = json.loads(self._seen.read_text(encoding="utf-8"))
            return {
                path: ([int(n) for n in state], str(key)) for path, (state, key) in found.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def get(self, key: str, path: Path) -> Table | None:
        """Return the table of a key; ``None`` if there is none or it is damaged."""
        folder = self.folder / key
        try:
            found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            sums = found.pop("sha256")
            layout = found.pop("layout")
            parts = tuple(sums)
            with suppress(OSError):  # somebody else's cache can be read all the same
                os.utime(folder / "manifest.json")  # it is in use
            if layout == LAYOUT and all(digest(folder / p) == sum for p, sum in sums.items()):
                return Table(path=str(path), folder=str(folder), parts=parts, **found)
        except (OSError, InputError, ValueError, KeyError, TypeError, AttributeError):
            pass
        return None

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """Make a folder to write in; it is gone afterwards unless :meth:`put` took it.

        :raises InputError: if nothing can be written.
        """
        self._sweep()
        folder = self.folder / f"new-{os.getpid()}-{os.urandom(4).hex()}"
        with self.writing():
            folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def put(self, folder: Path, key: str, table: Table) -> Table:
        """Take a finished folder in under its key.

        :raises InputError: if the manifest cannot be written.
        """
        sums = {part: digest(folder / part) for part in table.parts}
        found = asdict(table)
        for name in ("path", "folder", "parts"):
            del found[name]
        text = json.dumps({"layout": LAYOUT, "sha256": sums, **found})
        home = self.folder / key
        with self.writing():
            (folder / "manifest.json").write_text(text, encoding="utf-8")
            if self.get(key, Path(table.path)) is None:
                shutil.rmtree(home, ignore_errors=True)
                folder.rename(home)
        return replace(table, folder=str(home))

    def _sweep(self) -> None:
        """Remove what ended processes left unfinished, and tables that no file has any more.

        Another process may still read such a table; so it stays while it was used lately.
        """
        named = {key for _, key in self._remembered().values()}
        for folder in self.folder.glob("*/"):
            unfinished = _UNFINISHED.fullmatch(folder.name)
            old = _KEY.fullmatch(folder.name) and folder.name not in named
            if (unfinished and not alive(int(unfinished[1]))) or (old and _unused(folder)):
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Turn a failed write into an error that says what to do."""
        try:
            yield
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            hint = "free some space, or name another folder in KG_CACHE" if full else "KG_CACHE"
            reason = error.strerror or str(error)
            raise InputError(f"cannot write to {self.folder}: {reason}", hint=hint) from error


def content_hash() -> Hash:
    """Return what tables are known by: BLAKE3, which takes a fifth of the time of SHA-256.

    A file is hashed whenever it is read.
    """
    from blake3 import blake3

    return blake3()


def _content(path: Path) -> str:
    """Return the digest of a file that may have been read before.

    :raises InputError: if it cannot be read.
    """
    hash = content_hash()
    with reading(path), path.open("rb") as file:
        Counted(file, hash).finish()
    return hash.hexdigest()


def state_of(path: Path) -> list[int]:
    """Return what changes when a file is written: size, times and inode.

    :raises InputError: if there is no such file.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _unused(table: Path) -> bool:
    try:
        return time.time() - (table / "manifest.json").stat().st_mtime > KEPT
    except OSError:
        return False
