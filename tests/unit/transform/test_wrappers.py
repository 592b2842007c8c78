"""Arrays and wrappers of several events are one packed record, and each item comes back alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.errors import ContractFileError
from firelake.contract.events import EventContract, parse_contract
from firelake.contract.reasons import Reason
from firelake.transform.restore import RowRestorer
from tests.helpers.transform_parts import COORDINATE, POSITION, reader_of

if TYPE_CHECKING:
    from firelake.transform.events import RecordReading

CONTRACT = """
version = 1
[fields]
properties = { type = "json", description = "What the app says." }
[events."track:paid"]
description = "A payment."
optional = ["properties"]
[sources.batches]
preset = "segment_batch"
[sources.bus]
preset = "cloudevents"
[sources.uploads]
preset = "amplitude_upload"
[sources.collector]
when = ["resources"]
items = ["resources", "scope.records"]
id = ["$.resources[0].host", "n"]
fixed_name = "log:line"
created_at = { field = "at", format = "s" }
"""
AT = "2026-01-15T11:59:58.5Z"
NONE: list[int] = []
AT_S = 1_768_478_398


def contract() -> EventContract:
    return parse_contract(CONTRACT)


def read(document: object) -> RecordReading:
    return reader_of(contract()).read(json.dumps(document).encode(), POSITION)


def rows(document: object) -> list[dict[str, Any]]:
    reading = read(document)
    assert not reading.problems
    assert reading.event_count == len(reading.events)
    return [json.loads(event.row) for event in reading.events]


def restored(row: dict[str, Any]) -> Any:  # noqa: ANN401 -- any JSON
    return json.loads(RowRestorer(contract()).restore(json.dumps(row)))


def reasons(document: object) -> list[tuple[Reason, int, str]]:
    return [(each.reason, each.index, each.path) for each in read(document).problems]


def track(number: int, **more: object) -> dict[str, object]:
    call = {"type": "track", "event": "Paid", "messageId": f"m-{number}", "timestamp": AT}
    return {**call, "properties": {"n": number}, **more}


def cloud_event(number: int, source: str = "/a", event_type: str = "paid") -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": f"{number}",
        "source": source,
        "type": event_type,
        "time": AT,
    }


def test_the_items_of_a_batch_are_events_with_columns_as_if_each_came_alone() -> None:
    first, second = rows({"sentAt": AT, "batch": [track(1), track(2)], "messageId": "of-the-batch"})
    assert (first["event_uuid"], first["event_name"]) == ("m-1", "track:paid")
    assert (second["event_uuid"], json.loads(second["properties"])) == ("m-2", {"n": 2})
    assert first["stream_position"] == f"{COORDINATE}#0"
    assert second["stream_position"] == f"{COORDINATE}#1"


def test_an_item_is_given_back_in_a_wrapper_of_its_own_with_the_fields_of_the_wrapper() -> None:
    wrapper = {"batch": [track(1), track(2)], "sentAt": AT, "context": {"ip": None}}
    _, second = rows(wrapper)
    assert restored(second) == {**wrapper, "batch": [track(2)]}


def test_what_was_given_back_is_the_same_event_again() -> None:
    (row,) = rows({"batch": [track(1)], "sentAt": AT})
    assert rows(restored(row)) == [row]


def test_an_array_of_cloud_events_may_mix_sources() -> None:
    first, second = rows([cloud_event(5, "/a"), cloud_event(5, "/b")])
    assert [each["event_uuid"] for each in (first, second)] == ["/a|5", "/b|5"]
    assert restored(second) == cloud_event(5, "/b")


def test_an_array_may_hold_events_in_the_plain_shape_and_wrappers() -> None:
    plain = {"event_uuid": "p", "event_name": "track:paid", "created_at": AT_S}
    found = rows([plain, {"batch": [track(1), track(2)]}])
    assert [each["event_uuid"] for each in found] == ["p", "m-1", "m-2"]


def test_several_wrappers_may_stand_in_one_record() -> None:
    text = json.dumps({"batch": [track(1), track(2)]}) + json.dumps({"batch": [track(3)]})
    reading = reader_of(contract()).read(text.encode(), POSITION)
    assert [event.event_uuid for event in reading.events] == ["m-1", "m-2", "m-3"]


def test_items_within_items_are_found_and_may_be_named_by_what_is_around_them() -> None:
    document = {
        "resources": [
            {"host": "h-1", "scope": {"records": [{"n": 1, "at": AT_S}, {"n": 2, "at": AT_S}]}},
            {"host": "h-2", "scope": {"records": NONE, "name": "none"}},
            {"host": "h-3", "scope": {"version": 1, "records": [{"n": 1, "at": AT_S}]}},
        ],
        "v": 2,
    }
    found = rows(document)
    assert [each["event_uuid"] for each in found] == ["h-1|1", "h-1|2", "h-3|1"]
    around = {"host": "h-3", "scope": {"version": 1, "records": [{"n": 1, "at": AT_S}]}}
    assert restored(found[2]) == {"resources": [around], "v": 2}


def test_an_upload_tells_events_apart_by_device_and_id() -> None:
    event = {"event_type": "Paid", "insert_id": "1", "time": AT_S * 1000}
    upload = {"api_key": "k", "events": [{**event, "device_id": "d"}, {**event, "user_id": "u"}]}
    assert [each["event_uuid"] for each in rows(upload)] == ["d||1", "|u|1"]


def test_items_of_several_partitions_fail_the_record_and_can_be_taken_apart() -> None:
    mixed = [cloud_event(1), cloud_event(2, event_type="track")]
    assert reasons(mixed) == [(Reason.MIXED_PARTITIONS, 0, "")]
    parts = reader_of(contract()).split(json.dumps(mixed).encode())
    assert [json.loads(part) for part in parts] == mixed


def test_a_bad_item_fails_the_record_by_its_place_and_its_field() -> None:
    document = {"batch": [track(1), track(2, messageId=None), "text"]}
    assert reasons(document) == [
        (Reason.EVENT_UUID, 1, "messageId"),
        (Reason.NOT_AN_OBJECT, 2, "batch"),
    ]


@pytest.mark.parametrize(
    ("document", "reason", "path"),
    [
        ([], Reason.EMPTY_RECORD, ""),
        ({"batch": []}, Reason.EMPTY_RECORD, "batch"),
        ({"batch": {"a": 1}}, Reason.FIELD_TYPE, "batch"),
        ({"resources": [{"scope": 1}]}, Reason.EMPTY_RECORD, "scope.records"),
        ({"resources": [1]}, Reason.NOT_AN_OBJECT, "resources"),
        ([[cloud_event(1)]], Reason.NOT_AN_OBJECT, ""),
    ],
)
def test_what_holds_no_event_is_refused(document: object, reason: Reason, path: str) -> None:
    assert reasons(document) == [(reason, 0, path)]


def test_a_wrapper_that_each_item_would_repeat_beyond_the_answer_is_refused_whole() -> None:
    document = {"note": "x" * 100_000, "batch": [track(number) for number in range(100)]}
    assert reasons(document) == [(Reason.ANSWER_TOO_LARGE, 0, "batch")]
    assert len(reader_of(contract()).split(json.dumps(document).encode())) == 100


@pytest.mark.parametrize("member", ["deep", "event_uuid"])
def test_what_is_as_deep_as_is_read_comes_back_whatever_was_put_around_it(member: str) -> None:
    deep = json.loads("[" * 399 + "]" * 399)
    for sent in ({"batch": [track(1)], member: deep}, {**cloud_event(1), member: deep}):
        (row,) = rows(sent)
        assert restored(row) == sent


def test_without_sources_an_array_is_no_event() -> None:
    plain = parse_contract('version = 1\n[events."a:b"]\ndescription = "An event."\n')
    array = b'[{"event_uuid":"1","event_name":"a:b","created_at":1768478400}]'
    (problem,) = reader_of(plain).read(array, POSITION).problems
    assert problem.reason is Reason.NOT_AN_OBJECT
    assert reader_of(plain).split(array) == [array]


@given(st.binary(max_size=40) | st.sampled_from([b'[{"batch":[', b"[" * 2000, b'{"batch":[1,2]}']))
def test_any_bytes_are_split_into_something(data: bytes) -> None:
    assert reader_of(contract()).split(data)


VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4)
NAMES = st.sampled_from(["event_uuid", "created_at", "$firelake_source", "batch", "a.b", "ü", "x"])


@given(
    st.lists(st.dictionaries(NAMES, VALUES), min_size=1, max_size=4), st.dictionaries(NAMES, VALUES)
)
def test_every_item_comes_back_as_it_was_sent(
    several: list[dict[str, Any]], around: dict[str, Any]
) -> None:
    items = [track(number, **more) for number, more in enumerate(several)]
    found = rows({**around, "batch": items})
    assert [restored(row) for row in found] == [{**around, "batch": [item]} for item in items]


@pytest.mark.parametrize("items", ['"a[0]"', '"$.a"', '["a", 1]', '""', '"a..b"', "[]"])
def test_items_that_are_no_arrays_by_name_are_refused(items: str) -> None:
    with pytest.raises(ContractFileError, match=r"items: .*must be"):
        parse_contract(f'version = 1\n[sources.x]\npreset = "segment_batch"\nitems = {items}\n')


@pytest.mark.parametrize("document", [b'{"\xff":1}', b'[{"a":"\xff"},{"\xff":1}]'])
def test_what_is_not_utf8_is_not_split(document: bytes) -> None:
    assert reader_of(contract()).split(document) == [document]
