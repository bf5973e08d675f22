"""Damage whatever kg reads, and see that it answers with a result or a diagnostic.

``python scripts/fuzz.py --count 1000 --seed 1`` damages records, graph files, queries, settings,
tables, imports, review sheets and tables of the cache, and does with each what a user would do.
Most are only read, which is fast; one in ``--deep`` goes through validation, an export and a
command.

Whatever is no :class:`kg.KgError` is a finding, and so are ten seconds of work and more than 1 GB
of memory. The input of each new place is written to ``tests/corpus`` or ``--keep``: files there are
seeds too, and ``tests/test_fuzz.py`` tries each, so that it fails until the finding is fixed.
Batches run in forks, so that a process that is aborted or hangs outside of Python is a finding as
well. No socket can be opened.

Seconds are those of the processor, since a machine that does other things is slow without a fault;
a process that only waits is ended after six times as many.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import os
import random
import resource
import shutil
import signal
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import fuzz_commands
from fuzz_inputs import CORPUS, Seeds, damaged, exchanged, name_of

import kg
from kg import builder
from kg.errors import KgError
from kg.files import read_graph
from kg.project import Project
from kg.readers import read_file
from kg.reviewing.incoming import import_decisions

SETTINGS = '[project]\nbase = "https://example.org/t/"\n'
BATCH = 250
SECONDS = 10
MEMORY = 1_000_000_000


def attempt(name: str, data: bytes, folder: Path, seeds: Seeds, deep: int | None = None) -> None:
    """Do with a damaged file what a user would do with it.

    :param deep: a number that chooses what else is done with it; ``None``: it is only read.
    :raises KgError: if kg refuses it, as it should.
    """
    kind, file = name.split(" ", 1)
    (folder / "data").mkdir(exist_ok=True)
    (folder / "queries").mkdir(exist_ok=True)
    (folder / "kg.toml").write_text(SETTINGS, encoding="utf-8")
    place = {"record": "data", "question": "queries", "settings": "."}.get(kind, "..")
    path = folder / place / file
    path.write_bytes(data)
    try:
        match kind:
            case "record":
                records, found = read_file(path, file)
                builder.build(records, seeds.ontology, "https://example.org/t/", "en")
                if deep is not None and not found:
                    fuzz_commands.use(folder, deep)
            case "graph":
                read_graph(path, seeds.ontology)
                if deep is not None:
                    fuzz_commands.use(path, deep)
            case "query":
                limits = kg.queries.Limits(seconds=5, rows=100)
                kg.query(seeds.graph, data.decode(errors="replace"), limits=limits)
            case "question":
                kg.questions(seeds.graph)
                fuzz_commands.run(["query", "--list"], folder)
            case "settings":
                list(Project.read(path).record_files())
            case "import":
                kg.import_file(file.partition(".")[0], path, on=seeds.graph)
            case "folder":
                _imported(file, data, path.parent / "given", seeds)
            case "words":
                fuzz_commands.typed(data, seeds.project, folder)
            case "project":
                fuzz_commands.on_project(file, data, seeds.project, folder)
            case "sheet":
                import_decisions(path, "agent/x", folder)
            case "cache":
                _cached(path, data, folder)
    finally:
        path.unlink(missing_ok=True)


def _imported(file: str, data: bytes, folder: Path, seeds: Seeds) -> None:
    """Import a folder in which one file is damaged."""
    importer, name = file.split("@", 1)
    try:
        for other, whole in seeds.folders[importer].items():
            place = folder / other
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data if other == name.replace("@", "/") else whole)
        kg.import_file(importer, folder, on=seeds.graph)
    finally:
        shutil.rmtree(folder)


def _cached(path: Path, data: bytes, folder: Path) -> None:
    """Export a file through the cache, put damaged bytes into its table, and export it again."""
    path.write_bytes(b'<a:a> <a:p> "x" .\n')
    os.environ["KG_CACHE"] = str(folder / "cache")
    for _ in range(2):
        kg.export_file(path, "nquads", folder / "out.nq", engine="duckdb", force=True)
        for table in (folder / "cache").rglob("*.*"):
            if table.is_file():
                table.write_bytes(data)


class Finding(NamedTuple):
    """An input, what went wrong with it, and where in the code, as far as that is known."""

    name: str
    data: bytes
    error: str
    place: str = ""


def batch(
    count: int, seed: int, seeds: Seeds, deep: int, space: Path
) -> tuple[Counter[str], list[Finding]]:
    """Try some damaged inputs in this process; the one at work is ``last`` in a folder."""
    chance, ends, findings = random.Random(seed), Counter[str](), []
    (space / "project").mkdir()
    for n in range(count):
        name, whole = chance.choice(seeds.files)
        how = exchanged if name == "graph x.nq" and chance.random() < 0.5 else damaged
        data = how(whole, chance)
        further = chance.randrange(1_000_000) if n % deep == 0 else None
        end, found = tried(name, data, space, seeds, further)
        ends[end] += 1
        findings += found
    return ends, findings


def tried(
    name: str, data: bytes, space: Path, seeds: Seeds, further: int | None = None
) -> tuple[str, list[Finding]]:
    """Try an input within the limits, and return how it ended with the finding, if it is one."""
    (space / "last").write_bytes(name.encode() + b"\n" + data)
    signal.alarm(6 * SECONDS)  # which ends the process, also where no Python runs
    try:
        with limited():
            attempt(name, data, space / "project", seeds, further)
        return "accepted", []
    except KgError:
        return "refused", []
    except Exception as error:
        return "finding", [Finding(name, data, *_what(error))]
    finally:
        signal.alarm(0)


def _what(error: Exception) -> tuple[str, str]:
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
    return f"{type(error).__name__}: {str(error)[:200]}", where


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Raise an error when something takes too long, or the process becomes too large."""

    def over(*_: Any) -> None:
        raise TimeoutError(f"not done after {SECONDS} s of processor time")

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGPROF, over)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    if (peak := resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024) > MEMORY:
        raise MemoryError(f"{peak >> 20} MiB")


