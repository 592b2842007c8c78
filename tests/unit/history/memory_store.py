"""A lake in memory that fails as told: before or after a write, once or, as if killed, for good."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from firelake.contract.layout import EVENTS_PREFIX, parse_events_key
from firelake.history.backfill.errors import LakeError
from firelake.history.backfill.store import StoredFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Killed(BaseException):
    """The run is no more."""


class Fate(Enum):
    """What happens at a call."""

    KILLED_BEFORE = auto()
    KILLED_AFTER = auto()
    FAILS_BEFORE = auto()
    FAILS_AFTER = auto()
    # Killed, though what it sent is still on its way.
    KILLED_WHILE = auto()


@dataclass(slots=True)
class MemoryStore:
    """Fulfils `Store`.

    Attributes:
        objects: What is there.
        fates: What happens at which call, by its number since `fates` were set.
        on_its_way: Writes of runs that were killed.
        lands_at: Number of the call before which those arrive.
    """

    objects: dict[str, bytes] = field(default_factory=dict[str, bytes])
    fates: dict[int, Fate] = field(default_factory=dict[int, Fate])
    on_its_way: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    lands_at: int = -1
    calls: int = 0
    is_dead: bool = False

    def restart(self, fates: Mapping[int, Fate], lands_at: int = -1) -> None:
        """Begin another run."""
        self.fates, self.calls, self.is_dead = dict(fates), 0, False
        self.lands_at = lands_at

    def folders(self, prefix: str) -> list[str]:
        self._call()
        keys = (key.removeprefix(prefix) for key in self.objects if key.startswith(prefix))
        return sorted({f"{prefix}{key.partition('/')[0]}/" for key in keys})

    def files(self, prefix: str) -> list[StoredFile]:
        self._call()
        return [
            StoredFile(key, len(body), "etag")
            for key, body in sorted(self.objects.items())
            if key.startswith(prefix)
        ]

    def open(self, file: StoredFile) -> BinaryIO:
        self._call()
        return io.BytesIO(self.objects[file.key])

    def create(self, key: str, body: BinaryIO) -> bool:
        content = body.read()
        fate = self._call()
        if fate is Fate.KILLED_WHILE:
            self.on_its_way.append((key, content))
            self._kill()
        is_new = self.objects.setdefault(key, content) is content
        if fate is Fate.KILLED_AFTER:
            self._kill()
        if fate is Fate.FAILS_AFTER:
            message = "the answer was lost"
            raise LakeError(message)
        return is_new

    def land(self) -> None:
        """Let what killed runs sent arrive, if it has not."""
        for key, content in self.on_its_way:
            self.objects.setdefault(key, content)
        self.on_its_way = []

    def put_rows(self, key: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Write a file as the stream would, with the columns that matter."""
        table = cast("Any", pa).Table.from_pylist(
            [{"event_uuid": "", "event_name": "", "created_at": 0.0, **row} for row in rows]
        )
        file = io.BytesIO()
        cast("Any", pq).write_table(table, file)
        self.objects[key] = file.getvalue()

    def rows(self) -> list[tuple[str, str, str, float, str]]:
        """Type, day, id, creation and name of every row, sorted."""
        found: list[tuple[str, str, str, float, str]] = []
        for key, body in self.objects.items():
            if key.startswith(EVENTS_PREFIX):
                parsed = parse_events_key(key)
                columns = ["event_uuid", "event_name", "created_at"]
                table = cast("Any", pq).ParquetFile(io.BytesIO(body)).read(columns=columns)
                found += [
                    (parsed.event_type, parsed.dt, row["event_uuid"], row["created_at"], name)
                    for row in table.to_pylist()
                    if (name := row["event_name"]) is not None
                ]
        return sorted(found)

    def _call(self) -> Fate | None:
        if self.is_dead:
            raise Killed
        number = self.calls
        self.calls += 1
        if number == self.lands_at:
            self.land()
        fate = self.fates.get(number)
        if fate is Fate.KILLED_BEFORE:
            self._kill()
        if fate is Fate.FAILS_BEFORE:
            message = "S3 is away"
            raise LakeError(message)
        return fate

    def _kill(self) -> None:
        self.is_dead = True
        raise Killed
