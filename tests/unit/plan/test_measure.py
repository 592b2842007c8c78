"""A workload measured from events, and from a stream."""

from __future__ import annotations

import json

import pytest

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.operations.errors import InputError
from firelake.plan.measure import Measurement
from tests.helpers.contracts import LEARNING
from tests.unit.plan.situations import workload

NOON_S = 1_790_000_000  # 2026-09-21T14:13:20Z
NOON_MS = NOON_S * 1000


def event(number: int, created_at: float, name: str = "session:not_declared") -> bytes:
    members = {"event_uuid": f"id-{number}", "event_name": name, "created_at": created_at}
    return json.dumps(members).encode() + b"\n"


def measurement() -> Measurement:
    return Measurement(LEARNING, Granularity.DAY)


def test_a_file_tells_volume_types_copies_and_sizes() -> None:
    """361 events in an hour, of which 36 of another type; one of them twice."""
    measured = measurement()
    for number in range(361):
        name = "account:not_declared" if number % 10 == 1 else "session:not_declared"
        measured.add(event(number, NOON_S + 10 * number, name), None, NOON_MS)
    measured.add(event(0, NOON_S), None, NOON_MS)
    made = measured.workload(workload(late=0.3), events_per_hour=None)
    assert made.events_per_hour == pytest.approx(362)
    assert made.type_shares == pytest.approx((326 / 362, 36 / 362))
    assert made.duplicates == pytest.approx(1 / 362)
    assert made.late == 0.3
    assert made.event_bytes == pytest.approx(90, abs=5)
    assert len(made.size_ratios) == 20
    assert sum(made.size_ratios) == pytest.approx(20)


def test_the_items_of_a_wrapper_in_a_file_count_whatever_their_partitions() -> None:
    sources = '[sources.web]\npreset = "segment_batch"\n'
    contract = parse_contract(f'version = 1\n[events."page"]\ndescription = "A."\n{sources}')
    measured = Measurement(contract, Granularity.DAY)
    times = ("2026-09-20T14:00:00Z", "2026-09-21T14:00:00Z")
    calls = [{"type": "page", "messageId": each, "timestamp": each} for each in times]
    batch = json.dumps({"batch": calls}).encode()
    measured.add(batch, None, NOON_MS)
    assert measured.unread == 0
    made = measured.workload(workload(), events_per_hour=None)
    assert made.events_per_hour == pytest.approx(2 / 24)
    measured.add(batch, NOON_MS, NOON_MS)
    assert measured.unread == 1


def test_an_id_of_another_time_or_name_is_no_copy() -> None:
    measured = measurement()
    for each in (event(0, NOON_S), event(0, NOON_S + 60), event(0, NOON_S, "account:not_declared")):
        measured.add(each, None, NOON_MS)
    measured.add(event(0, NOON_S), None, NOON_MS)
    made = measured.workload(workload(), events_per_hour=None)
    assert made.duplicates == pytest.approx(1 / 4)


def test_the_peak_is_that_of_the_busiest_minute() -> None:
    """One event a second for ten minutes, and ten a second in one of them."""
    measured, number = measurement(), 0
    start_s = NOON_S // 60 * 60
    for second in range(601):
        for _ in range(10 if 120 <= second < 180 else 1):
            number += 1
            measured.add(event(number, start_s + second), None, NOON_MS)
    made = measured.workload(workload(), events_per_hour=None)
    assert made.peak_ratio == pytest.approx(600 / (1141 / 10), rel=0.01)


def test_arrivals_tell_lateness_and_packing() -> None:
    measured = measurement()
    day_s = 86_400
    for number in range(100):
        late_s = day_s if number < 5 else 0
        pair = event(2 * number, NOON_S - late_s) + event(2 * number + 1, NOON_S - late_s)
        measured.add(pair, NOON_MS + 60_000 * number, NOON_MS)
    made = measured.workload(workload(), events_per_hour=None)
    assert made.late == pytest.approx(0.05)
    assert made.events_per_record == 2
    assert made.events_per_hour == pytest.approx(200 / 99 * 60)


def test_arrivals_tell_what_is_delayed_and_whose_keys_are_ids() -> None:
    """Every fifth event comes an hour late, the others two seconds; half of the keys are ids."""
    measured = measurement()
    for number in range(100):
        late_s = 3_600 if number % 5 == 0 else 2
        arrival_s = NOON_S + 10 * number
        key = f"id-{number}" if number % 2 else "another"
        measured.add(event(number, arrival_s - late_s), 1000 * arrival_s, NOON_MS, key)
    made = measured.workload(workload(), events_per_hour=None)
    assert made.delayed == pytest.approx(0.2)
    assert made.lag_s == pytest.approx(2)
    assert not made.is_keyed_by_id
    measured.add(event(100, NOON_S), NOON_MS, NOON_MS, "id-100")
    assert measured.workload(workload(), events_per_hour=None).is_keyed_by_id


def test_a_file_tells_nothing_of_arrivals_so_the_profile_holds() -> None:
    measured = measurement()
    for number in range(100):
        measured.add(event(number, NOON_S + 10 * number), None, NOON_MS)
    given = workload(delayed=0.3, lag_s=2.0, is_keyed_by_id=False)
    made = measured.workload(given, events_per_hour=None)
    assert (made.delayed, made.lag_s, made.is_keyed_by_id) == (0.3, 2.0, False)


def test_a_volume_that_is_given_counts_more() -> None:
    measured = measurement()
    measured.add(event(1, NOON_S), None, NOON_MS)
    assert measured.workload(workload(), events_per_hour=77).events_per_hour == 77


def test_too_short_a_time_tells_no_volume() -> None:
    measured = measurement()
    measured.add(event(1, NOON_S), None, NOON_MS)
    with pytest.raises(InputError, match=r"span 0 s, too short .* say --events-per-hour"):
        measured.workload(workload(), events_per_hour=None)


def test_where_nothing_is_an_event_nothing_is_measured() -> None:
    measured = measurement()
    measured.add(b"no JSON\n", None, NOON_MS)
    assert measured.unread == 1
    with pytest.raises(InputError, match="no event was found in 1 records"):
        measured.workload(workload(), events_per_hour=1)
