"""`settle`: how it waits, when it gives up, and that it never guesses."""

from __future__ import annotations

from itertools import chain, cycle, repeat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.transform.claims import Candidate, Claim, Outcome, PageCounts, Replacement, Verdict
from firelake.transform.errors import ClaimStoreError, ClaimsUndecidedError
from firelake.transform.settling import Settled, settle
from tests.fakes.claim_store import InMemoryClaimStore
from tests.fakes.clock import FakeClock
from tests.fakes.faulty_claim_store import Fault, FaultyClaimStore, Step
from tests.helpers.records import changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.transform.claim_pages import ClaimKey
    from firelake.transform.claims import Found

NONE, LOST, SILENT = Fault.NONE, Fault.LOST, Fault.SILENT
EVENT = Candidate("id-1", "lesson:started", 3_999_999_990.5, "shard-0:1:0#0", "lesson")
COPY = changed(EVENT, owner="shard-1:7:0#0")
OTHER_EVENT = changed(EVENT, event_name="lesson:ended", owner="shard-2:3:0#0")


def claim(candidate: Candidate, claimed_at_ms: int = FakeClock.START_MS) -> Claim:
    return Claim(
        candidate.event_uuid,
        candidate.owner,
        candidate.event_name,
        candidate.created_at_s,
        claimed_at_ms,
        4_001_209_600,
        candidate.event_type,
    )


class MuteStore:
    """Answers nothing, and takes its time."""

    def __init__(self, clock: FakeClock, call_ms: int) -> None:
        self.counts = PageCounts()
        self._clock = clock
        self._call_ms = call_ms
        self.asked_at_ms: list[int] = []

    def insert(self, claims: Sequence[Claim]) -> list[Outcome | Claim]:
        self._ask()
        return [Outcome.UNKNOWN] * len(claims)

    def read(self, keys: Sequence[ClaimKey]) -> dict[ClaimKey, Found]:
        self._ask()
        assert keys
        return {}

    def replace(self, replacements: Sequence[Replacement]) -> list[Outcome]:
        self._ask()
        return [Outcome.UNKNOWN] * len(replacements)

    def _ask(self) -> None:
        self.asked_at_ms.append(self._clock.now_ms)
        self._clock.now_ms += self._call_ms


def test_nobody_waits_while_every_question_is_answered() -> None:
    clock = FakeClock()
    store = InMemoryClaimStore(clock.read)
    store.insert([claim(EVENT)])
    assert settle([EVENT], store, clock.pace(), dedupe_days=14).verdicts == [Verdict.PASS]
    assert clock.sleeps_s == []


def test_pauses_double_up_to_two_seconds() -> None:
    clock = FakeClock()
    store = FaultyClaimStore(InMemoryClaimStore(clock.read), [LOST] * 9)
    settle([EVENT], store, clock.pace(jitter=lambda: 0.5), dedupe_days=14)
    assert clock.sleeps_s == [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0]


def test_each_pause_is_a_random_part_of_its_length() -> None:
    clock = FakeClock()
    store = FaultyClaimStore(InMemoryClaimStore(clock.read), [LOST] * 4)
    jitters = iter([0.0, 0.25, 0.9, 0.5])
    settle([EVENT], store, clock.pace(jitter=lambda: next(jitters)), dedupe_days=14)
    assert clock.sleeps_s == pytest.approx([0.0, 0.025, 0.18, 0.2])


def test_pauses_begin_anew_after_a_round_in_which_everything_was_answered() -> None:
    clock = FakeClock()
    inner = InMemoryClaimStore(clock.read)
    inner.insert([claim(EVENT)])
    renewed_elsewhere = Replacement(claim(EVENT), claim(EVENT, FakeClock.START_MS + 1))
    store = FaultyClaimStore(
        inner,
        # insert refused; three reads, the last answered; the replacement refused; a read lost
        [NONE, LOST, LOST, NONE, NONE, LOST],
        before={Step.REPLACE: lambda: inner.replace([renewed_elsewhere])},
    )
    settled = settle([EVENT], store, clock.pace(jitter=lambda: 0.5), dedupe_days=14)
    assert settled.verdicts == [Verdict.PASS]
    assert clock.sleeps_s == [0.025, 0.05, 0.025]


