"""What every claim store does with items, one call at a time: in memory and on DynamoDB alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.transform.claims import Claim, Outcome, Replacement
from tests.fakes.clock import FakeClock
from tests.helpers.records import changed

if TYPE_CHECKING:
    from tests.helpers.claims_tables import ClaimsTable

pytestmark = pytest.mark.parametrize("layout", ["items"])

NOW_MS = FakeClock.START_MS
CLAIM = Claim(
    key="8c2f6a54-0001",
    owner="shardId-000000000000:4966:0#0",
    event_name="lesson:started",
    created_at_s=3_999_999_990.25,
    claimed_at_ms=NOW_MS,
    expires_at_s=4_001_209_600,
    event_type="lesson",
)


def test_an_inserted_claim_is_read_back_unchanged(table: ClaimsTable) -> None:
    assert table.store.insert([CLAIM]) == [Outcome.DONE]
    assert table.store.read(["8c2f6a54-0001"]) == {"8c2f6a54-0001": CLAIM}


def test_reading_an_id_without_a_claim_says_none(table: ClaimsTable) -> None:
    assert table.store.read(["8c2f6a54-0001"]) == {"8c2f6a54-0001": None}


def test_an_insert_never_overwrites(table: ClaimsTable) -> None:
    table.store.insert([CLAIM])
    other = changed(CLAIM, owner="shardId-000000000001:9:0#0", claimed_at_ms=NOW_MS + 1)
    assert table.store.insert([other]) == [Outcome.REFUSED]
    assert table.store.read([CLAIM.key]) == {CLAIM.key: CLAIM}


def test_even_the_same_claim_is_not_inserted_twice(table: ClaimsTable) -> None:
    table.store.insert([CLAIM])
    assert table.store.insert([CLAIM]) == [Outcome.REFUSED]


def test_outcomes_stand_in_the_order_of_the_claims(table: ClaimsTable) -> None:
    claims = [changed(CLAIM, key=f"id-{number:03d}") for number in range(60)]
    table.store.insert(claims[::7])
    assert table.store.insert(claims) == [
        Outcome.REFUSED if number % 7 == 0 else Outcome.DONE for number in range(60)
    ]


@pytest.mark.parametrize("count", [0, 1, 25, 26, 100, 101, 250], ids=str)
def test_any_number_of_claims_goes_in_comes_out_and_is_replaced(
    table: ClaimsTable, count: int
) -> None:
    claims = [changed(CLAIM, key=f"id-{number:03d}") for number in range(count)]
    renewed = [changed(claim, claimed_at_ms=NOW_MS + 1) for claim in claims]
    replacements = [Replacement(old, new) for old, new in zip(claims, renewed, strict=True)]
    event_uuids = [claim.key for claim in claims]

    assert table.store.insert(claims) == [Outcome.DONE] * count
    assert table.store.read(event_uuids) == dict(zip(event_uuids, claims, strict=True))
    assert table.store.replace(replacements) == [Outcome.DONE] * count
    assert table.store.read(event_uuids) == dict(zip(event_uuids, renewed, strict=True))


def test_a_replacement_changes_every_attribute_but_the_id(table: ClaimsTable) -> None:
    table.store.insert([CLAIM])
    new = Claim(
        key=CLAIM.key,
        owner="shardId-000000000007:12:3#4",
        event_name="payment:order:completed",
        created_at_s=3_999_999_999.0,
        claimed_at_ms=NOW_MS + 123,
        expires_at_s=4_001_209_723,
        event_type="unregistered",
    )
    assert table.store.replace([Replacement(CLAIM, new)]) == [Outcome.DONE]
    assert table.store.read([CLAIM.key]) == {CLAIM.key: new}


def test_once_a_claim_is_renewed_a_replacement_of_it_as_first_read_is_refused(
    table: ClaimsTable,
) -> None:
    table.store.insert([CLAIM])
    renewed = changed(CLAIM, claimed_at_ms=NOW_MS + 1)
    table.store.replace([Replacement(CLAIM, renewed)])
    taken_over = changed(CLAIM, owner="shardId-000000000001:9:0#0", claimed_at_ms=NOW_MS + 2)
    assert table.store.replace([Replacement(CLAIM, taken_over)]) == [Outcome.REFUSED]
    assert table.store.read([CLAIM.key]) == {CLAIM.key: renewed}


def test_a_replacement_is_refused_where_the_owner_is_another(table: ClaimsTable) -> None:
    table.store.insert([CLAIM])
    misread = changed(CLAIM, owner="shardId-000000000001:9:0#0")
    new = changed(misread, claimed_at_ms=NOW_MS + 1)
    assert table.store.replace([Replacement(misread, new)]) == [Outcome.REFUSED]
    assert table.store.read([CLAIM.key]) == {CLAIM.key: CLAIM}


def test_a_replacement_of_a_claim_that_is_gone_is_refused_and_makes_nothing(
    table: ClaimsTable,
) -> None:
    table.store.insert([CLAIM])
    table.delete(CLAIM.key)
    new = changed(CLAIM, claimed_at_ms=NOW_MS + 1)
    assert table.store.replace([Replacement(CLAIM, new)]) == [Outcome.REFUSED]
    assert table.store.read([CLAIM.key]) == {CLAIM.key: None}


def test_claims_one_millisecond_apart_are_told_apart(table: ClaimsTable) -> None:
    """The claim's time is the only thing that tells a claim from its own renewal."""
    claims = [
        changed(CLAIM, key=f"id-{millisecond}", claimed_at_ms=NOW_MS + millisecond)
        for millisecond in (0, 1, 9, 10, 99, 100, 999)
    ]
    table.store.insert(claims)
    off_by_one = [
        Replacement(changed(claim, claimed_at_ms=claim.claimed_at_ms + 1), claim)
        for claim in claims
    ]
    assert table.store.replace(off_by_one) == [Outcome.REFUSED] * 7
    assert (
        table.store.replace([Replacement(claim, claim) for claim in claims]) == [Outcome.DONE] * 7
    )


