"""The engine on the Glue and S3 of an embedded cloud, under the permissions of who asks."""

# ruff: noqa: S608 -- the SQL is the tests' own

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from athena_on_duckdb.engine import Engine
from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.session import Session
from athena_on_duckdb.translation.parse import parse
from tests.helpers.cloud_fixtures import TODAY
from tests.unit.athena_on_duckdb.tables.fake_lake import PARQUET, FakeLake
from tests.unit.athena_on_duckdb.tables.shipped_lake import ShippedLake, shipped_lake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import exp

    from athena_on_duckdb.clients import Clients
    from athena_on_duckdb.query_result import QueryResult
    from firelake.local.cloud import Cloud
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = pytest.mark.local

DAY: Final = TODAY.isoformat()
ROLE: Final = "reads-events-only"
TABLE: Final = "measured"


@dataclass(frozen=True)
class Lake:
    """A cloud whose bucket holds a day of events, and an engine."""

    cloud: Cloud
    engine: Engine
    filled: ShippedLake

    @property
    def bucket(self) -> str:
        return str(self.cloud.outputs["bucket"])

    @property
    def database(self) -> str:
        return str(self.cloud.outputs["database"])

    def result(self, sql: str, clients: Clients | None = None) -> QueryResult:
        return self.engine.run(
            cast("exp.Query", parse(sql)),
            database=self.database,
            source=self.engine.source(clients or self.cloud.clients),
        )

    def rows(self, sql: str, clients: Clients | None = None) -> list[tuple[Any, ...]]:
        table: Any = self.result(sql, clients).table
        return [tuple(row.values()) for row in table.to_pylist()]


@pytest.fixture(scope="module")
def lake(clouds: Clouds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    cloud, folder = clouds("dev"), tmp_path_factory.mktemp("engine")
    filled = shipped_lake(500, day=DAY)
    session = Session.open([folder])
    engine = Engine(folder=folder, session=session, now_ms=lambda: filled.now_ms)
    made = Lake(cloud, engine, filled)
    place = {"Bucket": made.bucket}
    for key, content in filled.fake.contents.items():
        cloud.clients.call("s3", "PutObject", {**place, "Key": key, "Body": content})
    yield made
    for key in filled.fake.contents:
        cloud.clients.call("s3", "DeleteObject", {**place, "Key": key})
    engine.close()
    session.close()


def test_the_tables_of_the_program_give_what_is_in_the_bucket(lake: Lake) -> None:
    assert lake.rows("SELECT count(*), count(DISTINCT event_uuid) FROM events") == [(500, 500)]
    assert lake.rows("SELECT count(*) FROM events_unique") == [(500,)]
    assert lake.rows(f"SELECT count(*) FROM events_raw WHERE dt = '{DAY}'") == [(500,)]
    assert lake.rows("SELECT count(*) FROM events_errors") == [(0,)]


def test_a_view_reads_the_files_of_its_type_alone(lake: Lake) -> None:
    sql = 'SELECT count(DISTINCT "$path"), min("$path") FROM events'
    (found,) = lake.rows(f"{sql} WHERE event_type = 'lesson' AND dt = '{DAY}'")
    key = f"events/event_type=lesson/dt={DAY}/file-000.parquet"
    assert found == (1, f"s3://{lake.bucket}/{key}")
    names = "SELECT DISTINCT event_name FROM"
    assert lake.rows(f"{names} event_lesson__started") == [("lesson:started",)]
    view = lake.result("SELECT count(*) FROM event_lesson__started")
    assert 0 < view.scanned_bytes < len(lake.filled.fake.contents[key])


def test_registered_partitions_are_read_wherever_they_are(lake: Lake) -> None:
    files, glue = FakeLake(), lake.cloud.clients
    files.put_parquet("f", [{"n": 1}, {"n": 2}])
    key = {"Bucket": lake.bucket, "Key": "athena/anywhere/f"}
    glue.call("s3", "PutObject", {**key, "Body": files.contents["f"]})
    place = {"DatabaseName": lake.database, "TableName": TABLE}
    storage = {
        "Columns": [{"Name": "n", "Type": "bigint"}],
        "Location": f"s3://{lake.bucket}/athena/nothing/",
        "SerdeInfo": {"SerializationLibrary": PARQUET},
    }
    table = {
        "Name": TABLE,
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": storage,
        "PartitionKeys": [{"Name": "kind", "Type": "string"}],
    }
    glue.call("glue", "CreateTable", {"DatabaseName": lake.database, "TableInput": table})
    try:
        assert lake.rows(f"SELECT * FROM {TABLE}") == []
        there = {**storage, "Location": f"s3://{lake.bucket}/athena/anywhere"}
        partition = {"Values": ["a b"], "StorageDescriptor": there}
        glue.call("glue", "CreatePartition", {**place, "PartitionInput": partition})
        assert lake.rows(f"SELECT n, kind FROM {TABLE} ORDER BY n") == [(1, "a b"), (2, "a b")]
        assert lake.rows(f"SELECT n FROM {TABLE} WHERE kind = 'b'") == []
    finally:
        glue.call("glue", "DeleteTable", {"DatabaseName": lake.database, "Name": TABLE})
        glue.call("s3", "DeleteObject", key)


def test_names_that_glue_does_not_take_are_not_there(lake: Lake) -> None:
    for name in ("x" * 300, "a\tb", "../../etc/passwd"):
        with pytest.raises(QueryError, match="TABLE_NOT_FOUND: Table "):
            lake.result(f'SELECT 1 FROM "{name}"')


def test_a_plan_reads_no_column_that_is_not_asked_and_tells_no_place_of_this_machine(
    lake: Lake, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sql = f"SELECT max(event_name) FROM events_unique WHERE dt = '{DAY}'"
    query = cast("exp.Query", parse(sql))
    source = lake.engine.source(lake.cloud.clients)
    plan = lake.engine.explain(query, database=lake.database, source=source)
    assert "event_name" in plan
    assert "event_uuid" in plan
    assert "extras" not in plan
    assert str(tmp_path_factory.getbasetemp()) not in plan


@pytest.fixture
def reader(lake: Lake) -> Iterator[Clients]:
    """Someone who may read Glue, and of the bucket what is below `events/`."""
    clients, bucket = lake.cloud.clients, f"arn:aws:s3:::{lake.bucket}"
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    statements = [
        {"Effect": "Allow", "Action": "glue:Get*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{bucket}/events/*"},
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket},
    ]
    role = {"RoleName": ROLE}
    made = clients.call("iam", "CreateRole", {**role, "AssumeRolePolicyDocument": _policy([trust])})
    policy = {**role, "PolicyName": "reads"}
    clients.call("iam", "PutRolePolicy", {**policy, "PolicyDocument": _policy(statements)})
    reader = clients.assume(made["Role"]["Arn"], session="reader")
    yield reader
    reader.close()
    clients.call("iam", "DeleteRolePolicy", policy)
    clients.call("iam", "DeleteRole", role)


def test_a_query_has_the_permissions_of_who_asks_also_for_what_is_fetched_already(
    lake: Lake, reader: Clients
) -> None:
    count = f"SELECT count(*) FROM events_raw WHERE dt = '{DAY}'"
    assert lake.rows(count) == [(500,)]
    assert lake.rows("SELECT count(*) FROM events", reader) == [(500,)]
    with pytest.raises(QueryError, match=r"PERMISSION_DENIED: Permission denied on S3 path: s3://"):
        lake.result(count, reader)


def _policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
