"""What statements on Iceberg tables ask S3 for: what never changes is fetched once a caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from athena_on_duckdb.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.unit.athena_on_duckdb.iceberg.account import Account

_COUNT = "SELECT count(*) FROM t"


@pytest.fixture
def table(account: Account) -> Account:
    """A table of six commits, each with a list of manifests, a manifest and a data file."""
    account.run(
        "CREATE TABLE t (id bigint, kind string) PARTITIONED BY (kind) LOCATION 's3://lake/t/'"
        " TBLPROPERTIES ('table_type'='ICEBERG', 'format'='parquet')"
    )
    for kind in "abcdef":
        account.run(f"INSERT INTO t VALUES (1, '{kind}')")  # noqa: S608 -- a letter
    return account


def fetched(account: Account, sql: str) -> list[str]:
    """Runs a query, and gives what kinds of objects it fetched."""
    found: list[str] = []

    def note(operation: str, given: Mapping[str, Any]) -> None:
        if operation == "GetObject":
            found.append(given["Key"].rpartition(".")[2])

    account.before = note
    account.rows(sql)
    account.before = lambda _operation, _given: None
    return sorted(found)


def test_a_question_asked_again_fetches_the_current_metadata_alone(table: Account) -> None:
    table.rows(_COUNT)

    assert fetched(table, _COUNT) == ["json"]


def test_after_a_commit_only_what_came_with_it_is_fetched(table: Account) -> None:
    table.rows(_COUNT)
    table.run("INSERT INTO t VALUES (2, 'a')")

    # The insert itself has read the list before, and wrote another one.
    assert fetched(table, _COUNT) == ["avro", "avro", "json", "parquet"]
    assert table.rows(_COUNT) == [(7,)]


def test_a_condition_on_a_partition_fetches_no_manifest_of_others(table: Account) -> None:
    asked = "SELECT id FROM t WHERE kind = 'c'"

    # The inserts have read the lists of manifests before theirs; the last one is new.
    assert fetched(table, asked) == ["avro", "avro", "json", "parquet"]


def test_what_one_caller_fetched_is_not_given_to_another_whom_s3_refuses(table: Account) -> None:
    table.rows(_COUNT)
    table.access_key = "other"

    def refuse(operation: str, given: Mapping[str, Any]) -> None:
        if operation == "GetObject" and given["Key"].endswith(".avro"):
            raise ClientError({"Error": {"Code": "AccessDenied"}}, operation)

    table.before = refuse
    with pytest.raises(QueryError, match="PERMISSION_DENIED: Permission denied on S3 path: s3://"):
        table.rows(_COUNT)


def test_a_table_whose_metadata_the_caller_may_no_longer_read_is_not_answered(
    table: Account,
) -> None:
    table.rows(_COUNT)

    def refuse(operation: str, _given: Mapping[str, Any]) -> None:
        if operation == "GetObject":
            raise ClientError({"Error": {"Code": "AccessDenied"}}, operation)

    table.before = refuse
    with pytest.raises(ClientError, match="AccessDenied"):
        table.rows(_COUNT)


def test_a_manifest_that_was_deleted_meanwhile_fails_the_query_by_name(table: Account) -> None:
    for each in [each for each in table.objects if each.endswith(".avro")]:
        del table.objects[each]
    table.access_key = "late"

    with pytest.raises(QueryError, match=r"HIVE_CANNOT_OPEN_SPLIT: .*Run the query again"):
        table.rows(_COUNT)
