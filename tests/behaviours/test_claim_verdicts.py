"""The verdicts that `settle` reaches, in each layout, on a store in memory and on DynamoDB."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from firelake.transform.claim_pages import Slot
from firelake.transform.claims import Candidate, Claim, Outcome, Replacement, Verdict, owns
from firelake.transform.settling import Pace
from tests.fakes.clock import FakeClock
from tests.fakes.faulty_claim_store import FaultyClaimStore, Step
from tests.helpers.records import changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.transform.claims import ClaimStore
    from tests.helpers.claims_tables import ClaimsTable

NOW_MS = FakeClock.START_MS
DAY_MS = 86_400_000
EVENT = Candidate("8c2f6a54-0001", "lesson:started", 3_999_999_990.5, "shard-0:1:0#0", "lesson")
COPY = changed(EVENT, owner="shard-1:7:0#0")
OTHER_NAME = changed(EVENT, event_name="lesson:ended", owner="shard-1:8:0#0")
OTHER_TIME = changed(EVENT, created_at_s=3_999_999_990.75, owner="shard-1:9:0#0")

PASS, DUPLICATE, REUSED = Verdict.PASS, Verdict.DUPLICATE, Verdict.REUSED


def verdicts(
    table: ClaimsTable, *candidates: Candidate, store: ClaimStore | None = None
) -> list[Verdict]:
    """One invocation of the function, a millisecond after the one before."""
    table.clock.now_ms += 1
    return table.settle(candidates, table.clock.pace(), store).verdicts


def claim_of(table: ClaimsTable) -> Claim | None:
    return table.claim_of(EVENT)


def claim(candidate: Candidate, *, claimed_at_ms: int = NOW_MS, expires_at_s: int) -> Claim:
    return Claim(
        candidate.event_uuid,
        candidate.owner,
        candidate.event_name,
        candidate.created_at_s,
        claimed_at_ms,
        expires_at_s,
        candidate.event_type,
    )


def test_no_events_need_no_store(table: ClaimsTable) -> None:
    asked = FaultyClaimStore(table.store)
    assert verdicts(table, store=asked) == []
    assert asked.steps == []


@pytest.mark.parametrize("layout", ["items"])
def test_an_id_seen_first_passes_and_is_claimed_until_the_dedupe_days_are_over(
    table: ClaimsTable,
) -> None:
    assert verdicts(table, EVENT) == [PASS]
    assert claim_of(table) == Claim(
        key="8c2f6a54-0001",
        owner="shard-0:1:0#0",
        event_name="lesson:started",
        created_at_s=3_999_999_990.5,
        claimed_at_ms=4_000_000_000_001,
        expires_at_s=4_001_209_601,
        event_type="lesson",
    )


@pytest.mark.parametrize("layout", ["items"])
def test_first_sight_takes_one_insert_and_nothing_else(table: ClaimsTable) -> None:
    asked = FaultyClaimStore(table.store)
    verdicts(table, EVENT, changed(EVENT, event_uuid="8c2f6a54-0002"), store=asked)
    assert asked.steps == [Step.INSERT]


def test_a_copy_of_a_claimed_event_is_a_duplicate_however_often_it_comes(
    table: ClaimsTable,
) -> None:
    verdicts(table, EVENT)
    assert verdicts(table, COPY) == [DUPLICATE]
    assert verdicts(table, COPY) == [DUPLICATE]


def test_a_copy_leaves_the_claim_as_it_was(table: ClaimsTable) -> None:
    verdicts(table, EVENT)
    before = claim_of(table)
    verdicts(table, COPY)
    assert claim_of(table) == before


def test_a_retry_passes_by_its_own_claim_and_renews_it(table: ClaimsTable) -> None:
    verdicts(table, EVENT)
    table.clock.now_ms += 3_600_000
    assert verdicts(table, EVENT) == [PASS]
    renewed = claim_of(table)
    assert renewed is not None
    assert owns(renewed, "shard-0:1:0#0")
    assert renewed.claimed_at_ms == 4_000_003_600_002
    # A page lives as long as its window demands, however late it is asked.
    by_window = isinstance(renewed.key, Slot)
    assert renewed.expires_at_s == (4_001_212_800 if by_window else 4_001_213_201)


@pytest.mark.parametrize("layout", ["items", "a full page"])
def test_a_retry_within_one_tick_of_the_clock_still_makes_the_claim_younger(
    table: ClaimsTable,
) -> None:
    verdicts(table, EVENT)
    table.clock.now_ms -= 1
    assert verdicts(table, EVENT) == [PASS]
    renewed = claim_of(table)
    assert renewed is not None
    assert renewed.claimed_at_ms == 4_000_000_000_002


@pytest.mark.parametrize("layout", ["items"])
@pytest.mark.parametrize("reuse", [OTHER_NAME, OTHER_TIME], ids=["other name", "other time"])
def test_another_event_under_a_claimed_id_is_a_reused_id(
    table: ClaimsTable, reuse: Candidate
) -> None:
    verdicts(table, EVENT)
    assert verdicts(table, reuse) == [REUSED]


def test_a_creation_time_written_as_integer_and_as_float_is_the_same(table: ClaimsTable) -> None:
    verdicts(table, changed(EVENT, created_at_s=3_999_999_990))
    assert verdicts(table, changed(COPY, created_at_s=3_999_999_990.0)) == [DUPLICATE]
    verdicts(table, changed(EVENT, event_uuid="8c2f6a54-0002", created_at_s=3_999_999_991.0))
    other_way = changed(COPY, event_uuid="8c2f6a54-0002", created_at_s=3_999_999_991)
    assert verdicts(table, other_way) == [DUPLICATE]


def test_of_copies_within_one_batch_the_first_passes(table: ClaimsTable) -> None:
    assert verdicts(table, EVENT, COPY, changed(COPY, owner="shard-1:10:0#0")) == [
        PASS,
        DUPLICATE,
        DUPLICATE,
    ]


@pytest.mark.parametrize("layout", ["items"])
def test_reused_ids_within_one_batch_are_told_from_copies(table: ClaimsTable) -> None:
    assert verdicts(table, EVENT, OTHER_NAME, COPY, OTHER_TIME) == [
        PASS,
        REUSED,
        DUPLICATE,
        REUSED,
    ]


@pytest.mark.parametrize("layout", ["items"])
def test_the_owner_passes_also_where_it_stands_behind_its_copy(table: ClaimsTable) -> None:
    verdicts(table, EVENT)
    assert verdicts(table, COPY, OTHER_NAME, EVENT) == [DUPLICATE, REUSED, PASS]


def test_one_coordinate_given_twice_passes_once(table: ClaimsTable) -> None:
    assert verdicts(table, EVENT, EVENT) == [PASS, DUPLICATE]
    assert verdicts(table, EVENT, EVENT) == [PASS, DUPLICATE]


def test_verdicts_stand_in_the_order_of_the_events(table: ClaimsTable) -> None:
    events = [changed(EVENT, event_uuid=f"id-{number:03d}") for number in range(230)]
    verdicts(table, *events[::3])
    copies = [changed(event, owner=f"shard-1:{at}:0#0") for at, event in enumerate(events)]
    assert verdicts(table, *copies, *events) == [
        *(DUPLICATE if number % 3 == 0 else PASS for number in range(230)),
        *(PASS if number % 3 == 0 else DUPLICATE for number in range(230)),
    ]


@pytest.mark.parametrize("layout", ["items"])
def test_an_expired_claim_that_is_still_there_is_taken_over(table: ClaimsTable) -> None:
    expired = claim(EVENT, claimed_at_ms=NOW_MS - 15 * DAY_MS, expires_at_s=3_999_999_999)
    table.store.insert([expired])
    assert verdicts(table, COPY) == [PASS]
    taken = claim_of(table)
    assert taken is not None
    assert (taken.owner, taken.expires_at_s) == ("shard-1:7:0#0", 4_001_209_601)
    assert verdicts(table, EVENT) == [DUPLICATE]


@pytest.mark.parametrize("layout", ["items"])
def test_a_claim_lives_through_the_very_moment_at_which_it_expires(table: ClaimsTable) -> None:
    table.store.insert([claim(EVENT, expires_at_s=4_000_000_001)])
    table.clock.now_ms = 4_000_000_000_999
    assert verdicts(table, COPY) == [DUPLICATE]  # asked at 4,000,000,001.000
    assert verdicts(table, COPY) == [PASS]  # and a millisecond later


@pytest.mark.parametrize("layout", ["items"])
def test_an_expired_claim_of_ones_own_is_renewed(table: ClaimsTable) -> None:
    table.store.insert([claim(EVENT, expires_at_s=3_999_999_999)])
    assert verdicts(table, COPY, EVENT) == [DUPLICATE, PASS]


@pytest.mark.parametrize("layout", ["items"])
def test_a_claim_that_goes_between_insert_and_read_is_made_anew(table: ClaimsTable) -> None:
    verdicts(table, EVENT)
    gone = FaultyClaimStore(table.store, before={Step.READ: lambda: table.delete(EVENT.event_uuid)})
    assert verdicts(table, COPY, store=gone) == [PASS]
    assert gone.steps == [Step.INSERT, Step.READ, Step.INSERT]
    now = claim_of(table)
    assert now is not None
    assert now.owner == "shard-1:7:0#0"


@pytest.mark.parametrize("layout", ["items"])
def test_a_claim_that_goes_before_its_renewal_is_made_anew(table: ClaimsTable) -> None:
    verdicts(table, EVENT)
    gone = FaultyClaimStore(
        table.store, before={Step.REPLACE: lambda: table.delete(EVENT.event_uuid)}
    )
    assert verdicts(table, EVENT, store=gone) == [PASS]
    assert gone.steps == [Step.INSERT, Step.READ, Step.REPLACE, Step.READ, Step.INSERT]


@pytest.mark.parametrize("layout", ["items"])
def test_a_claim_taken_over_by_another_before_ones_own_take_over_is_respected(
    table: ClaimsTable,
) -> None:
    expired = claim(EVENT, expires_at_s=3_999_999_999)
    table.store.insert([expired])
    theirs = claim(
        changed(EVENT, owner="shard-2:1:0#0"), claimed_at_ms=NOW_MS + 1, expires_at_s=4_001_209_601
    )

    def others_take_it() -> None:
        assert table.store.replace([Replacement(expired, theirs)]) == [Outcome.DONE]

    raced = FaultyClaimStore(table.store, before={Step.REPLACE: others_take_it})
    assert verdicts(table, COPY, store=raced) == [DUPLICATE]
    assert claim_of(table) == theirs


def test_a_renewal_tells_a_replay_that_has_read_the_claim_to_leave_it(table: ClaimsTable) -> None:
    """Replay deletes an old claim only as read; so may nobody replace it who read it before."""
    verdicts(table, EVENT)
    read_by_replay = claim_of(table)
    assert read_by_replay is not None
    verdicts(table, EVENT)
    theirs = changed(read_by_replay, owner="0011223344556677")
    assert table.store.replace([Replacement(read_by_replay, theirs)]) == [Outcome.REFUSED]


def test_of_two_functions_that_claim_the_same_ids_at_once_exactly_one_passes_each(
    table: ClaimsTable,
) -> None:
    ids = [f"id-{number:03d}" for number in range(240)]
    start = threading.Barrier(2)

    def claim_all(owner: str, event_uuids: Sequence[str]) -> dict[str, Verdict]:
        pace = Pace(
            now_ms=table.clock.read,
            remaining_s=lambda: 30.0,
            sleep=time.sleep,
            jitter=lambda: 0.0,
        )
        events = [changed(EVENT, event_uuid=each, owner=owner) for each in event_uuids]
        start.wait(timeout=10)
        return dict(zip(event_uuids, table.settle(events, pace).verdicts, strict=True))

    with ThreadPoolExecutor(2) as pool:
        # From both ends, so that the two meet half-way and each wins some.
        one = pool.submit(claim_all, "shard-0:1:0#0", ids)
        other = pool.submit(claim_all, "shard-1:1:0#0", ids[::-1])
        found = [{one.result()[each], other.result()[each]} for each in ids]
    assert found == [{PASS, DUPLICATE}] * 240
