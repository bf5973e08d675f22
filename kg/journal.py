"""Several files of a project change in one step, whenever a run is ended.

The new files are made in a folder beside ``kg.toml``. When it is whole, it is renamed to
:data:`JOURNAL`: with that the change has happened. The files are then moved to their places, and
where a run is ended meanwhile, the next one that reads the project moves the rest.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.errors import InputError
from kg.outputs import alone, mode_of, sweep, unfinished
from kg.resources import JOURNAL

_log = logging.getLogger("kg")


@contextlib.contextmanager
def editing(folder: Path) -> Iterator[None]:
    """Hold the lock on the records of a project from the time they are read until they are changed.

    :raises InputError: if another process holds it, or the lock cannot be made.
    """
    with alone(folder / JOURNAL, f"changes the files of {folder}"):
        _move(folder)
        yield


def change(folder: Path, files: Mapping[Path, bytes]) -> None:
    """Write files of a project, all or none; what is there is replaced.

    :param files: path below the folder → content.
    :raises InputError: if one cannot be written. Where files cannot be moved to their places, the
        next run does that.
    """
    fresh = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder, prefix=unfinished(folder / JOURNAL)))
        for path, data in files.items():
            place = fresh / path.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            place.chmod(mode_of(path))
            path.parent.mkdir(parents=True, exist_ok=True)  # so that it can be moved there
            if not os.access(path.parent, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        fresh.replace(folder / JOURNAL)
    except OSError as error:
        changed = ", ".join(path.relative_to(folder).as_posix() for path in files)
        raise InputError(f"cannot write {changed} in {folder}: {error.strerror}") from error
    finally:
        if fresh:
            shutil.rmtree(fresh, ignore_errors=True)
    try:
        _move(folder)
    except KeyboardInterrupt:
        _move(folder)  # too late: the change has happened


def finish(folder: Path) -> None:
    """Finish what a run that was ended had begun to change in a project, and say so.

    :raises InputError: if another process is changing the project, or a file cannot be moved.
    """
    if (folder / JOURNAL).is_dir():
        with editing(folder):
            _log.warning("finished a change of %s that an interrupted run had begun", folder)
    else:
        sweep([folder / JOURNAL])


def _move(folder: Path) -> None:
    journal = folder / JOURNAL
    try:
        for made in sorted(path for path in journal.rglob("*") if path.is_file()):
            place = Path(os.path.realpath(folder / made.relative_to(journal)))
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(made, place)  # a link may lead to another file system
        if journal.is_dir():
            shutil.rmtree(journal)
    except OSError as error:
        raise InputError(
            f"cannot finish a change of {folder}: {error}",
            hint=f"the new files are in {journal}: the next run moves them to their places",
        ) from error
