"""Long lists, worked on by several processes at once: copies of this one, as Linux makes them."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_MOST = 4
"""Each process may need as much memory as this one."""


def in_parts(
    work: Callable[[Sequence[_Item]], _Result], items: Sequence[_Item], least: int
) -> list[_Result]:
    """Return what ``work`` gives for each part of a list, in the order of the parts.

    The first part is worked on here, and so is what a copy does not return, since memory ended or
    somebody killed it.

    :param work: a function that changes nothing and returns what can be pickled.
    :param least: how many items are worth a process.
    """
    count = max(1, min(_processes(), len(items) // least))
    size = -(-len(items) // count)
    parts = [items[n * size : (n + 1) * size] for n in range(count)]
    copies = [_Copy(work, part) for part in parts[1:]]
    try:
        return [work(parts[0]), *(copy.result() for copy in copies)]
    finally:
        for copy in copies:
            copy.end()


def _processes() -> int:
    """Return how many may run: one if this process has threads, whose locks no copy could open."""
    threads = Path("/proc/self/task")
    if not threads.is_dir() or len(list(threads.iterdir())) > 1:
        return 1
    return min(_MOST, len(os.sched_getaffinity(0)))


class _Copy(Generic[_Item, _Result]):
    """A copy of this process that works on a part of a list."""

    def __init__(self, work: Callable[[Sequence[_Item]], _Result], part: Sequence[_Item]) -> None:
        self._work, self._part = work, part
        readable, writable = os.pipe()
        self._process = os.fork()
        if self._process:
            os.close(writable)
            self._pipe = os.fdopen(readable, "rb")
            return
        code = 1
        try:
            os.close(readable)
            with os.fdopen(writable, "wb") as pipe:
                pickle.dump(work(part), pipe, pickle.HIGHEST_PROTOCOL)
            code = 0
        finally:
            os._exit(code)  # nothing of what this process would do at its end

    def result(self) -> _Result:
        """Return what the copy found, or find it here."""
        with self._pipe:
            data = self._pipe.read()
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        result: _Result = self._work(self._part) if status else pickle.loads(data)
        return result

    def end(self) -> None:
        """End the copy if it still runs."""
        if self._process:
            self._pipe.close()
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._process = 0
