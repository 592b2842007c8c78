"""Sample values come from a field's name, description and type."""

from __future__ import annotations

import json
from random import Random

import pytest

from firelake.contract.events import Field
from firelake.contract.types import parse_type
from firelake.samples.sample_values import sample_values

AROUND_S = 1_768_478_400.0


def values(name: str, type_text: str, description: str = "A field.") -> tuple[str, ...]:
    field = Field(name, parse_type(type_text), description, 1)
    return sample_values(field, Random(1), AROUND_S)


@pytest.mark.parametrize(
    ("description", "listed"),
    [
        ("ios, android or web.", {"ios", "android", "web"}),
        ("How often the plan is billed: month or year.", {"month", "year"}),
        (
            "Kinds of mistake found, such as gender, tense or typo.",
            {"gender", "tense", "typo"},
        ),
        (
            "How long it runs: daily, monthly or friends; none else.",
            {"daily", "monthly", "friends"},
        ),
    ],
    ids=["from the start", "after a colon", "after such as", "before a semicolon"],
)
def test_values_that_a_description_lists_are_the_values(description: str, listed: set[str]) -> None:
    assert {json.loads(value) for value in values("platform", "string", description)} == listed


@pytest.mark.parametrize(
    "description",
    [
        "Version of the operating system or of the browser.",
        "Installation of the app, or browser; new after a reinstall.",
    ],
)
def test_an_or_in_a_sentence_is_no_list(description: str) -> None:
    found = {json.loads(value) for value in values("thing", "string", description)}
    assert found == {f"thing-{number}" for number in range(1, 41)}


def test_an_example_is_followed_with_other_numbers() -> None:
    found = {
        json.loads(value) for value in values("unit", "string", "Unit, such as es-from-en/unit-12.")
    }
    assert found == {f"es-from-en/unit-{number}" for number in range(1, 21)}


def test_an_id_bears_the_name_of_what_it_identifies() -> None:
    found = {json.loads(value) for value in values("user_id", "string")}
    assert len(found) == 512
    assert all(value.startswith("user_") and len(value) == 15 for value in found)


@pytest.mark.parametrize(
    ("name", "type_text", "least", "largest"),
    [
        ("duration_s", "double", 0, 1_800),
        ("accuracy", "double", 0, 1),
        ("reminder_hours", "bigint", 0, 23),
        ("tax_rate", "decimal(5,4)", 0, 10),
        ("digit", "decimal(1,0)", 0, 9),
        ("small", "decimal(2,2)", 0, 1),
    ],
)
def test_numbers_are_of_the_size_that_the_name_and_type_tell(
    name: str, type_text: str, least: float, largest: float
) -> None:
    found = [float(value) for value in values(name, type_text)]
    assert least <= min(found) < max(found) <= largest
    assert max(found) > largest / 2


def test_an_array_holds_up_to_five_and_now_and_then_a_null() -> None:
    found = [json.loads(value) for value in values("flags", "array<boolean>")]
    assert {len(value) for value in found} == {0, 1, 2, 3, 4, 5}
    assert {member for value in found for member in value} == {True, False, None}


@pytest.mark.parametrize("type_text", ["date", "timestamp"])
def test_moments_lie_within_a_month_of_the_start(type_text: str) -> None:
    found = sorted(json.loads(value)[:10] for value in values("due", type_text))
    assert "2025-12-16" <= found[0] < "2025-12-20"
    assert "2026-02-10" < found[-1] <= "2026-02-14"
