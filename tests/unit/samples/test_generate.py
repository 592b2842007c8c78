"""Sample events: by seed, of any contract, and each becomes what its label says."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.contract.presets import PRESETS
from firelake.contract.reasons import Reason
from firelake.contract.sources import build_source
from firelake.operations.errors import InputError
from firelake.samples.generate import Generator, Shares
from firelake.samples.invalid_events import REASONS
from firelake.samples.labels import Fate, SampleEvent
from firelake.transform.events import EventReader, RecordPosition
from tests.helpers.contracts import LEARNING
from tests.strategies.contracts import contracts

if TYPE_CHECKING:
    from firelake.contract.events import EventContract

START_S = 1_768_478_400.25
CONTRACT = LEARNING
WHEN = {"field": "z", "format": "s"}
EVERYTHING = Shares(duplicates=0.2, invalid=0.3, late=0.1, unregistered=0.1)


def generate(  # noqa: PLR0913 -- each by its name, with a default
    count: int,
    *,
    contract: EventContract = CONTRACT,
    seed: int = 1,
    start_s: float = START_S,
    shares: Shares = EVERYTHING,
    rate_per_s: float | None = None,
) -> list[SampleEvent]:
    generator = Generator(
        contract,
        seed=seed,
        start_s=start_s,
        lateness_days=7,
        shares=shares,
        rate_per_s=rate_per_s,
    )
    return list(generator.events(count))


def kinds(samples: list[SampleEvent]) -> list[tuple[Fate, str, Reason | None]]:
    return [(sample.fate, sample.event_type, sample.reason) for sample in samples]


def assert_labels_are_true(contract: EventContract, samples: list[SampleEvent]) -> None:
    """Reads each event as the transform function does, and keeps its ids as the claims do."""
    reader = EventReader(contract, lateness_days=7, granularity=Granularity.DAY)
    claims: dict[str, tuple[str, float]] = {}
    for sample in samples:
        reading = reader.read(sample.outgoing.payload, RecordPosition("s:1:0", int(START_S * 1000)))
        assert reading.event_count == sample.outgoing.event_count
        if sample.fate is Fate.INVALID and sample.reason is not Reason.UUID_REUSED:
            assert {problem.reason for problem in reading.problems} == {sample.reason}
            continue
        (event,) = reading.events
        assert event.event_type == sample.event_type
        claim = (event.event_name, event.created_at_s)
        owner = claims.get(event.event_uuid)
        claims.setdefault(event.event_uuid, claim)
        match sample.fate:
            case Fate.DELIVERED:
                assert owner is None
                assert event.is_registered
            case Fate.UNREGISTERED:
                assert owner is None
                assert not event.is_registered
            case Fate.DUPLICATE:
                assert owner == claim
            case Fate.INVALID:
                assert owner is not None
                assert owner != claim


def test_every_event_becomes_what_its_label_says() -> None:
    assert_labels_are_true(CONTRACT, generate(10_000))


@given(contracts(), st.integers(), st.integers(1, 60))
def test_every_event_of_any_contract_becomes_what_its_label_says(
    contract: EventContract, seed: int, count: int
) -> None:
    samples = generate(count, contract=contract, seed=seed)
    assert sum(sample.outgoing.event_count for sample in samples) == count
    assert_labels_are_true(contract, samples)


@given(
    contracts(),
    st.lists(st.sampled_from(sorted(PRESETS)), min_size=1, max_size=3, unique=True),
    st.integers(),
    st.integers(1, 60),
)
def test_every_event_of_any_contract_with_sources_becomes_what_its_label_says(
    contract: EventContract, presets: list[str], seed: int, count: int
) -> None:
    sources = tuple(build_source(name, {"preset": name}) for name in presets)
    assert_labels_are_true(
        replace(contract, sources=sources),
        generate(count, contract=replace(contract, sources=sources), seed=seed),
    )


def test_events_come_in_the_shape_of_a_source_and_plain() -> None:
    source = build_source("web", {"preset": "segment"})
    samples = generate(200, contract=replace(CONTRACT, sources=(source,)), shares=Shares())
    shapes = Counter("messageId" in json.loads(sample.outgoing.payload) for sample in samples)
    assert 60 < shapes[True] < 140
    assert shapes.total() == 200
    call = next(sample for sample in samples if b"messageId" in sample.outgoing.payload)
    members = json.loads(call.outgoing.payload)
    assert members["messageId"] == call.event_uuid
    assert ":".join((members["type"], members["event"])) in CONTRACT.events


def test_a_source_that_makes_something_else_of_every_event_is_told() -> None:
    nowhere = {"when": {"event_name": "a"}, "id": "x[0]", "name": "y", "created_at": WHEN}
    contract = parse_contract('version = 1\n[events.a]\ndescription = "An event."\n')
    made = replace(contract, sources=(build_source("odd", nowhere),))
    with pytest.raises(InputError, match="no sample events can be made: in 10,000 tries"):
        generate(1, contract=made, shares=Shares())


def test_a_hundred_valid_events_are_of_the_hundred_kinds() -> None:
    names = {
        json.loads(sample.outgoing.payload)["event_name"]
        for sample in generate(100, shares=Shares())
    }
    assert names == set(CONTRACT.events)


def test_every_reason_that_one_record_can_have_occurs() -> None:
    found = {sample.reason for sample in generate(1000)}
    assert found == {None, *Reason} - {Reason.ANSWER_TOO_LARGE}
    assert {*Reason} - {*REASONS} == {
        Reason.TOO_LATE,
        Reason.UUID_REUSED,
        Reason.ANSWER_TOO_LARGE,
    }


def test_the_shares_are_kept() -> None:
    samples = generate(20_000)
    fates = Counter(sample.fate for sample in samples)
    late = sum(sample.reason is Reason.TOO_LATE for sample in samples)
    assert fates[Fate.DUPLICATE] / 20_000 == pytest.approx(0.2, abs=0.02)
    assert fates[Fate.UNREGISTERED] / 20_000 == pytest.approx(0.1, abs=0.02)
    assert late / 20_000 == pytest.approx(0.1, abs=0.02)
    assert (fates[Fate.INVALID] - late) / 20_000 == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize(
    ("shares", "fates"),
    [
        (Shares(), {Fate.DELIVERED}),
        (Shares(unregistered=1), {Fate.UNREGISTERED}),
        (Shares(late=1), {Fate.INVALID}),
        (Shares(duplicates=1), {Fate.DELIVERED, Fate.DUPLICATE}),
        # An id that is reused takes an event that was there before.
        (Shares(invalid=1), {Fate.DELIVERED, Fate.INVALID}),
    ],
    ids=["none", "unregistered", "late", "duplicates", "invalid"],
)
def test_a_share_of_one_is_all_of_it(shares: Shares, fates: set[Fate]) -> None:
    assert {sample.fate for sample in generate(500, shares=shares)} == fates


def test_the_same_seed_and_start_give_the_same_bytes() -> None:
    assert generate(500, seed=7) == generate(500, seed=7)


def test_another_start_gives_the_same_kinds_and_no_id_again() -> None:
    first, second = generate(500), generate(500, start_s=START_S + 1)
    assert kinds(first) == kinds(second)
    assert not {each.outgoing.payload[15:51] for each in first if each.reason is None} & {
        each.outgoing.payload[15:51] for each in second if each.reason is None
    }


def test_another_seed_gives_other_events() -> None:
    assert kinds(generate(500)) != kinds(generate(500, seed=2))


def test_a_generator_goes_on_where_it_stopped() -> None:
    generator = Generator(CONTRACT, seed=1, start_s=START_S)
    first, second = list(generator.events(100)), list(generator.events(100))
    assert [*first, *second] == generate(200, shares=Shares())


@pytest.mark.parametrize("hours", [0.5, 24.0, 167.0])
def test_valid_events_can_be_of_more_hours_and_are_never_late(hours: float) -> None:
    generator = Generator(CONTRACT, seed=1, start_s=START_S, hours=hours)
    samples = list(generator.events(2000))
    ages_s = [START_S - json.loads(each.outgoing.payload)["created_at"] for each in samples]
    assert -0.001 <= min(ages_s) < 0.05 * hours * 3600
    assert 0.95 * hours * 3600 < max(ages_s) <= hours * 3600 + 0.001
    assert_labels_are_true(CONTRACT, samples)


@pytest.mark.parametrize("hours", [0.0, -1.0, 167.5, float("nan")])
def test_hours_of_which_events_would_be_late_are_refused(hours: float) -> None:
    with pytest.raises(InputError, match="give more than 0, and at most 167"):
        Generator(CONTRACT, seed=1, start_s=START_S, hours=hours)


def test_valid_events_are_of_the_hour_before_they_are_sent() -> None:
    samples = generate(1000, shares=Shares(), rate_per_s=2.0)
    ages_s = [
        START_S + index / 2 - json.loads(sample.outgoing.payload)["created_at"]
        for index, sample in enumerate(samples)
    ]
    assert -0.001 <= min(ages_s) < max(ages_s) <= 3600.001


def test_only_what_may_share_a_record_is_not_sent_alone() -> None:
    alone = {sample.fate for sample in generate(5000) if sample.outgoing.is_alone}
    packed = {sample.fate for sample in generate(5000) if not sample.outgoing.is_alone}
    assert alone == {Fate.INVALID, Fate.DELIVERED}
    assert packed == {Fate.DELIVERED, Fate.UNREGISTERED, Fate.DUPLICATE}


def test_no_event_holds_a_newline() -> None:
    assert not [each for each in generate(5000) if b"\n" in each.outgoing.payload]


@pytest.mark.parametrize(
    ("duplicates", "late"),
    [(-0.1, 0.0), (0.0, 1.1), (0.6, 0.6), (float("nan"), 0.0)],
    ids=["negative", "above one", "together above one", "no number"],
)
def test_what_are_no_shares_is_refused(duplicates: float, late: float) -> None:
    with pytest.raises(InputError, match="each must be 0 to 1, and together at most 1"):
        Shares(duplicates=duplicates, late=late)
