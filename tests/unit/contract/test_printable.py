"""What is printable, by values of the Unicode character database and whatever this Python knows."""

from __future__ import annotations

import unicodedata

import pytest

from firelake.contract.printable import is_printable

# Assigned by Unicode 15.1, which Python knows from 3.13 on, and by 16.0, which 3.14 knows.
NEW_IN_15_1 = ["\u2ffc", "\u31ef", "\U0002ebf0", "\U0002ee5d"]
NEW_IN_16_0 = ["\u1c89", "\ua7da", "\U0001cc00", "\U0001fae9"]
# Assigned by no version up to 17.0, so that no interpreter says of itself that they are printable.
ASSIGNED_BY_NONE = ["\u0378", "\u2fe0", "\U0003fffd", "\U000e0fff"]


@pytest.mark.parametrize(
    "text",
    ["", " ", "~", "é", "\u00a1", "\u0301", "漢字", "\U0001f600", "\ufffd", "\U000e0100"],
)
def test_what_every_python_prints_is_printable(text: str) -> None:
    assert is_printable(text)
    assert is_printable(f"id-{text}-1")


@pytest.mark.parametrize("text", [*NEW_IN_15_1, *NEW_IN_16_0, *ASSIGNED_BY_NONE], ids=ascii)
def test_a_code_point_that_some_python_does_not_know_is_printable_for_all(text: str) -> None:
    assert is_printable(text)
    assert is_printable(f"id-{text}-1")


@pytest.mark.parametrize("text", ASSIGNED_BY_NONE, ids=ascii)
def test_no_python_says_so_by_itself(text: str) -> None:
    assert not text.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        *("\x00", "\t", "\n", "\x1f", "\x7f", "\x80", "\x9f", "\u00a0", "\u00ad"),
        *("\u0600", "\u1680", "\u200b", "\u200d", "\u2028", "\u202e", "\u2060", "\u3000"),
        *("\ud800", "\udfff", "\ue000", "\uf8ff", "\ufdd0", "\ufeff", "\ufffe", "\uffff"),
        *("\U0001343f", "\U0001ffff", "\U000e0001", "\U000efffe", "\U000f0000", "\U0010ffff"),
    ],
    ids=ascii,
)
def test_controls_format_characters_other_spaces_and_private_use_are_not(text: str) -> None:
    assert not is_printable(text)
    assert not is_printable(f"id-{text}-1")


def test_of_what_this_python_knows_it_says_the_same() -> None:
    known = (chr(each) for each in range(0x110000) if unicodedata.category(chr(each)) != "Cn")

    assert [hex(ord(each)) for each in known if is_printable(each) != each.isprintable()] == []
