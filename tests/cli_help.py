"""The command line, run in this process: a new one for each test would only take time."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from unittest import mock

from kg.cli import main


def run(
    *args: str | Path, cwd: Path | None = None, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Call ``kg`` as its program does, and return its exit code and what it printed."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    given = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    words, code = list(map(str, args)), None
    often = gc.get_threshold()
    with (
        mock.patch.multiple(sys, argv=["kg", *words], stdin=given, stdout=out, stderr=err),
        mock.patch.dict(os.environ, environment),
        chdir(cwd or Path.cwd()),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
        finally:
            gc.set_threshold(*often)
    assert isinstance(code, int), "the program ends with an exit code"
    return subprocess.CompletedProcess(words, code, *map(_text, (out, err)))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode().replace("\r\n", "\n")
