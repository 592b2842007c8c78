"""Tests that a delivery that is killed anywhere loses nothing: facts 5 and 14.1.

The process ends at its n-th touch of the world, for every n, and a new one goes on from the state
folder. A kill may come before a touch has its effect or after it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from firehose_emulator import checkpoints
from firehose_emulator.settings import Faults, LocalSwitches
from tests.fakes.firehose_world import Crash, FakeFunction, FakeStore, FakeStream, FakeWorld
from tests.helpers.firehose_settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from firehose_emulator.ports import Page

_SECOND_SHARD = "shardId-000000000001"


@dataclass
class _Kills:
    """Counts touches of the world and ends the process at one of them."""

    at: int
    after_effect: bool
    touches: int = 0

    def before(self) -> None:
        self.touches += 1
        if self.touches == self.at and not self.after_effect:
            raise Crash

    def after(self) -> None:
        if self.touches == self.at and self.after_effect:
            raise Crash


@dataclass
class _KilledStream(FakeStream):
    kills: _Kills | None = None

    def page(self, iterator: str, limit: int) -> Page:
        assert self.kills is not None
        self.kills.before()
        page = super().page(iterator, limit)
        self.kills.after()
        return page


@dataclass
class _KilledFunction(FakeFunction):
    kills: _Kills | None = None

    def invoke(self, payload: bytes) -> bytes:
        assert self.kills is not None
        self.kills.before()
        answer = super().invoke(payload)
        self.kills.after()
        return answer


@dataclass
class _KilledStore(FakeStore):
    kills: _Kills | None = None

    def put(self, bucket: str, key: str, body: BinaryIO, *, content_encoding: str | None) -> None:
        assert self.kills is not None
        self.kills.before()
        super().put(bucket, key, body, content_encoding=content_encoding)
        self.kills.after()


def _world(tmp_path: Path, kills: _Kills, faults: Faults | None = None) -> FakeWorld:
    made = settings(LocalSwitches(retry_delay_s=0.5, faults=faults or Faults()))
    assert made.processing is not None
    assert made.backup is not None
    # Batches of two records, buffers of three, so that the steps mix.
    small = replace(
        made,
        processing=replace(made.processing, batch_size_bytes=60, batch_interval_s=2),
        destination=replace(made.destination, buffer_size_bytes=90, buffer_interval_s=4),
        backup=replace(made.backup, buffer_size_bytes=150, buffer_interval_s=3),
    )
    world = FakeWorld(
        small,
        tmp_path,
        stream=_KilledStream(kills=kills),
        function=_KilledFunction(kills=kills),
        store=_KilledStore(kills=kills),
    )
    world.stream.page_size = 3
    world.stream.shards[_SECOND_SHARD] = []
    return world


_SENT: Sequence[dict[str, Any] | bytes] = (
    {"id": "a", "t": "one"},
    {"id": "b", "t": "two"},
    {"id": "c", "t": "one"},
    b"not JSON at all",
    {"id": "d", "n": "oops"},
    {"id": "e", "t": ""},
    {"id": "x", "drop": True},
    {"id": "f", "t": "two"},
)


def _send(world: FakeWorld) -> None:
    for index, row in enumerate(_SENT):
        world.put(row, "shardId-000000000000" if index % 3 else _SECOND_SHARD)


def _play(world: FakeWorld, *, lives: int = 1) -> int:
    """Lets everything be delivered, with a new process after each crash; gives the crashes."""
    _send(world)
    crashes = 0
    for _ in range(lives + 1):
        try:
            world.run(30, step_s=1)
        except Crash:
            crashes += 1
            world.restart()
            # Nothing stays of the process but its folder.
            continue
        break
    assert world.delivery.status().is_idle
    return crashes


def _outcome(world: FakeWorld) -> Counter[str]:
    """How often each record arrived, as a row, as a kind of error or in the backup."""
    counts: Counter[str] = Counter(f"row {row['id']}" for row in world.rows())
    for error_type in (
        "processing-failed",
        "format-conversion-failed",
        "metadata-extraction-failed",
    ):
        counts.update(error_type for _ in world.error_lines(error_type))
    backup = world.backup().decode()
    counts.update(f"raw {_sent_text(row)}" for row in _SENT if _sent_text(row) in backup)
    return counts


def _sent_text(row: dict[str, Any] | bytes) -> str:
    return row.decode() if isinstance(row, bytes) else json.dumps(row)


_EXACTLY_ONCE = Counter(
    {
        **{f"row {each}": 1 for each in "abcf"},
        "processing-failed": 1,
        "format-conversion-failed": 1,
        "metadata-extraction-failed": 1,
    }
)


def _touches_of_a_whole_run(tmp_path: Path) -> int:
    kills = _Kills(at=0, after_effect=False)
    _play(_world(tmp_path / "counted", kills))
    return kills.touches


def test_without_a_crash_everything_arrives_exactly_once(tmp_path: Path) -> None:
    world = _world(tmp_path, _Kills(at=0, after_effect=False))
    _play(world)
    counts = _outcome(world)
    assert {name: count for name, count in counts.items() if not name.startswith("raw")} == dict(
        _EXACTLY_ONCE
    )
    assert len(world.backup()) == sum(len(_sent_text(row)) for row in _SENT)


@pytest.mark.parametrize("after_effect", [False, True], ids=["before effect", "after effect"])
def test_a_crash_at_any_touch_of_the_world_loses_nothing(
    tmp_path: Path, after_effect: bool
) -> None:
    touches = _touches_of_a_whole_run(tmp_path)
    assert touches > 60
    crashes = 0
    for at in range(1, touches + 1):
        world = _world(tmp_path / str(at), _Kills(at=at, after_effect=after_effect))
        crashes += _play(world)
        counts = _outcome(world)
        assert {name for name in _EXACTLY_ONCE if not counts[name]} == set(), at
        assert sum(name.startswith("raw") for name in counts) == len(_SENT), at
        # What arrives twice was delivered twice, from one position: equal rows, nothing new.
        assert set(counts) - {n for n in counts if n.startswith("raw")} == set(_EXACTLY_ONCE), at
    # What the last read of each shard comes to is never looked at.
    assert crashes == touches - 2


def test_a_crash_at_any_write_of_a_checkpoint_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = checkpoints.CheckpointFile.write
    for before in (True, False):
        for at in range(1, 8):
            kills = _Kills(at=at, after_effect=not before)

            def killed(
                self: checkpoints.CheckpointFile,
                shards: Mapping[str, checkpoints.Checkpoint],
                kills: _Kills = kills,
            ) -> None:
                kills.before()
                write(self, shards)
                kills.after()

            monkeypatch.setattr(checkpoints.CheckpointFile, "write", killed)
            world = _world(tmp_path / f"{before}-{at}", _Kills(at=0, after_effect=False))
            _play(world)
            counts = _outcome(world)
            assert {name for name in _EXACTLY_ONCE if not counts[name]} == set(), at


def test_nothing_is_lost_however_often_the_process_is_killed(tmp_path: Path) -> None:
    for every in range(5, 60, 7):
        kills = _Kills(at=every, after_effect=bool(every % 2))
        world = _world(tmp_path / str(every), kills)
        _send(world)
        for _ in range(12):
            try:
                world.run(3)
            except Crash:
                world.restart()
                kills.at += every
        kills.at = 0
        world.run(30)
        counts = _outcome(world)
        assert {name for name in _EXACTLY_ONCE if not counts[name]} == set(), every


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(Faults(function_times_out=2), id="time-outs"),
        pytest.param(Faults(response_lost=2), id="lost responses"),
        pytest.param(Faults(s3_down_after_s=2, s3_down_for_s=9), id="S3 down"),
    ],
)
def test_faults_that_are_retried_lose_and_double_nothing(tmp_path: Path, faults: Faults) -> None:
    world = _world(tmp_path, _Kills(at=0, after_effect=False), faults)
    _play(world)
    counts = _outcome(world)
    assert {name: count for name, count in counts.items() if not name.startswith("raw")} == dict(
        _EXACTLY_ONCE
    )


def test_a_batch_delivered_twice_gives_each_of_its_rows_twice(tmp_path: Path) -> None:
    faults = Faults(batch_delivered_twice=1)
    world = _world(tmp_path, _Kills(at=0, after_effect=False), faults)
    _play(world)
    ids = [row["id"] for row in world.rows()]
    assert ids == ["a", "a", "b", "b", "c", "c", "f", "f"]


def test_a_repeated_write_gives_an_object_under_two_names(tmp_path: Path) -> None:
    faults = Faults(write_repeated=1)
    world = _world(tmp_path, _Kills(at=0, after_effect=False), faults)
    _play(world)
    assert [row["id"] for row in world.rows()] == ["a", "a", "b", "b", "c", "c", "f", "f"]
    assert len({each.key for each in world.store.objects}) == len(world.store.objects)