@pytest.mark.parametrize("event_type", ["lesson", "unregistered"])
def test_a_claim_that_does_not_tell_its_partition_gets_that_of_today(event_type: str) -> None:
    clock = FakeClock()
    store = InMemoryClaimStore(clock.read)
    store.insert([changed(claim(EVENT), event_type=None)])
    event = changed(EVENT, event_type=event_type)

    assert settle([COPY], store, clock.pace(), dedupe_days=14) == Settled([Verdict.DUPLICATE], {})
    assert settle([event], store, clock.pace(), dedupe_days=14) == Settled([Verdict.PASS], {})
    renewed = store.read(["id-1"])["id-1"]
    assert isinstance(renewed, Claim)
    assert renewed.event_type == event_type


def test_a_round_in_which_one_answer_is_missing_lengthens_the_next_pause() -> None:
    clock = FakeClock()
    events = [EVENT, changed(EVENT, event_uuid="id-2"), changed(EVENT, event_uuid="id-3")]
    faults = [NONE, LOST, LOST, NONE, LOST]
    store = FaultyClaimStore(InMemoryClaimStore(clock.read), faults)
    settle(events, store, clock.pace(jitter=lambda: 0.5), dedupe_days=14)
    assert clock.sleeps_s == [0.025, 0.05]


def test_only_what_is_undecided_is_asked_again() -> None:
    clock = FakeClock()
    asked: list[list[str]] = []

    class Recording(InMemoryClaimStore):
        def insert(self, claims: Sequence[Claim]) -> list[Outcome | Claim]:
            asked.append([str(each.key) for each in claims])
            outcomes = super().insert(claims)
            return [Outcome.UNKNOWN, *outcomes[1:]] if len(asked) == 1 else outcomes

    events = [EVENT, changed(EVENT, event_uuid="id-2"), changed(EVENT, event_uuid="id-3")]
    settle(events, Recording(clock.read), clock.pace(), dedupe_days=14)
    assert asked == [["id-1", "id-2", "id-3"], ["id-1"]]


def test_an_insert_whose_answer_is_lost_passes_by_the_claim_that_it_made() -> None:
    clock = FakeClock()
    store = FaultyClaimStore(InMemoryClaimStore(clock.read), [SILENT])
    assert settle([EVENT], store, clock.pace(), dedupe_days=14).verdicts == [Verdict.PASS]
    assert store.steps == [Step.INSERT, Step.INSERT, Step.READ, Step.REPLACE]


def test_a_renewal_whose_answer_is_lost_is_read_again_and_passes() -> None:
    clock = FakeClock()
    inner = InMemoryClaimStore(clock.read)
    inner.insert([claim(EVENT)])
    store = FaultyClaimStore(inner, [NONE, NONE, SILENT])
    assert settle([EVENT], store, clock.pace(), dedupe_days=14).verdicts == [Verdict.PASS]
    assert store.steps == [
        Step.INSERT,
        Step.READ,
        Step.REPLACE,
        Step.REPLACE,
        Step.READ,
        Step.REPLACE,
    ]


def test_after_the_deadline_the_batch_is_raised_with_the_number_of_undecided_ids() -> None:
    clock = FakeClock()
    events = [EVENT, COPY, changed(EVENT, event_uuid="id-2"), changed(EVENT, event_uuid="id-3")]
    store = FaultyClaimStore(InMemoryClaimStore(clock.read), chain([NONE], repeat(LOST)))
    with pytest.raises(ClaimsUndecidedError, match=r"^2 ids of a batch of 4 events ") as raised:
        settle(events, store, clock.pace(deadline_s=5.0), dedupe_days=14)
    assert raised.value.undecided == 2
    assert raised.value.retryable
    assert isinstance(raised.value, TimeoutError)


