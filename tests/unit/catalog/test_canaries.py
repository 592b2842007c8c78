"""Conditions that tell canaries from events: as SQL, and as DuckDB computes them."""

from __future__ import annotations

import duckdb

from firelake.catalog.canaries import only_canaries, without_canaries, without_canary_records

IDS = ("canary-r1-type-1", "canary-r2-type-1", "a-canary-r1-", "Canary-r1-x", "canary")


def kept(condition: str) -> list[str]:
    rows = ", ".join(f"('{each}')" for each in IDS)
    sql = f"SELECT event_uuid FROM (VALUES {rows}) AS t(event_uuid) WHERE {condition}"  # noqa: S608 -- literals
    with duckdb.connect() as connection:
        return [row[0] for row in connection.sql(sql).fetchall()]


def test_what_begins_as_a_canary_is_left_out_and_nothing_else() -> None:
    assert without_canaries() == "\"event_uuid\" NOT LIKE 'canary-%'"
    assert kept(without_canaries()) == ["a-canary-r1-", "Canary-r1-x", "canary"]


def test_the_canaries_of_one_run_are_found() -> None:
    assert kept(only_canaries("r1")) == ["canary-r1-type-1"]


def test_the_column_may_have_another_name() -> None:
    assert without_canaries("id") == "\"id\" NOT LIKE 'canary-%'"


def test_records_of_canaries_are_left_out_and_those_that_mention_one_are_not() -> None:
    records = (
        '{"event_uuid" : "canary-1"}',
        ' "canary-r1-no-json" is no JSON',
        '{"note": "canary-1", "event_uuid": "1"}',
        "canary-1",
        "",
    )
    rows = ", ".join(f"('{each}')" for each in (*records, "none"))
    with duckdb.connect() as connection:
        # DuckDB spells Trino's regexp_like so.
        condition = without_canary_records("record").replace("regexp_like", "regexp_matches")
        sql = f"SELECT nullif(record, 'none') FROM (VALUES {rows}) AS t(record) WHERE {condition}"  # noqa: S608 -- literals
        kept_records = [row[0] for row in connection.sql(sql).fetchall()]
    assert kept_records == [*records[2:], None]
