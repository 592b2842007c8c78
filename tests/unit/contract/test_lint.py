"""The rules of an events.toml as a whole: each with its exact message."""

from __future__ import annotations

import pytest

from firelake.contract.errors import ContractFileError
from firelake.contract.events import parse_contract

VALID = """\
version = 1
[every_event]
optional = ["user_id"]
[events."a:b"]
description = "x"
[fields]
user_id = { type = "string", description = "User." }
"""


def problems_of(text: str) -> list[str]:
    """Parse a contract that must fail and give its problems as text."""
    with pytest.raises(ContractFileError) as raised:
        parse_contract(text)
    return [str(problem) for problem in raised.value.problems]


def test_a_contract_that_keeps_all_rules_has_no_problem() -> None:
    assert parse_contract(VALID).version == 1


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            "version = \n",
            ["line 1, TOML syntax: 'version =': Invalid value"],
            id="no-value",
        ),
        pytest.param(
            "version = 1\n[fields\n",
            ["line 2, TOML syntax: '[fields': Expected ']' at the end of a table declaration"],
            id="table-not-closed",
        ),
        pytest.param(
            'version = 1\nname = "',
            ["line 2, TOML syntax: 'name = \"': Unterminated string"],
            id="end-of-document",
        ),
        pytest.param(
            "version = 1\nversion = 2\n",
            ["line 2, TOML syntax: 'version = 2': Cannot overwrite a value"],
            id="key-twice",
        ),
        pytest.param(
            '[events."a:b"]\ndescription = "x"\n[events."a:b"]\n',
            ["line 3, TOML syntax: '[events.\"a:b\"]': Cannot declare ('events', 'a:b') twice"],
            id="event-twice",
        ),
    ],
)
def test_a_syntax_error_is_told_with_its_line(text: str, problems: list[str]) -> None:
    assert problems_of(text) == problems


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            VALID.replace("version = 1", "versoin = 1"),
            [
                "version: (missing): give the version of the contract, from 1",
                (
                    "line 1, versoin: 1: unknown key: known are version, every_event, fields,"
                    " events, sources, retention_days"
                ),
            ],
            id="at-the-top",
        ),
        pytest.param(
            VALID.replace("[every_event]", "[every_event]\nrequires = []"),
            ["line 3, every_event.requires: []: unknown key: known are required, optional"],
            id="in-every-event",
        ),
        pytest.param(
            VALID.replace('"User." }', '"User.", unit = "points" }'),
            [
                (
                    "line 7, fields.user_id.unit: 'points':"
                    " unknown key: known are type, column, description, since, until,"
                    " data_subject, enum, min, max, pattern, max_length, members"
                )
            ],
            id="in-a-field",
        ),
        pytest.param(
            VALID.replace("[fields]", 'requires = ["user_id"]\n[fields]'),
            [
                (
                    "line 6, events.\"a:b\".requires: ['user_id']:"
                    " unknown key: known are description, required, optional, until"
                )
            ],
            id="in-an-event",
        ),
        pytest.param(
            VALID.replace('"a:b"', "a.b"),
            [
                (
                    "line 4, events.a.b: {'description': 'x'}:"
                    " unknown key: known are description, required, optional, until"
                ),
                "line 4, events.a.description: (missing): say in a sentence what it means",
            ],
            id="event-name-written-as-a-path",
        ),
    ],
)
def test_an_unknown_key_is_refused_anywhere(text: str, problems: list[str]) -> None:
    assert problems_of(text) == problems


@pytest.mark.parametrize(
    ("version", "shown"),
    [
        pytest.param("0", "0", id="zero"),
        pytest.param("-1", "-1", id="negative"),
        pytest.param("true", "True", id="boolean"),
        pytest.param("1.0", "1.0", id="float"),
        pytest.param('"1"', "'1'", id="text"),
    ],
)
def test_a_version_is_an_integer_from_one(version: str, shown: str) -> None:
    text = VALID.replace("version = 1", f"version = {version}")
    assert problems_of(text) == [f"line 1, version: {shown}: must be an integer of 1 or more"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            "version = 1\n[fields]\n",
            ["events: (missing): declare at least one event"],
            id="no-events",
        ),
        pytest.param(
            "version = 1\nevents = 1\n",
            ["line 2, events: 1: must be a table"],
            id="events-no-table",
        ),
        pytest.param(
            'version = 1\nfields = "x"\n[events.a]\ndescription = "x"\n',
            ["line 2, fields: 'x': must be a table"],
            id="fields-no-table",
        ),
        pytest.param(
            'version = 1\nevery_event = ["x"]\n[events.a]\ndescription = "x"\n',
            ["line 2, every_event: ['x']: must be a table"],
            id="every-event-no-table",
        ),
        pytest.param(
            "",
            [
                "version: (missing): give the version of the contract, from 1",
                "events: (missing): declare at least one event",
            ],
            id="empty-file",
        ),
    ],
)
def test_the_parts_of_the_file_are_tables(text: str, problems: list[str]) -> None:
    assert problems_of(text) == problems


def test_all_problems_are_told_at_once_in_the_order_of_lines() -> None:
    text = 'version = 0\n[events."a:b"]\nrequired = ["nope"]\n[fields]\nDate = { type = "text" }\n'
    with pytest.raises(ContractFileError) as raised:
        parse_contract(text, source="mine.toml")
    assert [problem.line for problem in raised.value.problems] == [1, 2, 3, 5, 5, 5, 5]
    assert str(raised.value).splitlines()[0] == "mine.toml has 7 problems:"
