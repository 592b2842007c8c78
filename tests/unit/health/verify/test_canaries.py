"""Canaries: what is sent, and what the function's own code would make of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.contract.names import UNREGISTERED
from firelake.contract.reasons import Reason
from firelake.health.verify.canaries import CanaryMaker, Kind
from firelake.operations.canaries import is_canary
from firelake.operations.errors import InputError
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


SHOP = """
version = 1
[fields]
id = { type = "string", description = "A number of the till." }
items = { type = "array<string>", description = "Items." }
[sources.till]
when = ["id", "kind", "at"]
id = "id"
name = "kind"
created_at = { field = "at", format = "iso8601" }
[sources.tag]
when = ["id", "items"]
id = "id"
fixed_name = "tag:read"
created_at = { field = "at", format = "ms" }
[events."order:placed"]
required = ["items"]
description = "Placed."
[events."tag:read"]
required = ["id"]
optional = ["items"]
description = "Read."
"""


def maker_of(contract: str, now_s: float = NOW_S) -> CanaryMaker:
    granularity = Granularity.DAY
    return CanaryMaker(
        parse_contract(contract), run=RUN, now_s=now_s, lateness_days=7, granularity=granularity
    )


# At many times, so that optional fields are there and are not.
@pytest.mark.parametrize("later_s", range(20))
def test_canaries_are_plain_whatever_shape_the_sources_know(later_s: int) -> None:
    reader = EventReader(parse_contract(SHOP), lateness_days=7, granularity=Granularity.DAY)
    arrived = RecordPosition("", int((NOW_S + later_s) * 1000))
    told: dict[Kind, set[Reason]] = {}
    rows: dict[Kind, int] = {}
    for canary in maker_of(SHOP, NOW_S + later_s).all():
        for record in canary.records:
            assert b'"kind"' not in record
            assert [line for line in record.splitlines() if not is_canary(line)] == []
            for problem in reader.read(record, arrived).problems:
                told.setdefault(canary.kind, set()).add(problem.reason)
        assert [each for each in canary.uuids if not each.startswith(f"canary-{RUN}-")] == []
        rows[canary.kind] = rows.get(canary.kind, 0) + len(canary.rows)
    assert told == {
        Kind.INVALID: {Reason.EVENT_NAME},
        Kind.NOT_JSON: {Reason.NOT_JSON},
        Kind.LATE: {Reason.TOO_LATE},
    }
    assert rows == {
        Kind.TYPE: 2,
        Kind.PACKED: 3,
        Kind.DUPLICATE: 1,
        Kind.REUSED: 2,
        Kind.INVALID: 0,
        Kind.NOT_JSON: 0,
        Kind.LATE: 0,
        Kind.UNREGISTERED: 1,
        Kind.UNKNOWN: 1,
        Kind.EMPTY_ARRAY: 1,
    }


def test_an_event_that_a_source_always_takes_for_its_own_is_no_canary() -> None:
    contract = SHOP.replace('required = ["items"]', 'required = ["id", "items"]')
    canaries = maker_of(contract).all()
    types = [row.event_type for each in canaries if each.kind is Kind.TYPE for row in each.rows]
    assert types == ["tag"]


def test_a_contract_of_which_sources_take_every_event_is_told() -> None:
    contract = SHOP.replace('when = ["id", "items"]', 'when = ["id"]')
    contract = contract.replace('required = ["items"]', 'required = ["id"]')
    with pytest.raises(InputError, match="sources till, tag know each event of the contract"):
        maker_of(contract)
