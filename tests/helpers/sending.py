"""Sample events on their way to an embedded cloud, as the command line's producer sends them."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, Any, Final, cast

from aws_kinesis_agg.aggregator import RecordAggregator

from firelake.contract.layout import Granularity
from firelake.samples.generate import Generator, Shares
from firelake.send.kinesis import KinesisPut
from firelake.send.outbox import Outlet
from firelake.send.pack import PackedEvents, PartitionJudge, SingleEvents
from firelake.send.produce import Production, produce
from firelake.send.put import Pace
from firelake.send.rate import chunked
from firelake.send.records import Record
from tests.helpers.contracts import LEARNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy_boto3_kinesis import KinesisClient

    from firelake.local.cloud import Cloud
    from firelake.samples.labels import SampleEvent
    from firelake.send.pack import Packer
    from firelake.send.records import Outgoing

SHARES: Final = Shares(duplicates=0.06, invalid=0.05, late=0.02, unregistered=0.04)
# In each aggregate but the last.
CHILDREN: Final = 30


class NotingPacker:
    """Notes the records of another packer."""

    def __init__(self, packer: Packer) -> None:
        self._packer = packer
        self.noted: list[bytes] = []

    def add(self, outgoing: Outgoing, now_ms: int) -> Iterator[Record]:
        return self._note(self._packer.add(outgoing, now_ms))

    def due(self, now_ms: int) -> Iterator[Record]:
        return self._note(self._packer.due(now_ms))

    def wait_ms(self, now_ms: int) -> int | None:
        return self._packer.wait_ms(now_ms)

    def flush(self) -> Iterator[Record]:
        return self._note(self._packer.flush())

    def _note(self, records: Iterator[Record]) -> Iterator[Record]:
        for record in records:
            self.noted.append(record.data)
            yield record


class AggregatedRecords:
    """Makes aggregates of another packer's records, as the Kinesis Producer Library does."""

    def __init__(self, packer: Packer) -> None:
        self._packer = packer
        self._aggregator = cast("Any", RecordAggregator)()
        self._event_count = 0

    def add(self, outgoing: Outgoing, now_ms: int) -> Iterator[Record]:
        return self._aggregate(self._packer.add(outgoing, now_ms))

    def due(self, now_ms: int) -> Iterator[Record]:
        return self._aggregate(self._packer.due(now_ms))

    def wait_ms(self, now_ms: int) -> int | None:
        return self._packer.wait_ms(now_ms)

    def flush(self) -> Iterator[Record]:
        yield from self._aggregate(self._packer.flush())
        yield from self._close()

    def _aggregate(self, records: Iterator[Record]) -> Iterator[Record]:
        for record in records:
            full = self._aggregator.add_user_record(record.partition_key, record.data)
            assert full is None
            self._event_count += record.event_count
            if self._aggregator.get_num_user_records() == CHILDREN:
                yield from self._close()

    def _close(self) -> Iterator[Record]:
        aggregate = self._aggregator.clear_and_get()
        if aggregate is not None:
            partition_key, _, data = aggregate.get_contents()
            event_count, self._event_count = self._event_count, 0
            yield Record(data, partition_key, event_count)


def samples_of(count: int, seed: int) -> Iterator[SampleEvent]:
    """Sample events of every fate, decided by the seed."""
    generator = Generator(LEARNING, seed=seed, start_s=time.time(), shares=SHARES)
    return generator.events(count)


def single(seed: int) -> SingleEvents:
    """Packs nothing; partition keys by seed."""
    random = Random(seed)
    return SingleEvents(lambda: f"{random.getrandbits(64):016x}")


def packed(seed: int) -> PackedEvents:
    """Packs as `firelake produce --pack` does; partition keys by seed."""
    random = Random(seed)
    judge = PartitionJudge(LEARNING, lateness_days=7, granularity=Granularity.DAY)
    return PackedEvents(judge.partition_of, lambda: f"{random.getrandbits(64):016x}")


def send(
    cloud: Cloud, samples: Iterable[SampleEvent], packer: Packer, *, chunk: int = 500
) -> Production:
    """Send events to the cloud's stream, so many at once, until Kinesis has every one."""
    client = cast("KinesisClient", cloud.clients.client("kinesis"))
    production = produce(
        chunked((sample.outgoing for sample in samples), chunk),
        Outlet(
            packer=packer,
            put=KinesisPut(client, str(cloud.outputs["streamName"])),
            pace=Pace(patience_s=30),
            now_ms=lambda: time.time_ns() // 1_000_000,
        ),
    )
    assert production.is_complete
    return production
