"""The rules of backfill: closed events, names of files, the writing of a slice, the lease."""

from __future__ import annotations

import pytest

from firelake.history.backfill.rules import (
    LEASE_KEY,
    Lease,
    Step,
    Writing,
    asked_event_types,
    file_name,
    next_generation,
)
from firelake.transform.rules import MAX_EVENT_UUID_LENGTH

DIGEST = "0123456789abcdef0123456789abcdef"
OTHER = "f" * 32


@pytest.mark.parametrize(
    ("event_type", "first_parts", "asked"),
    [
        pytest.param("lesson", ["lesson"], ["lesson", "unregistered"], id="a known type"),
        pytest.param("unregistered", ["old"], ["old", "unregistered"], id="a type of long ago"),
        pytest.param("unregistered", ["garbage"], ["unregistered"], id="a type that never was"),
        pytest.param("course", ["course"], ["unregistered"], id="a type that is new"),
    ],
)
def test_the_lake_is_asked_wherever_an_event_may_ever_have_gone(
    event_type: str, first_parts: list[str], asked: list[str]
) -> None:
    assert asked_event_types(event_type, first_parts, {"lesson", "old", "unregistered"}) == asked


def test_a_file_is_named_by_the_content_of_its_slice_and_its_generation() -> None:
    assert file_name(DIGEST, 0) == f"backfill-{DIGEST}-0000.parquet"
    assert file_name(DIGEST, 12_345) == f"backfill-{DIGEST}-12345.parquet"


def test_the_next_generation_follows_the_greatest_one_of_the_same_slice() -> None:
    names = [file_name(DIGEST, 0), file_name(DIGEST, 10_000), file_name(OTHER, 20_000)]
    assert next_generation(DIGEST, names) == 10_001
    assert next_generation(DIGEST, ["firehose-1.parquet", f"x{file_name(DIGEST, 3)}"]) == 0


def test_a_writing_asks_then_creates() -> None:
    writing = Writing()
    assert writing.step is Step.ASK
    writing.answered(is_missing=True, generation=0)
    assert (writing.step, writing.generation) == (Step.CREATE, 0)
    writing.created(was_there=False)
    assert writing.step is Step.DONE


def test_a_writing_ends_where_the_lake_has_everything() -> None:
    writing = Writing()
    writing.answered(is_missing=False, generation=3)
    assert writing.step is Step.DONE


def test_a_writing_asks_again_where_the_file_is_there() -> None:
    writing = Writing()
    writing.answered(is_missing=True, generation=0)
    writing.created(was_there=True)
    assert writing.step is Step.ASK
    writing.answered(is_missing=True, generation=1)
    assert (writing.step, writing.generation) == (Step.CREATE, 1)


def test_no_event_id_can_be_the_key_of_the_lease() -> None:
    assert len(LEASE_KEY) > MAX_EVENT_UUID_LENGTH


def test_a_lease_is_taken_over_only_after_its_end() -> None:
    lease = Lease.granted("a run", 1000)
    assert lease == Lease("a run", 1120)
    assert not lease.is_expired(1120)
    assert lease.is_expired(1121)


def test_a_lease_allows_writing_until_a_margin_before_its_end() -> None:
    lease = Lease.granted("a run", 1000)
    assert lease.allows_writing(1074.9)
    assert not lease.allows_writing(1075.0)
