"""Spark, Polars, pyiceberg and DuckDB read `events_history` as the local Athena does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.truth.environments import environment
from tests.truth.history_lake import history_lake
from tests.truth.parts import CACHE, Outcome, SkippedError, ask_each, tool
from tests.truth.readers import POLARS_PACKAGE, SPARK_PACKAGE, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.truth.history_lake import HistoryLake

_POM: Final = Path(__file__).parent / "iceberg" / "pom.xml"
# Each takes settings as JSON, and writes its version, and a row a line, in any order.
_SPARK: Final = """
import json, sys
from pyspark.sql import SparkSession
given = json.loads(sys.argv[1])
settings = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.jars": given["jars"],
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.lake.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
    "spark.sql.catalog.lake.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
    "spark.sql.catalog.lake.warehouse": f"s3://{given['bucket']}/",
    "spark.sql.catalog.lake.glue.endpoint": given["glue"],
    "spark.sql.catalog.lake.s3.endpoint": given["s3"],
    "spark.sql.catalog.lake.s3.path-style-access": "true",
    "spark.ui.enabled": "false",
}
session = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
print(json.dumps(session.version))
for row in session.table(f"lake.{given['database']}.events_history").toLocalIterator():
    print(json.dumps(row.asDict(recursive=True), default=str))
session.stop()
"""
_POLARS: Final = """
import json, os, sys, polars
given = json.loads(sys.argv[1])
options = {"s3.endpoint": given["s3"]}
print(json.dumps(polars.__version__))
for row in polars.scan_iceberg(given["metadata"], storage_options=options).collect().to_dicts():
    print(json.dumps(row, default=str))
"""
_TABLE: Final = """
import json, sys, duckdb, pyiceberg
from pyiceberg.catalog import load_catalog
given = json.loads(sys.argv[1])
asked = {"type": "glue", "glue.endpoint": given["glue"], "s3.endpoint": given["s3"]}
table = load_catalog("lake", **asked).load_table((given["database"], "events_history"))
"""
_PYICEBERG: Final = f"""{_TABLE}
print(json.dumps(pyiceberg.__version__))
for row in table.scan().to_arrow().to_pylist():
    print(json.dumps(row, default=str))
"""
# Its own extension for Iceberg is in no registry of packages.
_DUCKDB: Final = f"""{_TABLE}
print(json.dumps(duckdb.__version__))
connection = table.scan().to_duckdb("history")
connection.execute("SET TimeZone = 'UTC'")
for row in connection.table("history").to_arrow_table().to_pylist():
    print(json.dumps(row, default=str))
"""


def outcomes() -> Iterator[Outcome]:
    """Lets each reader read the table, and compares its rows by column with Athena's.

    Raises:
        SkippedError: Some readers cannot be had; after the others were asked.
    """
    with tempfile.TemporaryDirectory() as name, history_lake(Path(name)) as lake:
        yield _read(lake, "pyiceberg", sys.executable, _PYICEBERG)
        yield _read(lake, "DuckDB by pyiceberg", sys.executable, _DUCKDB)
        yield from ask_each({"Polars": _polars, "Spark": _spark}, lake)


def _polars(lake: HistoryLake) -> Outcome:
    python = environment("polars-iceberg", POLARS_PACKAGE, "pyiceberg[pyarrow]==0.12.0")
    return _read(lake, "Polars", python, _POLARS)


def _spark(lake: HistoryLake) -> Outcome:
    tool("java")
    python = environment(SPARK_PACKAGE.replace("==", "-"), SPARK_PACKAGE)
    return _read(lake, "Spark", python, _SPARK, jars=_jars())


def _jars() -> str:
    """Fetches Iceberg's jars, once; returns their paths, by commas."""
    listing = CACHE / "iceberg-jars"
    if not listing.exists():
        listing.parent.mkdir(parents=True, exist_ok=True)
        fetched = listing.with_suffix(".new")
        done = subprocess.run(
            [
                *(tool("mvn"), "-q", "-B", "-f", str(_POM), "dependency:build-classpath"),
                *(f"-Dmdep.outputFile={fetched}", "-Dmdep.pathSeparator=,"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            message = f"mvn failed: {done.stdout.strip().splitlines()[:1]}"
            raise SkippedError(message)
        fetched.rename(listing)
    return listing.read_text()


def _read(lake: HistoryLake, engine: str, python: str, program: str, **more: str) -> Outcome:
    given = {
        "bucket": lake.bucket,
        "database": lake.database,
        "glue": lake.environment["AWS_ENDPOINT_URL_GLUE"],
        "metadata": lake.metadata,
        "s3": lake.environment["AWS_ENDPOINT_URL"],
        **more,
    }
    kept = {name: os.environ[name] for name in ("HOME", "PATH")}
    done = subprocess.run(
        [python, "-W", "ignore", "-c", program, json.dumps(given)],
        env={**kept, **lake.environment, "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        message = f"{engine} failed:\n{done.stderr[-2000:]}"
        raise RuntimeError(message)
    version, *rows = map(json.loads, done.stdout.splitlines())
    outcome = Outcome(f"{engine}, columns of events_history", version)
    compare(outcome, _sorted(lake.rows), _sorted(rows))
    return outcome


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["event_uuid"], row["stream_position"]))
