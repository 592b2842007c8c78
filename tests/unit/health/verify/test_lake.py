"""What verify asks Athena, and how it reads the answers and a file."""

from __future__ import annotations

import io
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot
from botocore.exceptions import ClientError
from sqlglot import expressions

from firelake.aws.errors import QueryFailedError
from firelake.health.verify.lake import CanaryLake, FileForm
from firelake.operations.errors import LakeQueryError
from tests.unit.failures.errors.object_samples import DENIED
from tests.unit.health.verify.simulated_run import RUN, good_run

CANARIES: Final = good_run().canaries


class FakeAthena:
    """Answers every query alike, and notes it."""

    def __init__(self, *rows: tuple[str | None, ...], error: Exception | None = None) -> None:
        self.rows = rows
        self.error = error
        self.asked: list[str] = []

    def run(self, sql: str) -> str:
        self.asked.append(sql)
        if self.error is not None:
            raise self.error
        return "q"

    def answer(self, execution: str) -> Any:  # noqa: ANN401 -- the part of an answer that is read
        assert execution == "q"
        return SimpleNamespace(rows=iter(self.rows))


class FakeObject:
    """S3 with one object."""

    def __init__(self, body: bytes, size: int | None = None) -> None:
        self.body = body
        self.size = len(body) if size is None else size

    def get_object(self, **asked: str) -> dict[str, Any]:
        assert asked == {"Bucket": "lake", "Key": "events/a.parquet"}
        return {
            "ContentLength": self.size,
            "Body": io.BytesIO(self.body),
            "ServerSideEncryption": "aws:kms",
        }


def lake_of(athena: FakeAthena, s3: object = None) -> CanaryLake:
    return CanaryLake(cast("Any", athena), cast("Any", s3), RUN, CANARIES)


def test_the_question_names_its_partitions_and_its_run_alone() -> None:
    athena = FakeAthena()
    assert lake_of(athena).rows() == []
    (sql,) = athena.asked
    tree = sqlglot.parse_one(sql, dialect="athena")
    assert {table.name for table in tree.find_all(expressions.Table)} == {"events"}
    assert f"LIKE 'canary-{RUN}-%'" in sql
    assert "event_type IN (" in sql
    assert "'unregistered'" in sql
    # Just after midnight: one of a reused id is of the day before.
    assert "dt IN ('2026-11-21', '2026-11-22')" in sql


def test_a_row_is_read_as_athena_writes_it() -> None:
    row = (
        "u",
        "a:b",
        "a",
        "2026-11-22",
        "1.7953056E9",
        "2026-11-22 12:00:00.125",
        "s#0",
        None,
        "p",
        "0",
    )
    (found,) = lake_of(FakeAthena(row)).rows()
    assert (found.created_at, found.extras, found.path) == (1_795_305_600.0, None, "p")
    assert found.shown == "0"


def test_values_are_asked_for_of_the_events_that_try_them() -> None:
    athena = FakeAthena()
    assert lake_of(athena).rows() == []
    (asked,) = sqlglot.parse_one(athena.asked[0], dialect="athena").find_all(expressions.Case)
    assert asked.sql(dialect="athena") == (
        f"CASE event_uuid WHEN 'canary-{RUN}-empty-array'"
        ' THEN CAST(CARDINALITY("consent_purposes") AS VARCHAR)'
        f" WHEN 'canary-{RUN}-first-date' THEN CAST(\"birth_date\" AS VARCHAR) END"
    )


def test_a_lake_whose_events_try_no_value_is_asked_for_none() -> None:
    athena = FakeAthena()
    assert CanaryLake(cast("Any", athena), cast("Any", None), RUN, CANARIES[:1]).rows() == []
    assert "CAST(NULL AS varchar)" in athena.asked[0]


def test_literals_are_told_as_athena_has_them() -> None:
    athena = FakeAthena(("decimal(2,1)", "1.0"))
    assert lake_of(athena).literals() == ("decimal(2,1)", "1.0")
    assert athena.asked == ["SELECT typeof(1.5), CAST(1e0 AS varchar)"]


def test_views_without_canaries_are_empty_and_not_missing() -> None:
    athena = FakeAthena(("events_unique", "b"), ("events_unique", "a"))
    assert lake_of(athena).in_views(["lesson:started"]) == {
        "events_unique": ["a", "b"],
        "event_lesson__started": [],
    }
    assert sqlglot.parse_one(athena.asked[0], dialect="athena")


@pytest.mark.parametrize(
    "error", [QueryFailedError("q", "it failed: stale"), DENIED], ids=["failed", "refused"]
)
def test_a_question_that_is_not_answered_is_an_operators_error(error: Exception) -> None:
    with pytest.raises(LakeQueryError, match="cannot be asked about the canaries"):
        lake_of(FakeAthena(error=error)).rows()


def parquet() -> bytes:
    columns = {"event_uuid": ["a"], "ids": [[1]], "created_datetime": [datetime(2026, 11, 22)]}  # noqa: DTZ001 -- as Athena's
    body = io.BytesIO()
    cast("Any", pq).write_table(
        cast("Any", pa).table(columns), body, use_deprecated_int96_timestamps=True
    )
    return body.getvalue()


def test_the_form_of_a_file_has_its_columns_and_how_it_is_encrypted() -> None:
    form = lake_of(FakeAthena(), FakeObject(parquet())).form_of("s3://lake/events/a.parquet")
    physical = {"event_uuid": "BYTE_ARRAY", "ids": "INT64", "created_datetime": "INT96"}
    assert form == FileForm(physical, "aws:kms")


def test_a_large_file_is_left_alone() -> None:
    lake = lake_of(FakeAthena(), FakeObject(b"", size=10**9))
    assert lake.form_of("s3://lake/events/a.parquet") is None


def test_a_file_that_is_refused_is_an_operators_error() -> None:
    class Refusing:
        def get_object(self, **_: str) -> dict[str, Any]:
            raise DENIED

    assert isinstance(DENIED, ClientError)
    with pytest.raises(LakeQueryError, match=r"s3://lake/events/a.parquet cannot be read"):
        lake_of(FakeAthena(), Refusing()).form_of("s3://lake/events/a.parquet")
