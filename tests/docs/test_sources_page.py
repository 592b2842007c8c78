"""The mappings that docs/sources.md shows take events in the shapes of their producers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from firelake.contract.events import parse_contract
from firelake.transform.restore import RowRestorer
from tests.helpers.transform_parts import POSITION, reader_of

PAGE: Final = Path(__file__).parents[2] / "docs" / "sources.md"
_SECTION: Final = PAGE.read_text("utf-8").partition("## Producers without a preset")[2]
_MAPPINGS: Final = _SECTION.partition("```toml\n")[2].partition("```")[0]
CONTRACT: Final = parse_contract(
    f'version = 1\n[events.ping]\ndescription = "Somebody is there."\n{_MAPPINGS}'
)
READER: Final = reader_of(CONTRACT, lateness_days=None)
# 2026-01-15T11:59:58Z
AT_S: Final = 1_768_478_398
AT: Final = "2026-01-15T11:59:58Z"
_SOURCE: Final = {"name": "db", "table": "customers", "lsn": 7, "ts_ms": AT_S * 1000 + 123}
_POD: Final = {"docker_id": "d1", "pod_name": "web-1", "labels": {"app.kubernetes.io/name": "web"}}

Event = tuple[str | None, str, float]


@pytest.mark.parametrize(
    ("record", "events"),
    [
        pytest.param(
            {
                "id": "evt_1",
                "object": "event",
                "created": AT_S,
                "type": "checkout.session.completed",
                "data": {"object": {"id": "cs_1", "object": "checkout.session"}},
            },
            [("evt_1", "checkout_session_completed", AT_S)],
            id="stripe",
        ),
        pytest.param(
            [
                {"sg_event_id": "a==", "event": "open", "timestamp": AT_S, "smtp-id": "<1>"},
                {"sg_event_id": "b==", "event": "spamreport", "timestamp": AT_S},
            ],
            [("a==", "open", AT_S), ("b==", "spamreport", AT_S)],
            id="sendgrid",
        ),
        pytest.param(
            {
                "Records": [
                    {
                        "eventID": f"e-{number}",
                        "eventSource": "ec2.amazonaws.com",
                        "eventName": name,
                        "eventTime": AT,
                        "responseElements": None,
                    }
                    for number, name in enumerate(("StartInstances", "DescribeVpcs"))
                ]
            },
            [
                ("e-0", "ec2_amazonaws_com:start_instances", AT_S),
                ("e-1", "ec2_amazonaws_com:describe_vpcs", AT_S),
            ],
            id="cloudtrail",
        ),
        pytest.param(
            {
                "schema": {"type": "struct"},
                "payload": {
                    "op": "u",
                    "before": None,
                    "after": {"id": 1},
                    "source": _SOURCE,
                    "ts_ms": AT_S * 1000 + 999,
                },
            },
            [(None, "customers:u", AT_S + 0.123)],
            id="debezium",
        ),
        pytest.param(
            {
                "appsflyer_id": "1-2",
                "event_name": "af_purchase",
                "event_time": "2026-01-15 11:59:58.123",
                "event_value": '{"af_revenue":9.99}',
            },
            [(None, "af_purchase", AT_S + 0.123)],
            id="appsflyer",
        ),
        pytest.param(
            {
                "mpid": "-51",
                "batch_id": -77,
                "events": [
                    {
                        "event_type": "custom_event",
                        "data": {
                            "event_name": "Add To Cart",
                            "event_id": -6004677780660780001,
                            "timestamp_unixtime_ms": str(AT_S * 1000 + 5),
                        },
                    },
                    {
                        "event_type": "screen_view",
                        "data": {"event_id": 5, "timestamp_unixtime_ms": AT_S * 1000},
                    },
                ],
            },
            [
                ("-51|-6004677780660780001", "custom_event:add_to_cart", AT_S + 0.005),
                ("-51|5", "screen_view", AT_S),
            ],
            id="mparticle",
        ),
        pytest.param(
            {
                "date": AT_S + 0.5,
                "time": "2026-01-15T11:59:58.123456789Z",
                "stream": "stdout",
                "log": "GET /",
                "kubernetes": _POD,
            },
            [(None, "log:line", AT_S + 0.123)],
            id="kubernetes",
        ),
        pytest.param(
            {
                "header": {"imsOrgId": "x"},
                "body": {
                    "xdmEntity": {
                        "_id": "x-1",
                        "eventType": "web.webpagedetails.pageViews",
                        "timestamp": AT,
                    }
                },
            },
            [("x-1", "web_webpagedetails_page_views", AT_S)],
            id="adobe",
        ),
    ],
)
def test_an_event_is_taken_by_its_mapping_and_put_back_as_it_was(
    record: Any,  # noqa: ANN401 -- any JSON
    events: list[Event],
) -> None:
    reading = READER.read(json.dumps(record).encode(), POSITION)
    assert not reading.problems
    rows = [json.loads(each.row) for each in reading.events]
    found = [(row["event_name"], round(row["created_at"], 3)) for row in rows]
    assert found == [(name, created_at) for _, name, created_at in events]
    ids = [row["event_uuid"] for row in rows]
    # A derived one is a hash.
    assert [None if each.startswith("sha256:") else each for each in ids] == [
        event_uuid for event_uuid, _, _ in events
    ]
    if len(events) == 1:
        (event,) = reading.events
        assert json.loads(RowRestorer(CONTRACT).restore(event.row)) == record


def test_copies_of_a_change_that_a_connector_saw_twice_are_one_event() -> None:
    payload = {"op": "c", "before": None, "after": {"id": 1}, "source": _SOURCE}
    copies = [
        READER.read(json.dumps({"payload": {**payload, "ts_ms": seen}}).encode(), POSITION)
        for seen in (1, 2)
    ]
    ids = {(event.event_uuid, event.created_at_s) for copy in copies for event in copy.events}
    assert len(ids) == 1
