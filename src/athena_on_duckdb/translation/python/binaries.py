"""Bytes: encodings and hashes that DuckDB lacks."""

from __future__ import annotations

import base64
import codecs
import itertools
import re
import struct
import zlib
from typing import Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.java_format import MOST_PADDED, TOO_WIDE, wrong

_MASK: Final = (1 << 64) - 1
# The primes of XXH64, by its specification.
_P1: Final = 0x9E3779B185EBCA87
_P2: Final = 0xC2B2AE3D27D4EB4F
_P3: Final = 0x165667B19E3779F9
_P4: Final = 0x85EBCA77C2B2AE63
_P5: Final = 0x27D4EB2F165667C5
_STRIPE: Final = 32
# The bytes of a character by its first one, as UTF-8 once was: up to six.
_LONGEST: Final = 6
_SIZES: Final = ((0xFE, 1), (0xFC, _LONGEST), (0xF8, 5), (0xF0, 4), (0xE0, 3), (0xC0, 2))
# What the two upper bits of a byte are that follows another one of its character.
_FOLLOWING: Final = 0b10
# Stands for a wrong character, as no right one is read as this half of a pair.
_WRONG: Final = "\udfff"


def from_hex(value: str) -> bytes:
    """Read hexadecimal digits."""
    if len(value) % 2 or not re.fullmatch("[0-9a-fA-F]*", value):
        wrong("Invalid hex digits, or an odd number of them")
    return bytes.fromhex(value)


def to_base32(value: bytes) -> str:
    """Write base32."""
    return base64.b32encode(value).decode("ascii")


def from_base32(value: str) -> bytes:
    """Read base32."""
    try:
        return base64.b32decode(value + "=" * (-len(value) % 8))
    except ValueError:
        wrong("Invalid base32 text")


def decode_or(value: bytes, replacement: str) -> str:
    """Read UTF-8; what is none becomes the replacement, a character or nothing."""
    if len(replacement) > 1:
        wrong("Replacement character string must empty or a single character")
    return value.decode("utf-8", "athena").replace(_WRONG, replacement)


def _passed_over(error: UnicodeError) -> tuple[str, int]:
    """Pass over a wrong character as Trino does, with the bytes that seem to belong to it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    rest = error.object[error.start : error.start + _LONGEST]
    size = next((size for least, size in _SIZES if rest[0] >= least), 1)
    following = itertools.takewhile(lambda byte: byte >> 6 == _FOLLOWING, rest[1:size])
    return _WRONG, error.start + 1 + len(list(following))


codecs.register_error("athena", _passed_over)


def reverse_bytes(value: bytes) -> bytes:
    """Reverse bytes."""
    return value[::-1]


def slice_bytes(value: bytes, start: int, length: int) -> bytes:
    """Give bytes from a place on, counted from the end where it is negative."""
    if start == 0 or abs(start) > len(value) or length < 0:
        return b""
    first = start - 1 if start > 0 else len(value) + start
    return value[first : first + length]


def pad_bytes(value: bytes, size: int, padding: bytes, side: str) -> bytes:
    """Pad bytes to a size with others, or cut them to it."""
    if not 0 <= size < 1 << 31:
        wrong(f"Target length must be in the range [0..{(1 << 31) - 1}]")
    if not padding:
        wrong("Padding bytes must not be empty")
    if size > MOST_PADDED:
        wrong(TOO_WIDE, ErrorName.NOT_SUPPORTED)
    lacking = max(size - len(value), 0)
    filling = (padding * (lacking // len(padding) + 1))[:lacking]
    return filling + value if side == "left" and lacking else (value + filling)[:size]


def big_endian(value: int, size: int) -> bytes:
    """Write a whole number in two's complement."""
    return value.to_bytes(size, "big", signed=True)


def from_big_endian(value: bytes, size: int) -> int:
    """Read a whole number in two's complement."""
    if len(value) != size:
        wrong(f"expected {size}-byte input, but got instead: {len(value)}")
    return int.from_bytes(value, "big", signed=True)


def ieee754(value: float, size: int) -> bytes:
    """Write a number by IEEE 754, the highest byte first."""
    return struct.pack(">d" if size == 8 else ">f", value)  # noqa: PLR2004 -- bytes of a double


def from_ieee754(value: bytes, size: int) -> float:
    """Read a number by IEEE 754, the highest byte first."""
    if len(value) != size:
        wrong(f"expected {size}-byte input, but got instead: {len(value)}")
    return float(struct.unpack(">d" if size == 8 else ">f", value)[0])  # noqa: PLR2004


def _rotated(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (64 - bits))) & _MASK


def _round(lane: int, read: int) -> int:
    return _rotated((lane + read * _P2) & _MASK, 31) * _P1 & _MASK


def xxhash64(value: bytes) -> bytes:
    """Give the XXH64 of bytes with the seed 0, the highest byte first."""
    at, size = 0, len(value)
    if size >= _STRIPE:
        lanes = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
        while at + _STRIPE <= size:
            read = struct.unpack_from("<4Q", value, at)
            lanes = [_round(lane, word) for lane, word in zip(lanes, read, strict=True)]
            at += _STRIPE
        turns = (1, 7, 12, 18)
        found = sum(_rotated(lane, n) for lane, n in zip(lanes, turns, strict=True)) & _MASK
        for lane in lanes:
            found = ((found ^ _round(0, lane)) * _P1 + _P4) & _MASK
    else:
        found = _P5
    found = (found + size) & _MASK
    while at + 8 <= size:
        (word,) = struct.unpack_from("<Q", value, at)
        found = (_rotated(found ^ _round(0, word), 27) * _P1 + _P4) & _MASK
        at += 8
    if at + 4 <= size:
        (half,) = struct.unpack_from("<I", value, at)
        found = (_rotated(found ^ (half * _P1 & _MASK), 23) * _P2 + _P3) & _MASK
        at += 4
    for byte in value[at:]:
        found = _rotated(found ^ (byte * _P5 & _MASK), 11) * _P1 & _MASK
    found = (found ^ (found >> 33)) * _P2 & _MASK
    found = (found ^ (found >> 29)) * _P3 & _MASK
    return (found ^ (found >> 32)).to_bytes(8, "big")


def crc32(value: bytes) -> int:
    """Give the CRC-32 of bytes."""
    return zlib.crc32(value)


def checksum_part(value: bytes) -> int:
    """Give what a value adds to a checksum, as a signed number of 64 bits."""
    found = int.from_bytes(xxhash64(value)) * _P1 & _MASK
    return found - (1 << 64) if found >> 63 else found


def checksum(total: str) -> bytes:
    """Give the lowest 64 bits of a number, the lowest byte first."""
    return (int(total) & _MASK).to_bytes(8, "little")
