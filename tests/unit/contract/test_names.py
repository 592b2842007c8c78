"""Names that parts of Firelake share."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract import names

PART = st.from_regex(r"[a-z0-9]+(_[a-z0-9]+){0,3}", fullmatch=True)
EVENT_NAME = st.lists(PART, min_size=1, max_size=4).map(":".join)


def test_the_leading_columns_stand_in_table_order() -> None:
    assert names.LEADING_COLUMNS == (
        "event_uuid",
        "event_name",
        "event_subtype",
        "created_at",
        "created_datetime",
        "ingested_at",
        "stream_position",
    )


def test_every_column_and_partition_key_of_firelake_is_reserved() -> None:
    assert (
        frozenset(
            {
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
            }
        )
        == names.RESERVED_NAMES
    )


def test_the_common_fields_are_those_that_every_event_carries() -> None:
    assert names.COMMON_FIELDS == ("event_uuid", "event_name", "created_at")


def test_no_partition_key_is_also_a_column() -> None:
    columns = {*names.LEADING_COLUMNS, names.EXTRAS}
    assert columns.isdisjoint(names.PARTITION_KEYS)


def test_the_environment_variables_carry_the_prefix_of_the_project_and_differ() -> None:
    variables = [getattr(names, name) for name in dir(names) if name.startswith("ENV_")]
    assert sorted(variables) == [
        "FIRELAKE_BUCKET",
        "FIRELAKE_CLAIMS_CALLS_IN_FLIGHT",
        "FIRELAKE_CLAIMS_DEADLINE_S",
        "FIRELAKE_CLAIMS_SCHEDULE",
        "FIRELAKE_CLAIMS_TABLE",
        "FIRELAKE_DATABASE",
        "FIRELAKE_DEDUPE_DAYS",
        "FIRELAKE_GRANULARITY",
        "FIRELAKE_HAS_TYPE_METRICS",
        "FIRELAKE_LATENESS_DAYS",
        "FIRELAKE_NAME_PREFIX",
        "FIRELAKE_OLDEST_CONTRACT_VERSION",
        "FIRELAKE_RETENTION_HOURS",
        "FIRELAKE_SETTLE_S",
        "FIRELAKE_WORKGROUP",
    ]


def test_the_claim_has_the_attributes_of_the_design() -> None:
    attributes = {getattr(names, name) for name in dir(names) if name.startswith("CLAIM_")}
    assert attributes == {
        "event_uuid",
        "owner",
        "event_name",
        "created_at",
        "claimed_at",
        "expires_at",
        "is_unregistered",
        "full",
    }


def test_the_metrics_have_the_names_of_the_design() -> None:
    metrics = {getattr(names, name) for name in dir(names) if name.startswith("METRIC_")}
    assert metrics == {
        "EventsReceived",
        "EventsDelivered",
        "EventsDuplicate",
        "EventsInvalid",
        "EventsUnregistered",
        "EventAgeMax",
        "EventAgeMean",
        "ClaimIdsPerPage",
        "ClaimPagesFull",
        "HistoryWatermarkAge",
        "HistoryMoves",
        "ErrorsExpiring",
        "ErasuresLate",
        "HistoryFilesRemoved",
    }


@pytest.mark.parametrize(
    ("event_name", "view"),
    [
        pytest.param("a:b_c", "event_a__b_c", id="underscore"),
        pytest.param("a_b:c", "event_a_b__c", id="underscore-in-type"),
        pytest.param("payment:order:completed", "event_payment__order__completed", id="three"),
        pytest.param("ping", "event_ping", id="one-part"),
    ],
)
def test_a_view_is_named_after_its_event(event_name: str, view: str) -> None:
    assert names.view_name(event_name) == view


@given(EVENT_NAME, EVENT_NAME)
def test_two_events_never_share_a_view(one: str, other: str) -> None:
    assert (names.view_name(one) == names.view_name(other)) == (one == other)


@given(EVENT_NAME)
def test_no_view_bears_the_name_of_a_table_nor_needs_quotes(event_name: str) -> None:
    view = names.view_name(event_name)
    tables = {"events", "events_raw", "events_errors", "events_unique"}
    assert view not in tables
    assert set(view) <= set(string.ascii_lowercase + string.digits + "_")
    assert view.startswith("event_")
