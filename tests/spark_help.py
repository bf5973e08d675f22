"""What tests on Spark have in common: where they can run, and settings for small graphs."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

MARKS = [
    pytest.mark.spark,
    pytest.mark.skipif(not find_spec("pyspark"), reason="the extra 'spark' is not installed"),
    pytest.mark.skipif(not shutil.which("java"), reason="there is no Java runtime"),
]
SMALL = {
    "default_parallelism": "1",
    "driver_extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "sql_adaptive_enabled": "false",
    "sql_codegen_factoryMode": "NO_CODEGEN",
    "sql_codegen_wholeStage": "false",
    "sql_leafNodeDefaultParallelism": "1",
    "sql_shuffle_partitions": "1",
}
"""Settings for many small graphs: no code is compiled for a query that runs once."""
