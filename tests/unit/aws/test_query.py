"""The lake for notebooks: which questions go to Athena, and what comes back as a frame.

Answers over real data are in tests/local; here the reader of results is a stand-in.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

import awswrangler as wr
import pandas as pd
import pyarrow as pa
import pytest
from awswrangler.exceptions import EmptyDataFrame

from firelake.aws.errors import LakeRefError, QueryFailedError
from firelake.aws.lake_ref import Fact, LakeRef
from firelake.aws.query import Lake
from firelake.contract.layout import Granularity
from tests.fakes.athena_client import FakeAnswer, FakeAthena
from tests.unit.catalog.samples import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import boto3

LAKE = LakeRef(
    {
        Fact.DATABASE: "a_lake",
        Fact.WORKGROUP: "analysts",
        Fact.BUCKET: "a-bucket",
        Fact.GRANULARITY: Granularity.HOUR,
    }
)
DAY = date(2026, 11, 22)
NEXT_DAY = date(2026, 11, 23)

_arrow: Final = cast("Any", pa)


class FakeSession:
    def __init__(self, fake: FakeAthena) -> None:
        self._fake = fake

    def client(self, service: str, config: object) -> FakeAthena:
        del config
        return {"athena": self._fake}[service]


class Results:
    """Stands in for awswrangler's reader: returns a frame, or what Arrow makes of a table."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.frame = pd.DataFrame({"n": [1]})
        self.table: Any = None
        self.is_empty = False
        self.read: list[str] = []

        def get_query_results(
            query_id: str, *, boto3_session: object, pyarrow_additional_kwargs: dict[str, Any]
        ) -> pd.DataFrame:
            assert isinstance(boto3_session, FakeSession)
            self.read.append(query_id)
            if self.is_empty:
                message = "Query would return untyped, empty dataframe."
                raise EmptyDataFrame(message)
            if self.table is not None:
                return self.table.to_pandas(**pyarrow_additional_kwargs)
            return self.frame

        monkeypatch.setattr(wr.athena, "get_query_results", get_query_results)


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> Results:
    return Results(monkeypatch)


def lake_of(fake: FakeAthena) -> Lake:
    return Lake(cast("boto3.Session", FakeSession(fake)), LAKE, CONTRACT)


def answering(answer: FakeAnswer | None = None) -> FakeAthena:
    given = FakeAnswer() if answer is None else answer
    return FakeAthena(lambda _sql, _parameters: given)


def test_a_frame_tells_what_it_cost(results: Results) -> None:
    frame = lake_of(answering()).read_sql("SELECT 1")
    assert frame.attrs == {"query_id": "query-0", "scanned_bytes": 12_345, "time_ms": 1_540}
    assert results.read == ["query-0"]


def test_values_go_beside_the_query_as_expressions(results: Results) -> None:
    fake = answering()
    lake_of(fake).read_sql("SELECT ?, ?", [DAY, "it's"])
    assert fake.started[0]["QueryString"] == "SELECT ?, ?"
    assert fake.started[0]["ExecutionParameters"] == ["DATE '2026-11-22'", "'it''s'"]
    assert len(results.read) == 1


def test_a_listing_is_a_frame_of_texts() -> None:
    listing = FakeAnswer(
        columns=[("partition", "string")], rows=[["dt=1"], ["dt=2"]], statement_type="DDL"
    )
    frame = lake_of(answering(listing)).read_sql("SHOW PARTITIONS events")
    assert frame.to_dict("list") == {"partition": ["dt=1", "dt=2"]}
    assert frame.attrs["query_id"] == "query-0"


def test_events_are_unloaded_to_a_place_of_their_own(results: Results) -> None:
    fake = answering()
    results.frame = pd.DataFrame({"order_id": ["a"]})
    lake = lake_of(fake)
    places: set[str] = set()
    for _ in range(2):
        lake.read_events("payment:declined", start=DAY, end=NEXT_DAY, columns=["order_id"])
        match = re.fullmatch(
            r"UNLOAD \((SELECT .*)\) TO '(s3://a-bucket/results-of-analysts/unload/[0-9a-f-]{36}/)'"
            r" WITH \(format = 'PARQUET'\)",
            str(fake.started[-1]["QueryString"]),
        )
        assert match is not None
        assert match[1] == (
            'SELECT "order_id" FROM "event_payment__declined" WHERE event_type = ?'
            " AND dt BETWEEN ? AND ? AND created_at >= ? AND created_at < ?"
        )
        places.add(match[2])
    assert len(places) == 2
    assert cast("list[str]", fake.started[0]["ExecutionParameters"])[:3] == [
        "'payment'",
        "'2026-11-22-00'",
        "'2026-11-22-23'",
    ]


def test_events_are_unloaded_to_another_place_where_a_file_was_moved_meanwhile(
    results: Results,
) -> None:
    failed = FakeAnswer(states=["FAILED"], reason="HIVE_CANNOT_OPEN_SPLIT: NoSuchKey")
    answers = iter([failed, FakeAnswer()])
    fake = FakeAthena(lambda _sql, _parameters: next(answers))
    results.frame = pd.DataFrame({"order_id": ["a"]})

    frame = lake_of(fake).read_events("payment:declined", start=DAY, columns=["order_id"])

    assert list(frame["order_id"]) == ["a"]
    assert len({str(each["QueryString"]) for each in fake.started}) == 2


