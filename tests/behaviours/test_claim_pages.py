"""What every claim store does with pages, one call at a time: in memory and on DynamoDB alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.contract.claim_schedule import Pages
from firelake.transform.claim_pages import Slot, owner_mark, slot_of
from firelake.transform.claims import Candidate, Claim, Outcome, Replacement, Verdict
from tests.fakes.clock import FakeClock
from tests.fakes.faulty_claim_store import FaultyClaimStore, Step
from tests.helpers.records import changed

if TYPE_CHECKING:
    from tests.helpers.claims_tables import ClaimsTable

pytestmark = pytest.mark.parametrize("layout", ["pages"])

NOW_MS = FakeClock.START_MS
CREATED_S = 3_999_999_990.25
EXPIRES_AT_S = 4_001_209_600


def slot(event_uuid: str = "8c2f6a54-0001", created_at_s: float = CREATED_S) -> Slot:
    return slot_of(event_uuid, "lesson:started", created_at_s, Pages(60, 1))


def claim(key: Slot, owner: str = "shard-0:1:0#0", claimed_at_ms: int = NOW_MS) -> Claim:
    return Claim(
        key,
        owner_mark(owner),
        "lesson:started",
        key.created_at_s,
        claimed_at_ms,
        EXPIRES_AT_S,
        "lesson",
    )


def some(count: int) -> list[Claim]:
    return [claim(slot(f"id-{number:03d}")) for number in range(count)]


def events(count: int, owner: str = "shard-0") -> list[Candidate]:
    return [
        Candidate(f"id-{number:03d}", "a:b", CREATED_S, f"{owner}:{number}:0#0", "a")
        for number in range(count)
    ]


def test_a_claim_on_a_page_is_read_back_unchanged(table: ClaimsTable) -> None:
    assert table.store.insert([claim(slot())]) == [Outcome.DONE]
    assert table.store.read([slot()]) == {slot(): claim(slot())}


def test_a_page_without_the_event_and_no_page_say_none(table: ClaimsTable) -> None:
    table.store.insert([claim(slot("other"))])
    absent = slot(created_at_s=CREATED_S + 60)
    assert table.store.read([slot(), absent]) == {slot(): None, absent: None}


def test_what_is_there_is_shown_and_left(table: ClaimsTable) -> None:
    first, copy = claim(slot()), claim(slot(), "shard-1:9:0#0", NOW_MS + 5)
    table.store.insert([first])
    assert table.store.insert([copy]) == [first]
    assert table.store.read([slot()]) == {slot(): first}


def test_one_call_tells_new_ids_from_those_that_are_there(table: ClaimsTable) -> None:
    claims = some(60)
    table.store.insert(claims[::7])
    later = [changed(each, claimed_at_ms=NOW_MS + 1) for each in claims]
    assert table.store.insert(later) == [
        claims[number] if number % 7 == 0 else Outcome.DONE for number in range(60)
    ]


@pytest.mark.parametrize("count", [1, 100, 101, 210], ids=str)
def test_any_number_of_claims_of_one_page_is_put_and_renewed(
    table: ClaimsTable, count: int
) -> None:
    claims = some(count)
    renewed = [changed(each, claimed_at_ms=NOW_MS + 1) for each in claims]
    keys = [each.key for each in claims]

    assert table.store.insert(claims) == [Outcome.DONE] * count
    replacements = [Replacement(old, new) for old, new in zip(claims, renewed, strict=True)]
    assert table.store.replace(replacements) == [Outcome.DONE] * count
    assert table.store.read(keys) == dict(zip(keys, renewed, strict=True))


def test_a_renewal_that_comes_too_late_is_refused_and_the_others_are_done(
    table: ClaimsTable,
) -> None:
    claims = some(10)
    table.store.insert(claims)
    theirs = changed(claims[3], claimed_at_ms=NOW_MS + 7)
    table.store.replace([Replacement(claims[3], theirs)])
    table.delete(claims[5].key)

    renewed = [changed(each, claimed_at_ms=NOW_MS + 9) for each in claims]
    outcomes = table.store.replace(
        [Replacement(old, new) for old, new in zip(claims, renewed, strict=True)]
    )

    refused = {3, 5}
    assert outcomes == [
        Outcome.REFUSED if number in refused else Outcome.DONE for number in range(10)
    ]
    found = table.store.read([each.key for each in claims])
    assert found[claims[3].key] == theirs
    assert found[claims[5].key] is None
    assert found[claims[4].key] == renewed[4]


def test_a_renewal_on_a_page_that_is_gone_is_refused_and_makes_none(table: ClaimsTable) -> None:
    new = claim(slot(), claimed_at_ms=NOW_MS + 1)
    assert table.store.replace([Replacement(claim(slot()), new)]) == [Outcome.REFUSED]
    assert table.store.read([slot()]) == {slot(): None}


@pytest.mark.parametrize("event_type", ["lesson", "unregistered"])
def test_a_claim_remembers_its_partition(table: ClaimsTable, event_type: str) -> None:
    given = changed(claim(slot()), event_type=event_type)
    table.store.insert([given])
    assert table.store.read([slot()]) == {slot(): given}


def test_claims_one_millisecond_apart_are_told_apart(table: ClaimsTable) -> None:
    read = claim(slot())
    table.store.insert([read])
    misread = changed(read, claimed_at_ms=NOW_MS - 1)
    assert table.store.replace([Replacement(misread, read)]) == [Outcome.REFUSED]


def test_a_million_events_of_one_moment_fill_a_page_and_go_on_as_items(
    table: ClaimsTable,
) -> None:
    batches = [events(600)[start : start + 200] for start in range(0, 600, 200)]
    for batch in batches:
        found = table.settle(batch, table.clock.pace()).verdicts
        assert found == [Verdict.PASS] * 200
    claims = [table.claim_of(each) for each in events(600)]
    alone = [each for each in claims if each is not None and isinstance(each.key, Slot)]
    assert len(alone) == 600
    # The page takes what is under way when it is marked, and no more.
    assert 200 < sum(not each.key.is_alone for each in alone if isinstance(each.key, Slot)) <= 400
    assert table.store.counts.full > 0
    table.clock.now_ms += 1
    copies = table.settle(events(600, "shard-9"), table.clock.pace()).verdicts
    assert copies == [Verdict.DUPLICATE] * 600
    again = table.settle(events(600), table.clock.pace()).verdicts
    assert again == [Verdict.PASS] * 600


def test_an_id_used_again_is_another_event(table: ClaimsTable) -> None:
    event = Candidate("8c2f6a54-0001", "lesson:started", CREATED_S, "shard-0:1:0#0", "lesson")
    reuses = [
        changed(event, event_name="lesson:ended", owner="shard-0:2:0#0"),
        changed(event, created_at_s=CREATED_S + 0.5, owner="shard-0:3:0#0"),
    ]
    batch = [event, *reuses]
    assert table.settle(batch, table.clock.pace()).verdicts == [Verdict.PASS] * 3
    copies = [changed(each, owner=f"{each.owner} again") for each in batch]
    assert table.settle(copies, table.clock.pace()).verdicts == [Verdict.DUPLICATE] * 3


def test_first_sight_and_a_copy_take_one_call_each(table: ClaimsTable) -> None:
    asked = FaultyClaimStore(table.store)
    table.settle(events(30), table.clock.pace(), asked)
    table.settle(events(30, "shard-9"), table.clock.pace(), asked)
    assert asked.steps == [Step.INSERT, Step.INSERT]
    assert (table.store.counts.calls, table.store.counts.ids) in {(2, 60), (0, 0)}
