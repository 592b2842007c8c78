"""A run of the move, killed at every call, and what it does before anything may move."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from firelake.history.move.errors import MoveError
from firelake.history.move.rules import raised
from firelake.history.move.run import DeployedTables, Means, Moved, Mover
from firelake.history.move.showing import summary
from firelake.operations.settings_history import Closing

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

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

    def shown(self) -> set[str]:
        recent = (rows for dt, rows in self.files.values() if dt >= (self.watermark or ""))
        return self.history.union(*recent)

    def call(self, told: str) -> None:
        if len(self.calls) == self.killed_at:
            raise KilledError
        self.calls.append(told)

    def deployed(self) -> DeployedTables:
        self.call("read tables")
        return DeployedTables(COLUMNS, "2026-11-01", self.watermark, self.columns, self.read)

    def raise_watermark(self, end: str) -> None:
        self.call(f"raise to {end}")
        self.watermark = raised(self.watermark or "", end)

    def create(self, columns: Mapping[str, str]) -> None:
        self.call("create")
        self.columns = dict(columns)

    def add(self, columns: Mapping[str, str]) -> None:
        self.call(f"add {', '.join(columns)}")

    def copy(self, columns: Iterable[str], dt: str, event_types: Sequence[str]) -> None:
        assert (list(columns), list(event_types)) == (list(COLUMNS), ["ping"])
        self.call(f"copy {dt}")
        for of, rows in self.files.values():
            self.history |= rows if of == dt else set()

    def missing(self, first: str, end: str) -> int:
        self.call(f"ask from {first} to {end}")
        rows = {row for dt, of in self.files.values() if first <= dt < end for row in of}
        return len(rows - self.history)

    def covered(self, dt: str) -> list[str]:
        self.call(f"prove {dt}")
        return [key for key, (of, rows) in self.files.items() if of == dt and rows <= self.history]

    def there(self) -> dict[str, list[str]]:
        self.call("list")
        return {dt: ["ping"] for dt, _ in self.files.values()}

    def remove(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.call(f"remove {key}")
            del self.files[key]

    @contextmanager
    def lease(self) -> Generator[Callable[[], None]]:
        self.call("take the lease")
        yield lambda: None

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        self.backfilled()
        self.backfilled = lambda: None

    def run(self) -> Moved:
        means = Means(
            tables=self,
            statements=self,
            files=self,
            closing=Closing(0),
            asked_at_s=NOW_S,
            lease=self.lease,
            now_s=lambda: self.now_s,
            sleep=self.sleep,
            say=lambda _: None,
        )
        return Mover(means).run(most=31, grace_s=3600)


def filled() -> FakeLake:
    return FakeLake(
        {
            "one": ("2026-11-01", {"a", "b"}),
            "two": ("2026-11-01", {"b"}),
            "three": ("2026-11-03", {"c"}),
            "open": ("2026-11-05", {"d"}),
        }
    )


def test_what_is_closed_moves_in_this_order() -> None:
    lake = filled()

    done = lake.run()

    assert lake.calls == [
        "read tables",
        "list",
        "list",
        "copy 2026-11-01",
        "copy 2026-11-03",
        "take the lease",
        "ask from 2026-11-01 to 2026-11-05",
        "raise to 2026-11-05",
        "read tables",
        "prove 2026-11-01",
        "remove one",
        "remove two",
        "prove 2026-11-03",
        "remove three",
    ]
    assert done == Moved(("2026-11-01", "2026-11-03"), "2026-11-05", removed=3)
    assert lake.now_s > NOW_S + 2 * 3600
    assert list(summary(done)) == [
        (
            "moved 2 periods, 2026-11-01 to 2026-11-03, removed 3 files; the views read files from"
            " 2026-11-05 on"
        )
    ]


@pytest.mark.parametrize("killed_at", range(14))
def test_a_run_that_is_killed_loses_nothing_and_the_next_one_ends_it(killed_at: int) -> None:
    lake = replace(filled(), killed_at=killed_at)

    with pytest.raises(KilledError):
        lake.run()
    assert lake.shown() == {"a", "b", "c", "d"}

    lake.killed_at = -1
    lake.calls.clear()
    lake.run()
    assert (lake.shown(), set(lake.files)) == ({"a", "b", "c", "d"}, {"open"})
    assert lake.watermark == "2026-11-05"


def test_what_backfill_brings_in_meanwhile_is_copied_before_the_watermark_is_raised() -> None:
    lake = filled()
    lake.backfilled = lambda: lake.files.update(late=("2026-11-02", {"e"}))

    assert lake.run().dts == ("2026-11-01", "2026-11-02", "2026-11-03")
    assert (lake.shown(), set(lake.files)) == ({"a", "b", "c", "d", "e"}, {"open"})


def test_what_lies_below_the_watermark_moves_too() -> None:
    lake = filled()
    lake.run()
    lake.files["late"] = ("2026-11-02", {"e"})

    assert lake.run().dts == ("2026-11-02",)
    assert (set(lake.files), "e" in lake.history) == ({"open"}, True)


def test_a_second_run_has_nothing_to_do() -> None:
    lake = filled()
    lake.run()
    lake.calls.clear()

    assert list(summary(lake.run())) == ["nothing to move: the views read files from 2026-11-05 on"]
    assert lake.calls == ["read tables", "list"]


@pytest.mark.parametrize(
    ("columns", "read", "call"),
    [
        (None, frozenset[str](), "create"),
        ({"event_uuid": "string"}, frozenset({"event_uuid"}), "add amount"),
        (COLUMNS, frozenset({"event_uuid"}), "read tables"),
    ],
    ids=["no table yet", "a new field", "not deployed yet"],
)
def test_nothing_moves_until_the_views_read_all_of_history(
    columns: dict[str, str] | None, read: frozenset[str], call: str
) -> None:
    lake = replace(filled(), columns=columns, read=read)

    assert lake.run().needs_deployment
    assert (lake.calls[-1], len(lake.files), lake.watermark) == (call, 4, "2026-11-01")


def test_a_lake_without_history_and_a_column_of_another_type_are_refused() -> None:
    with pytest.raises(MoveError, match=r"catalog\.hasHistory"):
        replace(filled(), watermark=None).run()
    with pytest.raises(MoveError, match="another type than events: amount"):
        replace(filled(), columns={**COLUMNS, "amount": "bigint"}).run()


def test_a_file_stays_where_a_deployment_has_put_the_watermark_back() -> None:
    class Deployed(FakeLake):
        def raise_watermark(self, end: str) -> None:
            super().raise_watermark(end)
            self.backfilled = lambda: setattr(self, "watermark", "2026-11-01")

    lake = Deployed(filled().files)

    assert lake.run().removed == 0
    assert len(lake.files) == 4
