"""Which changes of a contract are safe."""

from __future__ import annotations

import pytest

from firelake.contract.changes import Change, changes
from firelake.contract.events import parse_contract

OLD = """\
version = 1
[fields]
user_id = { type = "string", description = "Account." }
score = { type = "double", description = "Score." }
[events."quest:started"]
description = "Begun."
required = ["user_id"]
optional = ["score"]
[events."quest:ended"]
description = "Over."
optional = ["user_id"]
"""
RAISED = Change("version", "1 -> 2", allowed=True, reason="a version may rise")
STAYS = Change(
    "version",
    "stays at 1",
    allowed=False,
    reason="the contract changes, so its version must rise above 1",
)
NEW_FIELD = (
    'level = { type = "bigint", description = "Level.", since = 2 }\n[events."quest:started"]'
)
WITH_LEVEL = ('optional = ["score"]', 'optional = ["score", "level"]')


def edited(*replacements: tuple[str, str], version: int = 2) -> str:
    """Give the old contract with parts replaced, each of which must be there."""
    text = OLD.replace("version = 1", f"version = {version}")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def changes_to(text: str) -> list[Change]:
    """List the changes from the old contract to another."""
    return list(changes(parse_contract(OLD), parse_contract(text)))


def test_a_contract_that_stays_as_it_is_has_no_changes() -> None:
    assert changes_to(OLD) == []


def test_a_version_may_rise_without_another_change() -> None:
    assert changes_to(edited()) == [RAISED]


def test_a_struct_may_get_members_at_its_end() -> None:
    struct = 'score = { type = "struct<a:double>", description = "Score." }'
    old = edited(('score = { type = "double", description = "Score." }', struct), version=1)
    new = old.replace("version = 1", "version = 2").replace("<a:double>", "<a:double,b:date>")
    assert list(changes(parse_contract(old), parse_contract(new))) == [
        RAISED,
        Change(
            "fields.score.type",
            "struct<a:double> -> struct<a:double,b:date>",
            allowed=True,
            reason="members that are new are null in old events, and what is there keeps its name",
        ),
    ]
    back = new.replace("version = 2", "version = 3").replace("a:double,b", "b")
    assert [each.allowed for each in changes(parse_contract(new), parse_contract(back))] == [
        True,
        False,
    ]


def test_the_column_of_a_field_stays_what_it_is() -> None:
    declared = 'user_id = { type = "string", description = "Account." }'
    renamed = 'user_id = { type = "string", column = "account", description = "Account." }'
    assert changes_to(edited((declared, renamed))) == [
        RAISED,
        Change(
            "fields.user_id.column",
            "user_id -> account",
            allowed=False,
            reason=(
                "the values of old events are in the column of the old name, and queries ask it"
            ),
        ),
    ]


def test_a_version_never_falls() -> None:
    old = parse_contract(edited(version=3))
    new = parse_contract(edited(version=2))
    assert changes(old, new) == (
        Change(
            "version",
            "3 -> 2",
            allowed=False,
            reason="a version never goes back: the lake has data of the higher one",
        ),
    )


def test_a_reworded_description_needs_no_new_version() -> None:
    reason = "descriptions are for people only"
    assert changes_to(edited(("Account.", "User."), ("Begun.", "Began."), version=1)) == [
        Change("fields.user_id.description", "reworded", allowed=True, reason=reason),
        Change('events."quest:started".description', "reworded", allowed=True, reason=reason),
    ]


def test_a_new_optional_field_of_the_new_version_passes() -> None:
    text = edited(
        ('[events."quest:started"]', NEW_FIELD),
        WITH_LEVEL,
    )
    assert changes_to(text) == [
        RAISED,
        Change(
            "fields.level",
            "new, bigint, since 2",
            allowed=True,
            reason="old events have null in its column",
        ),
        Change(
            'events."quest:started".optional.level',
            "new",
            allowed=True,
            reason="every event that is valid now stays valid",
        ),
    ]


def test_a_new_field_that_claims_an_older_version_is_refused() -> None:
    text = edited(
        ('[events."quest:started"]', NEW_FIELD.replace(", since = 2", "")),
        WITH_LEVEL,
    )
    assert changes_to(text)[1] == Change(
        "fields.level",
        "new, bigint, since 1",
        allowed=False,
        reason=(
            "a new field needs since = 2, the new version: only then its values stay in extras too,"
            " until Firehose has picked up the new table"
        ),
    )


def test_a_new_event_passes_with_whatever_it_requires() -> None:
    text = edited(
        (
            '[events."quest:ended"]',
            (
                '[events."quest:lost"]\ndescription = "Lost."\nrequired = ["score"]\n'
                '[events."quest:ended"]'
            ),
        )
    )
    assert changes_to(text) == [
        RAISED,
        Change(
            'events."quest:lost"',
            "new",
            allowed=True,
            reason="no event that is valid now is touched",
        ),
    ]


def test_a_field_that_is_no_longer_required_passes() -> None:
    text = edited(
        ('required = ["user_id"]\noptional = ["score"]', 'optional = ["score", "user_id"]')
    )
    assert changes_to(text) == [
        RAISED,
        Change(
            'events."quest:started".required.user_id',
            "required -> optional",
            allowed=True,
            reason="every event that is valid now stays valid",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "change"),
    [
        pytest.param(
            edited(('optional = ["user_id"]', 'optional = ["user_id", "score"]'), version=1),
            Change(
                'events."quest:ended".optional.score',
                "new",
                allowed=True,
                reason="every event that is valid now stays valid",
            ),
            id="field-added",
        ),
        pytest.param(
            edited(
                (
                    '[events."quest:ended"]',
                    '[events.x]\ndescription = "X."\n[events."quest:ended"]',
                ),
                version=1,
            ),
            Change("events.x", "new", allowed=True, reason="no event that is valid now is touched"),
            id="event-added",
        ),
    ],
)
def test_an_addition_without_a_new_version_is_refused(text: str, change: Change) -> None:
    assert changes_to(text) == [STAYS, change]


