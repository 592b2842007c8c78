"""Conditions that tell canaries from events: as SQL, and as DuckDB computes them."""

from __future__ import annotations

import duckdb

from catalog.canaries import only_canaries, without_canaries

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