def test_what_was_decided_before_the_deadline_stays_claimed_and_passes_on_the_retry() -> None:
    clock = FakeClock()
    inner = InMemoryClaimStore(clock.read)
    events = [EVENT, changed(EVENT, event_uuid="id-2")]
    silent_but_for_one = FaultyClaimStore(inner, chain([NONE], repeat(LOST)))
    with pytest.raises(ClaimsUndecidedError):
        settle(events, silent_but_for_one, clock.pace(deadline_s=1.0), dedupe_days=14)
    assert inner.read(["id-1", "id-2"]) == {"id-1": claim(EVENT), "id-2": None}
    copies = [changed(event, owner="shard-1:7:0#0") for event in events]
    assert settle(copies, inner, clock.pace(), dedupe_days=14).verdicts == [
        Verdict.DUPLICATE,
        Verdict.PASS,
    ]
    assert settle(events, inner, clock.pace(), dedupe_days=14).verdicts == [
        Verdict.PASS,
        Verdict.DUPLICATE,
    ]


def test_without_time_nothing_is_asked() -> None:
    clock = FakeClock()
    store = MuteStore(clock, call_ms=1)
    with pytest.raises(ClaimsUndecidedError, match=r"^1 ids of a batch of 1 events "):
        settle([EVENT], store, clock.pace(deadline_s=0.0), dedupe_days=14)
    assert store.asked_at_ms == []


def test_without_events_the_deadline_does_not_matter() -> None:
    clock = FakeClock()
    store = MuteStore(clock, call_ms=1)
    assert settle([], store, clock.pace(deadline_s=-1.0), dedupe_days=14).verdicts == []


def test_an_error_that_no_retry_mends_ends_the_batch_at_once() -> None:
    clock = FakeClock()

    class Refusing(InMemoryClaimStore):
        def insert(self, claims: Sequence[Claim]) -> list[Outcome | Claim]:
            message = f"no access for {len(claims)} claims"
            raise ClaimStoreError(message, "AccessDeniedException")

    with pytest.raises(ClaimStoreError, match="no access for 1 claims"):
        settle([EVENT], Refusing(clock.read), clock.pace(), dedupe_days=14)
    assert clock.sleeps_s == []


@given(
    deadline_ms=st.integers(1, 60_000),
    call_ms=st.integers(1, 3_000),
    jitters=st.lists(st.floats(0, 1, exclude_max=True), min_size=1),
)
def test_no_sleep_is_longer_than_the_time_that_remains(
    deadline_ms: int, call_ms: int, jitters: list[float]
) -> None:
    clock = FakeClock()
    deadline_at_ms = clock.now_ms + deadline_ms
    store = MuteStore(clock, call_ms)
    endless = cycle(jitters)
    pace = clock.pace(deadline_s=deadline_ms / 1000, jitter=lambda: next(endless))
    with pytest.raises(ClaimsUndecidedError):
        settle([EVENT], store, pace, dedupe_days=14)
    assert all(asked_at_ms < deadline_at_ms for asked_at_ms in store.asked_at_ms)
    assert clock.now_ms <= deadline_at_ms + call_ms
    assert all(0 <= sleep_s <= 2.0 for sleep_s in clock.sleeps_s)


@given(
    already=st.sampled_from([None, EVENT, COPY, OTHER_EVENT]),
    batch=st.lists(st.sampled_from([EVENT, COPY, OTHER_EVENT]), min_size=1, max_size=4),
    faults=st.lists(st.sampled_from(Fault), max_size=24),
    always=st.sampled_from([NONE, LOST]),
)
def test_a_verdict_is_given_only_when_the_claim_in_the_store_says_so(
    already: Candidate | None, batch: list[Candidate], faults: list[Fault], always: Fault
) -> None:
    clock = FakeClock()
    inner = InMemoryClaimStore(clock.read)
    if already is not None:
        inner.insert([claim(already)])
    store = FaultyClaimStore(inner, chain(faults, repeat(always)))
    try:
        verdicts = settle(batch, store, clock.pace(), dedupe_days=14).verdicts
    except ClaimsUndecidedError:
        assert always is LOST
        return
    owner = inner.read(["id-1"])["id-1"]
    assert isinstance(owner, Claim)
    if already is not None and already not in batch:
        assert owner.owner == already.owner
    expected: list[Verdict] = []
    for candidate in batch:
        if candidate.owner == owner.owner:
            expected.append(Verdict.DUPLICATE if Verdict.PASS in expected else Verdict.PASS)
        elif candidate.event_name == owner.event_name:
            expected.append(Verdict.DUPLICATE)
        else:
            expected.append(Verdict.REUSED)
    assert verdicts == expected
