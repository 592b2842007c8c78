"""What a source maps to the id and the time of its events is no drift; all else is."""

from __future__ import annotations

from firelake.catalog.mapped_fields import but_mapped
from firelake.contract.events import parse_contract
from tests.unit.catalog.drifting import drift_rows

CONTRACT = parse_contract(
    """
version = 1
[events.a]
description = "An event."
[sources.web]
preset = "segment"
[sources."it's"]
when = ["device.at"]
id = ["device.id", "sequence"]
fixed_name = "a"
created_at = { field = "at", format = "ms" }
"""
)


def drifted(*extras: str) -> list[tuple[object, ...]]:
    rows = drift_rows("a", extras, but_mapped=but_mapped(CONTRACT))
    return sorted((row[1], row[2]) for row in rows)


def test_an_id_and_a_time_are_left_out_of_the_events_of_their_source() -> None:
    segment = '"messageId":"m","originalTimestamp":"2026-11-21T00:00:00Z","plan":"pro"'
    assert drifted(
        f'{{{segment},"$firelake_source":["web",{{}}]}}',
        """{"device":{"id":1},"sequence":2,"at":3,"$firelake_source":["it's",{}]}""",
        # Of no source, and of another one than that which maps it.
        f"{{{segment}}}",
        """{"messageId":"m","$firelake_source":["it's",{"event_uuid":"web"}]}""",
        '{"at":3,"$firelake_source":["web",{}]}',
    ) == [
        ("$firelake_source", 4),
        ("at", 1),
        ("device", 1),
        ("messageId", 2),
        ("originalTimestamp", 1),
        ("plan", 2),
        ("sequence", 1),
    ]


def test_a_contract_without_sources_leaves_nothing_out() -> None:
    plain = parse_contract("version = 1\n[events.ping]\ndescription = 'Somebody is there.'\n")
    assert but_mapped(plain) == ""
