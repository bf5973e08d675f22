"""Kill, starve and refuse each writer at many points: the place must show all old or all new files.

``python scripts/crash.py --points 200 --seed 1`` forks a process for each point, so that nothing
is imported again. In it a writer is

- killed (SIGKILL) at a file operation, or after a random time;
- told by one file operation that the disk is full, or by all from one on that it is read-only;
- not allowed to write files beyond a size (RLIMIT_FSIZE), as when the disk is full within one.

Afterwards the place must be as before or as after, and a run that follows must end well and leave
nothing else there. The files of a project are looked at as the next run finds them: it first
finishes a change that was begun. ``tests/test_crash.py`` does all this with few points.

Spark runs beside the forks, since it takes seconds to start: a kill ends Python alone, Spark is
then told to stop, and only what Python writes meets a full or read-only disk.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import kg
from kg.errors import KgError
from kg.journal import change, editing, finish
from kg.outputs import write_all, write_folder
from kg.reviewing.decisions import RefusedError
from kg.reviewing.quoting import fix_moved
from kg.scale.export import spark
from kg.shacl.sql.spark_session import session

CHANGES = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.symlink"}
ERRORS = {"full": errno.ENOSPC, "read-only": errno.EROFS}
HOWS = ("kill", "time", "full", "read-only", "size")
State = Mapping[str, bytes]


@dataclass(frozen=True)
class Writer:
    """Something that writes: version 1 or 2 of the same thing to a place in a folder."""

    run: Callable[[Path, int], object]
    state: Callable[[Path], State]
    settle: Callable[[], object] = lambda: None
    """Waits until what it had begun outside of its process has ended."""


def writers() -> dict[str, Writer]:
    """Return each way in which kg writes, by its name; graphs are loaded once."""
    graphs = {n: kg.load(_project(n)) for n in (1, 2)}
    texts = {n: b"# Written by clinical-evidence-kg.\n" + b"%d" % n * 100_000 for n in (1, 2)}
    built = {n: _site(n) for n in (1, 2)}
    found = {
        "file": Writer(lambda f, n: write_all({f / "out.nq": texts[n]}), _files),
        "file in pieces": Writer(
            lambda f, n: write_all({f / "out.nq": (texts[n][i::9] for i in range(9))}, force=True),
            _files,
        ),
        "folder": Writer(lambda f, n: write_folder(f / "out", built[n]), _files),
        "edit": Writer(_edit, _project_files),
        "init": Writer(_init, _project_files),
        "review": Writer(_review, _project_files),
        "quotes": Writer(_fix_quotes, _project_files),
        "build": Writer(lambda f, n: kg.build(_project(n), f / "out"), _files),
        "export": Writer(lambda f, n: kg.export_file(graphs[n], "turtle", f / "out.ttl"), _files),
    }
    if find_spec("duckdb"):
        found["bulk file"] = Writer(
            lambda f, n: kg.export_file(graphs[n], "nquads", f / "out.nq", engine="duckdb"), _files
        )
        found["bulk folder"] = Writer(
            lambda f, n: kg.export_file(graphs[n], "csv", f / "out", engine="duckdb"), _files
        )
    if find_spec("pyspark") and shutil.which("java"):
        found["spark"] = Writer(lambda f, n: _on_spark(graphs[n], f / "out"), _files, _cancel)
    return found


def _on_spark(graph: kg.Graph, folder: Path) -> None:
    """Export a graph on the Spark that runs, over a connection of this fork's own."""
    from pyspark import SparkContext

    client = SparkContext._gateway._gateway_client
    client.deque.clear()
    client.thread_connection = threading.local()
    spark.SLICE = 10  # rows: this small graph, too, is written in parts
    kg.export_file(graph, "nquads", folder, engine="spark")


