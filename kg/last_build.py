"""What the last build into a folder read, wrote and said: with the same inputs none is needed.

The user's cache has a file for each output folder. It holds digests of everything that a build
depends on: the program, the versions of Python and of the installed packages, the options, and the
files of the project; and the digests of the files that were written. Contents are compared, never
times, so a build is left out only where it would write the same bytes. The rest of kg is not
imported for that: it would take longer than the comparison.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kg import resources
from kg.errors import InputError
from kg.journal import finish
from kg.outputs import alone, write_all

LAYOUT = 1
"""Changes when older notes can no longer be used."""
KEPT = 30 * 86_400
"""Seconds for which a note stays in the cache after its last use."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a build said: its title, its steps with what each found, and how it ended.

    A build that made a graph has ``review``, one that did not has ``violations``.
    """

    title: str
    steps: tuple[tuple[str, str], ...]
    review: str = ""
    violations: str = ""


class LastBuild:
    """The note of the last build of a project into a folder.

    Make it before the project is read and kg's other modules are imported: the settings and the
    program that it finds are then those of the build.

    :param project: the folder of the project.
    :param output: the folder for the results.
    :param options: what else decides on the results.
    """

    def __init__(self, project: Path, output: Path, **options: object) -> None:
        self.project, self.output = project.resolve(), output
        self.program = _program(str(self.project), str(output), json.dumps(options))
        name = hashlib.sha256(os.fsencode(output.resolve())).hexdigest()[:40]
        try:
            cache = resources.cache_folder()
        except RuntimeError:  # a user without a home has no cache: nothing is kept
            cache = Path(os.devnull)
        self._file = cache / "builds" / f"{name}.json"
        self.begin()

    def begin(self) -> None:
        """Forget which files were read; a process that builds more than once calls it each time."""
        finish(self.project)  # what an interrupted run had begun to change
        self._inputs = {resources.CONFIG: _digest(self.project, resources.CONFIG)}

    def unchanged(self) -> Said | None:
        """Return what the last build said if another one would read and write the same.

        :raises InputError: if another process writes to the output folder.
        """
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            if found["program"] != self.program:
                return None
            said = found["said"]
            said["steps"] = tuple((name, what) for name, what in said["steps"])
            with alone(self.output):
                same = _are(self.project, found["inputs"]) and _are(self.output, found["outputs"])
            if same:
                os.utime(self._file)  # it is in use
            return Said(**said) if same else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None  # there is none, or it is damaged

    def reads(self, names: Iterable[str]) -> None:
        """Note files and folders of the project; call it before they are read.

        :param names: paths within the project; what does not exist may come into being.
        """
        self._inputs |= {name: _digest(self.project, name) for name in names}

    def keep(self, said: Said, outputs: Mapping[str, str]) -> None:
        """Keep the note; a cache that cannot be written to keeps none.

        :param outputs: name in the output folder → SHA-256 of each file that was written.
        """
        note = {
            "writtenBy": "clinical-evidence-kg",
            "program": self.program,
            "inputs": self._inputs,
            "outputs": dict(outputs),
            "said": asdict(said),
        }
        with contextlib.suppress(OSError, InputError):
            for old in self._file.parent.glob("*.json"):
                if time.time() - old.stat().st_mtime > KEPT:
                    old.unlink()
            write_all({self._file: json.dumps(note).encode()}, force=True)


def _are(folder: Path, digests: Mapping[str, str]) -> bool:
    """Tell whether files and folders are as they were."""
    return all(_digest(folder, name) == digest for name, digest in digests.items())


def _digest(folder: Path, name: str) -> str:
    """Return the SHA-256 of a file's content, or of all names and contents in a folder.

    Other folders than those of :data:`kg.resources.PARTS` are digested without what no reader of
    records looks at.
    """
    path = folder / name
    if not path.is_dir():
        return _content(path)
    skipped = set() if name in resources.PARTS else resources.OUTPUT_FOLDERS
    return _tree(path, skipped)


def _tree(path: Path, skipped: set[str]) -> str:
    found = hashlib.sha256()
    for place, folders, names in os.walk(path):
        folders[:] = sorted(set(folders) - skipped)
        here = Path(place)
        lines = [f"{here.relative_to(path)}/", *(f"{name}/" for name in folders)]
        lines += [f"{name} {_content(here / name)}" for name in sorted(names)]
        found.update(os.fsencode("\0".join(lines) + "\0\0"))
    return found.hexdigest()


def _content(path: Path) -> str:
    """Return the SHA-256 of a file's content; another word if there is none to read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a named pipe would wait
            return "not a file"
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return error.strerror or "unreadable"


def _program(*options: str) -> str:
    """Return the digest of what makes outputs of inputs: code, packages, Python and options."""
    installed = {
        entry.name
        for folder in map(Path, sys.path)
        if folder.is_dir()
        for entry in folder.iterdir()
        if entry.suffix in (".dist-info", ".egg-info", ".pth")
    }
    code = [_tree(folder, {"__pycache__"}) for folder in resources.program()]
    parts = [LAYOUT, sys.version, sys.path, sorted(installed), code, options]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
