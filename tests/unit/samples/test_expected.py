"""The reckoning finds every way in which a lake is not what was sent."""

from __future__ import annotations

from collections import Counter

import pytest

from firelake.contract.reasons import Reason
from firelake.samples.expected import Expected, Found, TypeCount, reckon
from firelake.samples.generate import Generator, Shares
from firelake.samples.labels import Fate, SampleEvent
from firelake.send.records import Outgoing
from tests.helpers.contracts import LEARNING


def payload(event_uuid: str, more: str = "") -> bytes:
    return f'{{"event_uuid":"{event_uuid}"{more}}}'.encode()


def delivered(event_uuid: str, event_type: str = "lesson") -> SampleEvent:
    return SampleEvent(Outgoing(payload(event_uuid)), Fate.DELIVERED, event_type)


def duplicate(event_uuid: str, event_type: str = "lesson") -> SampleEvent:
    return SampleEvent(Outgoing(payload(event_uuid)), Fate.DUPLICATE, event_type)


def invalid(data: bytes, reason: Reason, event_type: str = "lesson") -> SampleEvent:
    count = 2 if reason is Reason.MIXED_PARTITIONS else 1
    return SampleEvent(Outgoing(data, count), Fate.INVALID, event_type, reason)


MIXED = payload("m1") + b" " + payload("m2")
REUSED = payload("r", ',"created_at":1')
SAMPLES = (
    delivered("a"),
    delivered("b"),
    duplicate("a"),
    duplicate("a"),
    invalid(b"null", Reason.NOT_AN_OBJECT),
    invalid(b"null", Reason.NOT_AN_OBJECT, "payment"),
    invalid(MIXED, Reason.MIXED_PARTITIONS),
    delivered("r"),
    invalid(REUSED, Reason.UUID_REUSED),
    SampleEvent(Outgoing(payload("u")), Fate.UNREGISTERED, "unregistered"),
)


def expected_of(*samples: SampleEvent) -> Expected:
    expected = Expected()
    assert tuple(expected.watch(samples)) == samples
    return expected


def sound() -> Found:
    """What a lake must hold of the samples."""
    found = Found()
    found.rows["lesson"].update(["a", "b", "r"])
    found.rows["unregistered"].update(["u"])
    found.failed.update({b"null": 2, MIXED: 1, REUSED: 1})
    return found


def test_a_sound_lake_has_no_faults_and_counts_that_add_up() -> None:
    expected = expected_of(*SAMPLES)
    reckoning = reckon(expected, sound())
    assert reckoning.faults == ()
    assert reckoning.counts == (
        TypeCount(event_type="lesson", sent=9, delivered=3, duplicates=2, invalid=4),
        TypeCount(event_type="payment", sent=1, delivered=0, duplicates=0, invalid=1),
        TypeCount(event_type="unregistered", sent=1, delivered=1, duplicates=0, invalid=0),
    )
    assert (expected.rows, expected.failures) == (4, 4)
    assert sound().row_count == 4


def test_of_two_events_of_one_id_either_may_stand_under_errors() -> None:
    found = sound()
    found.failed -= Counter([REUSED])
    found.failed[payload("r")] += 1
    assert reckon(expected_of(*SAMPLES), found).faults == ()


def test_of_two_events_of_one_id_not_both_may_stand_under_errors() -> None:
    found = sound()
    found.failed[payload("r")] += 1
    assert reckon(expected_of(*SAMPLES), found).faults == (
        f"errors/ holds 2, not 1, of {REUSED!r}",
    )


def test_a_record_of_two_events_counts_as_two_invalid_ones() -> None:
    mixed = invalid(MIXED, Reason.MIXED_PARTITIONS)
    found = Found()
    found.failed[MIXED] = 1
    assert reckon(expected_of(mixed), found).counts == (
        TypeCount(event_type="lesson", sent=2, delivered=0, duplicates=0, invalid=2),
    )


def test_an_event_of_a_record_that_must_fail_is_no_row_of_the_lake() -> None:
    found = sound()
    found.rows["lesson"]["m1"] += 1
    assert "lesson: 1 ids, such as m1: was never sent" in faults_of(found)


def test_a_missing_row_is_a_fault() -> None:
    found = sound()
    del found.rows["lesson"]["b"]
    assert faults_of(found) == (
        "lesson: 1 ids, such as b: is no row",
        "lesson: 3 are neither a row nor an error, and 2 copies were sent",
    )


