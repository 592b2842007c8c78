"""The first question of a demonstration: of the contract's largest type, and what it carries."""

from __future__ import annotations

from firelake.contract.events import parse_contract
from firelake.samples.first_question import first_question
from tests.helpers.foreign_contracts import TINY


def test_a_contract_without_fields_is_asked_for_counts_alone() -> None:
    assert first_question(parse_contract(TINY)) == (
        "SELECT event_name, count(*) AS events\n"
        "FROM events_unique\n"
        "WHERE event_type = 'ping'\n"
        "GROUP BY event_name\n"
        "ORDER BY events DESC, event_name"
    )


def test_the_largest_type_is_asked_for_the_text_that_most_of_its_events_must_carry() -> None:
    contract = parse_contract("""
        version = 1
        [fields]
        note = { type = "string", description = "N." }
        tags = { type = "array<string>", description = "T." }
        size = { type = "bigint", description = "S." }
        place = { type = "string", description = "P." }
        code = { type = "string", description = "C." }
        [events.a]
        description = "A."
        required = ["code"]
        [events."b:x"]
        description = "B."
        optional = ["note", "place", "tags"]
        [events."b:y"]
        description = "B."
        required = ["size", "place"]
        optional = ["note"]
        [events."b:z"]
        description = "B."
        optional = ["code"]
    """)
    assert first_question(contract) == (
        "SELECT event_name, count(*) AS events, count(DISTINCT place) AS distinct_place\n"
        "FROM events_unique\n"
        "WHERE event_type = 'b'\n"
        "GROUP BY event_name\n"
        "ORDER BY events DESC, event_name"
    )
