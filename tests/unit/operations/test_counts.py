"""A single one is called otherwise than several."""

from __future__ import annotations

import pytest

from firelake.operations.counts import counted


@pytest.mark.parametrize(
    ("number", "one", "many", "text"),
    [
        (0, "event", "", "0 events"),
        (1, "event", "", "1 event"),
        (1000, "event", "", "1,000 events"),
        (1, "copy", "copies", "1 copy"),
        (2, "copy", "copies", "2 copies"),
        (1, "is a copy", "are copies", "1 is a copy"),
    ],
)
def test_numbers_have_their_nouns(number: int, one: str, many: str, text: str) -> None:
    assert counted(number, one, many) == text
