"""Patterns of the contract as any library reads them: code points, and nothing by name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.patterns import pattern_of
from firelake.history.bulk_import.portable_patterns import portable_pattern


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^[a-z0-9]+$", r"\A(?:[0-9a-z]){1,}\z"),
        ("a|b?", r"(?:[a]|(?:[b]){0,1})"),
        (r"\d{2,3}", "(?:[0-9]){2,3}"),
        (r"\s", r"[\x{9}-\x{a}\x{c}-\x{d}\x{20}]"),
        (".", r"[\x{0}-\x{9}\x{b}-\x{10ffff}]"),
        ("(?s).", r"[\x{0}-\x{10ffff}]"),
        ("(?i)k", r"[Kk\x{212a}]"),
        ("(?i)[^k]", r"[\x{0}-JL-jl-\x{2129}\x{212b}-\x{10ffff}]"),
        (r"[\p{Lu}_]", r"[\p{Lu}\x{5f}]"),
        (r"[^\PL]", r"[^\P{L}]"),
        (r"\Qa.b\E", r"[a][\x{2e}][b]"),
        ("", ""),
    ],
)
def test_a_pattern_is_written_by_code_points(pattern: str, expected: str) -> None:
    assert portable_pattern(pattern) == expected


@pytest.mark.parametrize("pattern", [r"\bx", r"a\B", "(?m)^x", "(?m)x$", r"(?i)\p{Lu}"])
def test_what_libraries_read_otherwise_is_not_written(pattern: str) -> None:
    assert portable_pattern(pattern) is None


_CHARACTERS = st.sampled_from("aAbkKsS0_ \n\t.-\u212a\u017fé")
_PIECES = st.sampled_from(
    [
        "a",
        "[a-k]",
        r"\w",
        r"\S",
        "(?i)s",
        "(?i:[^k])",
        ".",
        "(?s:.)",
        "$",
        "^",
        "b|",
        "(a|)",
        "[^a]",
    ]
)


@given(
    pieces=st.lists(st.tuples(_PIECES, st.sampled_from(["", "?", "*", "{2}"])), max_size=4),
    text=st.text(_CHARACTERS, max_size=5),
)
def test_it_is_found_where_the_contract_finds_it(pieces: list[tuple[str, str]], text: str) -> None:
    pattern = "".join(
        piece if piece in "$^b|" else f"(?:{piece}){times}" for piece, times in pieces
    )
    written = portable_pattern(pattern)
    assert written is not None
    in_python = re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: f"\\U{int(found[1], 16):08x}", written)

    found = re.search(in_python.replace(r"\z", r"\Z"), text)

    assert (found is not None) is pattern_of(pattern).is_in(text)
