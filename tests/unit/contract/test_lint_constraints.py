"""The rules of constraints, `until` and what every event requires: each with its exact message."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from firelake.contract.constraints import Constraints
from firelake.contract.errors import ContractFileError
from firelake.contract.events import parse_contract


def contract_of(declaration: str, above: str = "", event: str = 'optional = ["it"]') -> str:
    """A contract of version 3 with one field, on line 3."""
    return (
        f"version = 3\n[fields]\nit = {{ description = 'It.', {declaration} }}\n{above}\n"
        f'[events.a]\ndescription = "An event."\n{event}\n'
    )


def problems_of(text: str) -> list[str]:
    with pytest.raises(ContractFileError) as raised:
        parse_contract(text)
    return [str(problem).removeprefix("line 3, ") for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ('type = "string", enum = ["free", ""]', Constraints(enum=("free", ""))),
        ('type = "array<bigint>", enum = [3, -1]', Constraints(enum=(3, -1))),
        ('type = "bigint", min = 1', Constraints(least=1)),
        ('type = "double", min = 0, max = 0.5', Constraints(least=0.0, most=0.5)),
        ('type = "decimal(38,2)", max = "0.10"', Constraints(most=Decimal("0.10"))),
        ('type = "decimal(5,2)", max = 0.1', Constraints(most=Decimal("0.1"))),
        ('type = "date", min = 2020-02-29', Constraints(least=date(2020, 2, 29))),
        ('type = "date", min = "2020-02-29"', Constraints(least=date(2020, 2, 29))),
        (
            'type = "timestamp", max = 2020-01-01T00:30:00+01:00',
            Constraints(most=datetime(2019, 12, 31, 23, 30, tzinfo=UTC)),
        ),
        (
            'type = "timestamp", max = "2020-01-01T00:30:00.500Z"',
            Constraints(most=datetime(2020, 1, 1, 0, 30, 0, 500_000, tzinfo=UTC)),
        ),
        (
            "type = 'string', pattern = '^[a-z]+$', max_length = 8",
            Constraints(pattern="^[a-z]+$", max_length=8),
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_constraints_are_read_as_values_of_the_fields_type(
    declaration: str, expected: Constraints
) -> None:
    assert parse_contract(contract_of(declaration)).fields["it"].constraints == expected


@pytest.mark.parametrize(
    ("declaration", "problem"),
    [
        (
            'type = "json", max_length = 5',
            "max_length: 5: is for string and arrays and maps of those, not for json",
        ),
        (
            'type = "string", min = 5',
            (
                "min: 5: is for bigint, double, decimal, date, timestamp"
                " and arrays and maps of those, not for string"
            ),
        ),
        (
            'type = "array<double>", enum = [0.5]',
            (
                "enum: [0.5]: is for string, bigint and arrays and maps of those,"
                " not for array<double>"
            ),
        ),
        ('type = "string", enum = []', "enum: []: must be a list of the values that there are"),
        ('type = "string", enum = "a"', "enum: 'a': must be a list of the values that there are"),
        (
            'type = "string", enum = ["a", 1]',
            "enum: 1: must be a text, as the field is of the type string",
        ),
        (
            'type = "bigint", enum = [1, true]',
            "enum: True: must be an integer within 64 bits, as the field is of the type bigint",
        ),
        ('type = "string", enum = ["a", "a"]', "enum: 'a': is listed twice"),
        ('type = "bigint", min = 0.5', "min: 0.5: must be an integer within 64 bits"),
        (
            'type = "bigint", max = 9223372036854775808',
            "max: 9223372036854775808: must be an integer within 64 bits",
        ),
        ('type = "double", max = nan', "max: nan: must be a finite number"),
        ('type = "double", max = "1"', "max: '1': must be a finite number"),
        (
            'type = "decimal(5,2)", max = "1e3"',
            "max: '1e3': must be a number, or a text of digits such as \"0.10\"",
        ),
        ('type = "date", max = "2020-02-30"', "max: '2020-02-30': must be a date yyyy-MM-dd"),
        (
            'type = "timestamp", max = "2020-02-03T00:00:00"',
            (
                "max: '2020-02-03T00:00:00':"
                " must be a moment yyyy-MM-ddTHH:mm:ssZ, at most to the millisecond"
            ),
        ),
        (
            'type = "string", max_length = 0',
            "max_length: 0: must be an integer of 1 or more: it counts characters",
        ),
        (
            'type = "string", pattern = 1',
            "pattern: 1: must be a text: a regular expression of RE2's syntax",
        ),
        ('type = "string", pattern = "(a"', "pattern: '(a': has a ( that nothing closes"),
        ('type = "bigint", min = 2, max = 1', "min: 2: is above max: no value fits"),
        (
            'type = "decimal(3,1)", min = 0.01, max = 0.04',
            "min: 0.01: leaves no value of decimal(3,1)",
        ),
        (
            'type = "decimal(3,1)", min = 100',
            "min: 100: leaves no value of decimal(3,1)",
        ),
        (
            'type = "string", enum = ["a", "bb"], max_length = 1',
            "enum: 'bb': is refused by the field's other constraints",
        ),
        (
            'type = "string", pattern = "^a{3}", max_length = 2',
            "max_length: 2: no text fits: what the pattern wants has 3 characters or more",
        ),
        ('type = "string", until = 0', "until: 0: must be an integer of 1 or more"),
        (
            'type = "string", since = 2, until = 1',
            "until: 1: must be its since, 2, or later",
        ),
    ],
    ids=lambda each: each if each.startswith("type") else "",
)
def test_a_constraint_that_means_nothing_is_refused(declaration: str, problem: str) -> None:
    assert problems_of(contract_of(declaration)) == [f"fields.it.{problem}"]


def test_what_every_event_requires_is_required_of_each_after_its_own() -> None:
    text = contract_of(
        'type = "string"',
        '[fields.own]\ntype = "string"\ndescription = "O."\n[every_event]\nrequired = ["it"]',
        'required = ["own"]',
    )
    assert parse_contract(text).events["a"].required == ("own", "it")


@pytest.mark.parametrize("need", ["required", "optional"])
def test_what_every_event_requires_is_not_listed_again(need: str) -> None:
    text = contract_of('type = "string"', '[every_event]\nrequired = ["it"]', f'{need} = [\n"it"]')
    rule = "is required in every event already: do not list it"
    assert problems_of(text) == [f"line 9, events.a.{need}: 'it': {rule}"]


def test_what_is_sent_up_to_a_version_is_required_of_no_event_that_is_sent_beyond() -> None:
    text = contract_of('type = "string", until = 2', event='required = ["it"]')
    rule = "is sent until version 2 only, so it must be optional"
    assert problems_of(text) == [f"line 7, events.a.required: 'it': {rule}"]
    contract = parse_contract(f"{text}until = 2\n")
    assert contract.is_deprecated(contract.events["a"])
    assert contract.is_deprecated(contract.fields["it"])


def test_an_end_that_is_announced_has_not_come() -> None:
    contract = parse_contract(contract_of('type = "string", until = 3'))
    assert contract.fields["it"].until == 3
    assert not contract.is_deprecated(contract.fields["it"])
