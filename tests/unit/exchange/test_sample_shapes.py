"""Events that no preset knows: what is an id, a name and a time, and what is left open."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.events import parse_contract
from firelake.exchange.errors import ExchangeError
from tests.unit.exchange.samples import NOW_MS, drafted

NOW_S: Final = NOW_MS // 1000


def plain(index: int, **fields: object) -> dict[str, object]:
    return {
        "event_uuid": f"u-{index}",
        "event_name": "order:placed",
        "created_at": NOW_S - index,
        **fields,
    }


def test_types_and_what_is_always_there_are_those_of_the_events() -> None:
    events = [
        plain(i, order_id=f"o-{i}", items=i, price=9.5, at="2026-11-29T10:00:00Z")
        for i in range(12)
    ]
    events[3]["note"] = "fragile"
    events[4]["items"] = None
    found = drafted(events)
    contract = found.contract
    assert {name: str(field.type) for name, field in contract.fields.items()} == {
        "order_id": "string",
        "items": "bigint",
        "price": "double",
        "at": "timestamp",
        "note": "string",
    }
    event = contract.events["order:placed"]
    assert event.required == ("order_id", "price", "at")
    assert event.optional == ("items", "note")
    assert (found.check.rows, found.check.failed, found.sources) == (12, 0, ())
    assert found.first_s == NOW_S - 11
    assert found.undecided == ()


@pytest.mark.parametrize(
    ("time", "form"),
    [
        ("2026-11-29T10:00:0{}Z", "iso8601"),
        ("2026-11-29 10:00:0{}", "iso8601_utc"),
        ("29/Nov/2026:10:00:0{} +0000", "clf"),
        (1_795_946_400, "s"),
        (1_795_946_400_000, "ms"),
        (1_795_946_400_000_000, "us"),
        (1_795_946_400_000_000_000, "ns"),
    ],
)
def test_a_time_is_read_as_it_is_written(time: str | int, form: str) -> None:
    events = [
        {
            "id": f"i-{each}",
            "type": ["signed up", "signed out"][each % 2],
            "timestamp": time.format(each) if isinstance(time, str) else time + each,
        }
        for each in range(8)
    ]
    found = drafted(events)
    (source,) = found.contract.sources
    assert (source.id, source.event_name, source.time) == (("id",), ("type",), "timestamp")
    assert source.time_format == form
    assert sorted(found.contract.events) == ["signed_out", "signed_up"]
    assert (found.check.rows, found.check.failed) == (8, 0)
    assert found.first_s == 1_795_946_400


def test_the_envelope_may_be_within_an_object_about_the_event() -> None:
    events = [
        {"meta": {"eventId": each, "eventType": "a", "occurredAt": NOW_MS - each}, "id": "same"}
        for each in range(5)
    ]
    (source,) = drafted(events).contract.sources
    assert (source.id, source.event_name) == (("meta.eventId",), ("meta.eventType",))
    assert (source.time, source.time_format) == ("meta.occurredAt", "ms")


def test_what_two_events_share_is_no_id() -> None:
    events = [{"id": "shop-1", "uuid": f"u{i}", "event": "a", "ts": NOW_S - i} for i in range(5)]
    (source,) = drafted(events).contract.sources
    assert source.id == ("uuid",)


def test_an_id_of_what_the_event_tells_of_is_none() -> None:
    events = [{"device": {"id": i}, "event": "a", "ts": NOW_S - i} for i in range(5)]
    found = drafted(events)
    assert found.contract.sources == ()
    assert '# derived_id = ["device", "event", "ts"]' in found.text
    assert (found.check.rows, found.check.failed) == (0, 5)


def test_events_without_a_name_get_the_one_of_the_sample() -> None:
    found = drafted([{"id": i, "ts": NOW_S - i} for i in range(5)], "meter-readings.ndjson")
    assert list(found.contract.events) == ["meter_readings"]
    assert (found.check.rows, found.check.failed) == (5, 0)
    assert any("No field was found that says what happened" in each for each in found.undecided)


def test_two_shapes_are_two_sources() -> None:
    events = [
        *({"id": f"a{i}", "event": "x", "ts": NOW_S - i} for i in range(5)),
        *({"uuid": f"b{i}", "action": "y", "time": NOW_MS - i} for i in range(3)),
    ]
    found = drafted(events)
    assert [(each.id, each.time_format) for each in found.contract.sources] == [
        (("id",), "s"),
        (("uuid",), "ms"),
    ]
    assert (found.check.rows, found.check.failed) == (8, 0)


def test_plain_events_with_iso_times_or_other_names_are_mapped() -> None:
    events = [
        {"event_uuid": f"u{i}", "event_name": "Order Placed", "created_at": "2026-11-29T10:00:00Z"}
        for i in range(3)
    ]
    found = drafted(events)
    assert list(found.contract.events) == ["order_placed"]
    assert (found.check.rows, found.check.failed) == (3, 0)


def test_wrappers_and_arrays_are_taken_apart() -> None:
    item: dict[str, object] = {"type": "track", "event": "A", "timestamp": "2026-11-29T10:00:00Z"}
    batch: dict[str, object] = {
        "batch": [{**item, "messageId": f"m{i}"} for i in range(3)],
        "sentAt": "x",
    }
    found = drafted(json.dumps([batch, {**batch, "batch": [{**item, "messageId": "m9"}]}]))
    assert found.sources == ("segment_batch",)
    assert list(found.contract.events) == ["track:a"]
    assert (found.check.rows, found.check.failed) == (4, 0)


def test_wrappers_of_ones_own_are_taken_apart() -> None:
    events = [
        {
            "sender": "x",
            "records": [{"id": f"{i}-{j}", "kind": "a", "at": NOW_MS} for j in range(3)],
        }
        for i in range(4)
    ]
    found = drafted(events)
    (source,) = found.contract.sources
    assert (source.items, source.id, source.time) == (("records",), ("id",), "at")
    assert (found.check.rows, found.check.failed) == (12, 0)


@pytest.mark.parametrize(
    "wrapper",
    [
        {"a": [{"id": 1, "ts": NOW_S}], "b": [{"id": 2, "ts": NOW_S}]},
        {"a": [{"id": 1}]},
        {"a": [1, {"id": 1, "ts": NOW_S}]},
        {"a": []},
    ],
)
def test_what_is_no_wrapper_is_not_taken_apart(wrapper: dict[str, object]) -> None:
    found = drafted([wrapper])
    assert found.contract.sources == ()
    assert found.check.failed == 1


def test_a_source_that_asks_for_more_goes_first() -> None:
    events = [
        *({"id": f"a{i}", "ts": NOW_S} for i in range(5)),
        *({"id": f"b{i}", "ts": NOW_S, "event": "paid"} for i in range(2)),
    ]
    found = drafted(events, "things.json")
    assert {name: kind.events for name, kind in found.check.kinds.items()} == {
        "paid": 2,
        "things": 5,
    }


def test_one_name_has_one_type_in_all_events() -> None:
    events = [plain(1, size=1), {**plain(2, size="L"), "event_name": "shirt:sold"}]
    found = drafted(events)
    assert str(found.contract.fields["size"].type) == "json"
    assert "size: values of several kinds: bigint, string" in found.undecided
    assert found.check.rows == 2


def test_names_that_the_contract_refuses_are_told_of() -> None:
    events = [plain(1, select=1, Total=2, ok=3), {**plain(2), "event_name": "a__b"}]
    found = drafted(events)
    assert list(found.contract.by_column) == ["select_field", "total", "ok"]
    assert list(found.contract.events) == ["order:placed"]
    assert any(
        each.startswith("the event a__b: a name no part may hold __") for each in found.undecided
    )
    assert (found.check.rows, found.check.unregistered) == (2, ["a__b"])


def test_what_came_seldom_is_not_taken_for_certain() -> None:
    once = drafted([plain(1, a=1)])
    assert once.contract.events["order:placed"].required == ()
    assert any("Seen once" in each for each in once.undecided)
    thrice = drafted([plain(i, a=1) for i in range(3)])
    assert thrice.contract.events["order:placed"].required == ("a",)
    assert any("Seen 3 times" in each for each in thrice.undecided)


def test_a_text_in_the_sample_breaks_no_line_of_the_contract() -> None:
    found = drafted([plain(1, **{'we"ird\nkey\x7f': 1, "b\\": 2})])
    assert (found.check.rows, found.contract.fields) == (1, {})
    assert 'we"ird\\nkey\\x7f' in found.text


def test_a_sample_without_events_is_refused() -> None:
    with pytest.raises(ExchangeError, match="holds no event of which anything could be made"):
        drafted([])


def test_what_is_nested_too_deep_to_be_read_is_told_and_the_others_are_looked_at() -> None:
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    events = [plain(i, order_id=f"o-{i}") for i in range(2)]
    found = drafted("\n".join([deep, *map(json.dumps, events)]))
    assert (found.check.rows, found.check.failed) == (2, 1)
    assert list(found.contract.fields) == ["order_id"]
    assert [fault.reason for fault, _ in found.check.ranked_faults] == ["nested_too_deep"]

    with pytest.raises(ExchangeError, match="holds no event of which anything could be made"):
        drafted(deep)


def test_a_value_as_deep_as_is_read_is_looked_at() -> None:
    deep = json.dumps(plain(1)).replace("}", ', "a": ' + "[" * 399 + "]" * 399 + "}")
    found = drafted("\n".join([deep, json.dumps(plain(2))]))
    assert (found.check.rows, found.check.failed) == (2, 0)
    assert str(found.contract.fields["a"].type) == "json"


_VALUES: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.dates().map(str)
    | st.datetimes().map(lambda each: f"{each.isoformat()}Z"),
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=3), each, max_size=3)
    ),
    max_leaves=6,
)
_NAMES: Final = st.sampled_from(["a", "b", "c_1", "A", "Käse", "select", "dt", "x.y", "", "_z"])
_EVENTS: Final = st.lists(
    st.tuples(
        st.sampled_from(["a", "a:b", "a:_b", "unregistered:x", "c__d"]),
        st.dictionaries(_NAMES, _VALUES, max_size=5),
    ),
    min_size=1,
    max_size=12,
).filter(lambda events: any(name in {"a", "a:b"} for name, _ in events))


@given(events=_EVENTS)
def test_every_valid_event_is_a_row_by_the_contract_drafted_of_it(
    events: list[tuple[str, dict[str, Any]]],
) -> None:
    found = drafted(
        [
            {**fields, "event_uuid": str(index), "event_name": name, "created_at": NOW_S}
            for index, (name, fields) in enumerate(events)
        ]
    )
    assert (found.check.rows, found.check.failed) == (len(events), 0)
    assert parse_contract(found.text) == found.contract
