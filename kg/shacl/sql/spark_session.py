"""Starting Spark: quietly, with no address but this machine's unless a cluster is named."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING

from kg.shacl.errors import SetupError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER = "local[*]"
INSTALL = "pip install 'clinical-evidence-kg[spark]'"
_SETTINGS = {
    "spark.app.name": "kg",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.ui.retainedExecutions": "1",  # plans that nobody looks at would fill the memory
}
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Options of the Java that plans, and of workers on this machine, which share its cores.

What runs a few times is not compiled as if it ran for hours, which halves the processor time.
"""
_LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.extraJavaOptions": _JAVA,
    "spark.network.timeout": "1h",  # a machine that slept has lost nothing
    "spark.sql.shuffle.partitions": "4",
}


def check() -> None:
    """See that Spark can be started here.

    :raises SetupError: if the extra ``spark`` or Java is missing.
    """
    if not find_spec("pyspark"):
        raise SetupError("the engine 'spark' needs the extra 'spark'", hint=INSTALL)
    if not os.environ.get("JAVA_HOME") and not shutil.which("java"):
        raise SetupError(
            "the engine 'spark' needs Java 17 or newer", hint="install a Java runtime (JRE)"
        )


@contextmanager
def session(master: str = "", memory: str = "", **settings: str) -> Iterator[SparkSession]:
    """Give the session of Spark that runs already, else start one and stop it in the end.

    :param master: where Spark runs, such as ``local[2]`` or ``spark://host:7077``; ``""`` takes
        :data:`MASTER` where none runs.
    :param memory: what it may use, such as ``700m``: in all on this machine, of a cluster each
        worker; ``""`` takes what Spark takes.
    :param settings: more settings, with ``_`` in the place of ``.`` and without ``spark.``.
    :raises SetupError: if the extra ``spark`` or Java is missing, or another Spark runs.
    """
    check()
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    running = SparkContext._active_spark_context
    if running is not None:
        if master not in ("", running.master):
            raise SetupError(
                f"Spark is already running on {running.master}",
                hint="stop it, or leave out --master",
            )
        if memory:
            raise SetupError(
                "Spark is already running, and its memory cannot be changed",
                hint="stop it, or leave out --memory",
            )
        yield SparkSession.builder.getOrCreate()  # an active session is one of a thread in Java
        return
    if memory:
        threads = re.match(r"local(\[|$)", master or MASTER)
        settings[f"{'driver' if threads else 'executor'}_memory"] = memory
    more = {f"spark.{name.replace('_', '.')}": value for name, value in settings.items()}
    with tempfile.TemporaryDirectory(prefix="kg-spark-") as folder, _told_once():
        started = _started(master or MASTER, more, Path(folder))
        try:
            yield started
        finally:
            _stop(started)


def _started(master: str, more: dict[str, str], folder: Path) -> SparkSession:
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    local = master.startswith("local")
    own = {**_SETTINGS, "spark.driver.extraJavaOptions": _JAVA, "spark.master": master, **more}
    if local:
        own = {**_LOCAL, "spark.local.dir": str(folder), **own}
    log = folder / "spark.log"
    try:
        conf = SparkConf(loadDefaults=False).setAll(list(own.items()))
        # Where a newer pandas than it knows is installed, Spark warns of it, unused as it is.
        quiet = warnings.catch_warnings(action="ignore", category=FutureWarning)
        with quiet, _environment(folder, local), _same_interrupt(), log.open("wb") as output:
            gateway = launch_gateway(conf, {"stdout": output, "stderr": output})
            return SparkSession(SparkContext(conf=SparkConf(_jvm=gateway.jvm), gateway=gateway))
    except (PySparkException, Py4JError, OSError) as error:
        reason = _reason(error, log)
        _forget()
        raise SetupError(
            f"Spark could not start on '{master}': {reason[:300]}",
            hint="check that the master can be reached, and that Java and the memory suffice",
        ) from error
    except Exception:
        _forget()
        raise


def _reason(error: Exception, log: Path) -> str:
    """Return the line that says why: of the log, or of the error if the log says less."""
    try:
        lines = [line for line in str(error).splitlines() if line.strip()]
    except Exception:  # the text of some errors is asked of Java
        lines = []
    logged = log.read_text(errors="replace").splitlines() if log.exists() else []
    fatal = [line.partition("Reason: ")[2] for line in logged if "Reason: " in line]
    thrown = [line for line in (*lines, *logged) if "Exception: " in line]
    plain = [line for line in logged if not re.match("WARNING|Using |Setting |.* WARN ", line)]
    return (*fatal, *thrown, *plain, *lines, "its Java process ended")[0].strip(": ")


@contextmanager
def _told_once() -> Iterator[None]:
    """Keep py4j from writing the traceback of every error that it raises."""

    def wanted(record: logging.LogRecord) -> bool:
        return "py4j" not in Path(record.pathname).parts

    root, own = logging.getLogger(), logging.getLogger("py4j")  # it uses both
    root.addFilter(wanted)
    before, own.propagate = own.propagate, False
    try:
        yield
    finally:
        root.removeFilter(wanted)
        own.propagate = before


@contextmanager
def _same_interrupt() -> Iterator[None]:
    """Leave to Ctrl-C what it did: Spark's handler asks Java while an answer of it is awaited."""
    handler = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, handler)


@contextmanager
def _environment(folder: Path, local: bool) -> Iterator[None]:
    """Set, while Spark starts, what it reads from the environment alone.

    A cluster on this machine writes below SPARK_HOME, so that is a folder which goes again.
    """
    before = dict(os.environ)
    if local:
        import pyspark

        home = folder / "home"
        home.mkdir()
        for name in ("bin", "jars"):
            (home / name).symlink_to(Path(pyspark.__path__[0]) / name)
        os.environ |= {
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _stop(started: SparkSession) -> None:
    """Stop Spark and its Java process, also if that is already gone."""
    with suppress(Exception), warnings.catch_warnings(action="ignore"):
        started.stop()
    _forget()


def _forget() -> None:
    """End the Java process, so that the next session has one of its own."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is not None:
        with suppress(Exception):
            gateway.shutdown()
        process = getattr(gateway, "proc", None)
        if process is not None:
            with suppress(OSError):  # the process may be gone already
                process.stdin.close()
            try:
                process.wait(30)
            except TimeoutExpired:
                process.kill()
                process.wait()
    SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
