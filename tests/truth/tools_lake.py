"""A lake of this machine with lessons that are known, for the programs of docs/tools.md."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from firehose_emulator.settings import LocalSwitches
from firelake.contract.layout import EVENTS_PREFIX
from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud
from tests.helpers.contracts import LEARNING_FILE
from tests.helpers.lake_reading import LakeReader

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

LESSONS: Final = [("android", 40), ("ios", 70), ("web", 10)]
"""The lessons by platform, which each program must print."""
_DAYS: Final = 3


@dataclass(frozen=True)
class ToolsLake:
    """A lake in which all is delivered.

    Attributes:
        environment: The variables with which tools find it, the copy of its files among them.
        cloud: Where it is.
    """

    environment: dict[str, str]
    cloud: Cloud


@contextmanager
def tools_lake(folder: Path) -> Generator[ToolsLake]:
    """Starts a lake, which holds the lessons and each of its files twice."""
    start = datetime.now(UTC).date() - timedelta(days=9)
    (folder / "cloud").mkdir()
    with Cloud.start(
        {"firelake:startDate": start.isoformat()},
        folder=folder / "cloud",
        contract_file=LEARNING_FILE,
        switches=LocalSwitches(flush_sooner_s=3.0),
    ) as cloud:
        records = [
            {"Data": json.dumps(event).encode() + b"\n", "PartitionKey": event["event_uuid"]}
            for event in _events()
        ]
        asked = {"StreamName": cloud.outputs["streamName"], "Records": records}
        assert cloud.clients.call("kinesis", "PutRecords", asked)["FailedRecordCount"] == 0
        LakeReader(cloud, folder / "read").wait_until_delivered()
        copies = folder / "copies"
        _copy(cloud, copies)
        outputs = {name: str(value) for name, value in cloud.outputs.items()}
        told = {"EVENTS": str(copies / EVENTS_PREFIX.rstrip("/"))}
        yield ToolsLake({**cloud.environment(), **variables_of(outputs), **told}, cloud)


def _events() -> Iterator[dict[str, Any]]:
    """Yields lessons of several days, copies of some, and events that are none."""
    now = int(time.time())
    number = 0
    for platform, count in LESSONS:
        for _ in range(count):
            number += 1
            lesson = {
                "event_uuid": f"lesson-{number}",
                "event_name": "lesson:started",
                "created_at": now - 86_400 * (number % _DAYS),
                "platform": platform,
                "user_id": f"user-{number % 9}",
                "course_id": "course",
                "lesson_id": "lesson",
                "lesson_attempt_id": f"attempt-{number}",
            }
            yield lesson
            if number % 4 == 0:
                yield lesson
    for other in range(20):
        yield {
            "event_uuid": f"other-{other}",
            "event_name": "lesson:looked_at",
            "created_at": now,
            "platform": "ios",
        }


def _copy(cloud: Cloud, folder: Path) -> None:
    """Copies the files, and puts each into the lake once more, as Firehose may deliver twice."""
    bucket = {"Bucket": cloud.outputs["bucket"]}
    asked = {**bucket, "Prefix": EVENTS_PREFIX}
    for entry in cloud.clients.pages("s3", "ListObjectsV2", asked, "Contents"):
        key: str = entry["Key"]
        body = cloud.clients.call("s3", "GetObject", {**bucket, "Key": key})["Body"].read()
        again = key.replace(".parquet", "-again.parquet")
        cloud.clients.call("s3", "PutObject", {**bucket, "Key": again, "Body": body})
        for name in (key, again):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
