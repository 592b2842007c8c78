"""Keys, prefixes and partition values: what is built is what is parsed."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract import layout
from firelake.contract.errors import LayoutError
from firelake.contract.layout import ErrorsKey, EventsKey, Granularity, RawKey

GRANULARITIES = st.sampled_from(Granularity)
MOMENTS = st.datetimes(timezones=st.just(UTC), max_value=datetime(9999, 11, 30))  # noqa: DTZ001 - hypothesis adds the zone
EVENT_TYPES = st.text(alphabet=string.ascii_lowercase + string.digits + "_", min_size=1)
ERROR_TYPES = st.text(alphabet=string.ascii_letters + string.digits + "-_", min_size=1)
FILE_NAMES = st.text(min_size=1).filter(lambda name: "/" not in name)


def test_the_firehose_expressions_are_those_of_the_design() -> None:
    assert (
        layout.EVENTS_FIREHOSE_PREFIX
        == "events/event_type=!{partitionKeyFromLambda:event_type}/dt=!{partitionKeyFromLambda:dt}/"
    )
    assert layout.RAW_FIREHOSE_PREFIX == "raw/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/"
    assert (
        layout.ERRORS_FIREHOSE_PREFIX
        == "errors/type=!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/"
    )


def test_no_prefix_of_the_lake_holds_another() -> None:
    prefixes = [
        layout.EVENTS_PREFIX,
        layout.RAW_PREFIX,
        layout.ERRORS_PREFIX,
        layout.RECEIPTS_PREFIX,
        layout.ATHENA_PREFIX,
    ]
    assert prefixes == ["events/", "raw/", "errors/", "errors-replayed/", "athena/"]
    assert not [
        (one, other)
        for one in prefixes
        for other in prefixes
        if one != other and one.startswith(other)
    ]


def test_a_partition_of_events_has_the_prefix_that_firehose_makes_of_the_same_keys() -> None:
    expression = layout.EVENTS_FIREHOSE_PREFIX
    keys = {"event_type": "payment", "dt": "2024-02-29"}
    for name, value in keys.items():
        expression = expression.replace(f"!{{partitionKeyFromLambda:{name}}}", value)
    assert layout.events_partition_prefix("payment", "2024-02-29") == expression
    assert expression == "events/event_type=payment/dt=2024-02-29/"


@given(EVENT_TYPES, MOMENTS, GRANULARITIES, FILE_NAMES)
def test_an_events_key_parses_back(
    event_type: str, moment: datetime, granularity: Granularity, file_name: str
) -> None:
    dt = layout.dt_of(int(moment.timestamp()), granularity)
    key = EventsKey(event_type, dt, file_name)
    assert layout.parse_events_key(key.key) == key


@given(MOMENTS, FILE_NAMES)
def test_a_raw_key_parses_back_to_the_start_of_its_hour(moment: datetime, file_name: str) -> None:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    assert layout.parse_raw_key(RawKey(moment, file_name).key) == RawKey(hour, file_name)


@given(ERROR_TYPES, st.dates(), FILE_NAMES)
def test_an_errors_key_and_its_receipt_parse_back(
    error_type: str, day: date, file_name: str
) -> None:
    key = ErrorsKey(error_type, day, file_name)
    assert layout.parse_errors_key(key.key) == key
    receipt = layout.receipt_key(key.key)
    assert receipt.startswith("errors-replayed/")
    assert layout.errors_key_of_receipt(receipt) == key.key


def test_the_keys_of_a_day_look_as_the_design_says() -> None:
    hour = datetime(2024, 2, 29, 23, 59, tzinfo=UTC)
    assert layout.raw_prefix(hour) == "raw/dt=2024-02-29/hour=23/"
    assert (
        layout.errors_prefix("processing-failed", hour.date())
        == "errors/type=processing-failed/dt=2024-02-29/"
    )
    assert (
        layout.receipt_key("errors/type=processing-failed/dt=2024-02-29/a")
        == "errors-replayed/type=processing-failed/dt=2024-02-29/a"
    )


def test_an_hour_of_another_time_zone_is_counted_in_utc() -> None:
    hour = datetime(2024, 3, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert layout.raw_prefix(hour) == "raw/dt=2024-02-29/hour=23/"


def test_an_hour_without_time_zone_is_refused() -> None:
    with pytest.raises(LayoutError) as raised:
        layout.raw_prefix(datetime(2024, 2, 29, 23))  # noqa: DTZ001 - what is tested
    assert str(raised.value) == "2024-02-29T23:00:00 has no time zone: give an aware datetime"


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("", id="empty"),
        pytest.param("events/", id="prefix-alone"),
        pytest.param("events/event_type=a/dt=2024-02-29/", id="no-file"),
        pytest.param("events/event_type=a/dt=2024-02-29/b/c", id="deeper"),
        pytest.param("/events/event_type=a/dt=2024-02-29/b", id="leading-slash"),
        pytest.param("x/events/event_type=a/dt=2024-02-29/b", id="below-another-prefix"),
        pytest.param("events/event_type=A/dt=2024-02-29/b", id="upper-case-type"),
        pytest.param("events/event_type=/dt=2024-02-29/b", id="empty-type"),
        pytest.param("events/dt=2024-02-29/event_type=a/b", id="other-order"),
        pytest.param("events/event_type=a/dt=20240229/b", id="other-form-of-date"),
        pytest.param("raw/dt=2024-02-29/hour=23/b", id="raw"),
    ],
)
def test_a_foreign_key_is_no_events_key(key: str) -> None:
    with pytest.raises(LayoutError) as raised:
        layout.parse_events_key(key)
    assert str(raised.value) == (
        f"{key!r} is a foreign key: expected"
        " events/event_type=!{partitionKeyFromLambda:event_type}"
        "/dt=!{partitionKeyFromLambda:dt}/<file name>"
    )


def test_an_events_key_of_a_day_that_never_was_is_refused() -> None:
    key = "events/event_type=a/dt=2023-02-29/b"
    with pytest.raises(LayoutError) as raised:
        layout.parse_events_key(key)
    assert str(raised.value) == f"{key!r} names no partition that exists"


@pytest.mark.parametrize(
    ("key", "message"),
    [
        pytest.param(
            "raw/dt=2024-02-29/b",
            "'raw/dt=2024-02-29/b' is a foreign key: expected"
            " raw/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/<file name>",
            id="no-hour",
        ),
        pytest.param(
            "raw/dt=2024-02-29/hour=24/b",
            "'raw/dt=2024-02-29/hour=24/b' names no hour that exists",
            id="hour-24",
        ),
        pytest.param(
            "raw/dt=2023-02-29/hour=23/b",
            "'raw/dt=2023-02-29/hour=23/b' names no hour that exists",
            id="no-leap-year",
        ),
    ],
)
def test_a_foreign_key_is_no_raw_key(key: str, message: str) -> None:
    with pytest.raises(LayoutError) as raised:
        layout.parse_raw_key(key)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("key", "message"),
    [
        pytest.param(
            "errors/dt=2024-02-29/b",
            "'errors/dt=2024-02-29/b' is a foreign key: expected"
            " errors/type=!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/<file name>",
            id="no-type",
        ),
        pytest.param(
            "errors-replayed/type=a/dt=2024-02-29/b",
            "'errors-replayed/type=a/dt=2024-02-29/b' is a foreign key: expected"
            " errors/type=!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/<file name>",
            id="receipt",
        ),
        pytest.param(
            "errors/type=a/dt=2023-02-29/b",
            "'errors/type=a/dt=2023-02-29/b' names no day that exists",
            id="no-leap-year",
        ),
    ],
)
def test_a_foreign_key_is_no_errors_key_and_has_no_receipt(key: str, message: str) -> None:
    for parse in (layout.parse_errors_key, layout.receipt_key):
        with pytest.raises(LayoutError) as raised:
            parse(key)
        assert str(raised.value) == message


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("errors/type=a/dt=2024-02-29/b", id="error-object"),
        pytest.param("errors-replayed/b", id="no-partition"),
    ],
)
def test_a_foreign_key_is_no_receipt(key: str) -> None:
    with pytest.raises(LayoutError) as raised:
        layout.errors_key_of_receipt(key)
    assert (
        str(raised.value) == f"{key!r} is no key of a receipt: expected one under errors-replayed/"
    )


@pytest.mark.parametrize(
    ("event_type", "dt", "message"),
    [
        pytest.param(
            "a/b", "2024-02-29", "'a/b' is no event type: expected [a-z0-9_]+", id="slash"
        ),
        pytest.param("", "2024-02-29", "'' is no event type: expected [a-z0-9_]+", id="empty"),
        pytest.param(
            "a",
            "2024",
            "'2024' is no dt: expected yyyy-MM, yyyy-MM-dd or yyyy-MM-dd-HH",
            id="no-dt",
        ),
    ],
)
def test_a_partition_is_not_built_of_what_would_not_parse_back(
    event_type: str, dt: str, message: str
) -> None:
    with pytest.raises(LayoutError) as raised:
        layout.events_partition_prefix(event_type, dt)
    assert str(raised.value) == message


def test_an_error_type_with_a_slash_is_refused() -> None:
    with pytest.raises(LayoutError) as raised:
        layout.errors_prefix("a/b", date(2024, 2, 29))
    assert str(raised.value) == "'a/b' is no error type: expected letters, digits, - and _"


@pytest.mark.parametrize(
    ("event_name", "event_type"),
    [("account:created", "account"), ("payment:order:completed", "payment"), ("ping", "ping")],
)
def test_a_type_is_the_first_part_of_the_name(event_name: str, event_type: str) -> None:
    assert layout.event_type_of(event_name) == event_type
