"""Events in the shapes of Segment and CloudEvents through the deployed function to rows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest

from firehose_emulator.settings import LocalSwitches
from firelake.local.cloud import Cloud
from tests.helpers.lake_reading import LakeReader

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

SWITCHES: Final = LocalSwitches(flush_sooner_s=0.2, retry_delay_s=0.05, max_retry_delay_s=0.1)
CONTRACT: Final = """
version = 1
[events."track:order_completed"]
description = "An order was completed."
[events."com_example_order"]
description = "An order."
[sources.web]
preset = "segment"
[sources.bus]
preset = "cloudevents"
"""


def test_foreign_events_are_rows_and_their_copies_are_none(tmp_path: Path) -> None:
    contract_file = tmp_path / "events.toml"
    contract_file.write_text(CONTRACT)
    now = datetime.now(UTC).replace(microsecond=0)
    call = {"messageId": "m-1", "type": "track", "event": "Order Completed"}
    call["originalTimestamp"] = now.isoformat()
    cloud_event = {"specversion": "1.0", "id": "1", "source": "/shop", "type": "com.example.order"}
    sent = [
        {**call, "timestamp": now.isoformat()},
        {**call, "timestamp": (now + timedelta(seconds=1)).isoformat()},
        {**cloud_event, "time": now.isoformat()},
        cloud_event,
    ]
    config = {
        "firelake:startDate": (now.date() - timedelta(days=9)).isoformat(),
        "firelake:granularity": "month",
        "firelake:stream": {"mode": "provisioned", "shardCount": 1},
    }
    with Cloud.start(
        config,
        folder=tmp_path,
        switches=SWITCHES,
        is_delivering=False,
        is_querying=False,
        contract_file=contract_file,
    ) as cloud:
        for event in sent:
            asked = {
                "StreamName": cloud.outputs["streamName"],
                "PartitionKey": "p",
                "Data": json.dumps(event).encode(),
            }
            cloud.clients.call("kinesis", "PutRecord", asked)
        reader = LakeReader(cloud, tmp_path)
        cloud.start_delivery(SWITCHES)
        reader.wait_until_delivered()
        cloud.stop_delivery()
        rows = sorted((row.event_uuid, row.event_type, row.created_at) for row in reader.rows())
        errors = [json.loads(each) for each in reader.errors().elements()]

    assert rows == [
        ("/shop|1", "com_example_order", now.timestamp()),
        ("m-1", "track", now.timestamp()),
    ]
    assert errors == [cloud_event]
