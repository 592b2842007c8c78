"""The function's rows, the table of Glue and the views agree on names."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from firelake.catalog.tables import events_table
from firelake.catalog.views import event_views, events_unique_view
from firelake.contract.layout import Granularity
from firelake.transform.events import EventReader, RecordPosition
from tests.unit.catalog.samples import CONTRACT, lake, view_definition

ARRIVED = datetime(2026, 11, 22, 8, tzinfo=UTC)
FULL_EVENTS = {
    "payment:order:completed": {
        "order_id": "o-1",
        "amount": "12.50",
        "item_count": 3,
        "is_gift": True,
        "paid_at": "2026-11-22T07:00:00Z",
        "tags": ["a", None],
        "line_amounts": ["10.00", 2.5],
        "response": {"a": 1},
        "user_id": "u-1",
    },
    "payment:declined": {
        "order_id": "o-1",
        "score": 0.5,
        "due_date": "2026-12-01",
        "user_id": "u-1",
    },
    "ping": {"user_id": "u-1"},
}


def rows() -> dict[str, dict[str, object]]:
    """The row that the function makes of each event with all of its fields and a foreign one."""
    reader = EventReader(CONTRACT, lateness_days=7, granularity=Granularity.DAY)
    position = RecordPosition("shardId-0:1:0", round(ARRIVED.timestamp() * 1000))
    made: dict[str, dict[str, object]] = {}
    for name, fields in FULL_EVENTS.items():
        event = {
            "event_uuid": "a",
            "event_name": name,
            "created_at": ARRIVED.timestamp(),
            **fields,
            "foreign": 1,
        }
        reading = reader.read(json.dumps(event).encode(), position)
        assert reading.problems == ()
        made[name] = json.loads(reading.events[0].row)
    return made


def test_every_member_of_a_row_has_a_column_and_every_column_comes_from_some_row() -> None:
    columns = {
        column["Name"] for column in events_table(CONTRACT, lake())["StorageDescriptor"]["Columns"]
    }
    assert {member for row in rows().values() for member in row} == columns


def test_the_view_of_an_event_shows_every_member_of_its_rows() -> None:
    shown = {
        view["Name"]: {each["name"] for each in view_definition(view)["columns"]}
        for view in (events_unique_view(CONTRACT, lake()), *event_views(CONTRACT, lake()))
    }
    names = {
        "payment:order:completed": "event_payment__order__completed",
        "payment:declined": "event_payment__declined",
        "ping": "event_ping",
    }
    derived = {"event_subtype", "event_type", "dt"}
    for event_name, row in rows().items():
        view = shown[names[event_name]]
        assert view - derived == row.keys() - derived
        assert row.keys() <= shown["events_unique"]
