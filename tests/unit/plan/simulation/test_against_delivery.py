"""The simulated Firehose and that of the embedded cloud, on the same traffic, by record."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from firelake.plan.limits import READ_INTERVAL_S
from firelake.plan.simulation.buffers import PartitionBuffers
from firelake.plan.simulation.cohorts import Cohort
from firelake.plan.simulation.firehose import Firehose
from firelake.plan.simulation.groups import Group
from tests.fakes.firehose_world import START_MS, FakeWorld
from tests.helpers.firehose_settings import settings

if TYPE_CHECKING:
    from pathlib import Path

    from firelake.plan.simulation.cohorts import Counts, Floats
    from firelake.plan.simulation.groups import Batch

TYPES = "abcdef"
SHARDS = [f"shardId-00000000000{number}" for number in range(3)]


@dataclass(frozen=True)
class Arrival:
    """A record: when it comes, into which shard, and what it is. The last type is a copy."""

    at_s: float
    shard: int
    kind: int
    data: bytes


@dataclass
class Seen:
    """Batches as (moment, shard, records); objects as (moment, rows) by their partition."""

    batches: list[tuple[float, int, int]] = field(default_factory=list[tuple[float, int, int]])
    objects: dict[str, list[tuple[float, int]]] = field(
        default_factory=dict[str, list[tuple[float, int]]]
    )
    exceeded: int = 0

    def note(self, partition: str, at_s: float, rows: int) -> None:
        self.objects.setdefault(partition, []).append((at_s, rows))


@dataclass(frozen=True)
class Rules:
    """Sizes and ages, and how much comes."""

    batch_bytes: int
    batch_s: float
    buffer_bytes: int
    buffer_s: float
    raw_s: float
    quota: int = 500
    records_per_s: float = 2.0
    filling: tuple[int, int] = (10, 300)


def arrivals(seed: int, seconds: int, rate: float, sizes: tuple[int, int]) -> list[Arrival]:
    """Random ones on the steps, of uneven kinds, with silences and bursts; a tenth are copies."""
    random, made = Random(seed), list[Arrival]()
    number = 0
    for step in range(int(seconds / READ_INTERVAL_S)):
        at_s = step * READ_INTERVAL_S
        burst = (0.0, 1.0, 6.0)[int(at_s / 40) % 3]
        for _ in range(int(random.expovariate(1 / max(1e-9, rate * burst * READ_INTERVAL_S)))):
            number += 1
            kind = min(int(random.expovariate(0.7)), len(TYPES) - 1)
            is_copy = random.random() < 0.1
            row = {"id": f"{number:06}", "t": TYPES[kind], "x": "x" * random.randint(*sizes)}
            data = json.dumps({**row, "drop": True} if is_copy else row).encode()
            shard = random.randrange(len(SHARDS))
            made.append(Arrival(at_s, shard, len(TYPES) if is_copy else kind, data))
    return made


def delivered(coming: list[Arrival], rules: Rules, seconds: int, folder: Path) -> Seen:
    """What the delivery of the embedded cloud makes of it."""
    world = FakeWorld(settings(), folder)
    world.with_destination(buffer_size_bytes=rules.buffer_bytes, buffer_interval_s=rules.buffer_s)
    world.with_processing(batch_size_bytes=rules.batch_bytes, batch_interval_s=rules.batch_s)
    world.with_switches(active_partition_limit=rules.quota)
    backup = world.settings.backup
    assert backup is not None
    raw = replace(backup, buffer_size_bytes=rules.buffer_bytes, buffer_interval_s=rules.raw_s)
    world.settings = replace(world.settings, backup=raw)
    world.stream.shards = {shard: [] for shard in SHARDS}
    seen, invoke, put = Seen(), world.function.invoke, world.store.put

    def now_s() -> float:
        return (world.now_ms - START_MS) / 1000

    def noting_invoke(payload: bytes) -> bytes:
        records = json.loads(payload)["records"]
        shard = SHARDS.index(records[0]["kinesisRecordMetadata"]["shardId"])
        seen.batches.append((now_s(), shard, len(records)))
        return invoke(payload)

    moments: list[float] = []

    def noting_put(bucket: str, key: str, body: object, *, content_encoding: str | None) -> None:
        put(bucket, key, body, content_encoding=content_encoding)  # type: ignore[arg-type]
        moments.append(now_s())

    world.function.invoke = noting_invoke  # type: ignore[method-assign]
    world.store.put = noting_put  # type: ignore[method-assign]
    left = list(reversed(coming))
    for step in range(int(seconds / READ_INTERVAL_S)):
        world.now_ms = START_MS + round(1000 * step * READ_INTERVAL_S)
        while left and left[-1].at_s <= now_s():
            each = left.pop()
            world.stream.put(each.data, world.now_ms, SHARDS[each.shard])
        world.delivery.step()
    for at_s, stored in zip(moments, world.store.objects, strict=True):
        kind, _, rest = stored.key.partition("/")
        if kind == "events":
            seen.note(rest.split("/")[0].removeprefix("event_type="), at_s, len(stored.rows()))
        elif kind == "raw":
            seen.note("raw", at_s, stored.text().count(b'{"id"'))
        else:
            assert "activePartitionExceeded" in stored.key
            seen.exceeded += len(stored.lines())
    return seen


def simulated(coming: list[Arrival], rules: Rules, seconds: int) -> Seen:
    """What the simulation makes of it, each record a cohort of its own."""
    seen = Seen()
    groups = [
        Group(
            number=number,
            shards=1.0,
            write_shards=1e9,
            batch_bytes=rules.batch_bytes,
            batch_interval_s=rules.batch_s,
            random=np.random.default_rng(1),
        )
        for number in range(len(SHARDS))
    ]

    def on_objects(now_s: float, partitions: Counts, rows: Floats) -> None:
        for partition, count in zip(partitions, rows, strict=True):
            seen.note(TYPES[partition], now_s, int(count))

    def on_raw_objects(now_s: float, _partitions: Counts, rows: Floats) -> None:
        for count in rows:
            seen.note("raw", now_s, int(count))

    def answer(batch: Batch) -> None:
        seen.batches.append((now_s, batch.group.number, batch.records))
        firehose.answered.append(batch)

    now_s = 0.0
    buffers = PartitionBuffers(
        len(TYPES),
        size_bytes=rules.buffer_bytes,
        interval_s=rules.buffer_s,
        quota=rules.quota,
        on_objects=on_objects,
    )
    raw = PartitionBuffers(
        1,
        size_bytes=rules.buffer_bytes,
        interval_s=rules.raw_s,
        quota=1,
        on_objects=on_raw_objects,
    )
    firehose = Firehose(groups, buffers, raw, answer)
    left = list(reversed(coming))
    for step in range(int(seconds / READ_INTERVAL_S)):
        now_s = step * READ_INTERVAL_S
        while left and left[-1].at_s <= now_s:
            each = left.pop()
            counts = np.zeros(len(TYPES) + 1, dtype=np.int64)
            counts[each.kind] = 1
            size = float(len(each.data))
            groups[each.shard].put(Cohort(each.at_s, size, size, 1.0, counts), now_s)
        firehose.step(now_s)
    seen.exceeded = firehose.buffers.exceeded
    return seen


RULES = {
    "by age": Rules(10**6, 30, 10**8, 60, 120),
    "by size": Rules(2_000, 30, 9_000, 600, 900),
    "by both": Rules(3_000, 5, 6_000, 60, 75),
    # Records of 100 bytes: five and seven of them fill a batch and a buffer to the last byte.
    "exactly full": Rules(500, 10, 700, 60, 75, records_per_s=0.5, filling=(65, 65)),
    "faster than batches are answered": Rules(300, 5, 20_000, 60, 75, records_per_s=5.0),
    # The embedded cloud writes two objects a step: with more it would fall behind.
    "records larger than batches and buffers": Rules(150, 5, 200, 60, 75, records_per_s=0.2),
}


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_batches_and_objects_are_the_same(tmp_path: Path, rules: Rules) -> None:
    seconds = 300
    coming = arrivals(1, 200, rules.records_per_s, rules.filling)
    ours, theirs = simulated(coming, rules, seconds), delivered(coming, rules, seconds, tmp_path)
    assert ours.batches == theirs.batches
    assert len(ours.batches) > 10
    assert {name: [rows for _, rows in made] for name, made in ours.objects.items()} == {
        name: [rows for _, rows in made] for name, made in theirs.objects.items()
    }
    # The embedded cloud writes two objects at once, so that some come a few steps later.
    for name, made in ours.objects.items():
        for (our_s, _), (their_s, _) in zip(made, theirs.objects[name], strict=True):
            assert 0 <= their_s - our_s <= 30


def test_what_finds_no_partition_is_the_same(tmp_path: Path) -> None:
    """Three may be open; the fourth kind finds no room until one of them is stored."""
    rules = Rules(10**6, 5, 10**8, 60, 900, quota=3)
    coming = arrivals(3, 300, 1.0, (10, 30))
    ours, theirs = simulated(coming, rules, 420), delivered(coming, rules, 420, tmp_path)
    assert ours.exceeded > 0
    assert theirs.exceeded == pytest.approx(ours.exceeded, rel=0.1)
