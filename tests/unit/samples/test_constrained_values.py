"""Sample values of constrained fields are allowed, and those meant to be refused are not."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.events import Field, parse_contract
from firelake.contract.types import Kind
from firelake.operations.errors import InputError
from firelake.samples.constrained_values import refused_values
from firelake.samples.generate import Generator, Shares
from firelake.samples.sample_values import sample_values
from tests.strategies.constraints import constraints
from tests.strategies.contracts import field_types

if TYPE_CHECKING:
    from firelake.contract.constraints import Bound

START_S = 1_768_478_400.0


def value_of(text: str, kind: Kind) -> Bound | str:
    value = json.loads(text)
    match kind:
        case Kind.DECIMAL:
            return Decimal(value)
        case Kind.DATE:
            return date.fromisoformat(value)
        case Kind.TIMESTAMP:
            return datetime.fromisoformat(value)
        case _:
            return value


@given(st.data())
def test_values_are_as_the_constraints_of_any_field_want_them(data: st.DataObject) -> None:
    field_type = data.draw(field_types).member
    asked = data.draw(constraints(field_type))
    if not asked:
        return
    field = Field("x", field_type, "A field.", 1, None, asked)
    values = sample_values(field, Random(data.draw(st.integers())), START_S)
    assert all(asked.allow(value_of(each, field_type.kind)) for each in {*values})
    refused = refused_values(field)
    assert not any(asked.allow(value_of(each, field_type.kind)) for each in refused)


@pytest.mark.parametrize(
    ("declaration", "some"),
    [
        ('type = "bigint", min = 5, max = 6', {"5", "6"}),
        ('type = "decimal(3,2)", min = "0.98", max = 0.99', {'"0.98"', '"0.99"'}),
        (
            f'type = "decimal(38,1)", min = "{10**29}.1", max = "{10**29}.1"',
            {f'"{10**29}.1"'},
        ),
        ("type = 'string', pattern = '^(ab|c{2})$'", {'"ab"', '"cc"'}),
        ('type = "string", max_length = 1', {'"i"'}),
        ('type = "date", min = 2100-01-01, max = 2100-01-01', {'"2100-01-01"'}),
    ],
)
def test_all_that_is_allowed_comes(declaration: str, some: set[str]) -> None:
    text = f"version = 1\n[fields]\nit = {{ description = 'It.', {declaration} }}\n"
    event = '[events.a]\ndescription = "An event."\noptional = ["it"]\n'
    field = parse_contract(text + event).fields["it"]
    assert {*sample_values(field, Random(1), START_S)} == some


def test_a_pattern_for_which_no_text_is_found_is_told() -> None:
    text = """
version = 1
[fields]
it = { type = "string", description = "It.", pattern = 'a\\bb' }
[events.a]
description = "An event."
required = ["it"]
"""
    generator = Generator(parse_contract(text), seed=1, start_s=START_S, shares=Shares())
    why = r"no sample value of the field it can be made: 1,000 tries found none matching a\\bb"
    with pytest.raises(InputError, match=why):
        list(generator.events(1))


def test_what_is_deprecated_is_sent_no_more() -> None:
    text = """
version = 2
[fields]
old = { type = "string", description = "Old.", until = 1 }
[events.a]
description = "An event."
optional = ["old"]
[events.b]
description = "Another."
optional = ["old"]
until = 1
"""
    generator = Generator(parse_contract(text), seed=1, start_s=START_S, shares=Shares())
    events = [json.loads(each.outgoing.payload) for each in generator.events(50)]
    assert {each["event_name"] for each in events} == {"a"}
    assert not any("old" in each for each in events)


@given(st.integers())
def test_values_of_structs_are_as_the_rules_of_their_members_want_them(seed: int) -> None:
    contract = parse_contract(
        """
version = 1
[fields.it]
type = "array<struct<sku:string,qty:bigint,size:struct<w:double,unit:string>>>"
description = "It."
members.sku = { required = true, pattern = "^[A-Z]{2}$" }
members.qty = { min = 5, max = 6 }
members."size.unit" = { required = true, enum = ["cm", "in"] }
[events.a]
description = "An event."
optional = ["it"]
"""
    )
    values = sample_values(contract.fields["it"], Random(seed), START_S)
    items = [item for text in {*values} for item in json.loads(text) if item is not None]
    assert all(len(item["sku"]) == 2 and item["sku"].isupper() for item in items)
    assert {item["qty"] for item in items if "qty" in item} <= {5, 6}
    assert {item["size"]["unit"] for item in items if "size" in item} <= {"cm", "in"}
