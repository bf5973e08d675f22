"""Work for several processes: the same bytes, whatever becomes of a copy."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, signal, sys, time
from kg import processes

processes._processes = lambda: 3
here = os.getpid()

def fine(part):
    return os.getpid() != here, list(part)

def killed(part):
    if os.getpid() != here:
        os.kill(os.getpid(), signal.SIGKILL)
    return list(part)

def wrong(part):
    if 9 in part:
        raise ValueError("nine")
    return list(part)

def slow(part):
    if os.getpid() == here:
        raise KeyboardInterrupt
    time.sleep(600)

try:
    print(processes.in_parts(globals()[sys.argv[1]], range(10), int(sys.argv[2])))
except (ValueError, KeyboardInterrupt) as error:
    print(type(error).__name__, error)
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("no process is left")
"""


@pytest.mark.parametrize(
    ("work", "least", "expected"),
    [
        ("fine", 1, [(False, [0, 1, 2, 3]), (True, [4, 5, 6, 7]), (True, [8, 9])]),
        ("fine", 4, [(False, [0, 1, 2, 3, 4]), (True, [5, 6, 7, 8, 9])]),
        ("fine", 11, [(False, list(range(10)))]),
        ("killed", 1, [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]),
        ("wrong", 1, "ValueError nine"),
        ("slow", 1, "KeyboardInterrupt "),
    ],
)
def test_parts_come_back_in_order_whatever_happens(work: str, least: int, expected: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, work, str(least)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == f"{expected}\nno process is left\n", done.stderr


CORES = """
import os, sys
from kg import processes

processes._processes = lambda: int(sys.argv[1])
with processes.beside(os.getpid, os.getpid, os.getpid) as works:
    print([work() != os.getpid() for work in works])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes")
@pytest.mark.parametrize(
    ("cores", "elsewhere"),
    [(1, [False, False, False]), (2, [True, False, False]), (4, [True, True, True])],
)
def test_there_are_as_many_copies_as_other_cores(cores: int, elsewhere: list[bool]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CORES, str(cores)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == f"{elsewhere}\n", done.stderr


ORPHAN = """
import os, signal, sys, time
from pathlib import Path
from kg import processes
from kg.outputs import alone

processes._processes = lambda: 2

def locks():
    links = (Path("/proc/self/fd") / name for name in os.listdir("/proc/self/fd"))
    return [os.readlink(link) for link in links if link.is_file() and ".lock" in os.readlink(link)]

with alone(Path(sys.argv[1])):
    with processes.beside(locks) as (there,):
        print(len(locks()), "locks here,", len(there()), "in the copy", flush=True)
    with processes.beside(lambda: time.sleep(600)):
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes")
def test_a_copy_holds_no_lock_and_ends_with_the_process_that_made_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN, str(tmp_path / "out")],
        stdout=subprocess.PIPE,  # the copy has it too: it is read until both have ended
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("1 locks here, 0 in the copy\n", -signal.SIGKILL)


IMPORT = """
import hashlib, os, sys
from datetime import UTC, datetime
import kg

if sys.argv[2] == "one":
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
done = kg.import_file("article", sys.argv[1], on=kg.demo(), time=datetime(2026, 1, 1, tzinfo=UTC))
print(done.records, hashlib.sha256(done.text.encode()).hexdigest())
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux copies processes")
def test_a_long_page_gives_the_same_bytes_on_one_core_and_on_more(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    lines = (
        f"- PCIT improved trust in group {n} of children aged {n % 7} to 9 years [{n % 9 + 1}]."
        for n in range(7_000)
    )
    page.write_text("# What helps?\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    found = {
        subprocess.run(
            [sys.executable, "-c", IMPORT, str(page), cores],
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        ).stdout
        for cores in ("one", "all")
    }
    assert len(found) == 1 and min(found).startswith("7030 "), found
