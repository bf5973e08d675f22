"""What Spark reports is told by its cause, with a fix for it; no session is needed."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from kg.scale.check import SPARK, sooner
from kg.shacl.errors import ShaclError

pytestmark = pytest.mark.skipif(
    not find_spec("pyspark"), reason="the extra 'spark' is not installed"
)
CALL = "An error occurred while calling o159.collectAsList"


@pytest.mark.parametrize(
    ("text", "reason", "fix"),
    [
        (
            f"{CALL}.\n: java.lang.OutOfMemoryError: Java heap space\n\tat x",
            "heap space",
            "--memory",
        ),
        (
            f"{CALL}.\n: org.apache.spark.SparkException: Job aborted\nCaused by: a.B: outer\n"
            "Caused by: java.io.IOException: No space left on device",
            "java.io.IOException: No space left",
            "disk space",
        ),
        (  # shortened from what Spark 4.3 wrote where a worker's Python had no kg
            "An exception was thrown from the Python worker:\nTraceback (most recent call last):\n"
            '  File "/x/pyspark/serializers.py", line 483, in loads\n'
            "    return cloudpickle.loads(obj, encoding=encoding)\n"
            "ModuleNotFoundError: No module named 'kg'\n",
            "^Spark could not finish: ModuleNotFoundError: No module named 'kg'",
            "clinical-evidence-kg",
        ),
        (
            f"{CALL}.\n: java.lang.IllegalStateException: gone",
            "IllegalStateException: gone",
            "workers",
        ),
    ],
)
def test_a_failure_names_its_cause_and_the_fix(text: str, reason: str, fix: str) -> None:
    from pyspark.errors import PySparkException

    from kg.shacl.sql.spark_sql import errors

    with pytest.raises(ShaclError, match=reason) as told, errors():
        raise PySparkException(text)
    assert "o159" not in told.value.message
    assert fix in told.value.hint


def test_what_fits_another_engine_is_said_of_spark_alone() -> None:
    assert "'duckdb'" in sooner("spark", SPARK - 1)
    assert sooner("spark", SPARK) == sooner("duckdb", 1) == ""
