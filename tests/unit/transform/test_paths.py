"""Paths of the contract find members, elements by index or by a member, and only values."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from firelake.contract.paths import steps_of
from firelake.transform.paths import value_at

EVENT = {
    "a": {"b": {"c": 1}, "n": None},
    "a.b": {"c": 2},
    "x": {"y": {"z": 3}},
    "list": [10, {"k": "v"}, [20, 30]],
    "params": [
        "stray",
        {"key": 7},
        {"key": "page.id", "value": {"string_value": None, "int_value": "8"}},
        {"key": "page.id", "value": {"string_value": "later"}},
        {"key": "both", "value": {"string_value": "s", "int_value": 1}},
    ],
    "$set": {"plan": "free"},
}
MEMBERS = msgspec.json.decode(json.dumps(EVENT), type=dict[str, msgspec.Raw])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.b", {"c": 2}),
        ("a.b.c", 1),
        ("x.y.z", 3),
        ("list[0]", 10),
        ("list[-1][1]", 30),
        ("list[1].k", "v"),
        ("list[3]", None),
        ("list[-4]", None),
        ("list.k", None),
        ("params[key=page.id].value.int_value", "8"),
        ("params[key=page.id].value.*", "8"),
        ("params[key=both].value.*", None),
        ("params[key=none].value", None),
        ("params[0].key", None),
        ("a[key=b]", None),
        ("$set.plan", "free"),
        ("$.x.y.z", 3),
        ("a.n", None),
        ("nothing.at.all", None),
    ],
)
def test_a_path_finds_its_value_or_none(path: str, expected: Any) -> None:  # noqa: ANN401 -- any JSON
    found = value_at(MEMBERS, path)
    assert (None if found is None else msgspec.json.decode(found)) == expected


def test_a_path_of_the_wrapper_begins_with_a_dollar_and_a_dot() -> None:
    root = msgspec.json.decode(b'{"x":{"y":{"z":4}}}', type=dict[str, msgspec.Raw])
    found = [value_at(MEMBERS, path, root) for path in ("x.y.z", "$.x.y.z", "$.a")]
    assert [None if each is None else bytes(each) for each in found] == [b"3", b"4", None]


@pytest.mark.parametrize(
    "path",
    ["", ".", "a.", ".a", "a..b", "a[", "a[]", "a[b]", "a[=b]", "a]b", "a.[0]", "a[0]b", "$."],
)
def test_what_is_no_path_has_no_steps(path: str) -> None:
    assert steps_of(path) is None
