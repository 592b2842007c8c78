"""Readers, positions and events that the tests of the transform share."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.transform.events import EventReader, RecordPosition
from tests.helpers.contracts import LEARNING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.contract.events import EventContract
    from firelake.transform.events import RecordReading, ValidEvent

# 2026-01-15T12:00:00Z
ARRIVED_MS = 1_768_478_400_000
COORDINATE = "shardId-000000000000:4961:0"
POSITION = RecordPosition(COORDINATE, ARRIVED_MS)

_FIELD = '{{ type = "{}", description = "A field.", since = {} }}'


def contract_of(
    fields: Mapping[str, str],
    *,
    required: list[str] | None = None,
    version: int = 1,
    since: Mapping[str, int] | None = None,
) -> EventContract:
    """A contract of the event `thing:done` with these fields and types, and of `other:done`.

    Args:
        fields: Types by name.
        required: Which of them the event must carry; the others are optional.
        version: Version of the contract.
        since: The version that brought a field, where it is not the first.
    """
    must = required or []
    lines = [f"version = {version}", "[fields]"]
    lines += [
        f"{name} = " + _FIELD.format(field_type, (since or {}).get(name, 1))
        for name, field_type in fields.items()
    ]
    optional = [name for name in fields if name not in must]
    lines += ['[events."thing:done"]', 'description = "An event."']
    lines += [f"required = {json.dumps(must)}", f"optional = {json.dumps(optional)}"]
    lines += ['[events."other:done"]', 'description = "An event."']
    return parse_contract("\n".join(lines))


def reader_of(
    contract: EventContract,
    *,
    lateness_days: int | None = 7,
    granularity: Granularity = Granularity.DAY,
    oldest_version: int = 1,
) -> EventReader:
    """A reader with the usual settings."""
    return EventReader(
        contract,
        lateness_days=lateness_days,
        granularity=granularity,
        oldest_version=oldest_version,
    )


@cache
def learning_reader() -> EventReader:
    """The reader of the tests' own contract."""
    return reader_of(LEARNING)


def event_text(**members: object) -> str:
    """An event `thing:done` of a few seconds before its arrival, with these members on top."""
    common = {"event_uuid": "id-1", "event_name": "thing:done", "created_at": 1768478390.5}
    return json.dumps(common | members)


def spliced(raw_members: str) -> bytes:
    """The same with members as JSON text, so that they reach the transform to the letter."""
    return f"{event_text()[:-1]}, {raw_members}}}".encode()


def only_event(reading: RecordReading) -> ValidEvent:
    """The event of a record that is valid and holds one."""
    assert reading.problems == ()
    (event,) = reading.events
    return event


def row_of(reading: RecordReading) -> dict[str, Any]:
    """The row of the only event, as `json` reads it."""
    row: dict[str, Any] = json.loads(only_event(reading).row)
    return row


def faults_of(reading: RecordReading) -> list[tuple[str, int, str]]:
    """Reason, index and path of each problem of an invalid record."""
    assert not reading.events
    return [(each.reason.value, each.index, each.path) for each in reading.problems]
