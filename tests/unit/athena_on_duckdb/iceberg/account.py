"""Glue and S3 of one account in memory, and Athena's statements run on them in this process."""

from __future__ import annotations

import io
import re
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from tests.helpers.athena_statements import run_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from athena_on_duckdb.engine import Engine
    from athena_on_duckdb.query_result import QueryResult
    from athena_on_duckdb.results.outcome import Lines, Written

_MODIFIED = datetime(2026, 3, 2, tzinfo=UTC)


class _GlueErrors:
    class AlreadyExistsException(Exception): ...  # noqa: N818 - the names are Glue's

    class ConcurrentModificationException(Exception): ...  # noqa: N818

    class EntityNotFoundException(Exception): ...  # noqa: N818


@dataclass
class FakeGlue:
    """Tables, with the optimistic locking of UpdateTable, as pyiceberg calls boto3's client."""

    tables: dict[tuple[str, str], dict[str, Any]]
    exceptions: type[_GlueErrors] = _GlueErrors

    def get_table(self, DatabaseName: str, Name: str) -> dict[str, Any]:  # noqa: N803
        if (DatabaseName, Name) not in self.tables:
            raise _GlueErrors.EntityNotFoundException
        return {"Table": deepcopy(self.tables[DatabaseName, Name])}

    def create_table(self, DatabaseName: str, TableInput: dict[str, Any]) -> None:  # noqa: N803
        name = TableInput["Name"]
        if (DatabaseName, name) in self.tables:
            raise _GlueErrors.AlreadyExistsException
        self.tables[DatabaseName, name] = {
            **deepcopy(TableInput), "DatabaseName": DatabaseName, "VersionId": "1"
        }  # fmt: skip

    def update_table(self, **given: Any) -> None:  # noqa: ANN401
        key = (given["DatabaseName"], given["TableInput"]["Name"])
        known = self.tables[key]
        if given["VersionId"] != known["VersionId"]:
            raise _GlueErrors.ConcurrentModificationException
        version = str(int(known["VersionId"]) + 1)
        self.tables[key] = {**known, **deepcopy(given["TableInput"]), "VersionId": version}


@dataclass
class Account:
    """An account with the database `db`, whose statements run as its only caller.

    Attributes:
        engine: What runs queries.
        folder: Where files are put together.
        objects: What is in S3, by location.
        before: Called before each request with its operation and parameters; may raise.
    """

    engine: Engine
    folder: Path
    tables: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict[Any, Any])
    objects: dict[str, bytes] = field(default_factory=dict[str, bytes])
    before: Callable[[str, Mapping[str, Any]], None] = lambda _operation, _given: None
    now_ms: int = 0
    access_key: str = "caller"

    # --- the clients of a caller ---

    def client(self, service: str) -> FakeGlue:
        assert service == "glue"
        return FakeGlue(self.tables)

    def pages(
        self, service: str, operation: str, parameters: Mapping[str, Any], key: str
    ) -> list[dict[str, Any]]:
        return cast("list[dict[str, Any]]", self.call(service, operation, parameters).get(key, []))

    def call(self, service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.before(operation, parameters)
        made = cast(
            "Callable[[Mapping[str, Any]], dict[str, Any]]",
            getattr(self, f"_{service}_{operation.lower()}"),
        )
        return made(parameters)

    def _glue_gettable(self, given: Mapping[str, Any]) -> dict[str, Any]:
        key = (given["DatabaseName"], given["Name"])
        if key not in self.tables:
            raise _refusal(code="EntityNotFoundException", operation="GetTable")
        return {"Table": deepcopy(self.tables[key])}

    def _glue_gettables(self, _given: Mapping[str, Any]) -> dict[str, Any]:
        return {"TableList": list(self.tables.values())}

    def _glue_getdatabase(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"Database": {"Name": given["Name"]}}

    def _glue_createtable(self, given: Mapping[str, Any]) -> dict[str, Any]:
        table = given["TableInput"]
        self.tables[given["DatabaseName"], table["Name"]] = {**table, "VersionId": "1"}
        return {}

    def _glue_deletetable(self, given: Mapping[str, Any]) -> dict[str, Any]:
        del self.tables[given["DatabaseName"], given["Name"]]
        return {}

    def _s3_headobject(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"ContentLength": len(self._body(given)), "LastModified": _MODIFIED}

    def _s3_getobject(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"Body": io.BytesIO(self._body(given))}

    def _s3_putobject(self, given: Mapping[str, Any]) -> dict[str, Any]:
        location = _location(given)
        if given.get("IfNoneMatch") == "*" and location in self.objects:
            raise _refusal(code="PreconditionFailed", operation="PutObject")
        self.objects[location] = bytes(given["Body"])
        return {}

    def _s3_deleteobject(self, given: Mapping[str, Any]) -> dict[str, Any]:
        self.objects.pop(_location(given), None)
        return {}

    def _s3_deleteobjects(self, given: Mapping[str, Any]) -> dict[str, Any]:
        for each in given["Delete"]["Objects"]:
            self.objects.pop(f"s3://{given['Bucket']}/{each['Key']}", None)
        return {}

    def _s3_listobjectsv2(self, given: Mapping[str, Any]) -> dict[str, Any]:
        root = f"s3://{given['Bucket']}/"
        return {
            "Contents": [
                {"Key": location.removeprefix(root), "LastModified": _MODIFIED}
                for location in sorted(self.objects)
                if location.startswith(root + given["Prefix"])
            ]
        }

    def _body(self, given: Mapping[str, Any]) -> bytes:
        if _location(given) not in self.objects:
            raise _refusal(code="NoSuchKey", operation="GetObject")
        return self.objects[_location(given)]

    # --- statements ---

    def run(self, sql: str) -> QueryResult | Lines | Written:
        """Runs a statement."""
        return run_statement(
            sql,
            clients=self,
            engine=self.engine,
            folder=self.folder,
            database="db",
            now_ms=self.now_ms,
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Runs a query, and gives its rows."""
        result = cast("QueryResult", self.run(sql))
        return [tuple(row.values()) for row in result.table.to_pylist()]

    def scanned_bytes(self, sql: str) -> int:
        """Runs a query, and gives what it read."""
        return cast("QueryResult", self.run(sql)).scanned_bytes

    def written(self, sql: str) -> int:
        """Runs a statement that changes rows, and gives how many."""
        return cast("Written", self.run(sql)).rows

    def data_files(self, table: str) -> list[str]:
        """The locations of a table's data files in S3, whether it still has them or not."""
        pattern = re.compile(rf"s3://lake/{table}/data/.*\.parquet")
        return sorted(filter(pattern.fullmatch, self.objects))


def _location(given: Mapping[str, Any]) -> str:
    return f"s3://{given['Bucket']}/{given['Key']}"


def _refusal(*, code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)
