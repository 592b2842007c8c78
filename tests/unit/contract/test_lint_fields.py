"""The rules of the dictionary of fields: each with its exact message."""

from __future__ import annotations

import pytest

from firelake.contract.errors import ContractFileError
from firelake.contract.events import parse_contract

NAME_RULE = "must match [a-z][a-z0-9_]*: Athena wants any other name quoted"
RESERVED_RULE = "is a reserved word of Athena, which wants it quoted: rename it"
TAKEN_RULE = "Firelake has a column or partition key of this name: rename it"
COMMON_RULE = "every event carries this field: it must not be declared"
LONG_FIELD = "f" * 256


def problems_of(text: str) -> list[str]:
    """Parse a contract that must fail and give its problems as text."""
    with pytest.raises(ContractFileError) as raised:
        parse_contract(text)
    return [str(problem) for problem in raised.value.problems]


def with_field(declaration: str, name: str = "score") -> str:
    """Give a contract of version 2 with one field, on line 3, which its event requires."""
    return (
        f"version = 2\n[fields]\n{declaration}\n"
        f'[events."a:b"]\ndescription = "An event."\nrequired = ["{name}"]\n'
    )


@pytest.mark.parametrize(
    ("declaration", "problem"),
    [
        pytest.param(
            'score = { description = "S." }',
            'fields.score.type: (missing): give the type of the field, such as "string"',
            id="no-type",
        ),
        pytest.param(
            'score = { type = 1, description = "S." }',
            'fields.score.type: 1: must be a text such as "string"',
            id="type-of-another-type",
        ),
        pytest.param(
            'score = { type = "int", description = "S." }',
            "fields.score.type: 'int': 'int' is no type: use string, bigint, double, boolean,"
            " decimal(precision,scale), timestamp, date or json, or array<...> of one of them but"
            " json; no spaces",
            id="unknown-type",
        ),
        pytest.param(
            'score = { type = "decimal(39,2)", description = "S." }',
            "fields.score.type: 'decimal(39,2)':"
            " decimal(39,2) has a precision of 39: it must be 1 to 38",
            id="too-many-digits",
        ),
        pytest.param(
            'score = { type = "double" }',
            "fields.score.description: (missing): say in a sentence what it means",
            id="no-description",
        ),
        pytest.param(
            'score = { type = "double", description = " " }',
            "fields.score.description: ' ': must be a text that says what it means",
            id="empty-description",
        ),
        pytest.param(
            'score = { type = "double", description = 1 }',
            "fields.score.description: 1: must be a text that says what it means",
            id="description-of-another-type",
        ),
        pytest.param(
            'score = { type = "double", description = "S.", since = 0 }',
            "fields.score.since: 0: must be an integer of 1 or more",
            id="since-zero",
        ),
        pytest.param(
            'score = { type = "double", description = "S.", since = true }',
            "fields.score.since: True: must be an integer of 1 or more",
            id="since-boolean",
        ),
        pytest.param(
            'score = { type = "double", description = "S.", since = 3 }',
            "fields.score.since: 3: must be 1 to the version of the contract, 2",
            id="since-over-version",
        ),
        pytest.param(
            'score = "double"',
            "fields.score: 'double': must be a table with type and description",
            id="no-table",
        ),
    ],
)
def test_a_field_declares_type_description_and_since(declaration: str, problem: str) -> None:
    assert problems_of(with_field(declaration)) == [f"line 3, {problem}"]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        pytest.param("2fa", NAME_RULE, id="leading-digit"),
        pytest.param("_score", NAME_RULE, id="leading-underscore"),
        pytest.param("Score", NAME_RULE, id="upper-case"),
        pytest.param("my-score", NAME_RULE, id="hyphen"),
        pytest.param("select", RESERVED_RULE, id="reserved-in-select"),
        pytest.param("date", RESERVED_RULE, id="reserved-in-ddl"),
        pytest.param("extras", TAKEN_RULE, id="last-column"),
        pytest.param("stream_position", TAKEN_RULE, id="leading-column"),
        pytest.param("dt", TAKEN_RULE, id="partition-key"),
        pytest.param("event_type", TAKEN_RULE, id="other-partition-key"),
    ],
)
def test_a_field_name_that_athena_must_quote_or_firelake_uses_is_refused(
    name: str, rule: str
) -> None:
    text = with_field(f'{name} = {{ type = "double", description = "S." }}', name)
    assert problems_of(text) == [f"line 3, fields.{name}: {name!r}: {rule}"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("s", id="one-letter"),
        pytest.param("score_2", id="digit-later"),
        pytest.param("dates", id="reserved-word-within"),
        pytest.param("f" * 255, id="longest"),
    ],
)
def test_a_field_name_of_lower_case_letters_digits_and_underscores_is_accepted(name: str) -> None:
    text = with_field(f'{name} = {{ type = "double", description = "S." }}', name)
    assert list(parse_contract(text).fields) == [name]


def test_a_field_name_with_a_space_is_refused_under_its_quoted_key() -> None:
    text = with_field('"my score" = { type = "double", description = "S." }', "my score")
    assert problems_of(text) == [f"line 3, fields.\"my score\": 'my score': {NAME_RULE}"]


def test_a_field_name_of_more_than_255_characters_is_refused() -> None:
    text = with_field(f'{LONG_FIELD} = {{ type = "double", description = "S." }}', LONG_FIELD)
    assert problems_of(text) == [
        f"line 3, fields.{LONG_FIELD}: '{'f' * 56}...: has 256 characters: Glue takes 255"
    ]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("event_uuid", id="event_uuid"),
        pytest.param("event_name", id="event_name"),
        pytest.param("created_at", id="created_at"),
    ],
)
def test_a_common_field_is_neither_declared_nor_listed(name: str) -> None:
    text = with_field(f'{name} = {{ type = "string", description = "S." }}', name)
    assert problems_of(text) == [
        f"line 3, fields.{name}: {name!r}: {COMMON_RULE}",
        f'line 6, events."a:b".required: {name!r}: every event carries this field: do not list it',
    ]


def test_field_names_that_differ_only_in_case_are_refused() -> None:
    text = with_field(
        'score = { type = "double", description = "S." }\n'
        'sCore = { type = "double", description = "S." }',
        'score", "sCore',
    )
    assert problems_of(text) == [
        f"line 4, fields.sCore: 'sCore': {NAME_RULE}",
        (
            "line 4, fields.sCore: 'sCore': differs from the field 'score' only in case:"
            " Athena has no case in names"
        ),
    ]


def test_a_field_that_no_event_uses_is_refused() -> None:
    text = with_field(
        'score = { type = "double", description = "S." }\n'
        'level = { type = "bigint", description = "L." }'
    )
    assert problems_of(text) == [
        "line 4, fields.level: 'level': no event uses this field: add it to an event or remove it"
    ]
