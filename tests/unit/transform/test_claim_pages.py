"""Pages: which page, which attribute, which bytes; all of it as a release once wrote it."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.claim_schedule import Pages
from firelake.transform.claim_pages import (
    PageValue,
    decode_value,
    encode_value,
    owner_mark,
    slot_of,
)
from firelake.transform.rules import is_event_uuid

PAGES = Pages(5, 8)
UUID = "8c2f6a54-9d0e-4a51-8e5b-1a2b3c4d5e6f"


def test_the_key_tells_window_bucket_and_layout() -> None:
    slot = slot_of(UUID, "lesson:started", 1_790_000_007.5, PAGES)
    first = hashlib.md5(UUID.encode(), usedforsecurity=False).digest()[0]
    assert slot.page == f"\t1790000005+5/{first * 8 // 256}/8"
    assert slot.ends_s == 1_790_000_010
    assert (slot.event_name, slot.created_at_s) == ("lesson:started", 1_790_000_007.5)


def test_the_attributes_name_and_the_owners_mark_may_never_change() -> None:
    slot = slot_of(UUID, "lesson:started", 1_790_000_007.5, PAGES)
    identity = f"{UUID}\nlesson:started\n1790000007.5".encode()
    digest = hashlib.blake2b(identity, digest_size=12)
    assert len(slot.name) == 16
    assert slot.name.encode() == base64.b64encode(digest.digest())
    owner = "shardId-000000000000:49665:0#0"
    assert owner_mark(owner) == hashlib.blake2b(owner.encode(), digest_size=8).hexdigest()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((UUID, "a:b", 5), (UUID, "a:b", 5.0)),
        ((UUID, "a:b", 0.0), (UUID, "a:b", -0.0)),
    ],
)
def test_a_time_has_one_name_however_it_is_written(
    one: tuple[str, str, float], other: tuple[str, str, float]
) -> None:
    assert slot_of(*one, PAGES) == slot_of(*other, PAGES)


@pytest.mark.parametrize(
    "other", [(UUID + "x", "a:b", 5.0), (UUID, "a:c", 5.0), (UUID, "a:b", 5.25)]
)
def test_each_part_of_the_identity_makes_another_name(other: tuple[str, str, float]) -> None:
    assert slot_of(UUID, "a:b", 5.0, PAGES).name != slot_of(*other, PAGES).name


def test_no_id_is_the_key_of_a_page_or_of_an_item_beside_one() -> None:
    slot = slot_of(UUID, "a:b", 5.0, PAGES)
    alone = slot._replace(is_alone=True)
    assert slot.item_key == slot.page
    assert alone.item_key == f"{slot.page}\t{slot.name}"
    assert not is_event_uuid(slot.item_key)
    assert not is_event_uuid(alone.item_key)


@given(st.text(min_size=1), st.integers(1, 64), st.integers(1, 3_600), st.floats(0, 4e9))
def test_a_bucket_is_a_range_of_the_hash_as_a_shard_is(
    uuid: str, buckets: int, window_s: int, created_at_s: float
) -> None:
    try:
        hashed = int(hashlib.md5(uuid.encode(), usedforsecurity=False).hexdigest(), 16)
    except UnicodeEncodeError:
        return
    slot = slot_of(uuid, "a:b", created_at_s, Pages(window_s, buckets))
    start, bucket = slot.page.strip("\t").split("/")[:2]
    # The first 32 bits decide, as far as these are exact.
    assert int(bucket) in {hashed * buckets >> 128, (hashed >> 96) * buckets >> 32}
    assert int(start.split("+")[0]) <= created_at_s < slot.ends_s
    assert slot.ends_s - int(start.split("+")[0]) == window_s


@given(
    st.binary(min_size=8, max_size=8),
    st.integers(0, 2**47 - 1),
    st.sampled_from(["a", "unregistered"]),
)
def test_a_value_comes_back_as_it_was(owner: bytes, claimed_at_ms: int, event_type: str) -> None:
    value = encode_value(owner.hex(), claimed_at_ms, event_type)
    assert len(value) == 14
    is_unregistered = event_type == "unregistered"
    assert decode_value(value) == PageValue(owner.hex(), claimed_at_ms, is_unregistered)
