"""How long a user waits: kg --help, kg build of the dataset, and a peer's --help, side by side.

Run it with ``python scripts/benchmarks/start.py [ROUNDS]``. Each command is a process of its own,
the rounds are interleaved, and medians of waiting and of processor time are printed. ``kg build``
writes a copy of the dataset into an empty folder; the next one finds nothing changed, and before
the last two a label of the copy is changed. Each round has a folder of its own, since some file
systems make files slowly where many were removed a moment before. Python keeps compiled modules, as
it does for users, so a first round is not counted.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kg import resources

BIN = Path(sys.executable).parent
TARGETS = {
    "kg --help": 0.3,
    "kg build": 1.2,
    "kg build, nothing changed": 0.25,
    "kg build, one record changed": 0.5,
    "kg validate, one record changed": 0.4,
}
"""Seconds of waiting on a machine that does nothing else."""


def seconds(command: list[str], cache: Path) -> tuple[float, float]:
    """Return the waiting and the processor time of one run; one that fails ends the benchmark."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["KG_CACHE"] = str(cache)
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=environment)
    waited, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return waited, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def change(project: Path, number: int) -> None:
    """Change the label of the first intervention."""
    file = project / "data" / "interventions.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if line.startswith("  prefLabel: "))
    lines[first] = f"  prefLabel: Changed {number}\n"
    file.write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Measure, print the table, and say which targets hold."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        project, cache = Path(folder) / "project", Path(folder) / "cache"
        shutil.copytree(resources.bundled_dataset(), project)
        times: dict[str, list[tuple[float, float]]] = {}
        for number in range(rounds + 1):
            build = [str(BIN / "kg"), "build", str(project), "-o", f"{folder}/out{number}"]
            commands = {
                "kg --help": [str(BIN / "kg"), "--help"],
                "kg build": build,
                "kg build, nothing changed": build,
                "kg build, one record changed": build,
                "kg validate, one record changed": [str(BIN / "kg"), "validate", str(project)],
                "pyshacl --help": [str(BIN / "pyshacl"), "--help"],
            }
            for n, (name, command) in enumerate(commands.items()):
                if "record changed" in name:
                    change(project, number * len(commands) + n)
                took = seconds(command, cache)
                if number:
                    times.setdefault(name, []).append(took)
    print(f"{'command':<32} {'waiting':>8} {'processor':>10} {'target':>8}")
    for name, found in times.items():
        waited, worked = (statistics.median(kind) for kind in zip(*found, strict=True))
        target = TARGETS.get(name)
        verdict = "" if target is None else "holds" if waited < target else f"{target} MISSED"
        print(f"{name:<32} {waited:>6.2f} s {worked:>8.2f} s  {verdict}")


if __name__ == "__main__":
    main()
