"""The rules of the dictionary of fields: each with its exact message."""

from __future__ import annotations

import pytest

from firelake.contract.errors import ContractFileError
from firelake.contract.events import parse_contract

NAME_RULE = "must match [a-z][a-z0-9_]*: Athena wants any other name quoted"
RESERVED_RULE = "is a reserved word of Athena, which wants it quoted"
TAKEN_RULE = "Firelake has a column or partition key of this name"
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
            " decimal(precision,scale), timestamp, date or json, struct<name:type,...>, or"
            " array<...> or map<string,...> of one of them but json; no spaces",
            id="unknown-type",
        ),
        pytest.param(
            'score = { type = "decimal(39,2)", description = "S." }',
            "fields.score.type: 'decimal(39,2)':"
            " decimal(39,2) has a precision of 39: it must be 1 to 38",
            id="too-many-digits",
        ),
        pytest.param(
            'score = { type = "string", data_subject = "yes", description = "S." }',
            "fields.score.data_subject: 'yes': must be true or false",
            id="mark-of-another-type",
        ),
        pytest.param(
            'score = { type = "double", data_subject = true, description = "S." }',
            "fields.score.data_subject: True: takes a field of type string or bigint,"
            " this one is double",
            id="mark-of-a-double",
        ),
        pytest.param(
            'score = { type = "array<string>", data_subject = true, description = "S." }',
            "fields.score.data_subject: True: takes a field of type string or bigint,"
            " this one is array<string>",
            id="mark-of-an-array",
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
    ("name", "rule", "column"),
    [
        pytest.param("2fa", NAME_RULE, "field_2fa", id="leading-digit"),
        pytest.param("_score", NAME_RULE, "score", id="leading-underscore"),
        pytest.param("Score", NAME_RULE, "score", id="upper-case"),
        pytest.param("userId", NAME_RULE, "user_id", id="hump"),
        pytest.param("my-score", NAME_RULE, "my_score", id="hyphen"),
        pytest.param("select", RESERVED_RULE, "select_field", id="reserved-in-select"),
        pytest.param("date", RESERVED_RULE, "date_field", id="reserved-in-ddl"),
        pytest.param("extras", TAKEN_RULE, "extras_field", id="last-column"),
        pytest.param("stream_position", TAKEN_RULE, "stream_position_field", id="leading-column"),
        pytest.param("dt", TAKEN_RULE, "dt_field", id="partition-key"),
        pytest.param("event_type", TAKEN_RULE, "event_type_field", id="other-partition-key"),
    ],
)
def test_a_field_whose_name_can_be_no_column_needs_a_column_of_another_name(
    name: str, rule: str, column: str
) -> None:
    text = with_field(f'{name} = {{ type = "double", description = "S." }}', name)
    advice = f'name its column, such as column = "{column}"'
    assert problems_of(text) == [f"line 3, fields.{name}: {name!r}: {rule}: {advice}"]
    declared = f'{name} = {{ type = "double", column = "{column}", description = "S." }}'
    contract = parse_contract(with_field(declared, name))
    assert contract.fields[name].column == column
    assert list(contract.by_column) == [column]


@pytest.mark.parametrize(
    ("name", "quoted"),
    [("$set", '"$set"'), ("größe in cm", '"größe in cm"'), ("a.b[0]", '"a.b[0]"')],
)
def test_a_field_with_a_column_may_have_any_printable_name(name: str, quoted: str) -> None:
    declared = f'{quoted} = {{ type = "double", column = "size", description = "S." }}'
    assert parse_contract(with_field(declared, name)).fields[name].column == "size"


@pytest.mark.parametrize(
    ("declared", "name", "problem"),
    [
        (
            'column = "Score"',
            "Score",
            f"fields.Score.column: 'Score': {NAME_RULE}",
        ),
        (
            'column = "dt"',
            "dT",
            f"fields.dT.column: 'dt': {TAKEN_RULE}",
        ),
        (
            "column = 3",
            "Score",
            "fields.Score.column: 3: must be a text: the name of the field's column",
        ),
        (
            'column = "score"',
            "score",
            (
                "fields.score.column: 'score': is the name of the field, which its column has"
                " anyway: leave it out"
            ),
        ),
        (
            'column = "score"',
            "'a\"b'",
            (
                'fields."a\\"b": \'a"b\': must be printable characters without a quotation mark or'
                " a backslash"
            ),
        ),
        (
            'column = "mapped"',
            '"$firelake_source"',
            (
                "fields.\"$firelake_source\": '$firelake_source': Firelake keeps what a source maps"
                " under this name"
            ),
        ),
    ],
)
def test_a_column_has_a_name_that_needs_no_quotes(declared: str, name: str, problem: str) -> None:
    text = with_field(f'{name} = {{ type = "double", {declared}, description = "S." }}')
    assert problems_of(text)[0] == f"line 3, {problem}"


def test_two_fields_of_one_column_are_refused() -> None:
    text = with_field(
        'userId = { type = "double", column = "user_id", description = "S." }\n'
        '"user-id" = { type = "double", column = "user_id", description = "S." }\n'
        'user_id = { type = "double", description = "S." }',
        'userId", "user-id", "user_id',
    )
    assert problems_of(text) == [
        ("line 4, fields.user-id.column: 'user_id': is the column of the field 'userId' already"),
        "line 5, fields.user_id: 'user_id': is the column of the field 'userId'",
    ]


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
    assert problems_of(text) == [
        (
            f"line 3, fields.\"my score\": 'my score': {NAME_RULE}: name its column, such as"
            ' column = "my_score"'
        )
    ]


def test_a_field_name_of_more_than_255_characters_is_refused() -> None:
    text = with_field(f'{LONG_FIELD} = {{ type = "double", description = "S." }}', LONG_FIELD)
    assert problems_of(text) == [
        (
            f"line 3, fields.{LONG_FIELD}: '{'f' * 56}...: has 256 characters: Glue takes 255: name"
            f' its column, such as column = "{"f" * 127}"'
        )
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
        (
            f"line 4, fields.sCore: 'sCore': {NAME_RULE}: name its column, such as"
            ' column = "s_core"'
        ),
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
