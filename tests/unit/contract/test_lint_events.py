"""The rules of events and their lists: each with its exact message."""

from __future__ import annotations

import pytest

from firelake.contract.errors import ContractFileError
from firelake.contract.events import parse_contract

PART_RULE = "must be parts of [a-z0-9_]+ joined by a colon"
UNDERSCORE_RULE = "no part may hold __ nor begin or end with _: views would collide"
LONG_EVENT = "a:" + "e" * 199
LONG_VIEW = ":".join(["ab"] * 64)


def problems_of(text: str) -> list[str]:
    """Parse a contract that must fail and give its problems as text."""
    with pytest.raises(ContractFileError) as raised:
        parse_contract(text)
    return [str(problem) for problem in raised.value.problems]


def with_event(*lines: str, name: str = '"a:b"') -> str:
    """Give a contract of version 1 with one field and one event, whose table is line 4."""
    return "\n".join(
        (
            "version = 1",
            "[every_event]",
            'optional = ["user_id"]',
            f"[events.{name}]",
            *lines,
            "[fields]",
            'user_id = { type = "string", description = "User." }',
        )
    )


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        pytest.param("A:b", PART_RULE, id="upper-case"),
        pytest.param("a b", PART_RULE, id="space"),
        pytest.param("a::b", PART_RULE, id="empty-part"),
        pytest.param("a:", PART_RULE, id="empty-last-part"),
        pytest.param("a.b", PART_RULE, id="dot"),
        pytest.param("a__b:c", UNDERSCORE_RULE, id="two-underscores"),
        pytest.param("_a:b", UNDERSCORE_RULE, id="leading-underscore"),
        pytest.param("a_:b", UNDERSCORE_RULE, id="trailing-underscore"),
        pytest.param("a:b_", UNDERSCORE_RULE, id="trailing-underscore-of-last-part"),
        pytest.param(
            "unregistered:b",
            "the event type 'unregistered' is kept for events the contract does not know",
            id="unregistered",
        ),
    ],
)
def test_an_event_name_is_lower_case_parts_joined_by_colons(name: str, rule: str) -> None:
    text = with_event('description = "x"', name=f'"{name}"')
    assert problems_of(text) == [f'line 4, events."{name}": {name!r}: {rule}']


def test_an_event_name_of_200_characters_is_accepted_and_one_more_refused() -> None:
    longest = LONG_EVENT[:-1]
    assert list(parse_contract(with_event('description = "x"', name=f'"{longest}"')).events) == [
        longest
    ]
    assert problems_of(with_event('description = "x"', name=f'"{LONG_EVENT}"')) == [
        f'line 4, events."{LONG_EVENT}": \'a:{"e" * 54}...: has 201 characters: the limit is 200'
    ]


def test_an_event_whose_view_has_too_long_a_name_is_refused() -> None:
    assert problems_of(with_event('description = "x"', name=f'"{LONG_VIEW}"')) == [
        (
            f'line 4, events."{LONG_VIEW}": \'{LONG_VIEW[:56]}...:'
            " its view's name has 260 characters: Glue takes 255"
        )
    ]


def test_events_whose_views_collide_are_refused() -> None:
    text = with_event('description = "x"', '[events."a__b"]', 'description = "y"')
    assert problems_of(text) == [
        f"line 6, events.a__b: 'a__b': {UNDERSCORE_RULE}",
        "line 6, events.a__b: 'a__b': its view event_a__b is also that of the event 'a:b'",
    ]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        pytest.param(
            (),
            'line 4, events."a:b".description: (missing): say in a sentence what it means',
            id="no-description",
        ),
        pytest.param(
            ('description = ""',),
            "line 5, events.\"a:b\".description: '': must be a text that says what it means",
            id="empty-description",
        ),
        pytest.param(
            ('description = "x"', 'required = "user_id"'),
            "line 6, events.\"a:b\".required: 'user_id': must be a list of field names",
            id="no-list",
        ),
        pytest.param(
            ('description = "x"', "optional = [1]"),
            'line 6, events."a:b".optional: 1: must be the name of a field',
            id="number-in-a-list",
        ),
        pytest.param(
            ('description = "x"', "required = [", '  "user_id",', '  "score",', "]"),
            "line 8, events.\"a:b\".required: 'score': is not declared under [fields]",
            id="field-not-declared",
        ),
        pytest.param(
            ('description = "x"', 'required = ["user_id", "user_id"]'),
            "line 6, events.\"a:b\".required: 'user_id': is listed twice in this event",
            id="twice-in-one-list",
        ),
        pytest.param(
            ('description = "x"', 'required = ["user_id"]', 'optional = ["user_id"]'),
            "line 7, events.\"a:b\".optional: 'user_id': is listed twice in this event",
            id="in-both-lists",
        ),
        pytest.param(
            ('description = "x"', 'optional = ["user_id"]'),
            "line 6, events.\"a:b\".optional: 'user_id':"
            " is optional in every event already: do not list it",
            id="optional-in-every-event",
        ),
        pytest.param(
            ('description = "x"', 'optional = ["created_at"]'),
            "line 6, events.\"a:b\".optional: 'created_at':"
            " every event carries this field: do not list it",
            id="common-field",
        ),
    ],
)
def test_an_event_has_a_description_and_lists_declared_fields_once(
    lines: tuple[str, ...], problem: str
) -> None:
    assert problems_of(with_event(*lines)) == [problem]


def test_an_event_may_require_a_field_that_every_event_may_carry() -> None:
    contract = parse_contract(with_event('description = "x"', 'required = ["user_id"]'))
    assert contract.events["a:b"].fields == ("user_id",)


def test_an_event_that_is_no_table_is_refused() -> None:
    text = 'version = 1\n[events]\n"a:b" = "x"\n'
    assert problems_of(text) == ["line 3, events.\"a:b\": 'x': must be a table with a description"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        pytest.param(
            '["score"]',
            "line 3, every_event.optional: 'score': is not declared under [fields]",
            id="not-declared",
        ),
        pytest.param(
            '["user_id", "user_id"]',
            "line 3, every_event.optional: 'user_id': is listed twice in this event",
            id="twice",
        ),
        pytest.param(
            '["event_uuid"]',
            "line 3, every_event.optional: 'event_uuid':"
            " every event carries this field: do not list it",
            id="common-field",
        ),
    ],
)
def test_the_fields_of_every_event_keep_the_rules_of_a_list(fields: str, problem: str) -> None:
    text = with_event('description = "x"', 'required = ["user_id"]')
    assert problems_of(text.replace('["user_id"]', fields, 1)) == [problem]
