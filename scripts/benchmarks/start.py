"""How long a user waits: kg --help, kg build of the dataset, and a peer's --help, side by side.

Run it with ``python scripts/benchmarks/start.py [ROUNDS]``. Each command is a process of its own,
the rounds are interleaved, and medians with their range and the ratios are printed. ``kg build``
writes into an empty folder, ``kg build, again`` into the one that it has just filled. Python keeps
compiled modules, as it does for users, so a first round is not counted.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(sys.executable).parent
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
TARGETS = {"kg --help": 0.3, "kg build": 2.0}


def seconds(command: list[str]) -> float:
    """Return the wall time of one run; a failing command ends the benchmark."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT)
    return time.perf_counter() - started


def main() -> None:
    """Measure, print the table, and say which targets hold."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "out"
        commands = {
            "kg --help": [str(BIN / "kg"), "--help"],
            "kg build": [str(BIN / "kg"), "build", "-o", str(output)],
            "kg build, again": [str(BIN / "kg"), "build", "-o", str(output)],
            "pyshacl --help": [str(BIN / "pyshacl"), "--help"],
        }
        os.chdir(folder)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(rounds + 1):
            shutil.rmtree(output, ignore_errors=True)
            for name, command in commands.items():
                took = seconds(command)
                if number:
                    times[name].append(took)
    peer = statistics.median(times["pyshacl --help"])
    print(f"{'command':<16} {'median':>8} {'min':>8} {'max':>8} {'ratio to pyshacl --help':>24}")
    for name, found in times.items():
        median = statistics.median(found)
        ratio = f"{median / peer:.2f}"
        print(f"{name:<16} {median:>6.2f} s {min(found):>6.2f} s {max(found):>6.2f} s {ratio:>24}")
    for name, target in TARGETS.items():
        median = statistics.median(times[name])
        verdict = "holds" if median < target else "MISSED"
        print(f"{name}: {median:.2f} s, target {target} s: {verdict}")


if __name__ == "__main__":
    main()
