"""Records as agents form them, byte by byte, and what the function makes of each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.transform.events import EventReader
from tests.helpers.transform_calls import Function, invocation_of, rows_in

if TYPE_CHECKING:
    from firelake.transform.records import Answer

# Two types of event, and the sources that docs/sending.md names.
CONTRACT: Final = parse_contract("""
version = 1
[events."order:created"]
description = "An order was created."
[events."user:seen"]
description = "A user was seen."
[sources.bus]
preset = "eventbridge"
[sources.logs]
when = ["trace", "sent_at"]
id = "trace"
fixed_name = "order:created"
created_at = { field = "sent_at", format = "iso8601" }
[sources.devices]
when = ["device"]
id = ["device", "sequence"]
fixed_name = "user:seen"
created_at = { field = "at", format = "ms" }
""")
ONE: Final = b'{"event_uuid":"1","event_name":"order:created","created_at":1768478000}'
TWO: Final = b'{"event_uuid":"2","event_name":"order:created","created_at":1768478001}'
OTHER: Final = b'{"event_uuid":"3","event_name":"user:seen","created_at":1768478002}'
FROM_EVENTBRIDGE: Final = (
    b'{"version":"0","id":"e-1","detail-type":"Created","source":"Order","account":"111122223333",'
    b'"time":"2026-01-15T11:59:00Z","region":"eu-west-1","resources":[],"detail":{"total":5}}'
)


def answer(data: bytes) -> Answer:
    reader = EventReader(CONTRACT, lateness_days=7, granularity=Granularity.DAY)
    (told,) = Function(reader=reader).call(invocation_of([data]))
    return told


def identities(told: Answer) -> list[tuple[Any, ...]]:
    names = ("event_uuid", "event_name", "created_at")
    return [tuple(row[name] for name in names) for row in rows_in(told)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            b'{"trace":"a-1","path":"/","sent_at":"2026-01-15T11:59:00Z"}\n',
            [("a-1", "order:created", 1_768_478_340.0)],
        ),
        (
            ONE + b"\n" + TWO + b"\n",
            [("1", "order:created", 1_768_478_000.0), ("2", "order:created", 1_768_478_001.0)],
        ),
        (ONE, [("1", "order:created", 1_768_478_000.0)]),
        (ONE + b"\n", [("1", "order:created", 1_768_478_000.0)]),
        (ONE + b"\r\n", [("1", "order:created", 1_768_478_000.0)]),
        (
            FROM_EVENTBRIDGE,
            [("e-1", "order:created", 1_768_478_340.0)],
        ),
        (
            b'{"at":1768478340250,"sequence":7,"celsius":21.5,"device":"d-1"}',
            [("d-1|7", "user:seen", 1_768_478_340.25)],
        ),
    ],
    ids=[
        "Fluent Bit with a time key",
        "Fluent Bit or Kinesis agent, aggregated",
        "Vector",
        "Kinesis agent",
        "Kinesis agent on a file of Windows",
        "EventBridge",
        "IoT rule",
    ],
)
def test_what_an_agent_sends_is_rows(data: bytes, expected: list[tuple[Any, ...]]) -> None:
    told = answer(data)
    assert told["result"] == "Ok"
    assert identities(told) == expected


@pytest.mark.parametrize(
    "data",
    [
        ONE + b"\n" + OTHER + b"\n",
        json.dumps(ONE.decode())[1:-1].encode() + b"\n",
        b"GET / 200\n",
    ],
    ids=["aggregated, of two types", "Fluent Bit with a log key", "a line of a log"],
)
def test_what_the_page_says_to_leave_out_fails_and_is_kept(data: bytes) -> None:
    told = answer(data)
    assert told["result"] == "ProcessingFailed"
