"""The contract that ships as an example: the events of a language-learning app."""

from __future__ import annotations

from collections import Counter

import pytest

from firelake.contract.facts import EVENTS_FILE
from firelake.contract.names import RESERVED_NAMES, view_name
from firelake.contract.types import Kind
from tests.helpers.contracts import LEARNING as CONTRACT
from tests.helpers.contracts import LEARNING_FILE, is_example_in_place


@pytest.mark.skipif(
    not is_example_in_place(),
    reason="src/firelake/contract/events.toml is one's own, and not the example",
)
def test_what_ships_is_the_contract_that_the_tests_and_pages_go_by() -> None:
    assert EVENTS_FILE.read_text() == LEARNING_FILE.read_text(), (
        f"copy src/firelake/contract/events.toml to {LEARNING_FILE}"
    )


def test_it_has_a_hundred_events_of_twenty_one_types() -> None:
    assert len(CONTRACT.events) == 100
    assert CONTRACT.event_types == (
        "account",
        "achievement",
        "app",
        "course",
        "exercise",
        "experiment",
        "friend",
        "league",
        "lesson",
        "notification",
        "payment",
        "placement",
        "podcast",
        "quest",
        "review",
        "session",
        "shop",
        "story",
        "streak",
        "subscription",
        "support",
    )


def test_every_event_has_a_subtype_and_several_have_a_third_part() -> None:
    parts = Counter(name.count(":") + 1 for name in CONTRACT.events)
    assert parts.keys() == {2, 3}
    assert parts[3] > 20


def test_the_names_that_the_docs_use_are_there() -> None:
    assert {"account:created", "lesson:started", "payment:order:completed"} <= set(CONTRACT.events)


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, id=kind.value) for kind in Kind if kind is not Kind.STRUCT]
)
def test_every_kind_of_type_is_used(kind: Kind) -> None:
    assert any(field.type.kind is kind for field in CONTRACT.fields.values())


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, id=kind.value) for kind in Kind if kind not in {Kind.JSON, Kind.STRUCT}],
)
def test_every_kind_of_array_is_used(kind: Kind) -> None:
    assert any(field.type.kind is kind for field in CONTRACT.fields.values() if field.type.is_array)


def test_its_second_version_brought_a_handful_of_fields() -> None:
    assert CONTRACT.version == 2
    assert [field.name for field in CONTRACT.fields.values() if field.since == 2] == [
        "generator_version",
        "achieved_dates",
        "risk_score",
        "discount_rate",
        "variant_weights",
    ]


@pytest.mark.parametrize(
    "name", [pytest.param(event.name, id=event.name) for event in CONTRACT.events.values()]
)
def test_an_event_has_few_fields_and_may_always_tell_who_and_where(name: str) -> None:
    event = CONTRACT.events[name]
    assert 6 <= len(event.fields) <= 14
    assert {"user_id", "session_id", "device_id", "platform", "app_version"} <= set(event.fields)
    assert event.required or event.optional


def test_every_description_is_a_sentence() -> None:
    texts = [entry.description for entry in (*CONTRACT.fields.values(), *CONTRACT.events.values())]
    assert [text for text in texts if not text.endswith(".") or len(text) < 15] == []


def test_no_two_fields_and_no_two_events_mean_the_same() -> None:
    for entries in (CONTRACT.fields.values(), CONTRACT.events.values()):
        counts = Counter(entry.description for entry in entries)
        assert [text for text, count in counts.items() if count > 1] == []


def test_every_event_has_a_view_of_its_own() -> None:
    assert len({view_name(name) for name in CONTRACT.events}) == 100


def test_no_field_takes_a_name_of_firelake() -> None:
    assert RESERVED_NAMES.isdisjoint(CONTRACT.fields)
