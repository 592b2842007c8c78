"""Which changes of constraints are safe: what was allowed must stay so."""

from __future__ import annotations

import pytest

from firelake.contract.changes import changes
from firelake.contract.events import parse_contract

WIDER = "every event that is valid now stays valid"
NARROWER = "producers that send what was allowed would have their events refused"


def contract_of(declaration: str, version: int) -> str:
    return (
        f"version = {version}\n[fields]\nit = {{ description = 'It.', {declaration} }}\n"
        '[events.a]\ndescription = "An event."\noptional = ["it"]\n'
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"string", enum = ["a"]', '"string", enum = ["b", "a"]', [("enum", "'b' new", WIDER)]),
        (
            '"string", enum = ["a", "b"]',
            '"string", enum = ["b", "c"]',
            [("enum", "'a' removed", NARROWER), ("enum", "'c' new", WIDER)],
        ),
        ('"string", enum = ["a"]', '"string"', [("enum", "removed", WIDER)]),
        ('"string"', '"string", enum = ["a"]', [("enum", "new", NARROWER)]),
        ('"bigint", min = 1', '"bigint", min = 0', [("min", "1 -> 0", WIDER)]),
        ('"bigint", min = 1', '"bigint", min = 2', [("min", "1 -> 2", NARROWER)]),
        ('"double", max = 1', '"double", max = 2', [("max", "1.0 -> 2.0", WIDER)]),
        ('"double", max = 1', '"double", max = 0.5', [("max", "1.0 -> 0.5", NARROWER)]),
        ('"double"', '"double", max = 0.5', [("max", "none -> 0.5", NARROWER)]),
        ('"double", max = 1', '"double"', [("max", "1.0 -> none", WIDER)]),
        (
            '"date", min = 2020-01-02',
            '"date", min = 2020-01-01',
            [("min", "2020-01-02 -> 2020-01-01", WIDER)],
        ),
        (
            '"timestamp", max = 2020-01-02T00:00:00Z',
            '"timestamp", max = 2020-01-02T00:00:00+01:00',
            [("max", "2020-01-02T00:00:00Z -> 2020-01-01T23:00:00Z", NARROWER)],
        ),
        (
            '"string", max_length = 5',
            '"string", max_length = 6',
            [("max_length", "5 -> 6", WIDER)],
        ),
        (
            '"string", max_length = 5',
            '"string", max_length = 4',
            [("max_length", "5 -> 4", NARROWER)],
        ),
        ('"string", pattern = "a"', '"string"', [("pattern", "a -> none", WIDER)]),
        (
            '"string", pattern = "a"',
            '"string", pattern = "a|b"',
            [
                (
                    "pattern",
                    "a -> a|b",
                    "it may refuse what was allowed: two patterns are not compared",
                )
            ],
        ),
        ('"string"', '"string", until = 1', [("until", "none -> 1", "what still comes is taken")]),
        ('"string", until = 1', '"string"', [("until", "1 -> none", "what still comes is taken")]),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_change_is_allowed_if_nothing_is_refused_that_was_not(
    old: str, new: str, expected: list[tuple[str, str, str]]
) -> None:
    before = parse_contract(contract_of(f"type = {old}", 1))
    _, *found = changes(before, parse_contract(contract_of(f"type = {new}", 2)))
    assert [(each.key, each.what) for each in found] == [
        (f"fields.it.{key}", what) for key, what, _ in expected
    ]
    for each, (_, _, reason) in zip(found, expected, strict=True):
        assert each.reason.startswith(reason)
        assert each.allowed is (reason in {WIDER, "what still comes is taken"})


def test_another_constraint_needs_a_new_version() -> None:
    before = parse_contract(contract_of('type = "bigint", min = 1', 1))
    version, _ = changes(before, parse_contract(contract_of('type = "bigint", min = 0', 1)))
    assert (version.what, version.allowed) == ("stays at 1", False)


def test_another_order_of_the_same_values_is_no_change() -> None:
    before = parse_contract(contract_of('type = "string", enum = ["a", "b"]', 1))
    after = parse_contract(contract_of('type = "string", enum = ["b", "a"]', 1))
    assert changes(before, after) == ()
