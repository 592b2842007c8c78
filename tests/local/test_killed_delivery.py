"""The delivery killed at any moment and started again: nothing is lost, nor double for good.

Facts: Firehose's source behaviour; a shard is read again from the last checkpoint, so one stream
position may be delivered twice. Copies of an event never are.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

import pytest

from firehose_emulator.settings import Faults, LocalSwitches
from firelake.contract.layout import EVENTS_PREFIX
from firelake.local.cloud import Cloud
from firelake.samples.expected import Expected, Found, reckon
from tests.helpers.contracts import LEARNING_FILE
from tests.helpers.lake_reading import LakeReader
from tests.helpers.sending import NotingPacker, samples_of, send, single
from tests.helpers.warm_delivery import WarmDelivery

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from firelake.samples.labels import SampleEvent

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

KILLS: Final = 25
# A chunk of so many events goes out at a time, with so long between two.
CHUNK: Final = 8
PAUSE_S: Final = 0.3
MOST_EVENTS: Final = 50_000


@dataclass
class Producer:
    """Sends events in a thread of its own until it is told to stop."""

    cloud: Cloud
    seed: int
    expected: Expected = field(default_factory=Expected)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.packer = NotingPacker(single(self.seed))
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="producer")
        self._thread.start()

    def stop(self) -> None:
        """End after the event at hand; raises what ended it before."""
        self._stopping.set()
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            send(self.cloud, self.expected.watch(self._samples()), self.packer, chunk=CHUNK)
        except BaseException as error:  # noqa: BLE001 -- raised again where the test is
            self._error = error

    def _samples(self) -> Iterator[SampleEvent]:
        # A pair of one id is not parted: the second must be sent after the first.
        for number, sample in enumerate(samples_of(MOST_EVENTS, self.seed), start=1):
            yield sample
            if number % CHUNK == 0 and self._stopping.wait(PAUSE_S):
                return


@contextmanager
def cloud_in(folder: Path, faults: Faults) -> Generator[Cloud]:
    start = datetime.now(UTC).date() - timedelta(days=9)
    switches = LocalSwitches(
        flush_sooner_s=0.1, retry_delay_s=0.05, max_retry_delay_s=0.2, faults=faults
    )
    config = {
        "firelake:startDate": start.isoformat(),
        # A killed delivery's calls of the function go on, each in an interpreter of its own: with
        # more shards the machine is busy with those.
        "firelake:stream": {"mode": "provisioned", "shardCount": 1},
    }
    with Cloud.start(
        config,
        folder=folder,
        contract_file=LEARNING_FILE,
        switches=switches,
        is_delivering=False,
        is_querying=False,
    ) as cloud:
        yield cloud


def object_count(cloud: Cloud) -> int:
    asked = {"Bucket": cloud.outputs["bucket"], "Prefix": EVENTS_PREFIX}
    return len(cloud.clients.pages("s3", "ListObjectsV2", asked, "Contents"))


def wait_for_an_object(cloud: Cloud) -> None:
    """Waits until the delivery writes rows, which it does before it moves a checkpoint."""
    before, ends_s = object_count(cloud), time.monotonic() + 30
    while object_count(cloud) == before:
        assert time.monotonic() < ends_s
        time.sleep(0.02)


def check_the_lake(cloud: Cloud, folder: Path, producer: Producer) -> int:
    """Holds the lake to what was sent; gives how many rows it has beyond one a position."""
    reader = LakeReader(cloud, folder)
    reader.wait_until_delivered()
    rows, unique_rows, errors = reader.rows(), reader.unique_rows(), reader.errors()

    positions = Counter((row.event_uuid, row.stream_position) for row in rows)
    ids = Counter(event_uuid for event_uuid, _ in positions)
    assert set(ids.values()) == {1}, "an event has rows of two positions"
    assert sorted(set(rows)) == unique_rows
    assert len(unique_rows) == len(ids)

    sent_lines = Counter(producer.packer.noted)
    assert sent_lines - Counter(reader.raw().splitlines(keepends=True)) == Counter()

    found = Found()
    for row in unique_rows:
        found.rows[row.event_type][row.event_uuid] += 1
    # A record that failed twice at one position stands twice under errors/.
    for data, times in errors.items():
        found.failed[data.removesuffix(b"\n")] += min(times, sent_lines[data])
    assert set(errors) <= set(sent_lines)
    assert reckon(producer.expected, found).faults == ()
    return len(rows) - len(unique_rows)


def test_killed_again_and_again_it_loses_nothing_and_repeats_positions(tmp_path: Path) -> None:
    random = Random(20_261_122)
    with cloud_in(tmp_path, Faults()) as cloud:
        producer = Producer(cloud, seed=11)
        try:
            with WarmDelivery(cloud, tmp_path / "warm.log") as delivery:
                for _ in range(KILLS):
                    delivery.start()
                    if random.random() < 0.3:
                        wait_for_an_object(cloud)
                    time.sleep(random.uniform(0, 0.15))
                    delivery.kill()
        finally:
            producer.stop()
        cloud.start_delivery()
        repeated = check_the_lake(cloud, tmp_path, producer)
    assert repeated > 0


def test_under_every_fault_of_the_world_it_loses_nothing(tmp_path: Path) -> None:
    faults = Faults(
        function_times_out=7,
        response_lost=3,
        batch_delivered_twice=2,
        write_repeated=3,
        s3_down_after_s=1,
        s3_down_for_s=2,
    )
    with cloud_in(tmp_path, faults) as cloud:
        producer = Producer(cloud, seed=12)
        try:
            for _ in range(2):
                cloud.start_delivery()
                wait_for_an_object(cloud)
                time.sleep(2)
                cloud.kill_delivery()
            cloud.start_delivery()
            time.sleep(4)
        finally:
            producer.stop()
        repeated = check_the_lake(cloud, tmp_path, producer)
        log = cloud.delivery_log.read_text()
    assert repeated > 0
    assert "S3 is down on purpose" in log