def test_a_row_that_nobody_sent_is_a_fault() -> None:
    found = sound()
    found.rows["lesson"]["x"] += 1
    assert faults_of(found) == (
        "lesson: 1 ids, such as x: was never sent",
        "lesson: 1 are neither a row nor an error, and 2 copies were sent",
    )


def test_a_row_that_stands_in_for_another_is_a_fault_though_the_counts_are_right() -> None:
    found = sound()
    del found.rows["lesson"]["b"]
    found.rows["lesson"]["x"] += 1
    assert faults_of(found) == (
        "lesson: 1 ids, such as b: is no row",
        "lesson: 1 ids, such as x: was never sent",
    )


def test_a_row_twice_is_a_fault() -> None:
    found = sound()
    found.rows["lesson"]["a"] += 1
    assert faults_of(found) == ("lesson: 1 ids, such as a: has two",)


def test_a_row_of_another_type_is_a_fault_of_both_types() -> None:
    found = sound()
    del found.rows["lesson"]["b"]
    found.rows["payment"]["b"] += 1
    faults = faults_of(found)
    assert faults[:2] == (
        "lesson: 1 ids, such as b: is no row",
        "payment: 1 ids, such as b: was never sent",
    )


def test_a_row_of_a_type_that_was_not_sent_at_all_is_a_fault() -> None:
    found = sound()
    found.rows["course"]["c"] += 1
    assert faults_of(found) == ("course: 1 ids, such as c: was never sent",)


@pytest.mark.parametrize(
    ("data", "times", "fault"),
    [
        pytest.param(MIXED, 0, f"errors/ holds 0, not 1, of {MIXED!r}", id="missing"),
        pytest.param(MIXED, 2, f"errors/ holds 2, not 1, of {MIXED!r}", id="twice"),
        pytest.param(b"null", 1, "errors/ holds 1, not 2, of b'null'", id="one of two equal ones"),
        pytest.param(b"null", 3, "errors/ holds 3, not 2, of b'null'", id="one more than sent"),
        pytest.param(b"17", 1, "errors/ holds 1, not 0, of b'17'", id="never sent"),
        pytest.param(
            payload("a"), 1, f"errors/ holds 1, not 0, of {payload('a')!r}", id="of a valid event"
        ),
    ],
)
def test_an_error_more_or_less_than_was_sent_is_a_fault(
    data: bytes, times: int, fault: str
) -> None:
    found = sound()
    found.failed[data] = times
    assert fault in faults_of(found)


def test_copies_that_were_not_sent_are_a_fault() -> None:
    expected = expected_of(*SAMPLES)
    expected.sent["lesson"] += 1
    assert reckon(expected, sound()).faults == (
        "lesson: 3 are neither a row nor an error, and 2 copies were sent",
    )


def test_an_empty_lake_lacks_everything() -> None:
    faults = faults_of(Found())
    assert "lesson: 3 ids, such as a: is no row" in faults
    assert "unregistered: 1 ids, such as u: is no row" in faults
    assert "errors/ holds 0, not 2, of b'null'" in faults


def test_a_lake_that_was_sent_nothing_and_has_nothing_is_sound() -> None:
    reckoning = reckon(Expected(), Found())
    assert (reckoning.counts, reckoning.faults) == ((), ())


def test_what_the_generator_gives_is_reckoned_to_the_last_event() -> None:
    shares = Shares(duplicates=0.1, invalid=0.1, late=0.02, unregistered=0.05)
    generator = Generator(LEARNING, seed=5, start_s=1_795_305_600, shares=shares)
    expected, found = Expected(), Found()
    for sample in expected.watch(generator.events(3000)):
        if sample.fate is Fate.INVALID:
            found.failed[sample.outgoing.payload] += 1
    for event_type, ids in expected.delivered.items():
        found.rows[event_type].update(ids)
    reckoning = reckon(expected, found)
    assert reckoning.faults == ()
    assert sum(count.sent for count in reckoning.counts) == 3000
    lost = next(iter(expected.delivered["lesson"]))
    del found.rows["lesson"][lost]
    assert f"lesson: 1 ids, such as {lost}: is no row" in reckon(expected, found).faults


def faults_of(found: Found) -> tuple[str, ...]:
    return reckon(expected_of(*SAMPLES), found).faults
