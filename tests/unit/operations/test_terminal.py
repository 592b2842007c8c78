"""What came from outside can do no harm on a terminal."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from firelake.operations.terminal import harmless, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("na\u00efve \u732b.json", "na\u00efve \u732b.json"),
        ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
        ("one\r\ntwo\u2028", r"one\r\ntwo\u2028"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\ud800", r"\ud800"),
        ("x" * 501, "x" * 500 + "..."),
        ("x" * 500, "x" * 500),
    ],
    ids=["text", "escapes", "lines", "direction", "surrogate", "long", "just not long"],
)
def test_harmful_characters_are_made_visible(text: str, shown: str) -> None:
    assert harmless(text) == shown


@given(st.text(max_size=100))
def test_nothing_harmful_is_left_and_markup_is_printed_as_it_stands(text: str) -> None:
    printed = io.StringIO()
    Console(file=printed, force_terminal=True, color_system=None, soft_wrap=True).print(
        plain(f"[bold]{text}[/bold][/]\\")
    )
    line = printed.getvalue().removesuffix("\n")
    assert line == harmless(f"[bold]{text}[/bold][/]\\")
    assert not any(unicodedata.category(each).startswith("C") for each in line)
