"""A lake in memory, as a move sees it, which notes every call and can kill a run at one of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firelake.catalog.history_table import raised
from firelake.history.erase.erasing import Erasing
from firelake.history.glue_tables import DeployedTables
from firelake.history.move.means import Means
from firelake.history.move.mover import Mover
from firelake.history.move.progress import Progress
from firelake.history.move.rules import closed_end
from firelake.history.move.run import run_move
from firelake.history.move.work import Moved
from firelake.history.statement import RunStatement
from firelake.operations.errors import LakeQueryError
from firelake.operations.settings_history import Closing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

COLUMNS = {"event_uuid": "string", "amount": "double"}
# 2026-11-05T12:00:00Z: of days that close with their end, four are closed.
NOW_S = 1_793_880_000.0


class KilledError(Exception):
    """What ends a run at one of its calls."""


@dataclass
class FakeLake:
    """Both stores in memory: of each file its period and its rows."""

    files: dict[str, tuple[str, set[str]]]
    history: set[str] = field(default_factory=set[str])
    watermark: str | None = "2026-11-01"
    columns: dict[str, str] | None = field(default_factory=lambda: dict(COLUMNS))
    read: frozenset[str] = frozenset(COLUMNS)
    calls: list[str] = field(default_factory=list[str])
    killed_at: int = -1
    backfilled: Callable[[], None] = lambda: None
    now_s: float = NOW_S
    holder: str = ""
    snapshots: list[set[str]] = field(default_factory=list[set[str]])
    scattered_partitions: list[str] = field(default_factory=list[str])
    vacuums_needed: int = 1
    is_optimizing_in_rounds: bool = False
    first_dt: str = "2026-11-01"

    def shown(self) -> set[str]:
        recent = (rows for dt, rows in self.files.values() if dt >= (self.watermark or ""))
        return self.history.union(*recent)

    def call(self, told: str) -> None:
        if len(self.calls) == self.killed_at:
            raise KilledError
        self.calls.append(told)

    def deployed(self) -> DeployedTables:
        self.call("read tables")
        return DeployedTables(COLUMNS, self.first_dt, self.watermark, self.columns, self.read)

    def raise_watermark(self, end: str) -> None:
        self.call(f"raise to {end}")
        self.watermark = raised(self.watermark or "", end)

    def create(self, columns: Mapping[str, str]) -> str:
        assert columns == COLUMNS
        return "create"

    def add(self, columns: Mapping[str, str]) -> str:
        return f"add {', '.join(columns)}"

    def copy(self, columns: Iterable[str], dt: str, event_types: Sequence[str]) -> Iterator[str]:
        assert list(columns) == list(COLUMNS)
        for start in range(0, len(event_types), 100):
            yield f"copy {dt} {','.join(event_types[start : start + 100])}"

    def snapshot(self) -> str:
        return "snapshot"

    def missing(self, first: str, end: str, snapshot: str) -> str:
        return f"ask {snapshot} from {first} to {end}"

    def covered(self, dt: str, snapshot: str) -> str:
        return f"prove {dt} by {snapshot}"

    def scattered(self, watermark: str, after: str) -> str:
        return f"scattered {watermark} {after}".rstrip()

    def compact(self, partitions: Sequence[str]) -> str:
        return f"compact {' '.join(partitions)}"

    def vacuum(self) -> str:
        return "vacuum"

    def statement(self, sql: str) -> list[str]:
        """Runs one of the statements above."""
        self.call(sql)
        what, *words = sql.split()
        if what == "copy":
            for of, rows in self.files.values():
                self.history |= rows if of == words[0] else set()
        if what == "snapshot":
            self.snapshots.append(set(self.history))
            return [str(len(self.snapshots))]
        if what == "ask":
            rows = {
                row for dt, of in self.files.values() if words[2] <= dt < words[4] for row in of
            }
            return [str(len(rows - self.snapshots[int(words[0]) - 1]))]
        if what == "prove":
            has = self.snapshots[int(words[2]) - 1]
            files = self.files.items()
            return [key for key, (of, rows) in files if (of, True) == (words[0], rows <= has)]
        if what == "vacuum":
            self.vacuums_needed -= 1
            if self.vacuums_needed > 0:
                message = "failed: ICEBERG_VACUUM_MORE_RUNS_NEEDED: Removed 1000 files"
                raise LakeQueryError(message)
        if what == "compact" and self.is_optimizing_in_rounds:
            message = "failed: ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED: Processed 100 partitions"
            raise LakeQueryError(message)
        if what == "scattered":
            return [each for each in self.scattered_partitions if each > (words[1:] or [""])[0]]
        return []

    def advance(self, erasing: Erasing, rows: object, run: str, grace_s: float) -> None:
        """Finds nothing to take out of history."""
        assert (erasing, rows) == (Erasing(), None)
        assert (bool(run), grace_s >= 0) == (True, True)

    def there(self) -> dict[str, list[str]]:
        self.call("list")
        return {dt: ["ping"] for dt, _ in self.files.values()}

    def remove(self, uris: Sequence[str]) -> None:
        for uri in uris:
            self.call(f"remove {uri}")
            self.files.pop(uri, None)

    def take(self, holder: str) -> bool:
        self.call("take the lease")
        self.holder = self.holder or holder
        return self.holder == holder

    def is_held(self, holder: str) -> bool:
        return self.holder == holder

    def release(self, holder: str) -> None:
        if self.holder == holder:
            self.holder = ""

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        self.backfilled()
        self.backfilled = lambda: None

    def means(self) -> Means:
        return Means(
            tables=self,
            statements=self,
            files=self,
            lease=self,
            eraser=self,
            closed_end=lambda watermark, most: closed_end(watermark, Closing(0), NOW_S, most),
            now_s=lambda: self.now_s,
            say=lambda _: None,
        )

    def run(self) -> Moved:
        progress = Progress.begun("a", most=31, grace_s=3600)
        return run_move(Mover(self.means()), progress, self.statement, self.sleep)

    def run_in_calls(self) -> Moved:
        """Runs a move as on AWS: each call knows nothing but what JSON has carried over."""
        written, rows = json.dumps(Progress.begun("a", most=31, grace_s=3600).to_json()), None
        while True:
            progress = Progress.of_json(json.loads(written))
            work = Mover(self.means()).advance(progress, rows)
            written, rows = json.dumps(progress.to_json()), None
            if isinstance(work, Moved):
                return work
            if isinstance(work, RunStatement):
                rows = self.statement(work.sql)
            else:
                self.sleep(work.seconds)


def filled() -> FakeLake:
    return FakeLake(
        {
            "one": ("2026-11-01", {"a", "b"}),
            "two": ("2026-11-01", {"b"}),
            "three": ("2026-11-03", {"c"}),
            "open": ("2026-11-05", {"d"}),
        }
    )
