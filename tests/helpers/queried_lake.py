"""A lake to ask: delivered sample events, and beside them a few written out by hand.

The types `story` and `support` hold the latter alone, so that every answer about them is known.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import TYPE_CHECKING, Any, Final

import pytest

from firehose_emulator.settings import LocalSwitches
from firelake.contract.layout import events_partition_prefix
from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud
from firelake.samples.generate import Generator
from tests.helpers.contracts import LEARNING, LEARNING_FILE
from tests.helpers.lake_reading import LakeReader
from tests.helpers.sending import SHARES, packed, send

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

SAMPLE_EVENTS: Final = 1500
_BY_HAND: Final = frozenset({"story", "support"})


@dataclass(frozen=True)
class QueriedLake:
    """A lake in which all is delivered.

    Attributes:
        cloud: Where it is.
        environment: The variables with which tools find it.
        day: The day (UTC) on which most events by hand were created.
        sizes: Bytes of each file of `story` on that day; each is there twice, as when Firehose
            repeats a delivery.
    """

    cloud: Cloud
    environment: Mapping[str, str]
    day: date
    sizes: tuple[int, ...]

    @property
    def day_before(self) -> date:
        return self.day - timedelta(days=1)

    def at(self, hour: int, minute: int = 0) -> datetime:
        """A moment of the day."""
        return _moment(self.day, hour, minute)

    def client_environment(self) -> dict[str, str]:
        """All variables for a process that asks the lake."""
        return {**os.environ, **self.environment}


@pytest.fixture(scope="session")
def queried_lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueriedLake]:
    folder = tmp_path_factory.mktemp("queried_lake")
    today = datetime.now(UTC).date()
    day = today - timedelta(days=1)
    # One flush for all: a test lake has small files enough.
    switches = LocalSwitches(flush_sooner_s=3.0)
    config = {"firelake:startDate": (today - timedelta(days=9)).isoformat()}
    with Cloud.start(
        config, folder=folder, contract_file=LEARNING_FILE, switches=switches
    ) as cloud:
        _send_samples(cloud)
        _send_by_hand(cloud, day)
        LakeReader(cloud, folder).wait_until_delivered()
        sizes = _deliver_again(cloud, events_partition_prefix("story", day.isoformat()))
        outputs = {name: str(value) for name, value in cloud.outputs.items()}
        environment = {**cloud.environment(), **variables_of(outputs)}
        yield QueriedLake(cloud, environment, day, sizes)


def _send_samples(cloud: Cloud) -> None:
    """Sends sample events of the last day and a half."""
    whole = LEARNING
    events = {name: each for name, each in whole.events.items() if each.event_type not in _BY_HAND}
    types = tuple(sorted({each.event_type for each in events.values()}))
    seconds = 1.5 * 86_400
    generator = Generator(
        replace(whole, events=events, event_types=types),
        seed=1,
        start_s=time.time() - seconds,
        shares=SHARES,
        rate_per_s=SAMPLE_EVENTS / seconds,
    )
    send(cloud, generator.events(SAMPLE_EVENTS), packed(1))


def _send_by_hand(cloud: Cloud, day: date) -> None:
    records = [
        *map(_line, _events(day)),
        b"no JSON\n",
        b'{"event_name":"support:ticket:rated", oh\n',
    ]
    entries = [{"Data": each, "PartitionKey": str(place)} for place, each in enumerate(records)]
    asked = {"StreamName": cloud.outputs["streamName"], "Records": entries}
    assert cloud.clients.call("kinesis", "PutRecords", asked)["FailedRecordCount"] == 0


def _events(day: date) -> list[dict[str, Any]]:
    def started(uuid: str, user: str, at: datetime, **fields: object) -> dict[str, Any]:
        return _event(uuid, "story:started", at, user_id=user, story_id="the-well", **fields)

    first = started("story-1", "ada", _moment(day, 8))
    completed = _event(
        "story-4",
        "story:completed",
        _moment(day, 10),
        user_id="ada",
        story_id="the-well",
        duration_s=61.5,
        question_results=[True, None, False],
        xp_earned=20,
    )
    ticket = {"ticket_topic": "billing"}
    return [
        first,
        first,
        first,
        started("story-2", "bob", _moment(day, 8, 30), course_id="", mood="good"),
        started("story-3", "ada", _moment(day, 9), course_id="NaN", mood=None, stars=3),
        completed,
        completed,
        started("story-5", "ada", _moment(day - timedelta(days=1), 8)),
        _event("story-6", "story:paused", _moment(day, 9), page=3),
        _event("game-1", "game:won", _moment(day, 9), prize={"gold": 2.50}),
        _event("ticket-1", "support:ticket:opened", _moment(day, 12), ticket_id="t", **ticket),
        _event("ticket-2", "support:ticket:opened", _moment(day, 12), **ticket),
        _event("ticket-3", "support:ticket:opened", _moment(day, 12), ticket_id=3, **ticket),
    ]


def _event(uuid: str, name: str, at: datetime, **fields: object) -> dict[str, Any]:
    return {"event_uuid": uuid, "event_name": name, "created_at": at.timestamp(), **fields}


def _line(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode() + b"\n"


def _deliver_again(cloud: Cloud, prefix: str) -> tuple[int, ...]:
    """Repeats what stands in a partition, and gives the sizes of its files."""
    bucket = {"Bucket": cloud.outputs["bucket"]}
    entries = cloud.clients.pages("s3", "ListObjectsV2", {**bucket, "Prefix": prefix}, "Contents")
    for entry in entries:
        key: str = entry["Key"]
        body = cloud.clients.call("s3", "GetObject", {**bucket, "Key": key})["Body"].read()
        again = key.replace(".parquet", "-again.parquet")
        cloud.clients.call("s3", "PutObject", {**bucket, "Key": again, "Body": body})
    return tuple(entry["Size"] for entry in entries)


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time_of_day(hour, minute), UTC)
