"""Which events the lake holds: asked in few queries of bounded size, answered exactly."""

from __future__ import annotations

import re

import pytest
import sqlglot
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from firelake.aws.errors import QueryFailedError
from firelake.aws.query_run import Athena
from firelake.aws.query_stored import StoredEvents, lake_questions
from firelake.catalog.errors import SqlTextError
from tests.fakes.athena_client import FakeAnswer, FakeAthena

# For each partition the names and creation times of the events of each id.
Rows = dict[tuple[str, str], dict[str, list[tuple[str, float]]]]

STARTED = ("lesson:started", 1_795_305_600.25)


def asked_about(sql: str) -> tuple[str, list[str], list[str]]:
    """Read a query as Athena would: its dt, its event types, its ids."""
    where = sqlglot.parse_one(sql, read="athena").args["where"]
    lists = {
        each.this.name: [one.this for one in each.expressions] for each in where.find_all(exp.In)
    }
    equality = where.find(exp.EQ)
    assert (equality.this.name, set(lists)) == ("dt", {"event_type", "event_uuid"})
    return equality.expression.this, lists["event_type"], lists["event_uuid"]


def answer_from(rows: Rows, sql: str) -> FakeAnswer:
    dt, types, uuids = asked_about(sql)
    found = {
        (uuid, name, created_at_s)
        for (event_type, at), stored in rows.items()
        if at == dt and event_type in types
        for uuid in uuids
        for name, created_at_s in stored.get(uuid, [])
    }
    columns = [("event_uuid", "varchar"), ("event_name", "varchar"), ("created_at", "double")]
    # Athena writes a double as Java does.
    as_text = {1_795_305_600.25: "1.79530560025E9", 0.5: "0.5", 1e-7: "1.0E-7"}
    return FakeAnswer(
        columns=columns,
        rows=[[uuid, name, as_text[created_at_s]] for uuid, name, created_at_s in sorted(found)],
    )


def stored_in(rows: Rows) -> tuple[StoredEvents, FakeAthena]:
    fake = FakeAthena(lambda sql, _: answer_from(rows, sql), rows_a_page=2)
    athena = Athena(fake.client, database="a_lake", workgroup="operators", sleep=lambda _: None)
    return StoredEvents(athena), fake


def test_a_question_whose_file_was_moved_meanwhile_is_asked_again() -> None:
    rows: Rows = {("lesson", "2026-11-22"): {"a": [STARTED]}}
    gone = FakeAnswer(states=["FAILED"], reason="HIVE_CANNOT_OPEN_SPLIT: NoSuchKey")
    failures = iter([gone])
    fake = FakeAthena(lambda sql, _: next(failures, answer_from(rows, sql)))
    athena = Athena(fake.client, database="a_lake", workgroup="operators", sleep=lambda _: None)

    stored = StoredEvents(athena).stored_identities([("lesson", "2026-11-22")], ["a"])

    assert stored == {("a", *STARTED)}
    assert len(fake.started) == 2


def test_it_tells_the_events_that_have_a_row_in_any_of_the_partitions() -> None:
    stored, fake = stored_in(
        {
            ("lesson", "2026-11-21"): {
                "a": [STARTED],
                "b": [STARTED, ("lesson:started", 0.5), ("lesson:ended", 1e-7)],
            },
            ("unregistered", "2026-11-21"): {"c": [STARTED]},
            ("lesson", "2026-11-22"): {"d": [STARTED]},
            ("payment", "2026-11-21"): {"e": [STARTED]},
        }
    )
    partitions = [("lesson", "2026-11-21"), ("unregistered", "2026-11-21")]
    assert stored.stored_identities(partitions, ["e", "d", "c", "b", "x"]) == {
        ("b", "lesson:started", 1_795_305_600.25),
        ("b", "lesson:started", 0.5),
        ("b", "lesson:ended", 1e-7),
        ("c", "lesson:started", 1_795_305_600.25),
    }
    queries = [each["QueryString"] for each in fake.started]
    assert queries == [
        """\
SELECT DISTINCT event_uuid, event_name, created_at FROM "events" WHERE dt = '2026-11-21' \
AND event_type IN ('lesson', 'unregistered') AND event_uuid IN ('b', 'c', 'd', 'e', 'x')"""
    ]