def forked(
    run: Callable[[Path], tuple[Counter[str], list[Finding]]],
) -> tuple[Counter[str], list[Finding]]:
    """Run a batch in a fork with a folder of its own; its abnormal end is a finding."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        ours, theirs = os.pipe()
        process = os.fork()
        if not process:
            with contextlib.suppress(BaseException):
                fuzz_commands.keep_to(Path(name))
                ends, findings = run(Path(name))
                text = repr((dict(ends), [tuple(f) for f in findings])).encode()
                with os.fdopen(theirs, "wb") as answer:
                    answer.write(text)
                os._exit(0)
            os._exit(1)
        os.close(theirs)
        with os.fdopen(ours, "rb") as answer:
            text = answer.read()
        _, status = os.waitpid(process, 0)
        if not status:
            ends, findings = ast.literal_eval(text.decode())
            return Counter(ends), [Finding(*f) for f in findings]
        last = Path(name) / "last"
        what, _, data = last.read_bytes().partition(b"\n") if last.exists() else (b"", b"", b"")
        error = f"a process ended with {os.waitstatus_to_exitcode(status)}"
        return Counter(finding=1), [Finding(what.decode(), data, error)]


def again(file: Path, seeds: Seeds, space: Path) -> tuple[Counter[str], list[Finding]]:
    """Try an input of the corpus again, as :func:`forked` runs it."""
    (space / "project").mkdir()
    end, found = tried(name_of(file), file.read_bytes(), space, seeds)
    return Counter([end]), [f._replace(name=file.name) for f in found]


def keep(finding: Finding, folder: Path) -> Path:
    """Write the input of a finding to a folder, under the next number."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(f.name.split("-")[0]) for f in folder.iterdir()]
    file = folder / f"{max(numbers, default=0) + 1:03}-{finding.name.replace(' ', '-')}"
    file.write_bytes(finding.data)
    return file


class _NoSocket(socket.socket):
    def __init__(self, *_: object, **__: object) -> None:
        raise RuntimeError("a socket was opened")


def _told(ends: Counter[str]) -> str:
    return ", ".join(f"{n} {end}" for end, n in sorted(ends.items()))


def main() -> int:
    """Parse the options, fuzz, and return 1 if there was a finding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--deep", type=int, default=20, help="one in so many is not only read")
    parser.add_argument("--only", nargs="+", help="kinds of input, such as words and project")
    parser.add_argument("--again", action="store_true", help="try the inputs of the corpus alone")
    parser.add_argument("--keep", type=Path, default=CORPUS, help="folder for inputs of findings")
    options = parser.parse_args()
    socket.socket = _NoSocket  # type: ignore[misc]
    seeds, ends, places = Seeds(), Counter[str](), set[str]()
    if options.only:
        seeds.files = [file for file in seeds.files if file[0].split()[0] in options.only]
    if options.again:
        files = sorted(options.keep.iterdir())
        for file in files:
            ended, findings = forked(partial(again, file, seeds))
            ends += ended
            print(*(f"finding: {file.name}: {found.error}\n" for found in findings), sep="", end="")
        print(f"{len(files)} tried")
        return 1 if ends["finding"] else 0
    for start in range(0, options.count, BATCH):
        count = min(BATCH, options.count - start)
        ended, findings = forked(partial(batch, count, options.seed + start, seeds, options.deep))
        ends += ended
        for found in findings:
            if found.place and found.place in places:
                continue
            places.add(found.place)
            file = keep(found, options.keep)
            print(f"finding: {file}: {found.error} at {found.place or '?'}", flush=True)
        if start // BATCH % 10 == 9:
            print(_told(ends), flush=True)
    print(_told(ends))
    return 1 if ends["finding"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
