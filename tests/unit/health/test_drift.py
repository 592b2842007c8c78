"""Drift: what the values of an unknown field let one say of its type."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from firelake.contract.events import parse_contract
from firelake.health.drift import Drift, DriftedEvent, DriftedField, drift_of, likely_type
from tests.helpers.contracts import LEARNING

CONTRACT = LEARNING
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


def found(event_name: str, field: str, **counts: object) -> dict[str, object]:
    seen = {"row_count": 2, "text_count": 2, "first_dt": "2026-11-20", "sample": '"x"'}
    return {**COUNTS, **seen, "event_name": event_name, "field": field, **counts}


def test_a_field_of_many_events_is_one_finding_with_the_type_that_takes_all_values() -> None:
    names = sorted(CONTRACT.events)[:77]
    rows = [found(name, "mood", first_dt=f"2026-11-{10 + i % 9}") for i, name in enumerate(names)]
    rows[5] |= {"text_count": 0, "integer_count": 2, "sample": "7"}
    assert drift_of(rows, CONTRACT) == Drift(
        events=(),
        fields=(
            DriftedField(
                field="mood",
                event_names=tuple(names),
                row_count=154,
                likely_type="json",
                known_type=None,
                first_dt="2026-11-10",
                sample='"x"',
            ),
        ),
    )


def test_a_field_that_other_events_have_is_told_with_its_type_there() -> None:
    (field,) = drift_of([found("lesson:started", "order_id")], CONTRACT).fields
    assert (field.known_type, field.likely_type) == ("string", "string")


def test_what_the_function_keeps_of_a_mapping_is_no_drift() -> None:
    rows = [found(name, "$firelake_source") for name in ("lesson:started", "lesson:sung")]
    drift = drift_of([*rows, found("lesson:sung", "song")], CONTRACT)
    assert drift.fields == ()
    assert [(each.event_name, each.fields) for each in drift.events] == [("lesson:sung", ("song",))]


def test_an_event_of_an_unknown_name_is_one_finding_whatever_fields_it_has() -> None:
    rows = [
        found("lesson:sung", "song"),
        found("lesson:sung", "user_id", row_count=5, first_dt="2026-11-18"),
        found("lesson:sung", "created_on", row_count=1),
        found("a:b", "x", row_count=7),
    ]
    assert drift_of(rows, CONTRACT) == Drift(
        events=(
            DriftedEvent(event_name="a:b", fields=("x",), row_count=7, first_dt="2026-11-20"),
            DriftedEvent(
                event_name="lesson:sung",
                fields=("created_on", "song", "user_id"),
                row_count=5,
                first_dt="2026-11-18",
            ),
        ),
        fields=(),
    )


def test_a_declared_field_is_no_drift() -> None:
    assert not drift_of([found("lesson:started", "generator_version")], CONTRACT)
    assert drift_of([found("account:created", "generator_version")], CONTRACT)


def test_a_member_of_a_struct_is_told_by_its_path_where_its_field_is_declared() -> None:
    contract = parse_contract(
        """
version = 1
[fields]
items = { type = "array<struct<sku:string>>", description = "Bought." }
[events.a]
description = "Has items."
optional = ["items"]
[events.b]
description = "Has none."
"""
    )
    rows = [
        found("a", "items"),
        found("a", "items.color"),
        found("b", "items"),
        found("b", "items.color"),
        found("c", "items.color"),
        found("c", "a.b"),
    ]
    drift = drift_of(rows, contract)
    assert [(each.field, each.event_names) for each in drift.fields] == [
        ("items", ("b",)),
        ("items.color", ("a",)),
    ]
    assert [(each.event_name, each.fields) for each in drift.events] == [("c", ("a.b",))]
