"""Writing: what was there, or all that is new, and nothing else, whenever a run is ended.

A file is made beside its place and renamed to it. A folder is made beside its place and exchanged
with what is there. Names of unfinished files tell the process; the next run that writes to the
same place removes what an ended process left there, and says so.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import logging
import os
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg.errors import InputError, UsageError
from kg.marks import MARK, is_output

CONTENTS = "contents.txt"
"""File of an output folder that lists the others, each with its SHA-256."""
_UNFINISHED = re.compile(r"[.](?P<name>.+)[.](?P<process>\d+)-[a-z0-9_]{8}(?P<before>[.]before)?")
_HELD: dict[Path, tuple[int, int]] = {}
"""Folder whose lock is held → the thread that holds it, and the open file."""
_UMASK = os.umask(0o022)
os.umask(_UMASK)
_log = logging.getLogger("kg")


@contextlib.contextmanager
def whole_file(path: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a path beside a file to write to; at the end it takes the file's place.

    After an error or Ctrl-C nothing of it remains, and the file is as it was.

    :raises UsageError: if a file is in the way that was not written by this program.
    :raises InputError: if it cannot be written.
    """
    only_ours([path], force)
    with _writing(path):
        path = _real(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep([path])
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=unfinished(path))
        os.close(handle)
        fresh = Path(name)
        try:
            yield fresh
            fresh.chmod(mode_of(path))
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)


def write_all(files: Mapping[Path, bytes | Iterable[bytes]], *, force: bool = False) -> None:
    """Write files so that each is whole or absent, and none is written if one cannot be.

    A file that already has this content is not touched, unless it comes in pieces.

    :param files: path → what to write, whole or in pieces.
    :param force: overwrite files that do not look like ones written by an earlier run.
    :raises UsageError: if a file is in the way that was not written by this program.
    :raises InputError: if a folder or file cannot be written.
    """
    only_ours((path for path, data in files.items() if not _holds(path, data)), force)
    with contextlib.ExitStack() as stack:
        for given, data in files.items():
            if _holds(given, data):
                sweep([given])
                continue
            fresh = stack.enter_context(whole_file(given, force=True))
            with _writing(given), fresh.open("wb") as out:
                out.writelines([data] if isinstance(data, bytes) else data)


@contextlib.contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a folder beside another to write files to; at the end it takes the other's place.

    Only a folder that holds nothing but what an earlier run listed in :data:`CONTENTS` is
    replaced: nothing of anybody else's is ever removed.

    :raises UsageError: if the folder holds anything else, or is a file.
    :raises InputError: if it cannot be written, or another process writes to it.
    """
    _is_folder(path)
    with alone(path):
        if not _entries(path) <= {*_listed(path), CONTENTS}:
            raise UsageError(
                f"{path} contains files that kg did not write, and was not changed",
                hint="choose another folder, or empty it",
            )
        with _replaced(path) as fresh:
            yield fresh
            names = sorted(_entries(fresh))
            (fresh / CONTENTS).write_bytes(_contents({n: _sha256(fresh / n) for n in names}))


def write_folder(
    folder: Path, files: Mapping[str, bytes], *, force: bool = False
) -> dict[str, str]:
    """Write an output folder, which shows all old or all new files at any time.

    What an earlier run listed and this one does not have is removed; files of people stay, and
    files that do not change keep their time.

    :param files: path within the folder → content.
    :param force: overwrite files that an earlier run did not write.
    :return: name → SHA-256 of each file that was written, :data:`CONTENTS` with them.
    :raises UsageError: if a file is in the way that was not written by this program.
    :raises InputError: if a folder or file cannot be written, or another process writes to it.
    """
    _is_folder(folder)
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    made = {**files, CONTENTS: _contents(sums)}
    with alone(folder):
        there = _entries(folder)
        ours = {n for n, digest in _listed(folder).items() if _has_digest(folder / n, digest)}
        only_ours((folder / n for n in made if n not in ours), force)
        with _replaced(folder) as fresh:
            for name in there - made.keys() - ours:
                _keep(folder / name, fresh / name)
            for parent in {place.parent for place in map(Path, made)}:
                (fresh / parent).mkdir(parents=True, exist_ok=True)
            for name, data in made.items():
                place = fresh / name
                if name in there and _holds(folder / name, data):
                    _keep(folder / name, place)
                else:
                    place.write_bytes(data)
    return {**sums, CONTENTS: hashlib.sha256(made[CONTENTS]).hexdigest()}


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
        if path.exists() and not force and not is_output(path):
            raise UsageError(
                f"{path} was not written by kg and was not changed",
                hint="choose another place, or overwrite it with --force",
            )


@contextlib.contextmanager
def alone(folder: Path, writes: str = "") -> Iterator[None]:
    """Hold a lock on a folder, which ends with the process, and :func:`sweep` beside it.

    A thread that holds it already goes on.

    :param writes: what a process that holds it does, for the message.
    :raises InputError: if another process holds it, or the lock cannot be made.
    """
    try:
        import fcntl
    except ImportError:  # no such locks on Windows
        sweep([folder])
        yield
        return
    folder = _real(folder)
    if folder in _HELD and _HELD[folder][0] == threading.get_ident():
        yield
        return
    path = folder.with_name(f".{folder.name}.lock")
    with _writing(folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(handle), path.stat()):
            raise FileNotFoundError  # the process that held it has just ended
    except OSError as error:
        os.close(handle)
        raise InputError(
            f"another process {writes or f'writes to {folder}'}",
            hint="wait for it" + ("" if writes else ", or choose another folder"),
        ) from error
    _HELD[folder] = threading.get_ident(), handle
    try:
        with _writing(folder):
            sweep([folder])
        yield
    finally:
        del _HELD[folder]
        path.unlink(missing_ok=True)
        os.close(handle)


def _let_go() -> None:
    """Close the locks in a copy of this process, which may end later than this one."""
    for _, handle in _HELD.values():
        os.close(handle)
    _HELD.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


def sweep(paths: Iterable[Path]) -> None:
    """Remove what ended processes left beside some files or folders, and say so.

    Where a process was ended between the two steps by which a folder is replaced, the old one is
    put back.
    """
    for path in paths:
        path, count = _real(path), 0
        for entry in path.parent.glob(f".{_escaped(path.name)}.*") if path.name else ():
            match = _UNFINISHED.fullmatch(entry.name)
            if not match or match["name"] != path.name or alive(int(match["process"])):
                continue
            if match["before"] and not path.exists():
                entry.replace(path)
                _log.warning("put %s back, which an interrupted run had moved", path)
                continue
            count += 1
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)
        if count:
            _log.warning("removed what an interrupted run left beside %s", path)


def alive(process: int) -> bool:
    """Tell whether a process runs, by its number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


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


