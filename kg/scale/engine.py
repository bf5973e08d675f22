"""The engine that does the work on a graph, where it runs and how much memory it may use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import UsageError, shacl_errors

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Progress = Callable[[str, int, int], None]
"""``(name of the file, bytes read so far, size in bytes)``."""
LARGE = 50 << 20
"""Bytes from which on a file is not loaded if an engine can do without."""
_UNITS = {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
_OUTSIDE = 340 << 20
"""Bytes that the interpreter and its libraries use in addition to the database."""
_LEAST = 150 << 20


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine of :func:`kg.validate` or :func:`kg.export_file`, with its settings.

    ``name`` is ``auto`` (the fastest that is available), ``duckdb`` for large graphs (extra
    ``scale``), ``spark`` for graphs that outgrow one machine (extra ``spark``), or ``pyshacl``, the
    reference engine, which only validates. ``memory`` is how much may be used, such as ``700MB``;
    the rest goes to disk. For ``spark`` it is the memory of each worker, or of Spark as a whole on
    this machine. ``master`` is where ``spark`` runs: ``local[2]`` for two cores of this machine
    (all of them without), ``spark://host:7077`` for a cluster.

    :raises UsageError: if the amount of memory cannot be read, or an engine other than ``spark``
        has a master.
    """

    name: str = "auto"
    memory: str = ""
    master: str = ""

    def __post_init__(self) -> None:
        """Refuse wrong settings before anything is read."""
        if self.master and self.name != "spark":
            raise UsageError(
                f"the engine '{self.name}' takes no master", hint="only the engine 'spark' has one"
            )
        if self.memory:
            self._bytes()

    @staticmethod
    def of(engine: str | Engine) -> Engine:
        """Return an engine that is given by its name or with its settings."""
        return Engine(engine) if isinstance(engine, str) else engine

    def session(self) -> AbstractContextManager[SparkSession | None]:
        """Return the context to run in: for ``spark`` a session, to be started.

        :raises UsageError: if the extra ``spark`` or Java is missing.
        """
        if self.name != "spark":
            return nullcontext()
        from kg.shacl.sql.spark_session import check

        with shacl_errors():
            check()  # before files are read for minutes
        return self._spark()

    @contextmanager
    def _spark(self) -> Iterator[SparkSession]:
        from kg.shacl.sql.spark_session import session

        memory = f"{self._bytes() >> 20}m" if self.memory else ""
        with shacl_errors(), session(self.master, memory) as running:
            yield running

    @property
    def database_limit(self) -> str:
        """The part of the memory that a database in this process may use, or ``""``."""
        return f"{max(self._bytes() - _OUTSIDE, _LEAST) >> 20}MiB" if self.memory else ""

    def _bytes(self) -> int:
        match = re.fullmatch(r"(\d+) ?(KB|MB|GB)", self.memory.upper())
        if not match:
            raise UsageError(
                f"'{self.memory}' is not an amount of memory", hint="write it as 700MB or 2GB"
            )
        return int(match[1]) * _UNITS[match[2]]
