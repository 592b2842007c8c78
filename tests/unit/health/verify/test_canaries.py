"""Canaries: what is sent, and what the function's own code would make of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.contract.names import UNREGISTERED
from firelake.health.verify.canaries import CanaryMaker, Kind
from firelake.transform.events import EventReader, RecordPosition
from tests.unit.health.verify.simulated_run import CONTRACT, NOW_S, RUN, maker

ARRIVED = RecordPosition("shardId-000000000000:1:0", int(NOW_S * 1000))


def test_there_is_one_of_each_event_type_and_of_each_kind() -> None:
    canaries = maker().all()
    assert {canary.kind for canary in canaries} == {*Kind}
    types = [row.event_type for each in canaries if each.kind is Kind.TYPE for row in each.rows]
    assert sorted(types) == sorted(CONTRACT.event_types)


def test_every_record_tells_its_run_and_no_mark_stands_within_another_canary() -> None:
    canaries = maker().all()
    for canary in canaries:
        for record in canary.records:
            assert f"canary-{RUN}-".encode() in record
            assert any(mark in record for mark in canary.marks)
        others = [one for each in canaries if each is not canary for one in each.records]
        assert not [one for one in others if any(mark in one for mark in canary.marks)]


@pytest.fixture(scope="module")
def reader() -> EventReader:
    return EventReader(CONTRACT, lateness_days=7, granularity=Granularity.DAY)


@pytest.mark.parametrize("kind", [*Kind])
def test_the_function_answers_each_as_it_is_expected_to(kind: Kind, reader: EventReader) -> None:
    for canary in maker().all():
        if canary.kind is not kind:
            continue
        readings = [reader.read(record, ARRIVED) for record in canary.records]
        told = {problem.reason for reading in readings for problem in reading.problems}
        assert told == ({canary.reason} if canary.reason else set())
        delivered = {event.event_uuid for reading in readings for event in reading.events}
        assert delivered == canary.uuids


def test_packed_events_share_their_partition() -> None:
    (packed,) = (each for each in maker().all() if each.kind is Kind.PACKED)
    assert len({(row.event_type, row.dt) for row in packed.rows}) == 1
    assert (len(packed.records), len(packed.rows)) == (1, 3)


def test_a_reused_id_is_of_two_events_and_a_duplicate_of_one() -> None:
    canaries = {each.kind: each for each in maker().all()}
    assert len({row.created_at_s for row in canaries[Kind.REUSED].rows}) == 2
    first, second = canaries[Kind.DUPLICATE].records
    assert first == second


def test_a_contract_that_knows_canaries_has_unregistered_ones_all_the_same() -> None:
    event = next(iter(CONTRACT.events.values()))
    named = replace(event, name="canary:sang")
    contract = replace(CONTRACT, events={named.name: named}, event_types=("canary",))
    canaries = CanaryMaker(
        contract, run=RUN, now_s=NOW_S, lateness_days=7, granularity=Granularity.HOUR
    ).all()
    types = {each.kind: {row.event_type for row in each.rows} for each in canaries}
    assert types[Kind.UNREGISTERED] == {UNREGISTERED}
    assert types[Kind.UNKNOWN] == {"canary"}


def test_a_contract_without_arrays_and_dates_tries_no_such_value() -> None:
    contract = parse_contract(
        """
        version = 1
        [fields]
        item = { type = "string", description = "An item." }
        days = { type = "map<string,date>", description = "By its key." }
        [events."shop:sold"]
        required = ["item"]
        optional = ["days"]
        description = "An item was sold."
        """
    )
    made = CanaryMaker(
        contract, run=RUN, now_s=NOW_S, lateness_days=7, granularity=Granularity.DAY
    ).all()
    assert {Kind.EMPTY_ARRAY, Kind.FIRST_DATE} & {canary.kind for canary in made} == set()