@pytest.mark.parametrize(
    ("text", "change"),
    [
        pytest.param(
            edited(('"double"', '"bigint"')),
            Change(
                "fields.score.type",
                "double -> bigint",
                allowed=False,
                reason="files that lie in the lake hold the old type:"
                " declare a field of another name",
            ),
            id="type-changed",
        ),
        pytest.param(
            edited(('"Score." }', '"Score.", since = 2 }')),
            Change(
                "fields.score.since",
                "1 -> 2",
                allowed=False,
                reason="since tells which version brought the field, and that is past",
            ),
            id="since-changed",
        ),
        pytest.param(
            edited(('optional = ["user_id"]', "")),
            Change(
                'events."quest:ended".optional.user_id',
                "removed",
                allowed=False,
                reason="the event's view would lose the column",
            ),
            id="field-of-an-event-removed",
        ),
        pytest.param(
            edited(('optional = ["user_id"]', 'required = ["user_id"]')),
            Change(
                'events."quest:ended".optional.user_id',
                "optional -> required",
                allowed=False,
                reason="producers that do not send it would have their events refused",
            ),
            id="field-made-required",
        ),
        pytest.param(
            edited(('optional = ["user_id"]', 'optional = ["user_id"]\nrequired = ["score"]')),
            Change(
                'events."quest:ended".required.score',
                "new",
                allowed=False,
                reason="producers that do not send it would have their events refused",
            ),
            id="new-required-field",
        ),
        pytest.param(
            edited(('[events."quest:ended"]', '[events."quest:over"]')),
            Change(
                'events."quest:ended"',
                "removed",
                allowed=False,
                reason="its view would go, and its events would count as unregistered",
            ),
            id="event-renamed",
        ),
    ],
)
def test_a_change_that_breaks_data_readers_or_producers_is_refused(
    text: str, change: Change
) -> None:
    assert [found for found in changes_to(text) if not found.allowed] == [change]


def test_a_removed_field_is_refused_in_the_dictionary_and_in_its_events() -> None:
    text = edited(
        ('score = { type = "double", description = "Score." }\n', ""),
        ('optional = ["score"]\n', ""),
    )
    assert changes_to(text) == [
        RAISED,
        Change(
            "fields.score",
            "removed",
            allowed=False,
            reason="its column would go, and with it queries and the data of old events",
        ),
        Change(
            'events."quest:started".optional.score',
            "removed",
            allowed=False,
            reason="the event's view would lose the column",
        ),
    ]


def test_another_order_of_fields_and_events_is_no_change() -> None:
    lines = OLD.splitlines()
    lines[2], lines[3] = lines[3], lines[2]
    assert changes_to("\n".join(lines)) == []


SOURCES = """
version = {version}
[events."a:b"]
description = "x"
{sources}
"""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", '[sources.x]\npreset = "segment"', ("sources.x", "new", True)),
        ('[sources.x]\npreset = "segment"', "", ("sources.x", "removed", False)),
        (
            '[sources.x]\npreset = "segment"',
            '[sources.x]\npreset = "segment"\nid = "context.id"',
            ("sources.x", "another id, name or time", False),
        ),
        (
            '[sources.x]\npreset = "segment_batch"',
            '[sources.x]\npreset = "segment_batch"\nitems = "data.batch"',
            ("sources.x", "another id, name or time", False),
        ),
        (
            '[sources.x]\npreset = "segment"',
            '[sources.x]\npreset = "segment"\nwhen = ["messageId"]',
            ("sources.x", "another when or more names", True),
        ),
    ],
)
def test_a_source_may_come_but_neither_go_nor_make_other_events(
    before: str, after: str, expected: tuple[str, str, bool]
) -> None:
    old = parse_contract(SOURCES.format(version=1, sources=before))
    new = parse_contract(SOURCES.format(version=2, sources=after))
    _, change = changes(old, new)
    assert (change.key, change.what, change.allowed) == expected


def test_a_new_source_needs_a_higher_version() -> None:
    old = parse_contract(SOURCES.format(version=1, sources=""))
    new = parse_contract(SOURCES.format(version=1, sources='[sources.x]\npreset = "segment"'))
    assert [change.allowed for change in changes(old, new)] == [False, True]


MARKED = ('user_id = { type = "string", ', 'user_id = { type = "string", data_subject = true, ')


def test_a_field_may_come_to_say_whom_an_event_is_about() -> None:
    marked = Change(
        "fields.user_id.data_subject",
        "marked",
        allowed=True,
        reason="old events are found by it as well",
    )
    assert changes_to(edited(MARKED)) == [RAISED, marked]


def test_a_mark_of_a_data_subject_stays() -> None:
    unmarked = Change(
        "fields.user_id.data_subject",
        "no longer marked",
        allowed=False,
        reason="what has been erased by it, and is not gone yet, would be shown again",
    )
    before = parse_contract(edited(MARKED, version=1))
    assert list(changes(before, parse_contract(edited()))) == [RAISED, unmarked]