def test_events_come_in_the_order_of_their_creation(results: Results) -> None:
    results.frame = pd.DataFrame({"event_uuid": ["c", "b", "a"], "created_at": [1.0, 2.0, 1.0]})
    frame = lake_of(answering()).read_events("ping", start=DAY)
    assert list(frame["event_uuid"]) == ["a", "c", "b"]
    assert list(frame.index) == [0, 1, 2]
    assert frame.attrs["scanned_bytes"] == 12_345


def test_integers_beside_nulls_are_exact_inside_of_arrays_maps_and_structs(
    results: Results,
) -> None:
    largest = 2**63 - 1
    number = _arrow.int64()
    object_ = _arrow.struct([("n", number)])
    results.table = _arrow.table(
        {
            "tags": _arrow.array([[largest, None]], _arrow.list_(number)),
            "counts": _arrow.array(
                [[("a", largest), ("b", None)]], _arrow.map_(_arrow.string(), number)
            ),
            "items": _arrow.array([[{"n": largest}, {"n": None}]], _arrow.list_(object_)),
            "prices": _arrow.array(
                [[("a", {"n": largest}), ("b", {"n": None})]], _arrow.map_(_arrow.string(), object_)
            ),
        }
    )
    row = lake_of(answering()).read_events("ping", start=DAY).iloc[0]
    assert list(row["tags"]) == [largest, None]
    assert row["counts"] == [("a", largest), ("b", None)]
    assert list(row["items"]) == [{"n": largest}, {"n": None}]
    assert row["prices"] == [("a", {"n": largest}), ("b", {"n": None})]
    assert isinstance(row["counts"][0][1], int)


@pytest.mark.parametrize("has_file", [True, False], ids=["a file without rows", "no file"])
def test_no_events_are_a_frame_with_the_columns_and_their_types(
    results: Results, has_file: bool
) -> None:
    results.is_empty = not has_file
    results.frame = pd.DataFrame({"rows": []})
    columns = ["order_id", "amount", "item_count", "is_gift", "paid_at", "tags", "response", "dt"]
    frame = lake_of(answering()).read_events("payment:order:completed", start=DAY, columns=columns)
    assert len(frame) == 0
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        "order_id": "string",
        "amount": "object",
        "item_count": "Int64",
        "is_gift": "boolean",
        "paid_at": "datetime64[ns]",
        "tags": "object",
        "response": "string",
        "dt": "string",
    }
    assert frame.attrs["query_id"] == "query-0"


QUESTIONS: Mapping[str, Callable[[Lake], pd.DataFrame]] = {
    "counts": lambda lake: lake.counts(start=DAY, end=NEXT_DAY),
    "partitions": lambda lake: lake.partitions(start=DAY, end=NEXT_DAY),
    "freshness": lambda lake: lake.freshness(start=DAY, end=NEXT_DAY),
    "drift": lambda lake: lake.drift(start=DAY, end=NEXT_DAY),
    "duplicates": lambda lake: lake.duplicates(start=DAY, end=NEXT_DAY),
    "errors": lambda lake: lake.errors(start=DAY, end=NEXT_DAY),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_about_a_period_reads_its_partitions_alone(
    results: Results, question: str
) -> None:
    fake = answering()
    assert QUESTIONS[question](lake_of(fake)) is results.frame
    sql = str(fake.started[0]["QueryString"])
    (condition,) = re.findall(r"\bdt (?:>=|BETWEEN) .*", sql)
    assert re.sub(r" AND (NOT regexp_like|\"event_uuid\" NOT LIKE).*", "", condition) == (
        "dt BETWEEN ? AND ?"
    )
    # Raw records and errors stand under days, whatever the granularity of the events.
    by_day = question in ("duplicates", "errors")
    assert fake.started[0]["ExecutionParameters"] == (
        ["'2026-11-22'", "'2026-11-22'"] if by_day else ["'2026-11-22-00'", "'2026-11-22-23'"]
    )


def test_a_question_without_an_end_goes_on_until_now(results: Results) -> None:
    fake = answering()
    lake_of(fake).errors(start=DAY)
    assert "WHERE dt >= ?\n" in str(fake.started[0]["QueryString"])
    assert fake.started[0]["ExecutionParameters"] == ["'2026-11-22'"]
    assert results.read == ["query-0"]


def test_a_moment_is_spelled_as_the_partitions_are() -> None:
    assert lake_of(answering()).dt(DAY) == "2026-11-22-00"


def test_a_query_that_fails_is_an_error_with_its_id() -> None:
    fake = answering(FakeAnswer(states=["FAILED"], reason="boom"))
    with pytest.raises(QueryFailedError, match=r"^query query-0 failed: boom$"):
        lake_of(fake).counts(start=DAY)


def test_the_environment_names_the_lake(monkeypatch: pytest.MonkeyPatch) -> None:
    variables: dict[str, str] = {
        "FIRELAKE_DATABASE": "a_lake",
        "FIRELAKE_WORKGROUP": "analysts",
        "FIRELAKE_BUCKET": "a-bucket",
        "FIRELAKE_GRANULARITY": "day",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    Lake.from_environment()
    monkeypatch.delenv("FIRELAKE_DATABASE")
    with pytest.raises(LakeRefError, match="FIRELAKE_DATABASE"):
        Lake.from_environment()