@pytest.mark.parametrize(
    "created_at_s",
    [0.0, 0.1, 1e-7, 1_700_000_000, 1_700_000_000.123, 4_000_000_000.000001, 1.0e16, 2**53],
    ids=repr,
)
def test_a_creation_time_keeps_every_digit(table: ClaimsTable, created_at_s: float) -> None:
    table.store.insert([changed(CLAIM, created_at_s=created_at_s)])
    found = table.store.read([CLAIM.key])[CLAIM.key]
    assert isinstance(found, Claim)
    assert found.created_at_s == created_at_s


@pytest.mark.parametrize(
    "event_uuid",
    [
        pytest.param("x", id="one character"),
        pytest.param("0" * 128, id="128 characters"),
        pytest.param("\N{GRINNING FACE}" * 128, id="128 characters of four bytes"),
        pytest.param("\N{LATIN SMALL LETTER E WITH ACUTE}", id="composed"),
        pytest.param("e\N{COMBINING ACUTE ACCENT}", id="decomposed"),
        pytest.param("""it's "quoted" \\ ? -- """, id="what PartiQL writes"),
        pytest.param("NULL", id="a word of PartiQL"),
    ],
)
def test_an_id_is_kept_as_it_is(table: ClaimsTable, event_uuid: str) -> None:
    claim = changed(CLAIM, key=event_uuid)
    renewed = changed(claim, claimed_at_ms=NOW_MS + 1)
    assert table.store.insert([claim]) == [Outcome.DONE]
    assert table.store.insert([claim]) == [Outcome.REFUSED]
    assert table.store.replace([Replacement(claim, renewed)]) == [Outcome.DONE]
    assert table.store.read([event_uuid]) == {event_uuid: renewed}


def test_ids_that_only_look_the_same_are_different(table: ClaimsTable) -> None:
    event_uuids = ["\N{LATIN SMALL LETTER E WITH ACUTE}", "e\N{COMBINING ACUTE ACCENT}", "E", "e"]
    claims = [changed(CLAIM, key=event_uuid) for event_uuid in event_uuids]
    assert table.store.insert(claims) == [Outcome.DONE] * 4
