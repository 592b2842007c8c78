"""Inputs are cut between records, by their content alone."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.backfill.slices import (
    Chunk,
    Cutting,
    Piece,
    chunks_of,
    cut_pieces,
    digest_of_chunk,
    digest_of_slice,
)

SMALL = Cutting(slice_bytes=60, chunk_bytes=30, record_bytes=40)

documents = st.lists(
    st.dictionaries(st.sampled_from("ab"), st.text('x{}[]"\\\n', max_size=4), max_size=2),
    max_size=12,
)


def cut(*blocks: bytes, cutting: Cutting = SMALL) -> list[bytes]:
    return [piece.data for piece in cut_pieces("input", blocks, cutting)]


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=6))
def test_nothing_is_lost_and_blocks_decide_nothing(data: bytes, places: list[int]) -> None:
    ends = [0, *sorted(places), len(data)]
    blocks = [data[start:end] for start, end in itertools.pairwise(ends)]
    assert b"".join(cut(*blocks)) == data
    assert cut(*blocks) == cut(data)


@given(documents)
def test_lines_stay_whole(objects: list[dict[str, str]]) -> None:
    lines = [json.dumps(each).encode() + b"\n" for each in objects]
    assert [line for piece in cut(b"".join(lines)) for line in piece.splitlines(keepends=True)] == [
        line for each in lines for line in each.splitlines(keepends=True)
    ]
    assert all(piece.endswith(b"\n") for piece in cut(b"".join(lines)))


@given(documents)
def test_objects_stay_whole_where_there_are_no_lines(objects: list[dict[str, str]]) -> None:
    texts = [json.dumps(each, separators=(",", ":")) for each in objects]
    found: list[dict[str, str]] = []
    for piece in cut("".join(texts).encode(), cutting=Cutting(60, 30, 400)):
        rest, place = piece.decode(), 0
        while place < len(rest):
            value, place = json.JSONDecoder().raw_decode(rest, place)
            found.append(value)
    assert found == objects


def test_an_object_over_several_lines_stays_whole() -> None:
    spread = json.dumps({"a": [1, 2, {"b": 3}]}, indent=2).encode() + b"\n"
    assert len(spread) > SMALL.chunk_bytes
    assert cut(spread * 4, cutting=Cutting(60, 30, 100)) == [spread] * 4


def test_what_is_no_json_at_all_is_cut_at_the_longest_record() -> None:
    assert [len(piece) for piece in cut(b"x" * 150)] == [70, 70, 10]


def test_pieces_know_their_lines() -> None:
    lines = b"".join(b'{"n":%d}\n' % number for number in range(10))
    found = list(cut_pieces("input", [lines], SMALL))
    assert [(piece.source, piece.first_line) for piece in found] == [
        ("input", 1),
        ("input", 5),
        ("input", 9),
    ]


def piece(size: int) -> Piece:
    return Piece("input", 1, b"x" * size)


def test_chunks_and_slices_end_where_they_are_full() -> None:
    sizes = [10, 10, 15, 40, 5, 29, 3]
    assert list(chunks_of(map(piece, sizes), SMALL)) == [
        Chunk((piece(10), piece(10), piece(15)), ends_slice=False),
        Chunk((piece(40),), ends_slice=True),
        Chunk((piece(5), piece(29)), ends_slice=False),
        Chunk((piece(3),), ends_slice=False),
    ]


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([b"ab", b"d"], id="another content"),
        pytest.param([b"a", b"b", b"c", b"d"], id="more"),
    ],
)
def test_digests_tell_contents_apart(others: list[bytes]) -> None:
    def digest(contents: list[bytes]) -> str:
        return digest_of_chunk(Piece("input", 1, content) for content in contents)

    assert digest([b"a", b"bc"]) == digest([b"abc"]) != digest(others)
    assert len(digest(others)) == len(digest_of_slice([digest(others)])) == 32
    assert digest_of_slice(["aa", "bb"]) != digest_of_slice(["bb", "aa"])
