"""Where an event is delivered when it is read again by another contract: where it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.transform.claims import Candidate, Claim, Verdict, placed
from firelake.transform.settling import Settled
from tests.helpers.records import changed

if TYPE_CHECKING:
    from tests.helpers.claims_tables import ClaimsTable

UNKNOWN = Candidate("8c2f6a54-0001", "story:read", 3_999_999_990.5, "s-0:1:0#0", "unregistered")
KNOWN = changed(UNKNOWN, event_type="story")

PASS, DUPLICATE, REUSED = Verdict.PASS, Verdict.DUPLICATE, Verdict.REUSED


def settled(table: ClaimsTable, *candidates: Candidate) -> Settled:
    """One invocation of the function, a millisecond after the one before."""
    table.clock.now_ms += 1
    return table.settle(candidates, table.clock.pace())


def claim_for(table: ClaimsTable, candidate: Candidate) -> Claim:
    key, asking = placed(candidate, table.schedule)
    return Claim(
        key,
        asking.owner,
        candidate.event_name,
        candidate.created_at_s,
        4_000_000_000_000,
        4_001_209_600,
        candidate.event_type,
    )


def claim_of(table: ClaimsTable) -> Claim:
    claim = table.claim_of(UNKNOWN)
    assert claim is not None
    return claim


@pytest.mark.parametrize(
    ("first", "later"), [(UNKNOWN, KNOWN), (KNOWN, UNKNOWN)], ids=["deployed", "rolled back"]
)
def test_a_record_that_is_read_again_keeps_the_partition_of_its_first_claim(
    table: ClaimsTable, first: Candidate, later: Candidate
) -> None:
    assert settled(table, first) == Settled([PASS], {})
    for _ in range(2):
        assert settled(table, later) == Settled([PASS], {0: first.event_type})
        assert claim_of(table).event_type == first.event_type
    assert settled(table, first) == Settled([PASS], {})


@pytest.mark.parametrize("layout", ["items"])
def test_only_the_events_that_pass_are_told_with_their_places(table: ClaimsTable) -> None:
    settled(table, UNKNOWN)
    other = changed(KNOWN, event_uuid="8c2f6a54-0002", owner="s-0:2:0#0")
    copy = changed(KNOWN, owner="s-1:7:0#0")
    reused = changed(KNOWN, owner="s-1:8:0#0", created_at_s=3_999_999_991.0)

    found = settled(table, other, copy, reused, KNOWN, KNOWN)

    assert found == Settled([PASS, DUPLICATE, REUSED, PASS, DUPLICATE], {3: "unregistered"})


@pytest.mark.parametrize("layout", ["items", "pages"])
def test_the_first_of_two_calls_at_once_decides_where(table: ClaimsTable) -> None:
    """One call of each release, as while a deployment goes on."""
    table.store.insert([changed(claim_for(table, KNOWN), claimed_at_ms=table.clock.now_ms)])

    assert settled(table, UNKNOWN) == Settled([PASS], {0: "story"})


@pytest.mark.parametrize("layout", ["items"])
def test_an_expired_claim_of_another_hands_on_no_partition(table: ClaimsTable) -> None:
    expired = changed(claim_for(table, UNKNOWN), owner="s-9:9:0#0", expires_at_s=1)
    table.store.insert([expired])

    assert settled(table, KNOWN) == Settled([PASS], {})
    assert claim_of(table).event_type == "story"
