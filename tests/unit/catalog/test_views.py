"""The views: what Athena reads of them agrees with itself and with the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from firelake.catalog.columns import events_columns, partition_columns
from firelake.catalog.glue_types import glue_type
from firelake.catalog.tables import events_table
from firelake.catalog.views import event_view, event_views, events_unique_view
from firelake.contract.layout import Granularity
from tests.helpers.contracts import LEARNING
from tests.strategies.contracts import contracts
from tests.unit.catalog.samples import CONTRACT, lake, parse, refusals, resolve, view_definition

if TYPE_CHECKING:
    from firelake.contract.events import EventContract

EVENTS_UNIQUE_SQL = """\
SELECT
  event_uuid,
  event_name,
  event_subtype,
  created_at,
  created_datetime,
  ingested_at,
  stream_position,
  user_id,
  order_id,
  item_count,
  score,
  is_gift,
  amount,
  paid_at,
  due_date,
  tags,
  line_amounts,
  response,
  extras,
  event_type,
  dt
FROM (
  SELECT
    event_uuid,
    event_name,
    event_subtype,
    created_at,
    created_datetime,
    ingested_at,
    stream_position,
    user_id,
    order_id,
    item_count,
    score,
    is_gift,
    amount,
    paid_at,
    due_date,
    tags,
    line_amounts,
    response,
    extras,
    event_type,
    dt,
    row_number() OVER (PARTITION BY event_type, dt, event_uuid, event_name, created_at ORDER BY stream_position) AS "_copy_number"
  FROM "a_lake"."events"
)
WHERE "_copy_number" = 1"""  # noqa: E501 -- the SQL to the letter

PING_SQL = """\
SELECT
  event_uuid,
  event_name,
  event_subtype,
  created_at,
  created_datetime,
  ingested_at,
  stream_position,
  user_id,
  extras,
  event_type,
  dt
