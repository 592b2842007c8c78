"""Moves of a lake in memory: the shipped `Mover`, killed anywhere, and queries meanwhile."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from firelake.contract.layout import Granularity, dt_of
from firelake.history.glue_tables import DeployedTables
from firelake.history.move.means import Means
from firelake.history.move.mover import Mover
from firelake.history.move.progress import Progress
from firelake.history.move.rules import closed_end
from firelake.history.move.run import run_move
from tests.simulation.lake import HOUR_MS, MINUTE_MS, Row
from tests.simulation.operators import Killed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from random import Random

    from firelake.history.erase.erasing import Erasing
    from firelake.history.statement import Rows
    from tests.simulation.lake import Lake
    from tests.simulation.rules import Key, Rules

_COLUMNS = {"event_uuid": "string"}
_MOST_AT_ONCE = 2
_LONGEST_MINUTES = 30
_GRACE_S = 3600.0
# How often a run looks whether a backfill, which may have called it, has ended.
_MOST_WAITS = 5


class Listed(NamedTuple):
    """A file under `events/`, by its URI: its rows are of one partition."""

    uri: str
    dt: str
    event_type: str
    rows: tuple[Row, ...]


def files_of(lake: Lake) -> list[Listed]:
    """The files of Firehose, which have a row each, and those of backfill."""
    found = [Listed(f"row/{id(row)}", row.dt, row.event_type, (row,)) for row in lake.rows]
    for (event_type, dt, name), rows in lake.files.items():
        found.append(Listed(f"file/{event_type}/{dt}/{name}", dt, event_type, tuple(rows)))
    return found


def keys_of(rows: Iterable[Row]) -> set[Key]:
    """Rows as the views tell them apart."""
    return {(row.event_type, row.dt, row.identity) for row in rows}


def shown(lake: Lake) -> set[Key]:
    """What the views show."""
    listed = (row for file in files_of(lake) if file.dt >= lake.watermark for row in file.rows)
    return keys_of(listed) | keys_of(lake.history)


class Moves:
    """Runs of the move, and queries.

    Attributes:
        is_calm: Whether runs are neither killed nor take long.
        failed: How many queries found a file gone, and failed.
        answered: How many did not.
        removed: How many files went.
    """

    def __init__(
        self, lake: Lake, rules: Rules, chance: Random, is_backfilling: Callable[[], bool]
    ) -> None:
        """Takes the lake, the rules, chance, and whether a backfill has the lease."""
        self._lake, self._rules, self._chance = lake, rules, chance
        self._is_backfilling = is_backfilling
        self.holder = ""
        self.is_calm = False
        self.failed = self.answered = self.removed = self._running = self._runs = 0

    def move(self) -> None:
        """A run, which may be killed; two at once at most."""
        if self._running < _MOST_AT_ONCE:
            self._running += 1
            self._runs += 1
            with suppress(Killed):
                _Run(self, self._lake, self._rules, self._chance, f"move-{self._runs}").go()
            self._running -= 1

    def take(self, holder: str) -> bool:
        """Take the lease, unless a backfill or another move has it."""
        if self._is_backfilling() or self.holder not in {"", holder}:
            return False
        self.holder = holder
        return True

    def give_back(self, holder: str) -> None:
        """Give it back, or let it end by itself."""
        if self.holder == holder:
            self.holder = ""

    def query(self) -> None:
        """A query: files and snapshot at two moments, and it reads at a third."""
        lake, chance = self._lake, self._chance
        ends_ms = lake.now_ms + _LONGEST_MINUTES * MINUTE_MS
        before, files, snapshot = shown(lake), list[Listed](), list[Row]()

        def look() -> None:
            files.extend(file for file in files_of(lake) if file.dt >= lake.watermark)

        def open_history() -> None:
            snapshot.extend(lake.history)

        def read() -> None:
            there = {file.uri for file in files_of(lake)}
            if any(file.uri not in there for file in files):
                self.failed += 1
                return
            self.answered += 1
            seen = keys_of(row for file in files for row in file.rows) | keys_of(snapshot)
            if before - seen:
                lake.broken.append(f"a query misses {sorted(before - seen)}")

        for step in (look, open_history):
            lake.plan(lake.now_ms + chance.randrange(_LONGEST_MINUTES) * MINUTE_MS, step)
        lake.plan(ends_ms, read)


class _Run:
    """One run: fulfils `Tables`, `Statements`, `Files` and `Lease`."""

    def __init__(self, moves: Moves, lake: Lake, rules: Rules, chance: Random, name: str) -> None:
        self._moves, self._lake, self._rules, self._chance = moves, lake, rules, chance
        self._name = name
        self._calls = self._waits = 0
        self._dies_at = chance.randrange(25) if chance.random() < 0.5 and not moves.is_calm else -1
        self._is_dead = False

    def go(self) -> None:
        lake = self._lake
        clock = lake.clock()

        def ends(watermark: str, most: int) -> str:
            now_s = self._rules.now_ms(clock, lake.machine_ms) / 1000
            closing = self._rules.closing(lake.windows, clock.periods())
            return closed_end(watermark, closing, now_s, most)

        means = Means(
            tables=self,
            statements=self,
            files=self,
            lease=self,
            eraser=self,
            closed_end=ends,
            now_s=lambda: lake.now_ms / 1000,
            say=lambda _: None,
        )
        progress = Progress.begun(
            self._name,
            most=60 if self._moves.is_calm else self._chance.choice([2, 60]),
            grace_s=_GRACE_S,
        )
        run_move(Mover(means), progress, self._statement, self._sleep)

    def _call(self, minutes: int = 0) -> None:
        """Lets time pass, and ends the run where it is its turn."""
        self._calls += 1
        if not self._moves.is_calm:
            self._lake.advance(self._lake.now_ms + minutes * MINUTE_MS)
        if self._calls == self._dies_at:
            self._is_dead = True
            # Nobody gives the lease back.
            lease_ends_ms = self._lake.now_ms + 45 * MINUTE_MS
            self._lake.plan(lease_ends_ms, lambda: self._moves.give_back(self._name))
            raise Killed

    def _sleep(self, seconds: float) -> None:
        self._waits += seconds < _GRACE_S and self._moves.holder != self._name
        if self._waits > _MOST_WAITS + _GRACE_S / 60 * 4:
            raise Killed
        self._lake.advance(self._lake.now_ms + int(1000 * seconds))

    def _statement(self, sql: str) -> list[str]:
        lake, (what, *words) = self._lake, sql.split()
        if what == "copy":
            self._copy(words[0], set(words[1].split(",")))
            return []
        self._call(self._chance.randrange(_LONGEST_MINUTES))
        if what == "snapshot":
            return [str(len(lake.history))] if lake.history else []
        if what == "ask":
            first, end, *snapshot = words
            files = [file for file in files_of(lake) if first <= file.dt < end]
            rows = [row for file in files for row in file.rows]
            return [str(len(keys_of(rows) - self._has(snapshot)))]
        if what == "prove":
            dt, *snapshot = words
            has = self._has(snapshot)
            return [
                file.uri
                for file in files_of(lake)
                if file.dt == dt and self._rules.is_moved(keys_of(file.rows), has)
            ]
        return []

    def _copy(self, dt: str, event_types: set[str]) -> None:
        """An INSERT, which reads when it begins, and may outlive its run."""
        lake, known = self._lake, keys_of(self._lake.history)
        new: dict[Key, Row] = {}
        for file in files_of(lake):
            for row in file.rows:
                (key,) = keys_of([row])
                if (file.dt, file.event_type in event_types) == (dt, True) and key not in known:
                    new[key] = min(row, new.get(key, row), key=lambda each: each.position)
        minutes = self._chance.randrange(_LONGEST_MINUTES)
        rows = list(new.values())
        if self._calls + 1 == self._dies_at:
            lake.plan(lake.now_ms + minutes * MINUTE_MS, lambda: lake.history.extend(rows))
            self._call()
        self._call(minutes)
        lake.history.extend(rows)

    def _has(self, snapshot: Sequence[str]) -> set[Key]:
        return keys_of(self._lake.history[: int(snapshot[0]) if snapshot else 0])

    # --- as the mover sees it ---

    def deployed(self) -> DeployedTables:
        self._call()
        return DeployedTables(_COLUMNS, "", self._lake.watermark, _COLUMNS, frozenset(_COLUMNS))

    def raise_watermark(self, end: str) -> None:
        self._call()
        self._lake.watermark = max(self._lake.watermark, end)

    def create(self, columns: Mapping[str, str]) -> str:
        raise AssertionError(columns)

    add = create

    def copy(self, columns: Iterable[str], dt: str, event_types: Sequence[str]) -> Iterator[str]:
        del columns
        yield f"copy {dt} {','.join(event_types)}"

    def snapshot(self) -> str:
        return "snapshot"

    def missing(self, first: str, end: str, snapshot: str) -> str:
        return f"ask {first} {end} {snapshot}"

    def covered(self, dt: str, snapshot: str) -> str:
        return f"prove {dt} {snapshot}"

    def scattered(self, watermark: str, after: str) -> str:
        return f"scattered {watermark} {after}"

    def compact(self, partitions: Sequence[str]) -> str:
        raise AssertionError(partitions)

    def vacuum(self) -> str:
        return "vacuum"

    def there(self) -> dict[str, list[str]]:
        self._call()
        found: dict[str, set[str]] = {}
        for file in files_of(self._lake):
            found.setdefault(file.dt, set()).add(file.event_type)
        return {dt: sorted(types) for dt, types in found.items()}

    def remove(self, uris: Sequence[str]) -> None:
        lake = self._lake
        for uri in uris:
            self._call(self._chance.choice([0, 0, 1]))
            lake.rows[:] = [row for row in lake.rows if f"row/{id(row)}" != uri]
            for name in [name for name in lake.files if f"file/{'/'.join(name)}" == uri]:
                del lake.files[name]
            self._moves.removed += 1

    def take(self, holder: str) -> bool:
        self._call()
        return self._moves.take(holder)

    def is_held(self, holder: str) -> bool:
        return self._moves.holder == holder

    def advance(self, erasing: Erasing, rows: Rows | None, run: str, grace_s: float) -> None:
        """Nothing was erased."""

    def release(self, holder: str) -> None:
        if not self._is_dead:
            self._moves.give_back(holder)


def plan(moves: Moves, lake: Lake, chance: Random, days: int) -> None:
    """Plans runs over some days, a few of them at once, files that come meanwhile, and queries."""
    for number in range(chance.randrange(2, 2 * days)):
        at_ms = lake.now_ms + chance.randrange(days * 24) * HOUR_MS
        for _ in range(chance.choice([1, 1, 2])):
            lake.plan(at_ms + chance.randrange(90) * MINUTE_MS, moves.move)
        for each in range(4):
            uuid = f"meanwhile-{number}-{each}"
            land = partial(_land, lake, uuid, chance.choice([0, 1, 12, 24]) * HOUR_MS)
            lake.plan(at_ms + chance.randrange(360) * MINUTE_MS, land)
            lake.plan(at_ms + chance.randrange(360) * MINUTE_MS, moves.query)


def _land(lake: Lake, uuid: str, late_ms: int) -> None:
    """A file of Firehose's with one event, which comes so late."""
    created_ms = lake.now_ms - late_ms
    event = {"event_uuid": uuid, "event_name": "thing:done", "created_at": created_ms / 1000}
    lake.sent.append(json.dumps(event).encode())
    row = json.dumps({**event, "stream_position": f"shardId:{uuid}"}).encode()
    dt = dt_of(created_ms / 1000, Granularity.DAY)
    lake.land(row, ("thing", dt))
