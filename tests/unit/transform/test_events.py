"""Events to rows: columns, partitions, extras, owners, for events alone in their record."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from firelake.contract.layout import Granularity
from firelake.transform.events import RecordPosition
from tests.helpers.contracts import LEARNING
from tests.helpers.transform_parts import (
    ARRIVED_MS,
    POSITION,
    contract_of,
    event_text,
    faults_of,
    learning_reader,
    only_event,
    reader_of,
    row_of,
    spliced,
)
from tests.strategies.events import SpelledEvent, valid_events

ARRIVED_S = ARRIVED_MS // 1000
DAY_S = 86_400
THINGS = reader_of(contract_of({"note": "string", "price": "decimal(6,2)", "tree": "json"}))


# --- rows ---------------------------------------------------------------------------------------


def test_a_row_holds_the_columns_of_the_table() -> None:
    text = """
        {"created_at": 1768478390.5, "user_id": "u-1", "plan": {"b": 1.50, "a": [null]},
         "order_id": "o-1", "event_name": "payment:order:completed", "payment_id": "p-1",
         "amount": 19.90, "currency": "EUR", "paid_at": "2026-01-15T12:59:50.1239+01:00",
         "tax_rate": null, "line_amounts": ["20.00", -0.1, null], "event_uuid": "id-1"}
    """
    event = only_event(learning_reader().read(text.encode(), POSITION))
    assert json.loads(event.row) == {
        "event_uuid": "id-1",
        "event_name": "payment:order:completed",
        "event_subtype": "order",
        "created_at": 1768478390.5,
        "created_datetime": "2026-01-15 11:59:50.500",
        "ingested_at": "2026-01-15 12:00:00.000",
        "stream_position": "shardId-000000000000:4961:0#0",
        "user_id": "u-1",
        "order_id": "o-1",
        "payment_id": "p-1",
        "amount": "19.9",
        "currency": "EUR",
        "paid_at": "2026-01-15 11:59:50.123",
        "line_amounts": ["20", "-0.1", None],
        "extras": '{"plan":{"b": 1.50, "a": [null]}}',
    }
    assert (event.event_type, event.dt, event.is_registered) == ("payment", "2026-01-15", True)


def test_an_event_asks_for_its_id_as_what_it_is() -> None:
    text = event_text(event_uuid="id-7", created_at=1768478390.125)
    event = only_event(THINGS.read(text.encode(), POSITION))
    assert event.event_uuid == "id-7"
    assert event.event_name == "thing:done"
    assert event.created_at_s == 1768478390.125
    assert event.owner == "shardId-000000000000:4961:0#0"


def test_a_row_is_one_line() -> None:
    data = spliced('"tree": [1,\n2],\r\n"more": {"a":\n1}, "note": "a\\nb"')
    assert b"\n" not in only_event(THINGS.read(data, POSITION)).row


def test_an_event_of_one_part_has_no_subtype() -> None:
    row = row_of(THINGS.read(event_text(event_name="thing").encode(), POSITION))
    assert "event_subtype" not in row


def test_the_last_of_equal_keys_counts() -> None:
    data = spliced('"note": 5, "event_uuid": null, "more": 1, "note": "b", "event_uuid": "id-2"')
    row = row_of(THINGS.read(data[:-1] + b', "more": 2}', POSITION))
    assert (row["event_uuid"], row["note"], row["extras"]) == ("id-2", "b", '{"more":2}')


def test_the_last_of_equal_names_decides_what_the_event_is() -> None:
    row = row_of(THINGS.read(spliced('"event_name": "other:done", "note": "x"'), POSITION))
    assert (row["event_name"], row["extras"]) == ("other:done", '{"note":"x"}')


def test_a_key_may_be_escaped() -> None:
    text = r'{"event\u005fuuid":"a","\u0065vent_name":"thing\u003adone","created_at":1768478390}'
    assert row_of(THINGS.read(text.encode(), POSITION))["event_name"] == "thing:done"


def test_names_differ_by_case() -> None:
    row = row_of(THINGS.read(spliced('"Note": "x", "EVENT_UUID": 1'), POSITION))
    assert row["extras"] == '{"Note":"x","EVENT_UUID":1}'
    assert "note" not in row


# --- extras -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw_value",
    [
        "123456789012345678901234567890",
        "1e400",
        "-0.0",
        "1.50",
        r'"\u00e9\/\ud83d\ude00"',
        '"é😀\u2028"',
        '{"b":1,"a":{"b":2,"b":3}}',
        "[" * 50 + "]" * 50,
        "null",
        '""',
    ],
    ids=lambda text: text[:16],
)
def test_an_undeclared_value_reaches_extras_to_the_letter(raw_value: str) -> None:
    row = row_of(THINGS.read(spliced(f'"more": {raw_value}'), POSITION))
    assert row["extras"] == f'{{"more":{raw_value}}}'


@given(valid_events(LEARNING))
def test_extras_hold_what_was_sent_and_nothing_else(event: SpelledEvent) -> None:
    row = row_of(learning_reader().read(event.text.encode(), POSITION))
    contract = LEARNING
    known = contract.events.get(row["event_name"])
    columns = {"event_uuid", "event_name", "created_at"} | {
        name for name in (known.fields if known else ()) if contract.fields[name].since == 1
    }
    found = msgspec.json.decode(row.get("extras", "{}"), type=dict[str, Raw])
    assert {name: str(bytes(value), "utf-8") for name, value in found.items()} == {
        name: value for name, value in event.members.items() if name not in columns
    }


def test_a_field_with_the_name_of_a_column_is_undeclared() -> None:
    data = spliced('"dt": "x", "extras": {"a": 1}, "stream_position": 5, "event_subtype": null')
    row = row_of(THINGS.read(data, POSITION))
    assert row["extras"] == '{"dt":"x","extras":{"a": 1},"stream_position":5,"event_subtype":null}'
    assert row["stream_position"] == "shardId-000000000000:4961:0#0"


# --- new fields ---------------------------------------------------------------------------------


def test_a_new_field_is_in_its_column_and_in_extras() -> None:
    contract = contract_of({"price": "decimal(6,2)"}, version=2, since={"price": 2})
    row = row_of(reader_of(contract).read(spliced('"price": 1.50'), POSITION))
    assert (row["price"], row["extras"]) == ("1.5", '{"price":1.50}')


@pytest.mark.parametrize(
    ("oldest_version", "extras"),
    [
        (0, '{"room":"a","price":1.50,"mood":"b"}'),
        (1, '{"price":1.50,"mood":"b"}'),
        (2, '{"mood":"b"}'),
        (3, '{"mood":"b"}'),
        (4, None),
        (5, None),
    ],
)
def test_what_the_oldest_table_in_use_has_is_in_its_column_alone(
    oldest_version: int, extras: str | None
) -> None:
    fields = {"room": "string", "price": "decimal(6,2)", "mood": "string"}
    contract = contract_of(fields, version=5, since={"price": 2, "mood": 4})
    reader = reader_of(contract, oldest_version=oldest_version)
    row = row_of(reader.read(spliced('"room": "a", "price": 1.50, "mood": "b"'), POSITION))
    assert (row["room"], row["price"], row["mood"]) == ("a", "1.5", "b")
    assert row.get("extras") == extras


@pytest.mark.parametrize("table_version", [1, 2, 3, 4, 5])
@given(members=st.sets(st.sampled_from(["room", "price", "mood", "other"])))
def test_no_value_is_lost_on_a_table_that_may_be_in_use(
    table_version: int, members: set[str]
) -> None:
    """Firehose drops the keys for which the table that it goes by has no column."""
    since = {"room": 1, "price": 2, "mood": 4}
    contract = contract_of(dict.fromkeys(since, "string"), version=5, since=since)
    for oldest_version in range(1, table_version + 1):
        reader = reader_of(contract, oldest_version=oldest_version)
        row = row_of(reader.read(event_text(**dict.fromkeys(members, "x")).encode(), POSITION))
        columns = {name for name in since if since[name] <= table_version}
        kept = {name for name in columns if row.get(name) == "x"}
        assert kept | json.loads(row.get("extras", "{}")).keys() == members


def test_nothing_is_new_in_the_first_version() -> None:
    row = row_of(reader_of(contract_of({"a": "string"})).read(spliced('"a": "x"'), POSITION))
    assert "extras" not in row


def test_a_new_field_must_be_of_its_type() -> None:
    contract = contract_of({"price": "decimal(6,2)"}, version=2, since={"price": 2})
    reading = reader_of(contract).read(spliced('"price": true'), POSITION)
    assert faults_of(reading) == [("field_type", 0, "price")]


@pytest.mark.parametrize("member", ['"other": 1', '"a": null'], ids=["absent", "null"])
def test_a_new_field_that_is_required_must_be_there(member: str) -> None:
    contract = contract_of({"a": "string"}, required=["a"], version=2, since={"a": 2})
    reader = reader_of(contract)
    assert faults_of(reader.read(spliced(member), POSITION)) == [("field_missing", 0, "a")]
    assert faults_of(reader.read(event_text().encode(), POSITION)) == [("field_missing", 0, "a")]


# --- events that the contract does not know -----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "event_type", "subtype"),
    [
        ("thing:undone", "thing", "undone"),
        ("thing", "thing", None),
        ("garbage:done", "unregistered", "done"),
        ("garbage", "unregistered", None),
        ("unregistered", "unregistered", None),
        ("unregistered:x:y", "unregistered", "x"),
        ("n" * 200, "unregistered", None),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_unknown_event_is_delivered_with_all_in_extras(
    name: str, event_type: str, subtype: str | None
) -> None:
    data = event_text(event_name=name, note=5, x=[1]).encode()
    event = only_event(THINGS.read(data, POSITION))
    row = json.loads(event.row)
    assert (event.event_type, event.is_registered) == (event_type, False)
    assert row.get("event_subtype") == subtype
    assert row["event_name"] == name
    assert row["extras"] == '{"note":5,"x":[1]}'
    assert "note" not in row


# --- window and partitions ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("created_at", "reason"),
    [
        (ARRIVED_S - 7 * DAY_S, None),
        (ARRIVED_S - 7 * DAY_S - 0.001, "too_late"),
        (ARRIVED_S + DAY_S, None),
        (ARRIVED_S + DAY_S + 0.001, "too_early"),
        (0, "too_late"),
        (-1e300, "too_late"),
        (ARRIVED_MS, "too_early"),
    ],
)
def test_created_at_lies_within_the_window_bounds_included(
    created_at: float, reason: str | None
) -> None:
    reading = THINGS.read(event_text(created_at=created_at).encode(), POSITION)
    found = [each.reason.value for each in reading.problems]
    assert found == ([reason] if reason else [])


def test_without_lateness_any_time_passes_that_a_timestamp_holds() -> None:
    reader = reader_of(contract_of({}), lateness_days=None)
    row = row_of(reader.read(event_text(created_at=-9214560000).encode(), POSITION))
    assert row["created_datetime"] == "1678-01-01 00:00:00.000"
    reading = reader.read(event_text(created_at=-9214560000.001).encode(), POSITION)
    assert faults_of(reading) == [("too_late", 0, "created_at")]
    assert reading.problems[0].expected == "a Unix time of the year 1678 or later"


@pytest.mark.parametrize(
    ("granularity", "created_at", "dt"),
    [
        (Granularity.MONTH, 1767225599.9999, "2025-12"),
        (Granularity.MONTH, 1767225600, "2026-01"),
        (Granularity.DAY, 1768435199.9999998, "2026-01-14"),
        (Granularity.DAY, 1768435200, "2026-01-15"),
        (Granularity.HOUR, 1768478399.9999998, "2026-01-15-11"),
        (Granularity.HOUR, 1768478400.0, "2026-01-15-12"),
        (Granularity.HOUR, 1709251199.9, "2024-02-29-23"),
        (Granularity.HOUR, -0.001, "1969-12-31-23"),
    ],
)
def test_an_event_is_in_the_partition_of_its_created_datetime(
    granularity: Granularity, created_at: float, dt: str
) -> None:
    reader = reader_of(contract_of({}), lateness_days=None, granularity=granularity)
    event = only_event(reader.read(event_text(created_at=created_at).encode(), POSITION))
    assert event.dt == dt
    assert json.loads(event.row)["created_datetime"].replace(" ", "-").startswith(dt)


def test_a_verdict_hangs_on_the_arrival_and_not_on_the_clock() -> None:
    arrived_ms = 86_400_000
    row = row_of(
        THINGS.read(event_text(created_at=86_000).encode(), RecordPosition("s:1:0", arrived_ms))
    )
    assert row["ingested_at"] == "1970-01-02 00:00:00.000"
    assert row["stream_position"] == "s:1:0#0"


# --- the fast way and the thorough one ----------------------------------------------------------


@settings(max_examples=2 * settings().max_examples)
@given(valid_events(LEARNING), st.sampled_from(["event_uuid", "created_at"]))
def test_the_fast_way_and_the_thorough_way_give_the_same_row(
    event: SpelledEvent, name: str
) -> None:
    fast = only_event(learning_reader().read(event.text.encode(), POSITION))
    # A first value of the wrong type leads by the thorough way; the last of equal keys counts.
    start = event.text.index("{") + 1
    detour = f'{event.text[:start]}"{name}":[],{event.text[start:]}'
    thorough = only_event(learning_reader().read(detour.encode(), POSITION))
    assert json.loads(thorough.row) == json.loads(fast.row)
    assert msgspec.structs.replace(thorough, row=fast.row) == fast


OTHER_PROCESS = reader_of(LEARNING)


@given(valid_events(LEARNING))
def test_the_same_record_gives_the_same_bytes_by_any_reader(event: SpelledEvent) -> None:
    data = event.text.encode()
    assert OTHER_PROCESS.read(data, POSITION) == learning_reader().read(data, POSITION)