def test_each_time_is_asked_about_for_itself_so_that_partitions_prune() -> None:
    stored, fake = stored_in({("lesson", "2026-11-22"): {"a": [STARTED]}})
    partitions = [("lesson", "2026-11-22"), ("lesson", "2026-11-21"), ("lesson", "2026-11-22")]
    assert stored.stored_identities(partitions, ["a"]) == {("a", *STARTED)}
    assert len(fake.started) == 2


@pytest.mark.parametrize(
    ("partitions", "uuids"), [([], ["a"]), ([("lesson", "2026-11-22")], [])], ids=["where", "what"]
)
def test_nothing_is_asked_about_nothing(
    partitions: list[tuple[str, str]], uuids: list[str]
) -> None:
    stored, fake = stored_in({})
    assert stored.stored_identities(partitions, uuids) == set()
    assert fake.started == []


PRINTABLE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)


@given(uuids=st.sets(PRINTABLE, max_size=30), max_bytes=st.integers(190, 400))
def test_ids_of_any_spelling_are_asked_about_once_in_queries_that_athena_takes(
    uuids: set[str], max_bytes: int
) -> None:
    queries = list(lake_questions([("lesson", "2026-11-22")], uuids, max_bytes=max_bytes))
    asked: list[str] = []
    for query in queries:
        assert len(query.encode()) <= max_bytes
        dt, types, ids = asked_about(query)
        assert (dt, types) == ("2026-11-22", ["lesson"])
        asked += ids
    assert sorted(asked) == sorted(uuids)


def test_many_ids_are_asked_about_in_as_few_queries_as_athena_takes() -> None:
    uuids = [f"{number:036d}" for number in range(20_000)]
    queries = list(lake_questions([("lesson", "2026-11-22")], uuids))
    assert [len(query.encode()) for query in queries] == [262_136, 262_136, 262_136, 14_136]
    assert len(re.findall(r"'\d{36}'", "".join(queries))) == 20_000


def test_a_few_queries_run_at_once_and_no_more() -> None:
    rows: Rows = {
        ("lesson", f"2026-11-{day:02d}"): {f"id-{day}": [STARTED]} for day in range(1, 21)
    }
    stored, fake = stored_in(rows)
    assert stored.stored_identities(rows, [f"id-{day}" for day in range(40)]) == {
        (f"id-{day}", *STARTED) for day in range(1, 21)
    }
    assert fake.most_running == 4


def test_an_id_that_no_event_can_have_is_an_error() -> None:
    stored, fake = stored_in({})
    with pytest.raises(SqlTextError):
        stored.stored_identities([("lesson", "2026-11-22")], ["a\nb"])
    assert fake.started == []


DAYS = [("lesson", f"2026-11-{day:02d}") for day in range(1, 7)]


def test_where_a_query_fails_the_others_are_stopped() -> None:
    def answer(sql: str, _: list[str]) -> FakeAnswer:
        if "2026-11-01" in sql:
            return FakeAnswer(states=["FAILED"], reason="boom")
        return FakeAnswer(states=["RUNNING"])

    fake = FakeAthena(answer)
    athena = Athena(fake.client, database="a_lake", workgroup="operators", sleep=lambda _: None)
    with pytest.raises(QueryFailedError, match="boom"):
        StoredEvents(athena).stored_identities(DAYS, ["a"])
    assert fake.stopped == ["query-1", "query-2", "query-3"]


def test_where_a_query_is_refused_those_that_run_are_stopped() -> None:
    def answer(sql: str, _: list[str]) -> FakeAnswer:
        if "2026-11-03" in sql:
            raise ClientError(
                {"Error": {"Code": "TooManyRequestsException"}}, "StartQueryExecution"
            )
        return FakeAnswer(states=["RUNNING"])

    fake = FakeAthena(answer)
    athena = Athena(fake.client, database="a_lake", workgroup="operators", sleep=lambda _: None)
    with pytest.raises(ClientError):
        StoredEvents(athena).stored_identities(DAYS, ["a"])
    assert fake.stopped == ["query-0", "query-1"]
