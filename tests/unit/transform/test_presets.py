"""Events in the shapes of widely used producers are mapped by their preset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firelake.contract.events import parse_contract
from firelake.contract.presets import PRESETS
from tests.helpers.transform_parts import POSITION, reader_of

if TYPE_CHECKING:
    from firelake.transform.events import RecordReading

CONTRACT = 'version = 1\n[events."a:b"]\ndescription = "An event."\n'
AT = "2026-01-15T11:59:58.123Z"
AT_S = 1_768_478_398.123

SNOWPLOW = {
    "app_id": "shop",
    "event_id": "c6ef3124-b53a-4b13-a233-0088f79dcbcb",
    "event": "unstruct",
    "event_name": "link_click",
    "collector_tstamp": "2026-01-15T11:59:59.000Z",
    "derived_tstamp": "2026-01-15T11:59:58.900Z",
    "dvce_created_tstamp": AT,
}
POSTHOG = {
    "api_key": "phc_key",
    "sentAt": "2026-01-15T12:00:00+00:00",
    "batch": [
        {
            "event": "$pageview",
            "distinct_id": "u-1",
            "uuid": "0195c7e4-1f6d-7cc3-8d52-0f4be1a7f2c1",
            "timestamp": "2026-01-15T12:59:58.123+01:00",
            "properties": {"$current_url": "https://www.example.com/"},
        }
    ],
}
MIXPANEL = {
    "event": "Signed up",
    "properties": {"time": 1_768_478_398, "distinct_id": "d|1", "$insert_id": "i-1"},
}
RUDDERSTACK = {
    "type": "identify",
    "messageId": "m-1",
    "originalTimestamp": AT,
    "sentAt": AT,
    "context": {"ip": None},
}
RECORD = {"timeUnixNano": "1768478398123456789", "body": {"stringValue": "hello"}}
OTLP = {
    "resourceLogs": [
        {
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "a"}}]},
            "scopeLogs": [{"scope": {"name": "s"}, "logRecords": [RECORD]}],
        }
    ]
}


def read(preset: str, event: object) -> RecordReading:
    contract = parse_contract(f'{CONTRACT}[sources.x]\npreset = "{preset}"\n')
    return reader_of(contract).read(json.dumps(event).encode(), POSITION)


@pytest.mark.parametrize(
    ("preset", "event", "expected"),
    [
        ("snowplow", SNOWPLOW, (SNOWPLOW["event_id"], "link_click", AT_S)),
        ("posthog", POSTHOG, ("0195c7e4-1f6d-7cc3-8d52-0f4be1a7f2c1", "pageview", AT_S)),
        ("mixpanel", MIXPANEL, (r"Signed up|1768478398|d\|1|i-1", "signed_up", 1_768_478_398)),
        ("rudderstack", RUDDERSTACK, ("m-1", "identify", AT_S)),
    ],
)
def test_a_preset_takes_what_makes_the_identity(
    preset: str, event: object, expected: tuple[str, str, float]
) -> None:
    (found,) = read(preset, event).events
    assert (found.event_uuid, found.event_name, found.created_at_s) == expected


def test_a_key_that_is_given_goes_before_both_ways_of_the_preset() -> None:
    source = '[sources.x]\npreset = "otlp"\nid = "n"\nname = "eventName"\n'
    record = {**RECORD, "n": 7, "eventName": "app.started"}
    event = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}
    contract = parse_contract(CONTRACT + source)
    (found,) = reader_of(contract).read(json.dumps(event).encode(), POSITION).events
    assert (found.event_uuid, found.event_name) == ("7", "app_started")


def test_equal_log_records_of_two_services_are_two_events() -> None:
    other = json.loads(json.dumps(OTLP).replace('"a"', '"b"'))
    one, two, again = (read("otlp", each).events[0] for each in (OTLP, other, OTLP))
    assert one.event_uuid == again.event_uuid != two.event_uuid
    assert (one.event_name, one.created_at_s) == ("otlp:log", 1_768_478_398.123456)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_stands_on_the_page_and_is_a_contract(preset: str) -> None:
    page = (Path(__file__).parents[3] / "docs" / "sources.md").read_text()
    assert f"`{preset}`" in page
    read(preset, {})
