"""Drift: what the values of an unknown field let one say of its type."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from contract.events import load_contract
from ops.drift import DriftedField, drifted_fields, likely_type

CONTRACT = load_contract()
COUNTS = MappingProxyType(
    dict.fromkeys(
        (
            "row_count",
            "null_count",
            "boolean_count",
            "integer_count",
            "fraction_count",
            "timestamp_count",
            "text_count",
            "json_count",
        ),
        0,
    )
)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param({"null_count": 5}, None, id="nothing but null"),
        pytest.param({"boolean_count": 5}, "boolean", id="true and false"),
        pytest.param({"integer_count": 4, "null_count": 1}, "bigint", id="integers and null"),
        pytest.param({"integer_count": 3, "fraction_count": 2}, "double", id="any numbers"),
        pytest.param({"fraction_count": 5}, "double", id="fractions"),
        pytest.param({"timestamp_count": 5, "text_count": 5}, "timestamp", id="timestamps"),
        pytest.param({"timestamp_count": 4, "text_count": 5}, "string", id="texts"),
        pytest.param({"json_count": 5}, "json", id="arrays and objects"),
        pytest.param({"integer_count": 4, "text_count": 1}, "json", id="a number and a text"),
        pytest.param({"integer_count": 4}, "json", id="an integer beyond 64 bits among them"),
    ],
)
def test_the_likely_type_takes_every_value_seen(
    counts: dict[str, int], expected: str | None
) -> None:
    assert likely_type({**COUNTS, "row_count": 5, **counts}) == expected


def test_a_count_that_is_no_integer_is_an_error() -> None:
    with pytest.raises(TypeError, match="float"):
        likely_type({**COUNTS, "row_count": 5.0})


def test_a_field_of_an_unknown_event_and_one_that_other_events_have_are_told() -> None:
    rows = [
        {
            **COUNTS,
            "event_name": name,
            "field": field,
            "row_count": 2,
            "text_count": 2,
            "first_dt": "2026-11-20",
            "sample": '"x"',
        }
        for name, field in (("lesson:started", "order_id"), ("lesson:sung", "song"))
    ]
    assert drifted_fields(rows, CONTRACT) == (
        DriftedField(
            event_name="lesson:started",
            field="order_id",
            row_count=2,
            likely_type="string",
            is_registered=True,
            known_type="string",
            first_dt="2026-11-20",
            sample='"x"',
        ),
        DriftedField(
            event_name="lesson:sung",
            field="song",
            row_count=2,
            likely_type="string",
            is_registered=False,
            known_type=None,
            first_dt="2026-11-20",
            sample='"x"',
        ),
    )


def test_a_field_that_the_event_has_since_this_version_is_no_drift() -> None:
    row = {
        **COUNTS,
        "event_name": "lesson:started",
        "field": "generator_version",
        "row_count": 2,
        "text_count": 2,
        "first_dt": "2026-11-20",
        "sample": '"x"',
    }
    assert drifted_fields([row], CONTRACT) == ()
    (drifted,) = drifted_fields([{**row, "event_name": "account:created"}], CONTRACT)
    assert drifted.known_type == "string"
