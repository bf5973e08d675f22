"""How far reading a large file has come, on one line of a terminal."""

from __future__ import annotations

import sys
import time

_EVERY = 0.2


class Reading:
    """A progress line with rate and estimate; silent where stderr is not a terminal.

    Use it as a context manager: the line is wiped at the end, also after an error or Ctrl-C.
    """

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()
        self._shown = False

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *error: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, name: str, done: int, size: int) -> None:
        """Show how many bytes of a file are read."""
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._last < _EVERY:
            return
        self._last, self._shown = now, True
        sys.stderr.write(f"\r\x1b[K{line(name, done, size, now - self._start)}")
        sys.stderr.flush()


def line(name: str, done: int, size: int, seconds: float) -> str:
    """Return the words of a progress line: share, rate and time that is left."""
    rate = done / max(seconds, 0.001)
    left = (size - done) / max(rate, 1)
    share = 100 * done // max(size, 1)
    return f"reading {name}: {share} %, {rate / (1 << 20):.0f} MB/s, {left:.0f} s left"
