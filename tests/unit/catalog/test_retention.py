"""The statements that delete what is kept no longer: whole periods, by event type."""

from __future__ import annotations

from datetime import UTC, datetime

from firelake.catalog.retention import (
    deployed_retention,
    expire_statements,
    retention_parameters,
)
from firelake.contract.layout import Granularity
from firelake.contract.retention import Retention

NOW_S = datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()
KEPT = Retention.of({"payment": 365, "ping": 30, "app": 30, "*": 90})
HISTORY = 'DELETE FROM "a_lake"."events_history" WHERE dt < '


def test_types_of_one_time_are_deleted_by_one_statement_and_all_others_by_another() -> None:
    assert list(expire_statements("a_lake", KEPT, NOW_S, Granularity.DAY)) == [
        f"{HISTORY}'2026-10-31' AND event_type IN ('app', 'ping')",
        f"{HISTORY}'2025-11-30' AND event_type IN ('payment')",
        f"{HISTORY}'2026-09-01' AND event_type NOT IN ('app', 'payment', 'ping')",
    ]


def test_a_month_goes_once_its_last_day_is_old_enough() -> None:
    of_all = Retention.of({"*": 30})
    assert list(expire_statements("a_lake", of_all, NOW_S, Granularity.MONTH)) == [
        f"{HISTORY}'2026-10'"
    ]


def test_nothing_is_deleted_that_is_kept_for_ever() -> None:
    assert list(expire_statements("a_lake", Retention(), NOW_S, Granularity.DAY)) == []


def test_a_view_notes_what_was_deployed() -> None:
    assert deployed_retention(retention_parameters(KEPT)) == KEPT
    assert retention_parameters(Retention()) == {}
    assert deployed_retention({}) == Retention()
