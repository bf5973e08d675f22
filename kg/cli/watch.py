"""``kg build --watch``: build whenever something is saved, and say what that changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import click

from kg.api import Build
from kg.cli.common import note, say
from kg.counts import overview
from kg.diagnostics import Diagnostic
from kg.errors import KgError
from kg.resources import OUTPUT_FOLDERS

PAUSE = 0.2
"""Seconds between two looks at the files."""
SHOWN = 5
"""How many new results are written out."""

Files = dict[str, tuple[int, int, int]]


def watch(folder: Path, output: Path, build: Callable[[], Build | None]) -> None:
    """Build, wait until a file of the project changes, and so on until Ctrl-C.

    An error is said, and the next change tried.

    :param output: the folder of the results, which is not looked at.
    :param build: builds, and returns nothing where nothing that counts has changed.
    """
    last: Build | None = None
    files = _files(folder, output)
    try:
        while True:
            try:
                result = build()
            except KgError as error:
                say(f"{click.style('error:', fg='red', bold=True)} {error}", err=True)
            else:
                if last and result:
                    _compare(last, result)
                last = result or last
            note(f"Watching {folder}. Ctrl-C ends it.")
            while (now := _settled(folder, output)) == files:
                pass
            for name in sorted(files.keys() | now.keys()):
                if files.get(name) != now.get(name):
                    what = "new" if name not in files else "changed" if name in now else "removed"
                    note(f"\n{name} {what}")
            files = now
    except KeyboardInterrupt:
        note("Stopped watching; the results are those of the last build.")


def _compare(before: Build, after: Build) -> None:
    """Say what two builds differ in: counts, results, files."""
    lines = []
    if len(before.graph) and len(after.graph):  # records with mistakes make no graph
        old, new = (
            {f"{s.title}: {name}": n for s in overview(b.graph) for name, n in s.rows}
            for b in (before, after)
        )
        lines = [
            f"{name} {old.get(name, 0)} → {new.get(name, 0)}"
            for name in dict.fromkeys([*new, *old])
            if old.get(name) != new.get(name)
        ]
    known, found = ({_said(r): r for r in b.report.results} for b in (before, after))
    fresh = [found[said] for said in found if said not in known]
    gone = sum(1 for said in known if said not in found)
    if fresh or gone:
        lines.append(f"results of rules: {len(fresh)} new, {gone} gone")
    lines += [f"new: {result}" for result in fresh if result.severity != "info"][:SHOWN]
    names = before.digests.keys() | after.digests.keys()
    written = sum(before.digests.get(n) != after.digests.get(n) for n in names)
    if after.report.passes and before.report.passes:
        lines.append(f"files: {written} of {len(names)} are different")
    for line in lines:
        note(f"  {'changed':<9} {line}")


def _said(result: Diagnostic) -> tuple[object, ...]:
    """Return what a result says, wherever its line is now."""
    file = result.place.file if result.place else ""
    return file, result.code, result.focus, result.path, result.value, result.message


def _settled(folder: Path, output: Path) -> Files:
    """Return the files when nothing has changed for a moment: programs write in parts."""
    before: Files | None = None
    found = _files(folder, output)
    while found != before:
        time.sleep(PAUSE)
        before, found = found, _files(folder, output)
    return found


def _files(folder: Path, output: Path) -> Files:
    """Return the files of a project, apart from hidden ones, with what a save changes."""
    found: Files = {}
    results = output.resolve()
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = [f for f in folders if f not in OUTPUT_FOLDERS and f[0] != "."]
        folders[:] = [f for f in folders if (here / f).resolve() != results]
        for name in (n for n in names if n[0] != "."):
            try:
                state = (here / name).stat()
            except OSError:
                continue  # it was removed meanwhile, or leads nowhere
            key = (here / name).relative_to(folder).as_posix()
            found[key] = (state.st_size, state.st_mtime_ns, state.st_ino)
    return found
