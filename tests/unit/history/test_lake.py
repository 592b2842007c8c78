"""What the lake has is read once a run, and again only where a file was met."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from firelake.history.backfill.errors import FileGoneError, LakeError
from firelake.history.backfill.ids import Ids
from firelake.history.backfill.lake import LakeIds
from firelake.history.backfill.rules import file_name
from firelake.history.backfill.work import Partition
from tests.fakes.inline_executor import InlineExecutor
from tests.unit.history.memory_store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from firelake.history.backfill.store import StoredFile

LESSONS = Partition("lesson", "2026-01-15")
PREFIX = "events/event_type=lesson/dt=2026-01-15/"
DIGEST = "0123456789abcdef0123456789abcdef"
NONE: frozenset[str] = frozenset()


def row(uuid: str) -> dict[str, object]:
    return {"event_uuid": uuid, "event_name": "lesson:started", "created_at": 1.0}


def ids(*uuids: str) -> Ids:
    return Ids.of(uuids, ["lesson:started"] * len(uuids), [1.0] * len(uuids))


def missing(lake: LakeIds, *uuids: str) -> list[str]:
    missing = lake.missing(LESSONS, NONE, ids(*uuids))
    return cast("list[str]", ids(*uuids).where(missing).uuids.to_pylist())


def test_a_partition_is_listed_and_read_once(tmp_path: Path) -> None:
    store = MemoryStore()
    store.put_rows(f"{PREFIX}1.parquet", [row("a")])
    store.put_rows(f"{PREFIX}2.parquet", [row("b")])
    store.put_rows("events/event_type=lesson/dt=2026-01-16/1.parquet", [row("c")])
    with ThreadPoolExecutor(4) as executor:
        lake = LakeIds(store, tmp_path, executor)
        lake.load([(LESSONS, NONE)])
        calls = store.calls
        lake.load([(LESSONS, NONE)])
        assert missing(lake, "a", "b", "c", "d") == ["c", "d"]
    assert store.calls == calls == 4


def test_what_is_about_to_be_written_counts_as_there(tmp_path: Path) -> None:
    lake = LakeIds(MemoryStore(), tmp_path, InlineExecutor())
    lake.load([(LESSONS, NONE)])
    assert missing(lake, "a") == ["a"]
    lake.add(LESSONS, ids("a"))
    assert missing(lake, "a", "b") == ["b"]


class Moving(MemoryStore):
    """A store out of which a move takes the files between the list and the first of them."""

    def open(self, file: StoredFile) -> BinaryIO:
        self.objects.clear()
        message = f"{file.key} is gone"
        raise FileGoneError(message)


class HistoryOf(NamedTuple):
    """What has moved."""

    moved: Ids

    def ids(self, partition: Partition) -> Iterator[Ids]:
        if partition == LESSONS:
            yield self.moved


def test_what_a_move_takes_away_meanwhile_is_found_in_history(tmp_path: Path) -> None:
    store = Moving()
    store.put_rows(f"{PREFIX}1.parquet", [row("a"), row("b")])
    lake = LakeIds(store, tmp_path, InlineExecutor(), HistoryOf(ids("a", "b")))

    lake.load([(LESSONS, NONE)])

    assert missing(lake, "a", "b", "c") == ["c"]


def test_a_file_that_is_gone_ends_the_run_where_there_is_no_history(tmp_path: Path) -> None:
    store = Moving()
    store.put_rows(f"{PREFIX}1.parquet", [row("a")])

    with pytest.raises(LakeError, match="is gone"):
        LakeIds(store, tmp_path, InlineExecutor()).load([(LESSONS, NONE)])


def test_a_second_look_gives_what_came_since(tmp_path: Path) -> None:
    store = MemoryStore()
    store.put_rows(PREFIX + file_name(DIGEST, 0), [row("a")])
    lake = LakeIds(store, tmp_path, InlineExecutor())
    lake.load([(LESSONS, NONE)])
    lake.add(LESSONS, ids("mine"))
    assert lake.generation(LESSONS, DIGEST) == 1
    store.put_rows(PREFIX + file_name(DIGEST, 1), [row("b")])
    assert lake.look_again(LESSONS).uuids.to_pylist() == ["b"]
    assert lake.generation(LESSONS, DIGEST) == 2
    assert missing(lake, "a", "b", "mine", "c") == ["c"]
    assert len(lake.look_again(LESSONS)) == 0


def test_rows_of_many_row_groups_are_all_read(tmp_path: Path) -> None:
    store = MemoryStore()
    uuids = [f"e{number}" for number in range(1000)]
    table = cast("Any", pa).Table.from_pylist([row(uuid) for uuid in uuids])
    file = io.BytesIO()
    cast("Any", pq).write_table(table, file, row_group_size=100)
    store.objects[f"{PREFIX}1.parquet"] = file.getvalue()
    lake = LakeIds(store, tmp_path, InlineExecutor())
    lake.load([(LESSONS, NONE)])
    assert missing(lake, *uuids, "new") == ["new"]


def test_what_athena_does_not_read_is_not_read(tmp_path: Path) -> None:
    store = MemoryStore({f"{PREFIX}_SUCCESS": b"x", f"{PREFIX}.hidden": b"x", PREFIX: b""})
    lake = LakeIds(store, tmp_path, InlineExecutor())
    lake.load([(LESSONS, NONE)])
    assert missing(lake, "a") == ["a"]


def test_a_file_that_is_no_parquet_is_told(tmp_path: Path) -> None:
    store = MemoryStore({f"{PREFIX}notes.txt": b"hello"})
    lake = LakeIds(store, tmp_path, InlineExecutor())
    with pytest.raises(LakeError, match=r"notes\.txt is no Parquet file of the table"):
        lake.load([(LESSONS, NONE)])