FROM (
  SELECT
    event_uuid,
    event_name,
    event_subtype,
    created_at,
    created_datetime,
    ingested_at,
    stream_position,
    user_id,
    extras,
    event_type,
    dt,
    row_number() OVER (PARTITION BY event_type, dt, event_uuid, event_name, created_at ORDER BY stream_position) AS "_copy_number"
  FROM "a_lake"."events"
  WHERE event_type = 'ping' AND event_name = 'ping'
)
WHERE "_copy_number" = 1"""  # noqa: E501 -- the SQL to the letter


def test_events_unique_is_written_out() -> None:
    assert view_definition(events_unique_view(CONTRACT, lake()))["originalSql"] == EVENTS_UNIQUE_SQL


def test_the_view_of_an_event_is_written_out() -> None:
    view = event_view(CONTRACT, CONTRACT.events["ping"], lake())
    assert view["Name"] == "event_ping"
    assert view["Description"] == "A device is there."
    assert view_definition(view) == {
        "originalSql": PING_SQL,
        "catalog": "awsdatacatalog",
        "schema": "a_lake",
        "columns": [
            {"name": "event_uuid", "type": "varchar"},
            {"name": "event_name", "type": "varchar"},
            {"name": "event_subtype", "type": "varchar"},
            {"name": "created_at", "type": "double"},
            {"name": "created_datetime", "type": "timestamp(3)"},
            {"name": "ingested_at", "type": "timestamp(3)"},
            {"name": "stream_position", "type": "varchar"},
            {"name": "user_id", "type": "varchar"},
            {"name": "extras", "type": "varchar"},
            {"name": "event_type", "type": "varchar"},
            {"name": "dt", "type": "varchar"},
        ],
    }


def test_a_view_is_stored_as_athena_stores_its_own() -> None:
    view = event_view(CONTRACT, CONTRACT.events["payment:order:completed"], lake())
    assert view["Name"] == "event_payment__order__completed"
    assert view["TableType"] == "VIRTUAL_VIEW"
    assert view["Parameters"] == {"presto_view": "true", "comment": "Presto View"}
    assert view.get("ViewExpandedText") == "/* Presto View */"
    assert view["StorageDescriptor"]["SerdeInfo"] == {"Name": "-", "SerializationLibrary": "-"}
    assert "PartitionKeys" not in view


def test_every_event_has_a_view_in_the_order_of_the_contract() -> None:
    assert [view["Name"] for view in event_views(CONTRACT, lake())] == [
        "event_payment__order__completed",
        "event_payment__declined",
        "event_ping",
    ]


@given(contracts(), st.sampled_from(Granularity))
def test_names_order_and_types_are_the_same_in_the_sql_the_stored_view_and_glue(
    contract: EventContract, granularity: Granularity
) -> None:
    location = lake(granularity)
    known = {
        column.name: (column.glue_type, column.presto_type)
        for column in (*events_columns(contract), *partition_columns(granularity))
    }
    for view in (events_unique_view(contract, location), *event_views(contract, location)):
        definition = view_definition(view)
        stored = [(each["name"], each["type"]) for each in definition["columns"]]
        in_glue = [(each["Name"], each["Type"]) for each in view["StorageDescriptor"]["Columns"]]
        assert parse(definition["originalSql"]).named_selects == [name for name, _ in stored]
        assert [name for name, _ in in_glue] == [name for name, _ in stored]
        assert in_glue == [(name, known[name][0]) for name, _ in stored]
        assert stored == [(name, known[name][1]) for name, _ in stored]


@pytest.mark.parametrize("granularity", Granularity)
def test_every_shipped_view_names_columns_that_the_table_has_and_never_all_of_them(
    granularity: Granularity,
) -> None:
    location = lake(granularity)
    for view in (events_unique_view(LEARNING, location), *event_views(LEARNING, location)):
        sql = view_definition(view)["originalSql"]
        assert not list(parse(sql).find_all(exp.Star))
        resolve(sql, LEARNING, location)


def test_a_filter_on_a_partition_key_may_pass_below_the_window() -> None:
    keys = [key["Name"] for key in events_table(LEARNING, lake()).get("PartitionKeys", [])]
    assert keys == ["event_type", "dt"]
    for view in (events_unique_view(LEARNING, lake()), *event_views(LEARNING, lake())):
        window = parse(view_definition(view)["originalSql"]).find(exp.Window)
        assert window is not None
        partition_by = [each.name for each in window.args["partition_by"]]
        assert partition_by == [*keys, "event_uuid", "event_name", "created_at"]


def test_the_view_of_an_event_reads_its_own_partition_alone() -> None:
    for event in LEARNING.events.values():
        sql = view_definition(event_view(LEARNING, event, lake()))["originalSql"]
        inner = parse(sql).find(exp.Subquery)
        assert inner is not None
        assert inner.this.args["where"].this.sql() == (
            f"event_type = '{event.event_type}' AND event_name = '{event.name}'"
        )


def test_glue_takes_the_views_of_a_hundred_events() -> None:
    views = (events_unique_view(LEARNING, lake()), *event_views(LEARNING, lake()))
    assert len(views) == 101
    assert len({view["Name"] for view in views}) == 101
    for view in views:
        request = {"DatabaseName": "a_lake", "TableInput": view}
        assert refusals("glue", "CreateTable", request) == []


def test_no_description_of_the_shipped_contract_is_cut() -> None:
    for event, view in zip(LEARNING.events.values(), event_views(LEARNING, lake()), strict=True):
        assert view["Description"] == event.description


@given(contracts())
def test_the_types_of_a_view_are_spelled_for_each_engine_from_one_map(
    contract: EventContract,
) -> None:
    view = events_unique_view(contract, lake())
    in_glue = {each["Name"]: each["Type"] for each in view["StorageDescriptor"]["Columns"]}
    assert {name: in_glue[name] for name in contract.by_column} == {
        name: glue_type(field.type) for name, field in contract.by_column.items()
    }
