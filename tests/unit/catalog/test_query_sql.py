"""What Athena is asked: no value is ever pasted, and every period is a few partitions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from firelake.catalog.errors import QueryArgumentError, SqlTextError
from firelake.catalog.query_sql import Period, Value, events_query, parameter
from firelake.contract.errors import LayoutError
from firelake.contract.layout import Granularity, dt_of
from tests.unit.catalog.duckdb_lake import DuckdbLake
from tests.unit.catalog.samples import CONTRACT, lake

DAY = date(2026, 11, 22)
NEXT_DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ONE_DAY = Period.of(DAY, NEXT_DAY)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "NULL"),
        (True, "true"),
        (False, "false"),
        (-3, "-3"),
        (1.5, "1.5e0"),
        (1e300, "1e+300"),
        (float("nan"), "nan()"),
        (float("-inf"), "-infinity()"),
        (Decimal("1.10"), "DECIMAL '1.10'"),
        (Decimal("1E+2"), "DECIMAL '100'"),
        ("2024-03-02", "'2024-03-02'"),
        ("it's", "'it''s'"),
        ("", "''"),
        (DAY, "DATE '2026-11-22'"),
        (MOMENT, "TIMESTAMP '2026-11-22 08:30:00.000000'"),
        (
            datetime(2026, 11, 22, 10, 30, tzinfo=timezone(timedelta(hours=2))),
            "TIMESTAMP '2026-11-22 08:30:00.000000'",
        ),
    ],
    ids=str,
)
def test_a_value_is_written_as_an_expression_of_its_type(value: Value, expected: str) -> None:
    assert parameter(value) == expected


@given(st.text(st.characters(exclude_categories=["C", "Z"])))
def test_a_text_is_one_literal_and_nothing_more(text: str) -> None:
    tree = sqlglot.parse_one(f"SELECT {parameter(text)}", read="athena")
    assert [each.this for each in tree.expressions] == [text]
    assert isinstance(tree.expressions[0], exp.Literal)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("a\nb", SqlTextError),
        (datetime(2026, 11, 22), LayoutError),  # noqa: DTZ001 -- what is refused
        (Decimal("NaN"), QueryArgumentError),
    ],
    ids=["control character", "no time zone", "not finite"],
)
def test_a_value_that_has_no_expression_is_refused(value: Value, error: type[Exception]) -> None:
    with pytest.raises(error):
        parameter(value)


@pytest.mark.parametrize(
    ("granularity", "first", "last"),
    [
        (Granularity.MONTH, "'2026-11'", "'2026-11'"),
        (Granularity.DAY, "'2026-11-22'", "'2026-11-22'"),
        (Granularity.HOUR, "'2026-11-22-00'", "'2026-11-22-23'"),
    ],
)
def test_a_day_is_the_partitions_that_it_touches(
    granularity: Granularity, first: str, last: str
) -> None:
    assert ONE_DAY.partitions(granularity) == ("dt BETWEEN ? AND ?", [first, last])


def test_a_period_without_an_end_goes_on() -> None:
    period = Period.of(MOMENT, None)
    assert period.partitions(Granularity.HOUR) == ("dt >= ?", ["'2026-11-22-08'"])
    assert period.moments() == ("created_at >= ?", ["1795336200.0e0"])


def test_the_first_partition_is_that_of_the_start() -> None:
    assert Period.of(MOMENT, None).first_dt(Granularity.MONTH) == "2026-11"


def test_the_moment_at_the_end_is_not_in_the_period() -> None:
    period = Period.of(MOMENT, datetime(2026, 11, 22, 9, tzinfo=UTC))
    assert period.partitions(Granularity.HOUR) == (
        "dt BETWEEN ? AND ?",
        ["'2026-11-22-08'", "'2026-11-22-08'"],
    )
    assert period.moments() == (
        "created_at >= ? AND created_at < ?",
        ["1795336200.0e0", "1795338000.0e0"],
    )


@pytest.mark.parametrize("end", [DAY, date(2026, 11, 21)], ids=["empty", "backwards"])
def test_a_period_has_a_moment(end: date) -> None:
    with pytest.raises(QueryArgumentError) as caught:
        Period.of(DAY, end)
    assert str(caught.value).startswith("the period from 2026-11-22 00:00:00+00:00 has no moment")


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    start=MOMENTS,
    length=st.timedeltas(timedelta(microseconds=1), timedelta(days=400)),
    share=st.floats(0, 1),
    granularity=st.sampled_from(Granularity),
)
def test_an_event_of_a_period_is_in_one_of_its_partitions(
    start: datetime, length: timedelta, share: float, granularity: Granularity
) -> None:
    created_at = start.timestamp() + share * length.total_seconds()
    _, parameters = Period.of(start, start + length).partitions(granularity)
    first, last = (each.strip("'") for each in parameters)
    if start.timestamp() <= created_at < (start + length).timestamp():
        assert first <= dt_of(created_at, granularity) <= last


def test_an_event_of_the_contract_is_read_from_its_view() -> None:
    query = events_query(CONTRACT, Granularity.DAY, "payment:declined", ONE_DAY, ["order_id", "dt"])
    assert query.sql == (
        'SELECT "order_id", "dt" FROM "event_payment__declined" WHERE event_type = ?'
        " AND dt BETWEEN ? AND ? AND created_at >= ? AND created_at < ?"
    )
    assert query.parameters == [
        "'payment'",
        "'2026-11-22'",
        "'2026-11-22'",
        "1795305600.0e0",
        "1795392000.0e0",
    ]


def test_without_a_choice_all_columns_of_the_event_are_read() -> None:
    query = events_query(CONTRACT, Granularity.DAY, "payment:declined", ONE_DAY)
    assert [column.name for column in query.columns] == [
        "event_uuid",
        "event_name",
        "event_subtype",
        "created_at",
        "created_datetime",
        "ingested_at",
        "stream_position",
        "order_id",
        "score",
        "due_date",
        "user_id",
        "extras",
        "event_type",
        "dt",
    ]


def test_an_event_that_the_contract_does_not_know_is_looked_for_under_its_type_too() -> None:
    query = events_query(CONTRACT, Granularity.DAY, "payment:new", Period.of(DAY, None), ["extras"])
    assert query.sql == (
        'SELECT "extras" FROM "events_unique" WHERE event_type IN (?, ?) AND event_name = ?'
        " AND dt >= ? AND created_at >= ?"
    )
    assert query.parameters == [
        "'payment'",
        "'unregistered'",
        "'payment:new'",
        "'2026-11-22'",
        "1795305600.0e0",
    ]


def test_of_an_event_that_the_contract_does_not_know_extras_has_all_but_what_every_event_has() -> (
    None
):
    query = events_query(CONTRACT, Granularity.DAY, "payment:new", ONE_DAY)
    assert [column.name for column in query.columns] == [
        "event_uuid",
        "event_name",
        "event_subtype",
        "created_at",
        "created_datetime",
        "ingested_at",
        "stream_position",
        "extras",
        "event_type",
        "dt",
    ]
    chosen = events_query(CONTRACT, Granularity.DAY, "payment:new", ONE_DAY, ["order_id"])
    assert [column.name for column in chosen.columns] == ["order_id"]


@pytest.mark.parametrize(
    ("column", "hint"),
    [
        ("order", "'order' is no column of event_payment__declined: did you mean order_id?"),
        (
            "amount",
            "'amount' is no column of event_payment__declined: it has event_uuid, event_name,",
        ),
        ('x" FROM t --', "'x\" FROM t --' is no column of event_payment__declined: it has "),
    ],
    ids=["misspelt", "of another event", "hostile"],
)
def test_a_column_must_be_one_of_the_events(column: str, hint: str) -> None:
    with pytest.raises(QueryArgumentError) as caught:
        events_query(CONTRACT, Granularity.DAY, "payment:declined", ONE_DAY, [column])
    assert str(caught.value).startswith(hint)


def test_some_column_must_be_asked_for() -> None:
    with pytest.raises(QueryArgumentError):
        events_query(CONTRACT, Granularity.DAY, "payment:declined", ONE_DAY, [])


def test_hostile_names_of_events_are_values() -> None:
    query = events_query(CONTRACT, Granularity.DAY, "x' OR 1=1 --", ONE_DAY)
    assert "OR" not in query.sql
    assert "'x'' OR 1=1 --'" in query.parameters


@pytest.mark.parametrize("granularity", Granularity)
def test_the_events_of_a_period_are_those_created_in_it(granularity: Granularity) -> None:
    stored = DuckdbLake(lake(granularity))
    moments = {
        "before": datetime(2026, 11, 22, 8, 29, 59, 999_000, tzinfo=UTC),
        "first": MOMENT,
        "last": datetime(2026, 11, 22, 9, 59, 59, 999_000, tzinfo=UTC),
        "after": datetime(2026, 11, 22, 10, tzinfo=UTC),
    }
    stored.insert(
        "events",
        [
            {
                "event_uuid": uuid,
                "event_name": "device:new",
                "created_at": created.timestamp(),
                "event_type": "unregistered",
                "dt": dt_of(created.timestamp(), granularity),
            }
            for uuid, created in moments.items()
        ],
    )
    period = Period.of(MOMENT, datetime(2026, 11, 22, 10, tzinfo=UTC))
    query = events_query(CONTRACT, granularity, "device:new", period, ["event_uuid"])
    sql = query.sql.replace("?", "{}").format(*query.parameters)
    found = stored.query(sql.replace('"events_unique"', '"a_lake"."events"'), MOMENT)
    assert sorted(uuid for (uuid,) in found) == ["first", "last"]
