"""Work for several processes at once: copies of this one, as Linux makes them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_MOST = 4
"""How many processes may run at once."""
_PROC = Path("/proc")
_SIGNAL_OF_PARENT = 1
"""PR_SET_PDEATHSIG: the signal that a process gets when the one that started it ends."""


@contextlib.contextmanager
def beside(*works: Callable[[], _Result]) -> Iterator[list[Callable[[], _Result]]]:
    """Begin work in copies of this process; give for each a function that returns its result.

    There are as many copies as there are cores beside this one's. What no copy returns is worked on
    here when it is asked for: where none was made, memory ended, or somebody killed it. Copies that
    still run at the end are ended.

    :param works: functions that change nothing and return what can be pickled.
    """
    others = _processes() - 1
    copies = [_Copy(work, wanted=n < others) for n, work in enumerate(works)]
    try:
        yield [copy.result for copy in copies]
    finally:
        for copy in copies:
            copy.end()


def in_parts(
    work: Callable[[Sequence[_Item]], _Result], items: Sequence[_Item], least: int
) -> list[_Result]:
    """Return what ``work`` gives for each part of a list, in the order of the parts.

    The first part is worked on here, the others :func:`beside` it.

    :param least: how many items are worth a process.
    """
    count = max(1, min(_processes(), len(items) // least))
    size = -(-len(items) // count)
    parts = [items[n * size : (n + 1) * size] for n in range(count)]
    with beside(*(partial(work, part) for part in parts[1:])) as others:
        return [work(parts[0]), *(other() for other in others)]


def _processes() -> int:
    """Return how many may run: one if this process has threads, whose locks no copy could open.

    Each may need as much memory as this one.
    """
    if not (_PROC / "self/task").is_dir() or len(list((_PROC / "self/task").iterdir())) > 1:
        return 1
    own = int((_PROC / "self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    free = re.search(r"MemAvailable: +(\d+) kB", (_PROC / "meminfo").read_text())
    fitting = 1 + int(free[1]) * 1024 // own if free else _MOST
    return min(_MOST, fitting, len(os.sched_getaffinity(0)))


class _Copy(Generic[_Result]):
    """A copy of this process that does some work, if one is wanted and can be made."""

    def __init__(self, work: Callable[[], _Result], wanted: bool) -> None:
        self._work, self._process = work, 0
        if wanted:
            self._begin()

    def _begin(self) -> None:
        here = os.getpid()
        readable, writable = os.pipe()
        self._pipe, pipe = os.fdopen(readable, "rb"), os.fdopen(writable, "wb")
        with pipe:
            try:
                self._process = os.fork()
            except OSError:  # there are too many processes
                self._pipe.close()
                return
            if self._process:
                return
            code = 1
            try:
                ctypes.CDLL(None).prctl(_SIGNAL_OF_PARENT, signal.SIGKILL)
                if os.getppid() == here:
                    self._pipe.close()
                    pipe.write(pickle.dumps(self._work(), pickle.HIGHEST_PROTOCOL))
                    pipe.flush()
                    code = 0
            finally:
                os._exit(code)  # nothing of what this process would do at its end

    def result(self) -> _Result:
        """Return what the copy found, or find it here."""
        if not self._process:
            return self._work()
        with self._pipe:
            data = self._pipe.read()
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        result: _Result = self._work() if status else pickle.loads(data)
        return result

    def end(self) -> None:
        """End the copy if it still runs."""
        if self._process:
            self._pipe.close()
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._process = 0