def _cancel() -> None:
    """End what a killed fork had Spark do: Java would end with it, if it had started Java."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    context = SparkContext._active_spark_context
    while _asked() > 1:  # a job may begin yet
        context.cancelAllJobs()
        time.sleep(0.01)
    SparkSession.builder.getOrCreate().catalog.clearCache()


def _asked() -> int:
    """Count the calls that Java is working on; this one is among them."""
    from pyspark import SparkContext

    stacks = SparkContext._jvm.java.lang.Thread.getAllStackTraces().values()
    return sum("py4j.commands." in str(s[len(s) - 4]) for s in stacks if len(s) > 4)


_PROJECTS: dict[int, Path] = {}


def _project(version: int) -> Path:
    """Return the folder of a small project, made once."""
    if version not in _PROJECTS:
        folder = Path(tempfile.mkdtemp(prefix="crash-")) / "project"
        kg.init(folder)
        config = folder / "kg.toml"
        text = config.read_text(encoding="utf-8").replace("My evidence", f"Version {version}")
        config.write_text(text, encoding="utf-8")
        copy = "Some words. Last." if version == 1 else "First. Some words. Last."
        (folder.parent / "copy.txt").write_text(copy, encoding="utf-8")
        _PROJECTS[version] = folder
    return _PROJECTS[version]


RECORDS = """
- id: source/s{n}
  title: A source
- id: description/d{n}
  reviewStatus: draft
  quote: {{quotedFrom: source/s{n}, exact: Some words., start: 0, end: 11, suffix: Last.}}
