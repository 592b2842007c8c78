"""Runs of replay on a simulated lake, and a fix that never gives the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.failures.replay.simulated_lake import SETTLE_MS, Fate, SimulatedLake

if TYPE_CHECKING:
    from firelake.failures.replay.fix import Fix
    from firelake.failures.replay.replay import End, Progress


def ends(progress: Progress) -> dict[End, int]:
    assert progress.items == progress.ends.total()
    return dict(+progress.ends)


def run(lake: SimulatedLake, fix: Fix | None = None, *, is_dry_run: bool = False) -> Progress:
    return lake.replay(fix, is_dry_run=is_dry_run).run(lake.items(), lambda _: None)


def failed(fate: Fate, *records: bytes) -> SimulatedLake:
    """A lake in which these records failed, long ago."""
    lake = SimulatedLake()
    lake.pending += records
    for _ in records:
        lake.process(fate)
    lake.now_ms += SETTLE_MS + 1
    return lake


def deliver(lake: SimulatedLake) -> None:
    while lake.pending:
        lake.process(Fate.DELIVER)
    lake.flush()


class Drawing:
    """Mends an event without an id, or all events, otherwise each time."""

    def __init__(self, lake: SimulatedLake, *, always: bool = False) -> None:
        self.runs = 0
        self._lake = lake
        self._always = always

    def __call__(self, event: dict[str, object]) -> dict[str, object]:
        self.runs += 1
        if self._always:
            return {**event, "created_at": self._lake.now_ms / 1000}
        return event if "event_uuid" in event else {**event, "event_uuid": f"drawn-{self.runs}"}
