"""Polars and Spark read the Parquet files of a lake, each in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow.parquet as pq

from tests.truth.environments import environment
from tests.truth.parts import Outcome, SkippedError, tool
from tests.unit.athena_on_duckdb.tables.shipped_lake import shipped_lake

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVENTS: Final = 2000
POLARS_PACKAGE: Final = "polars==2.1.0"
SPARK_PACKAGE: Final = "pyspark==4.0.1"
# Write the version, and of each file named on the command line its rows as JSON.
_POLARS: Final = """
import json, sys, polars
print(json.dumps(polars.__version__))
for file in sys.argv[1:]:
    print(json.dumps(polars.read_parquet(file).to_dicts(), default=str))
"""
_SPARK: Final = """
import json, sys
from pyspark.sql import SparkSession
settings = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
}
session = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
print(json.dumps(session.version))
for file in sys.argv[1:]:
    rows = session.read.parquet(file).collect()
    print(json.dumps([row.asDict(recursive=True) for row in rows], default=str))
session.stop()
"""


def polars() -> Iterator[Outcome]:
    """Compares what Polars reads.

    Raises:
        SkippedError: It cannot be had.
    """
    yield _read("Polars", POLARS_PACKAGE, _POLARS)


def spark() -> Iterator[Outcome]:
    """Compares what Spark reads, of INT96 timestamps as well.

    Raises:
        SkippedError: It cannot be had, or there is no Java.
    """
    tool("java")
    yield _read("Spark", SPARK_PACKAGE, _SPARK)


def _read(engine: str, package: str, program: str) -> Outcome:
    python = environment(package.replace("==", "-"), package)
    lake = shipped_lake(_EVENTS)
    with tempfile.TemporaryDirectory() as folder:
        files: list[Path] = []
        for number, (key, body) in enumerate(sorted(lake.fake.contents.items())):
            if key.startswith("events/"):
                files.append(Path(folder, f"{number}.parquet"))
                files[-1].write_bytes(body)
        done = subprocess.run(
            [python, "-c", program, *map(str, files)],
            capture_output=True, text=True, check=False, env={**os.environ, "TZ": "UTC"},
        )  # fmt: skip
        if done.returncode:
            message = f"it failed: {done.stderr.strip().splitlines()[-1:]}"
            raise SkippedError(message)
        version, *read = map(json.loads, done.stdout.splitlines())
        outcome = Outcome(f"{engine}, columns of files", version)
        for file, theirs in zip(files, read, strict=True):
            ours = cast("Any", pq).read_table(file).to_pylist()
            compare(outcome, ours, theirs)
    return outcome


def compare(outcome: Outcome, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> None:
    """Counts the columns whose values are the same, row by row."""
    for name in ours[0]:
        outcome.asked += 1
        wanted = [_plain(row[name]) for row in ours]
        found = [_plain(row.get(name)) for row in theirs]
        if wanted == found:
            outcome.same += 1
        else:
            outcome.different.append(f"{name}: {wanted[:3]} here, {found[:3]} there")


def _plain(value: object) -> object:
    """Writes a value as both programs write it: times and decimals as texts."""
    return json.loads(json.dumps(value, default=str))
