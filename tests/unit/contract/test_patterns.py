"""Patterns, held to the answers of RE2 itself (google-re2 1.1.20251105)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract import patterns
from firelake.contract.errors import PatternError
from firelake.contract.patterns import Pattern
from tests.strategies.constraints import PATTERNS

_ANSWERS: Final = json.loads(
    (Path(__file__).parents[2] / "data" / "contracts" / "patterns.json").read_text("utf-8")
)


def test_texts_match_as_they_do_in_re2() -> None:
    assert len(_ANSWERS["found"]) == 400
    wrong = [
        (pattern, text)
        for pattern, text, is_found in _ANSWERS["found"]
        if Pattern(pattern).is_in(text) is not is_found
    ]
    assert wrong == []


@pytest.mark.parametrize("pattern", _ANSWERS["refused"])
def test_what_re2_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        Pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"(a)\1", r"has \\1: what a group took before is not known"),
        ("a(?=b)", "look-ahead and look-behind are not known"),
        ("a++", r"stacks repetitions, as a\*\+ and a\{2\}\{3\} do: use \(\?: \)"),
        (r"\p{Greek}", "general categories such as L or Lu are known, no scripts"),
        ("(a{1000}){3}", "with its repetitions written out it has over 2,000 parts"),
        ("a" * 2001, "with its repetitions written out it has over 2,000 parts"),
        ("(" * 51 + ")" * 51, "is nested more than 50 deep"),
    ],
    ids=["reference", "look", "possessive", "script", "repeats", "long", "deep"],
)
def test_a_refusal_says_what_it_is_about(pattern: str, why: str) -> None:
    with pytest.raises(PatternError, match=why):
        Pattern(pattern)


@given(st.sampled_from([*PATTERNS]), st.text(st.sampled_from("abcdABÄä é1_\n\t"), max_size=8))
def test_texts_match_as_they_do_in_python_where_both_mean_the_same(pattern: str, text: str) -> None:
    assert Pattern(pattern).is_in(text) is bool(re.search(PATTERNS[pattern][0], text))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that the following state was worked out, by the character."""
    made: list[str] = []
    original = Pattern.next_state

    def counted(self: Pattern, state: patterns.State, character: str) -> patterns.State:
        made.append(character)
        return original(self, state, character)

    monkeypatch.setattr(Pattern, "next_state", counted)
    return made


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "^(a|a)*$", "^(a*)*b?$", "(a|aa)+$", "(.*)(.*)(.*)x"]
)
def test_each_character_is_looked_at_once_however_a_pattern_is_made(
    pattern: str, steps: list[str]
) -> None:
    assert not Pattern(pattern).is_in("a" * 10_000 + "!")
    assert len(steps) <= 10


def test_states_are_forgotten_where_a_pattern_has_too_many(
    steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "MOST_KEPT", 50)
    pattern = Pattern("a[ab]{9}c")
    texts = [f"{number:012b}".replace("0", "a").replace("1", "b") for number in range(300)]
    assert [pattern.is_in(text) for text in texts] == [False] * 300
    assert pattern.is_in("abababababbac")
    assert len(steps) <= 300 * 12 + 13
    assert pattern.kept <= 50
