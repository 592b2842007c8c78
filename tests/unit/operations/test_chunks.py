"""Chunks: everything, in its order, and none too large."""

from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from firelake.operations.chunks import chunks


def test_a_chunk_ends_by_its_count_or_by_its_bytes() -> None:
    items = [b"a", b"bb", b"c", b"dddd", b"e", b"f"]
    assert list(chunks(items, len, most=3, most_bytes=4)) == [
        [b"a", b"bb", b"c"],
        [b"dddd"],
        [b"e", b"f"],
    ]


@given(st.lists(st.binary(max_size=9)), st.integers(1, 5), st.integers(1, 20))
def test_nothing_is_lost_and_all_but_the_last_item_of_a_chunk_keep_its_bounds(
    items: list[bytes], most: int, most_bytes: int
) -> None:
    found = list(chunks(items, len, most=most, most_bytes=most_bytes))
    assert list(chain.from_iterable(found)) == items
    for chunk in found:
        assert 1 <= len(chunk) <= most
        assert sum(map(len, chunk[:-1])) < most_bytes
