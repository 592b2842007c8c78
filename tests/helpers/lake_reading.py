"""A lake as its users read it: rows, each event once by the view's own SQL, raw records, errors."""

from __future__ import annotations

import base64
import gzip
import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import duckdb

from firelake.contract.layout import ERRORS_PREFIX, EVENTS_PREFIX, RAW_PREFIX
from tests.unit.catalog.samples import parse, view_definition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from firelake.catalog.table_input import TableInput
    from firelake.local.cloud import Cloud

_LONGEST_WAIT_S: Final = 120
_LOOK_AGAIN_S: Final = 0.1
_COLUMNS: Final = "event_uuid, event_name, created_at, stream_position, event_type, dt"


@dataclass(frozen=True, slots=True, order=True)
class Row:
    event_uuid: str
    event_name: str
    created_at: float
    stream_position: str
    event_type: str
    dt: str


class LakeReader:
    """Reads the lake of an embedded cloud; as it is when a method is called."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self._cloud = cloud
        self._folder = folder

    def wait_until_delivered(self) -> None:
        """Wait until all that has arrived by now is stored, and moved over by a checkpoint."""
        now_ms = time.time_ns() // 1_000_000
        ends_s = time.monotonic() + _LONGEST_WAIT_S
        while True:
            status = self._status()
            # Idle alone would be said by a process that has not read yet.
            if status.get("is_idle") and status["delivered_until_ms"] > now_ms:
                return
            assert self._cloud.delivery_pid is not None, self._cloud.delivery_log.read_text()
            assert time.monotonic() < ends_s, status
            time.sleep(_LOOK_AGAIN_S)

    def rows(self) -> list[Row]:
        """The rows of `events`, sorted."""
        return self._query("SELECT * FROM events")

    def unique_rows(self) -> list[Row]:
        """The rows that the view `events_unique` gives, by the SQL that Glue has, sorted."""
        name = {"DatabaseName": self._cloud.outputs["database"], "Name": "events_unique"}
        view = self._cloud.clients.call("glue", "GetTable", name)["Table"]
        sql: str = view_definition(cast("TableInput", view))["originalSql"]
        return self._query(parse(sql).sql("duckdb"))

    def raw(self) -> bytes:
        """All that stands under `raw/`, object after object."""
        return b"".join(gzip.decompress(body) for body in self._objects(RAW_PREFIX))

    def errors(self) -> Counter[bytes]:
        """What stands under `errors/`, as it was sent, each as often as it stands there."""
        lines = (line for body in self._objects(ERRORS_PREFIX) for line in body.splitlines())
        return Counter(base64.b64decode(json.loads(line)["rawData"]) for line in lines)

    def _status(self) -> dict[str, Any]:
        path = self._cloud.folder / "delivery" / "status.json"
        return json.loads(path.read_bytes()) if path.exists() else {}

    def _query(self, sql: str) -> list[Row]:
        return sorted(
            Row(*values)
            for values in self.select(f"SELECT {_COLUMNS} FROM ({sql}) AS found")  # noqa: S608 -- SQL of the project
        )

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query of `events`, in DuckDB's SQL and types."""
        for key in self._keys(EVENTS_PREFIX):
            path = self._folder / key
            # An object is never changed.
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self._body(key))
        database = str(self._cloud.outputs["database"])
        with duckdb.connect() as connection:
            connection.execute(f'CREATE SCHEMA "{database}"; USE "{database}"')
            files = self._folder / EVENTS_PREFIX / "**" / "*.parquet"
            # A day is a text in Athena.
            connection.execute(
                f"CREATE VIEW events AS SELECT * FROM read_parquet('{files}',"  # noqa: S608 -- a path of the test
                " hive_partitioning = true, hive_types_autocast = false, union_by_name = true)"
            )
            return connection.execute(sql).fetchall()

    def _objects(self, prefix: str) -> Iterator[bytes]:
        return (self._body(key) for key in self._keys(prefix))

    def _keys(self, prefix: str) -> list[str]:
        asked = {"Bucket": self._cloud.outputs["bucket"], "Prefix": prefix}
        entries = self._cloud.clients.pages("s3", "ListObjectsV2", asked, "Contents")
        return [entry["Key"] for entry in entries]

    def _body(self, key: str) -> bytes:
        asked = {"Bucket": self._cloud.outputs["bucket"], "Key": key}
        return self._cloud.clients.call("s3", "GetObject", asked)["Body"].read()
