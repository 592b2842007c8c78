"""Inputs are cut between records, by their content alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.formats.documents import Document
from firelake.history.backfill.slices import (
    Chunk,
    Cutting,
    Piece,
    chunks_of,
    cut_pieces,
    digest_of_chunk,
    digest_of_slice,
)

SMALL = Cutting(slice_bytes=60, chunk_bytes=30, document_bytes=40)


def document(data: bytes) -> Document:
    return Document(0, 1, data, len(data))


def cut(*contents: bytes) -> list[list[bytes]]:
    pieces = cut_pieces("input", map(document, contents), SMALL)
    return [[each.data for each in piece.documents] for piece in pieces]


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=30))
def test_no_document_is_lost_or_cut(contents: list[bytes]) -> None:
    pieces = cut(*contents)
    assert [each for piece in pieces for each in piece] == contents
    assert all(pieces)


def test_a_piece_ends_with_the_document_in_which_it_is_full() -> None:
    assert cut(b"x" * 29, b"y", b"z" * 100, b"a", b"b") == [
        [b"x" * 29, b"y"],
        [b"z" * 100],
        [b"a", b"b"],
    ]


def piece(size: int) -> Piece:
    return Piece("input", (document(b"x" * size),))


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
        pytest.param([b"a", b"bd"], id="another content"),
        pytest.param([b"ab", b"c"], id="other ends"),
        pytest.param([b"a", b"b", b"c", b"d"], id="more"),
    ],
)
def test_digests_tell_contents_apart(others: list[bytes]) -> None:
    def digest(contents: list[bytes]) -> str:
        return digest_of_chunk([Piece("input", tuple(map(document, contents)))])

    pieces = [Piece("other", (document(b"a"),)), Piece("one", (document(b"bc"),))]
    assert digest([b"a", b"bc"]) == digest_of_chunk(pieces) != digest(others)
    assert len(digest(others)) == len(digest_of_slice([digest(others)])) == 32
    assert digest_of_slice(["aa", "bb"]) != digest_of_slice(["bb", "aa"])
