"""A lake of this machine whose files have moved into history, and what Athena says of that."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow.parquet as pq

from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud
from tests.helpers.contracts import LEARNING_FILE
from tests.unit.athena_on_duckdb.tables.shipped_lake import DAY, shipped_lake

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

_EVENTS: Final = 2000
_CONFIG: Final = {
    "startDate": DAY,
    "catalog": {"hasCrawler": False, "hasHistory": True},
    "watch": {"hasAlarms": False, "hasDashboard": False},
}
_TABLE: Final = "events_history"
_UNLOAD: Final = """
import pyathena, sys
place, database = sys.argv[1:]
cursor = pyathena.connect(s3_staging_dir=f"{place}results/", poll_interval=0.1).cursor()
cursor.execute(
    f"UNLOAD (SELECT * FROM {database}.events_history) TO '{place}rows/' WITH (format = 'PARQUET')"
)
"""


@dataclass(frozen=True)
class HistoryLake:
    """A lake whose files have moved.

    Attributes:
        environment: The variables by which clients find services and may call them.
        database: The Glue database.
        bucket: The lake's bucket.
        metadata: The location of the table's newest metadata file, by Glue.
        rows: All of the table by the local Athena.
    """

    environment: Mapping[str, str]
    database: str
    bucket: str
    metadata: str
    rows: list[dict[str, Any]]


@contextmanager
def history_lake(folder: Path) -> Generator[HistoryLake]:
    """Starts a lake, lets it move a day of events of every type, and asks Athena for all of it."""
    with Cloud.start(
        _CONFIG, folder=folder, contract_file=LEARNING_FILE, is_delivering=False
    ) as cloud:
        outputs = {name: str(value) for name, value in cloud.outputs.items()}
        environment = {**cloud.environment(), **variables_of(outputs)}
        bucket, database = outputs["bucket"], outputs["database"]
        for key, body in shipped_lake(_EVENTS).fake.contents.items():
            if key.startswith("events/") and f"dt={DAY}/" in key:
                asked = {"Bucket": bucket, "Key": key, "Body": body}
                cloud.clients.call("s3", "PutObject", asked)
        # The first makes the table, which a deployment then lets the views read.
        _move(environment, expected=1)
        cloud.update(_CONFIG, LEARNING_FILE)
        _move(environment, expected=0)
        table = cloud.clients.call("glue", "GetTable", {"DatabaseName": database, "Name": _TABLE})
        yield HistoryLake(
            environment,
            database,
            bucket,
            table["Table"]["Parameters"]["metadata_location"],
            _unloaded(cloud, environment, bucket, database),
        )


def _move(environment: Mapping[str, str], expected: int) -> None:
    command = ["-m", "firelake", "history", "move", "--grace-minutes", "0"]
    ended = _run(environment, command)
    assert ended.returncode == expected, ended.stdout + ended.stderr


def _unloaded(
    cloud: Cloud, environment: Mapping[str, str], bucket: str, database: str
) -> list[dict[str, Any]]:
    prefix = "athena/operators/truth/"
    ended = _run(environment, ["-c", _UNLOAD, f"s3://{bucket}/{prefix}", database])
    assert ended.returncode == 0, ended.stderr
    asked = {"Bucket": bucket, "Prefix": f"{prefix}rows/"}
    rows: list[dict[str, Any]] = []
    for entry in cloud.clients.pages("s3", "ListObjectsV2", asked, "Contents"):
        given = {"Bucket": bucket, "Key": entry["Key"]}
        body = cloud.clients.call("s3", "GetObject", given)["Body"].read()
        rows += cast("Any", pq).read_table(io.BytesIO(body)).to_pylist()
    return rows


def _run(environment: Mapping[str, str], arguments: list[str]) -> subprocess.CompletedProcess[str]:
    given = {name: os.environ[name] for name in ("HOME", "PATH")}
    path = os.pathsep.join(sys.path)
    return subprocess.run(
        [sys.executable, *arguments],
        env={**given, **environment, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
