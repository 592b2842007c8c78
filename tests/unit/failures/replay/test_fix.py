"""Fixes: what they change is changed, and nothing else, to the letter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.failures.replay.fix import Fix, FixError, load_fix
from firelake.operations.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_with_a_function_mends_events(tmp_path: Path) -> None:
    path = tmp_path / "my fix.py"
    path.write_text(
        "def fix(event):\n"
        "    if event['a'] == 'bad':\n"
        "        return None\n"
        "    event['a'] = int(event['a'])\n"
        "    return event\n"
    )
    fix = load_fix(path)
    assert fix(b'{"a": "7", "b": 1.50}') == b'{"a":7,"b":1.5}'
    assert fix(b'{"a": "bad"}') is None


def test_an_event_that_is_not_changed_stays_as_it_is_to_the_letter() -> None:
    event = b'{ "a" : 1e400, "b":0.10,\n "c": "\\u00e9", "c": [12345678901234567890123] }'
    assert Fix(lambda found: found)(event) == event
    assert Fix(dict)(event) == event


def test_a_change_between_numbers_that_python_takes_for_equal_is_one() -> None:
    def whole(event: dict[str, Any]) -> dict[str, Any]:
        return {name: int(value) for name, value in event.items()}

    assert Fix(whole)(b'{"a": 1.0, "b": true}') == b'{"a":1,"b":1}'


def test_numbers_beyond_floats_and_64_bits_lose_nothing() -> None:
    def add(event: dict[str, Any]) -> dict[str, Any]:
        return {**event, "new": 1}

    mended = Fix(add)(b'{"a": 0.12345678901234567890123, "b": 1e400, "c": -98765432109876543210}')
    assert mended == b'{"a":0.12345678901234567890123,"b":1E+400,"c":-98765432109876543210,"new":1}'


@pytest.mark.parametrize("event", [b"", b"\xff", b"[]", b"1", b"{", b'{"a": NaN}', b"[" * 100_000])
def test_what_is_no_json_object_goes_by_the_fix_untouched(event: bytes) -> None:
    def never(_: dict[str, Any]) -> None:
        pytest.fail("it was called")

    assert Fix(never)(event) == event


def test_half_a_character_is_for_the_fix_to_mend() -> None:
    event = b'{"a": "\\ud800"}'
    assert Fix(lambda found: found)(event) == event
    assert Fix(lambda _: {"a": "b"})(event) == b'{"a":"b"}'


@pytest.mark.parametrize("given_back", [1, "x", [], ()])
def test_a_fix_must_give_an_event_or_none(given_back: object) -> None:
    with pytest.raises(FixError, match=r"it must give a dict or None"):
        Fix(lambda _: given_back)(b"{}")


def test_a_fix_that_gives_what_is_no_json_is_told() -> None:
    with pytest.raises(FixError, match="the fix gave what is no JSON"):
        Fix(lambda _: {"a": object()})(b"{}")


def test_a_fix_that_fails_is_told_with_its_error() -> None:
    with pytest.raises(FixError, match="the fix failed on an event: KeyError: 'a'"):
        Fix(lambda found: found["a"])(b"{}")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_what_a_fix_leaves_alone_means_the_same(event: dict[str, Any]) -> None:
    mended = Fix(lambda found: {**found, "firelake": 1})(json.dumps(event).encode())
    assert mended is not None
    if b'"firelake"' in mended:
        assert json.loads(mended) == {**event, "firelake": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", r"has no function fix\(event\)"),
        ("fix = 1", r"has no function fix\(event\)"),
        ("import nothing_of_that_name", "cannot be run: ModuleNotFoundError"),
        ("def", "cannot be run: SyntaxError"),
    ],
)
def test_a_file_without_a_fix_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "fix.py"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        load_fix(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.py", tmp_path / "none.txt", tmp_path):
        with pytest.raises(InputError, match="is no Python file"):
            load_fix(path)
