"""Packing (design, section 3): one partition a record, 25 to 50 KB or a second at most."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.send.pack import PackedEvents, Packer, PartitionJudge, SingleEvents
from firelake.send.records import Outgoing, Record

NOW_MS = int(datetime(2026, 1, 15, 12, tzinfo=UTC).timestamp()) * 1000
NOW_S = NOW_MS // 1000
CONTRACT = parse_contract(
    """
version = 1
[fields]
score = { type = "bigint", description = "A score." }
[events."a:b"]
description = "An event."
required = ["score"]
[events."c"]
description = "Another event."
"""
)


def by_first_letter(payload: bytes, _now_ms: int) -> tuple[str, str] | None:
    """Any letter is a partition; what begins otherwise is invalid."""
    first = payload[:1].decode()
    return (first, "2026-01-15") if first.isalpha() else None


def packer() -> PackedEvents:
    keys = itertools.count()
    return PackedEvents(by_first_letter, lambda: f"{next(keys):016x}")


def pack(
    packed: Packer, payloads: list[bytes], now_ms: int = NOW_MS, *, is_alone: bool = False
) -> list[bytes]:
    """What is ready after these lines."""
    outgoing = [Outgoing(payload, is_alone=is_alone) for payload in payloads]
    return [record.data for each in outgoing for record in packed.add(each, now_ms)]


def flushed(packed: PackedEvents) -> list[bytes]:
    return [record.data for record in packed.flush()]


def test_events_of_one_partition_share_a_record_each_with_a_newline_at_its_end() -> None:
    packed = packer()
    assert pack(packed, [b"a1", b"b1", b"a2", b"b2"]) == []
    assert flushed(packed) == [b"a1\na2\n", b"b1\nb2\n"]
    assert flushed(packed) == []


def test_an_invalid_event_goes_alone_and_at_once() -> None:
    packed = packer()
    assert pack(packed, [b"a1", b"?", b"a2"]) == [b"?\n"]
    assert flushed(packed) == [b"a1\na2\n"]


def test_what_must_be_alone_is_alone_though_it_is_valid() -> None:
    packed = packer()
    assert pack(packed, [b"a1"], is_alone=True) == [b"a1\n"]
    assert flushed(packed) == []


def test_a_record_grows_to_50_kilobytes_and_no_byte_further() -> None:
    packed = packer()
    event = b"a" * 9_999
    assert pack(packed, [event] * 5) == []
    assert pack(packed, [b"a"]) == [(event + b"\n") * 5]
    assert flushed(packed) == [b"a\n"]


def test_an_event_of_25_kilobytes_is_a_full_record() -> None:
    packed = packer()
    large, small = b"a" * 24_999, b"a" * 24_998
    assert pack(packed, [b"a", large, small]) == [large + b"\n"]
    assert flushed(packed) == [b"a\n" + small + b"\n"]


def test_a_record_waits_a_second_at_most() -> None:
    packed = packer()
    pack(packed, [b"a1"], NOW_MS)
    pack(packed, [b"b1"], NOW_MS + 400)
    pack(packed, [b"a2"], NOW_MS + 900)
    assert packed.wait_ms(NOW_MS + 900) == 100
    assert list(packed.due(NOW_MS + 999)) == []
    assert [record.data for record in packed.due(NOW_MS + 1000)] == [b"a1\na2\n"]
    assert packed.wait_ms(NOW_MS + 1000) == 400
    assert [record.data for record in packed.due(NOW_MS + 5000)] == [b"b1\n"]
    assert packed.wait_ms(NOW_MS + 5000) is None


def test_no_more_than_500_records_are_open_the_oldest_goes_first() -> None:
    packed = PackedEvents(lambda payload, _: (payload.decode(), "2026-01-15"), lambda: "k" * 16)
    assert pack(packed, [b"%d" % number for number in range(502)]) == [b"0\n", b"1\n"]
    assert len(flushed(packed)) == 500


def test_each_record_gets_a_partition_key_of_its_own_and_counts_its_events() -> None:
    packed = packer()
    list(packed.add(Outgoing(b"a1"), NOW_MS))
    list(packed.add(Outgoing(b"a2 a3", event_count=2), NOW_MS))
    list(packed.add(Outgoing(b"b1"), NOW_MS))
    assert list(packed.flush()) == [
        Record(b"a1\na2 a3\n", "0000000000000000", 3),
        Record(b"b1\n", "0000000000000001", 1),
    ]


def test_without_packing_each_line_is_a_record_at_once() -> None:
    single = SingleEvents(lambda: "k" * 16)
    assert list(single.add(Outgoing(b"a1", 2), NOW_MS)) == [Record(b"a1\n", "k" * 16, 2)]
    assert (list(single.due(NOW_MS)), single.wait_ms(NOW_MS), list(single.flush())) == (
        [],
        None,
        [],
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab?"),
            st.sampled_from([1, 40, 700, 9_999, 24_998, 24_999, 49_999, 60_000]),
            st.integers(0, 400),
        ),
        max_size=60,
    )
)
def test_every_event_leaves_once_and_every_record_keeps_the_rules(
    events: list[tuple[str, int, int]],
) -> None:
    packed, now_ms = packer(), NOW_MS
    sent: list[bytes] = []
    ready: list[tuple[bytes, bool]] = []
    opened_ms: dict[str, int] = {}
    for first, size, later_ms in events:
        now_ms += later_ms
        for record in packed.due(now_ms):
            ready.append((record.data, True))
            opened_ms.pop(record.data[:1].decode())
        payload = first.encode() * size
        sent.append(payload)
        ready += [(data, False) for data in pack(packed, [payload], now_ms)]
        opened_ms.setdefault(first, now_ms)
        wait_ms = packed.wait_ms(now_ms)
        assert wait_ms is None or wait_ms <= 1000
    ready += [(data, True) for data in flushed(packed)]

    assert sorted(line for data, _ in ready for line in data.split(b"\n")[:-1]) == sorted(sent)
    for data, is_in_time in ready:
        lines = data.split(b"\n")[:-1]
        assert len({line[:1] for line in lines}) == 1
        assert len(lines) == 1 or len(data) <= 50_000
        assert len(lines) == 1 or lines[0][:1] != b"?"
        assert is_in_time or len(data) >= 25_000 or lines[0][:1] == b"?"


# --- the judge ----------------------------------------------------------------------------------


def event(name: str = "a:b", created_at: float = NOW_S, **fields: object) -> bytes:
    common = {"event_uuid": "u", "event_name": name, "created_at": created_at}
    return json.dumps(common | ({"score": 1} if name == "a:b" else {}) | fields).encode()


@pytest.mark.parametrize(
    ("payload", "partition"),
    [
        (event(), ("a", "2026-01-15")),
        (event(created_at=NOW_S - 6 * 86_400), ("a", "2026-01-09")),
        (event("a:unknown"), ("a", "2026-01-15")),
        (event("garbage"), ("unregistered", "2026-01-15")),
        (event() + b" " + event(), ("a", "2026-01-15")),
        (event() + b" " + event("c"), None),
        (event(score="1"), None),
        (b"", None),
        (b"{", None),
        (event(created_at=NOW_S - 8 * 86_400), None),
        (event(created_at=NOW_S + 2 * 86_400), None),
    ],
    ids=[
        "valid",
        "of an earlier day",
        "unknown name of a known type",
        "unknown type",
        "two of one partition",
        "two of two partitions",
        "invalid field",
        "empty",
        "no JSON",
        "too late",
        "too early",
    ],
)
def test_a_line_is_judged_as_the_function_will(
    payload: bytes, partition: tuple[str, str] | None
) -> None:
    judge = PartitionJudge(CONTRACT, lateness_days=7, granularity=Granularity.DAY)
    assert judge.partition_of(payload, NOW_MS) == partition


@pytest.mark.parametrize(
    ("granularity", "dt"),
    [
        (Granularity.MONTH, "2026-01"),
        (Granularity.DAY, "2026-01-15"),
        (Granularity.HOUR, "2026-01-15-12"),
    ],
    ids=str,
)
def test_the_partition_is_of_the_granularity_of_the_stack(
    granularity: Granularity, dt: str
) -> None:
    judge = PartitionJudge(CONTRACT, lateness_days=7, granularity=granularity)
    assert judge.partition_of(event(), NOW_MS) == ("a", dt)


@pytest.mark.parametrize(
    ("age_s", "may_be_packed"),
    [
        (7 * 86_400 - 900, True),
        (7 * 86_400 - 899, False),
        (-86_400 + 900, True),
        (-86_400 + 899, False),
    ],
    ids=["in time", "nearly too late", "not too early", "nearly too early"],
)
def test_an_event_that_may_be_refused_by_the_time_it_arrives_takes_no_others_with_it(
    age_s: int, may_be_packed: bool
) -> None:
    judge = PartitionJudge(CONTRACT, lateness_days=7, granularity=Granularity.DAY)
    found = judge.partition_of(event(created_at=NOW_S - age_s), NOW_MS)
    assert (found is not None) == may_be_packed
