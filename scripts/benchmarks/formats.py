"""How long each export of the bundled dataset takes: the whole command, and the writing alone.

Run it with ``python scripts/benchmarks/formats.py [ROUNDS]``. *Whole* is the processor time of
``kg export FORMAT`` from start to end, *inside* that of the export after loading, in a process of
its own, since a graph keeps what an earlier format made of it. Medians; Python keeps compiled
modules, as it does for users, so a first command is not counted.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from kg import resources
from kg.exporting import FORMATS

BIN = Path(sys.executable).parent
TARGET = 2.0
"""Seconds of an export."""
INSIDE = """
import sys, time
import kg
graph = kg.load(sys.argv[1])
started = time.process_time()
kg.export_file(graph, sys.argv[2], sys.argv[3], include_unreviewed=True)
print(time.process_time() - started)
"""


def run(command: list[str]) -> tuple[float, str]:
    """Return the processor time of a command and what it prints; one that fails ends all."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=True, capture_output=True, env=environment, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def size(path: Path) -> int:
    """Return the bytes of a file, or of all files of a folder."""
    files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
    return sum(f.stat().st_size for f in files)


def main() -> None:
    """Measure every format and print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    source = str(resources.bundled_dataset())
    print("| format | kB | whole s | inside s |  |\n|---|--:|--:|--:|---|")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = [str(BIN / "kg"), "export", "--include-unreviewed", "--output", str(out)]
        run([*command, "nquads", source])
        for name in FORMATS:
            whole, inside, written = list[float](), list[float](), 0
            for _ in range(rounds):
                for times, kind in ((whole, "whole"), (inside, "inside")):
                    shutil.rmtree(out) if out.is_dir() else out.unlink(missing_ok=True)
                    if kind == "whole":
                        times.append(run([*command, name, source])[0])
                        written = size(out)
                    else:
                        script = [sys.executable, "-c", INSIDE, source, name, str(out)]
                        times.append(float(run(script)[1]))
            took = statistics.median(whole)
            verdict = "" if took < TARGET else f"over {TARGET:.0f} s"
            print(
                f"| `{name}` | {written / 1e3:,.0f} | {took:.2f} | "
                f"{statistics.median(inside):.2f} | {verdict} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