@contextlib.contextmanager
def _replaced(folder: Path) -> Iterator[Path]:
    """Give an empty folder, which takes the place of another at the end; that one is removed."""
    with _writing(folder):
        folder = _real(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=unfinished(folder)))
        before = fresh.with_name(fresh.name + ".before")
        try:
            yield fresh
            fresh.chmod(mode_of(folder, 0o777))
            if not folder.exists():
                fresh.replace(folder)
            elif not _exchanged(fresh, folder):
                folder.replace(before)
                fresh.replace(folder)
        finally:
            if before.exists() and not folder.exists():
                before.replace(folder)
            shutil.rmtree(before, ignore_errors=True)
            shutil.rmtree(fresh, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, and tell whether this system can."""
    names = os.fsencode(one), os.fsencode(other)
    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return bool(library.renamex_np(*names, 2) == 0)
    if library is not None and hasattr(library, "renameat2"):
        here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
        return bool(library.renameat2(here, names[0], here, names[1], exchange) == 0)
    return False


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn a write that fails into an error that names the place."""
    try:
        yield
    except OSError as error:
        place = Path(str(error.filename2 or error.filename or path))
        matches = map(_UNFINISHED.fullmatch, place.parts)  # nobody knows our names for them
        shown = Path(*(m["name"] if m else p for m, p in zip(matches, place.parts, strict=True)))
        raise InputError(f"cannot write {shown}: {error.strerror or error}") from error


def _is_folder(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file and was not changed", hint="name a folder")
    if path.is_mount():
        raise UsageError(
            f"{path} is a mount point, which cannot be replaced in one step",
            hint="name a folder in it",
        )


def _entries(folder: Path) -> set[str]:
    """Return the paths of all files in a folder, at any depth."""
    return {
        (Path(place) / name).relative_to(folder).as_posix()
        for place, folders, names in os.walk(folder)
        for name in [*names, *(f for f in folders if (Path(place) / f).is_symlink())]
    }


def _listed(folder: Path) -> dict[str, str]:
    """Return file → SHA-256 of what an earlier run listed in a folder."""
    try:
        lines = (folder / CONTENTS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.split("  ", 1) for line in lines if "  " in line and not line.startswith("#"))
    return {name: digest for digest, name in pairs}


def _contents(sums: Mapping[str, str]) -> bytes:
    lines = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    return b"# files of " + MARK + b"\n" + lines.encode()


def _keep(old: Path, new: Path) -> None:
    """Have a file in a new folder as well: the same file if the file system can do that."""
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _has_digest(path: Path, digest: str) -> bool:
    try:
        return path.is_file() and not path.is_symlink() and _sha256(path) == digest
    except OSError:
        return False


def _holds(path: Path, data: bytes | Iterable[bytes]) -> bool:
    if not isinstance(data, bytes) or not path.is_file():
        return False
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def mode_of(path: Path, default: int = 0o666) -> int:
    """Return the mode of what is replaced, or the one that the user chose for new files."""
    return path.stat().st_mode & 0o7777 if path.exists() else default & ~_UMASK


def _real(path: Path) -> Path:
    """Return where a file is: what a link leads to is replaced, not the link."""
    return Path(os.path.realpath(path))


def unfinished(path: Path) -> str:
    """Return how the name of what becomes a file or folder begins while it is made beside it."""
    return f".{path.name}.{os.getpid()}-"


def _escaped(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)