"""
AGENT = "- {id: agent/a, prefLabel: A, agentType: person}\n"


def _edit(folder: Path, version: int) -> None:
    """Write some files of a project, as a command that changes records does."""
    with editing(folder):
        change(folder, {folder / f"data/{n}.yaml": b"%d" % version * n for n in range(1, 5)})


def _init(folder: Path, version: int) -> None:
    """Begin a project, if it is not there yet; version 1 is an empty folder."""
    finish(folder)
    if version == 2 and not (folder / "kg.toml").exists():
        kg.init(folder)


def _evidence(folder: Path) -> None:
    if not (folder / "kg.toml").exists():
        (folder / "data").mkdir()
        (folder / "kg.toml").write_text('[project]\nbase = "https://example.org/t/"\n')
        for n in range(1, 4):
            (folder / f"data/{n}.yaml").write_text(RECORDS.format(n=n) + AGENT * (n == 1))


def _review(folder: Path, version: int) -> None:
    """Submit statements that stand in several files; version 1 are drafts."""
    _evidence(folder)
    if version == 2:
        with contextlib.suppress(RefusedError):  # they are submitted already
            names, at = [f"description/d{n}" for n in range(1, 4)], datetime(2025, 1, 1, tzinfo=UTC)
            kg.decide("submit", names, "agent/a", folder, at=at)


def _fix_quotes(folder: Path, version: int) -> None:
    """Put quotes of several files right when their texts have changed."""
    _evidence(folder)
    fix_moved(folder, {f"source/s{n}": _project(version).parent / "copy.txt" for n in range(1, 4)})


def _project_files(folder: Path) -> State:
    finish(folder)
    return _files(folder)


def _site(version: int) -> dict[str, bytes]:
    same = {f"pages/{n}.html": b"<p>same</p>" * n for n in range(10)}
    return same | {"a.html": b"%d" % version * 50_000, f"only-{version}.html": b"x"}


def _files(folder: Path) -> State:
    """Return what a reader sees: files by name, without those whose name begins with a dot."""
    paths = {path.relative_to(folder): path for path in sorted(folder.rglob("*"))}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in paths.items()
        if path.is_file() and not any(part.startswith(".") for part in name.parts)
    }


def check(writer: Writer, how: str, points: int, seed: int) -> Counter[str]:
    """Harm a writer at some points, and count where it was and what was found.

    :param how: one of :data:`HOWS`.
    :raises AssertionError: if a place is neither old nor new, or something is left.
    """
    chance, ends = random.Random(seed), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="crash-") as name:
        folder = Path(name) / "w"
        states, operations, seconds = {}, 0, 0.0
        folder.mkdir()
        for version in (1, 2):
            started = time.perf_counter()
            operations = _child(writer, folder, version, "count", 0)
            seconds = time.perf_counter() - started
            assert operations >= 0, f"version {version} cannot be written unharmed"
            states[version] = writer.state(folder)
        assert states[1] != states[2], "versions 1 and 2 are the same"
        ours = _hidden(folder)
        old = Path(name) / "old"
        shutil.rmtree(folder)
        folder.mkdir()
        _child(writer, folder, 1, "count", 0)
        shutil.copytree(folder, old, symlinks=True)
        for _ in range(points):
            shutil.rmtree(folder)
            shutil.copytree(old, folder, symlinks=True)
            point = chance.random()
            end = _child(
                writer,
                folder,
                2,
                how,
                {"time": point * seconds, "size": 10 ** (point * 5)}.get(how)
                or chance.randrange(max(operations, 1)),
            )
            now = writer.state(folder)
            place = "old" if now == states[1] else "new" if now == states[2] else "neither"
            ends[f"{_END.get(end, end)}, {place}"] += 1
            assert place != "neither", f"{how} at {point}: neither old nor new"
            assert end in _END, f"{how} at {point}: an internal error"
            if how in ("full", "read-only", "size"):
                assert _hidden(folder) <= ours, f"{how} at {point}: {_hidden(folder) - ours}"
            if place == "old" and _hidden(folder) <= ours:
                continue  # what follows would be the run that was seen at the beginning
            assert _child(writer, folder, 2, "count", 0) >= 0, f"{how} at {point}: no second run"
            assert writer.state(folder) == states[2], f"{how} at {point}: the second run differs"
            assert _hidden(folder) <= ours, f"{how} at {point}: {_hidden(folder) - ours}"
    return ends


_DONE, _REFUSED, _FAILED = 0, 3, 4
_END = {_DONE: "ended", _REFUSED: "refused", -signal.SIGKILL: "killed"}


def _hidden(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob(".*")}


def _child(writer: Writer, folder: Path, version: int, how: str, point: float) -> int:
    """Run a writer in a fork, harmed; return how it ended, or for ``count`` its operations."""
    ours, theirs = os.pipe()
    process = os.fork()
    if not process:
        end = _FAILED
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            count = _harm(folder, how, point)
            try:
                writer.run(folder, version)
                end = _DONE
            except KgError:
                end = _REFUSED
            os.write(theirs, b"%d" % count["seen"])
        finally:
            os._exit(end)
    os.close(theirs)
    if how == "time":
        time.sleep(point)
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    writer.settle()
    with os.fdopen(ours, "rb") as answer:
        seen = int(answer.read() or b"-1")
    code = os.waitstatus_to_exitcode(status)
    if how == "count":
        return seen if code == _DONE else -1
    return code


def _harm(folder: Path, how: str, point: float) -> Counter[str]:
    """Have the operations of this process on a folder counted, and harmed at a point."""
    count = Counter[str]()
    inside = str(folder)
    if how == "size":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(point), resource.RLIM_INFINITY))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            writes = isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
            if not writes:
                return
        elif event not in CHANGES and event != "ctypes.dlsym":
            return
        if event != "ctypes.dlsym" and inside not in str(arguments[0]):
            return
        count["seen"] += 1
        if how == "kill" and count["seen"] > point:
            os.kill(os.getpid(), signal.SIGKILL)
        hit = count["seen"] == int(point) + 1 or (how == "read-only" and count["seen"] > point)
        if how in ERRORS and hit and event not in ("os.remove", "os.rmdir", "ctypes.dlsym"):
            raise OSError(ERRORS[how], os.strerror(ERRORS[how]), str(arguments[0]))

    sys.addaudithook(hook)
    return count


def main() -> int:
    """Parse the options, harm each writer, and return 1 if a place was neither old nor new."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="one writer")
    parser.add_argument("--how", nargs="+", choices=HOWS, default=HOWS, help="what is done to it")
    options = parser.parse_args()
    failed = 0
    for name, writer in writers().items():
        if options.only and name != options.only:
            continue
        with session("local[2]") if name == "spark" else contextlib.nullcontext():
            for how in options.how:
                try:
                    ends = check(writer, how, options.points, options.seed)
                    told = ", ".join(f"{n} {end}" for end, n in sorted(ends.items()))
                    print(f"{name}, {how}: {told}", flush=True)
                except AssertionError as error:
                    failed += 1
                    print(f"{name}: {error}", flush=True)
    for folder in _PROJECTS.values():
        shutil.rmtree(folder.parent)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
