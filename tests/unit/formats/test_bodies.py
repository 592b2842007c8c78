"""Bodies as text: gzip of any number of members, UTF-16, whole or cut off."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.formats.bodies import plain_pieces, text_pieces
from firelake.formats.errors import BodyError

TEXT = '{"a": "Zürich \U0001f30a"}\n[1]'


def text_of(body: bytes, size: int = 7) -> bytes:
    return b"".join(text_pieces(body[at : at + size] for at in range(0, len(body), size)))


@given(st.lists(st.binary(max_size=30)), st.integers(1, 50), st.integers(0, 9))
def test_gzip_is_unpacked_in_several_members_and_with_zeros_between(
    parts: list[bytes], size: int, zeros: int
) -> None:
    # Two characters at its begin keep it from being taken for UTF-16.
    plain = [b"{}" + part for part in parts]
    packed = b"".join(gzip.compress(part) + b"\0" * zeros for part in plain)
    assert text_of(packed, size) == b"".join(plain)


def test_bodies_that_are_shorter_than_a_mark_are_plain() -> None:
    assert [text_of(body) for body in (b"", b"\x1f", b"{", b"{}", b"\xff")] == [
        *(b"", b"\x1f", b"{", b"{}", b"\xff")
    ]


def test_gzip_that_ends_too_early_gives_what_it_has_and_tells() -> None:
    body = gzip.compress(b"".join(b"%d\n" % number for number in range(100_000)))
    found: list[bytes] = []
    with pytest.raises(BodyError, match="gzip ends too early"):
        found.extend(plain_pieces([body[: len(body) // 2]]))
    assert b"".join(found).startswith(b"0\n1\n2\n")
    assert sum(map(len, found)) > 100_000


def test_damaged_gzip_is_told() -> None:
    body = bytearray(gzip.compress(b"one\n" * 1000))
    body[20] ^= 0xFF
    with pytest.raises(BodyError, match="gzip is damaged"):
        text_of(bytes(body))


def test_gzip_that_unpacks_to_very_much_is_unpacked_in_pieces() -> None:
    sizes = [len(piece) for piece in plain_pieces([gzip.compress(b"\0" * 50_000_000)])]
    assert sum(sizes) == 50_000_000
    assert max(sizes) <= 262_144


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_utf_16_is_read_with_a_mark_or_without(encoding: str, size: int) -> None:
    found = text_of(TEXT.encode(encoding), size)
    assert found.removeprefix(b"\xef\xbb\xbf") == TEXT.encode()
    assert text_of(gzip.compress(TEXT.encode(encoding))) == found


def test_utf_16_that_is_wrong_is_not_made_right() -> None:
    assert text_of(b"\xff\xfe{\0\x00\xd8") == b"\xef\xbb\xbf{\xed\xa0\x80"
    with pytest.raises(BodyError, match="UTF-16 ends within a character"):
        text_of("{}".encode("utf-16") + b"x")


def test_a_pipe_is_not_waited_for_after_a_line() -> None:
    pieces = iter([b"1\n", b"2\n"])
    assert next(text_pieces(pieces)) == b"1\n"
    assert next(pieces) == b"2\n"
