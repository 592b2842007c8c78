"""The rules of the common fields, of nesting and of the window, at their bounds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.transform.rules import Window, is_event_name, is_event_uuid, is_too_deep, is_utf8

ARRIVED_MS = 1_768_478_400_000


@pytest.mark.parametrize(
    "text",
    [
        "a",
        " ",
        "u" * 128,
        "\U0001f600" * 128,
        "é",
        '"',
        "\u2ffc",
        "\u0378",
        "0198c0de-7000-8000-00000000",
    ],
)
def test_an_event_uuid_is_1_to_128_printable_characters(text: str) -> None:
    assert is_event_uuid(text)


@pytest.mark.parametrize("text", ["", "u" * 129, "a\n", "\x00", "\x7f", "a\u200b", "\u00a0"])
def test_no_other_text_is_an_event_uuid(text: str) -> None:
    assert not is_event_uuid(text)


@pytest.mark.parametrize("text", ["a", "0", "_", "account:created", "a:b:c:d", "a__b:_", "n" * 200])
def test_an_event_name_is_lower_case_parts_joined_by_colons(text: str) -> None:
    assert is_event_name(text)


@pytest.mark.parametrize(
    "text",
    ["", ":", "a:", ":a", "a::b", "A", "a:B", "a-b", "a b", "a\n", "é", "a.b", "\u0661", "n" * 201],
)
def test_no_other_text_is_an_event_name(text: str) -> None:
    assert not is_event_name(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[" * 400 + "]" * 400, False),
        ("[" * 401 + "]" * 401, True),
        ('{"a":' * 400 + "1" + "}" * 400, False),
        ('{"a":' * 401 + "1" + "}" * 401, True),
        ("[]" * 1000, False),
        ('"' + "[" * 1000 + '"', False),
        ('"\\"' + "[" * 1000 + '"', False),
        ('"\\\\"' + "[" * 401, True),
        ('"a\n\\n' + "[" * 1000 + '"', False),
        ("[" * 100_000, True),
    ],
    ids=[
        "400 arrays",
        "401 arrays",
        "400 objects",
        "401 objects",
        "side by side",
        "in a string",
        "after an escaped quote",
        "after an escaped backslash",
        "in a string of two lines",
        "never closed",
    ],
)
def test_brackets_outside_of_strings_make_the_depth(text: str, expected: bool) -> None:
    assert is_too_deep(text) is expected


def test_depth_takes_no_longer_than_the_text_is_long() -> None:
    # By the square of its length, this would take minutes.
    text = '{"a":"' + '\\"' * 500_000 + "[" * 500
    started_s = time.process_time()
    assert not is_too_deep(text)
    assert time.process_time() - started_s < 5


@given(st.binary(max_size=8))
def test_utf8_is_what_python_decodes(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        assert not is_utf8(data)
    else:
        assert is_utf8(data)


@pytest.mark.parametrize(
    ("lateness_days", "bounds_s"),
    [
        (1, (1768392000.0, 1768564800.0)),
        (7, (1767873600.0, 1768564800.0)),
        (36_500, (-1385121600.0, 1768564800.0)),
        (None, (-9214560000.0, 1768564800.0)),
    ],
)
def test_the_window_is_from_the_lateness_to_a_day_ahead(
    lateness_days: int | None, bounds_s: tuple[float, float]
) -> None:
    assert Window(lateness_days).bounds_s(ARRIVED_MS) == bounds_s


def test_the_window_never_begins_before_what_a_timestamp_holds() -> None:
    assert Window(36_500).bounds_s(-7_000_000_000_000)[0] == -9214560000.0


def test_the_window_says_what_it_asks_for() -> None:
    assert Window(7).earliest == "at most 7 days before its arrival"
    assert Window(None).earliest == "a Unix time of the year 1678 or later"
