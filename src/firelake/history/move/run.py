"""One run of the move: statements of Athena, a watermark in Glue, files in S3, by the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from firelake.history.move.errors import MoveError
from firelake.history.move.rules import Move, Step, closed_end, raised, to_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from firelake.operations.settings_history import Closing

_LONGEST_SLEEP_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class DeployedTables:
    """What Glue tells of the lake.

    Attributes:
        columns: Glue types of the columns of `events`, without partition keys.
        first_dt: The first period that `events` shows.
        watermark: The first period whose files the views read; None where the lake was deployed
            without history.
        history: Glue types of the columns of `events_history`; None where there is no such table.
        read: The columns of history that the deployed views read.
    """

    columns: Mapping[str, str]
    first_dt: str
    watermark: str | None
    history: Mapping[str, str] | None
    read: frozenset[str]


class Tables(Protocol):
    """The tables in Glue. Every method raises MoveError where it fails."""

    def deployed(self) -> DeployedTables:
        """Return what there is."""
        ...

    def raise_watermark(self, end: str) -> None:
        """Let the views read files from a period on, unless they read none before it already."""
        ...


class Statements(Protocol):
    """The statements of Athena. Every method raises LakeQueryError where it fails."""

    def create(self, columns: Mapping[str, str]) -> None:
        """Make `events_history` unless it is there."""
        ...

    def add(self, columns: Mapping[str, str]) -> None:
        """Add columns to it."""
        ...

    def copy(self, columns: Iterable[str], dt: str, event_types: Sequence[str]) -> None:
        """Copy what it lacks of a period."""
        ...

    def missing(self, first: str, end: str) -> int:
        """Count the rows that it lacks."""
        ...

    def covered(self, dt: str) -> list[str]:
        """List the files of a period of which it has every row, by their keys."""
        ...


class Files(Protocol):
    """The files under `events/`. Every method raises MoveError where it fails."""

    def there(self) -> Mapping[str, Sequence[str]]:
        """Return the periods that have files, each with its event types, sorted."""
        ...

    def remove(self, keys: Sequence[str]) -> None:
        """Remove files."""
        ...


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a run works with.

    Attributes:
        closing: When an event is closed.
        asked_at_s: A moment before anything is asked, Unix time by DynamoDB.
        lease: Keeps backfill out while it is open; yields what raises once it has ended.
        now_s: The time, Unix time.
        sleep: Waits for so many seconds.
        say: Tells the operator what happens.
    """

    tables: Tables
    statements: Statements
    files: Files
    closing: Closing
    asked_at_s: float
    lease: Callable[[], AbstractContextManager[Callable[[], None]]]
    now_s: Callable[[], float]
    sleep: Callable[[float], None]
    say: Callable[[str], None]


@dataclass(slots=True)
class Moved:
    """What a run did.

    Attributes:
        dts: The periods that it copied.
        watermark: The first period whose files the views read now.
        removed: How many files it removed.
        needs_deployment: Whether nothing moved, as the views do not read all of history yet.
    """

    dts: tuple[str, ...] = ()
    watermark: str = ""
    removed: int = 0
    needs_deployment: bool = False


class Mover:
    """Runs the move of one lake."""

    def __init__(self, means: Means) -> None:
        """Takes what it works with, and asks nothing yet."""
        self._means = means

    def run(self, *, most: int, grace_s: float) -> Moved:
        """Move what is closed.

        Args:
            most: How many periods at once.
            grace_s: How long the longest query may take.

        Raises:
            MoveError: The lake has no history, or Glue or S3 refused.
            LakeQueryError: A statement failed.
            LeaseError: A backfill is running.
        """
        means = self._means
        deployed = means.tables.deployed()
        if deployed.watermark is None:
            message = "this lake has no history: set catalog.hasHistory to true and deploy"
            raise MoveError(message)
        if not self._is_read(deployed):
            return Moved(watermark=deployed.watermark, needs_deployment=True)
        end = closed_end(deployed.watermark, means.closing, means.asked_at_s, most)
        dts = _dts(deployed, means.files.there(), end)
        if not dts and end == deployed.watermark:
            return Moved(watermark=end)
        move = Move(end, grace_s)
        done = Moved(dts)
        while move.step is not Step.DONE:
            if move.step is Step.COPY:
                done.dts = self._copy(deployed, move)
            elif not move.may_go_on(means.now_s()):
                means.say(f"waiting {grace_s / 60:g} min for queries that began before")
                while not move.may_go_on(means.now_s()):
                    means.sleep(min(1 + move.waits_until_s - means.now_s(), _LONGEST_SLEEP_S))
            elif move.step is Step.SWITCH:
                self._switch(deployed.watermark, move)
            else:
                done.removed = self._remove(done.dts, move)
        done.watermark = raised(deployed.watermark, end)
        return done

    def _is_read(self, deployed: DeployedTables) -> bool:
        """Makes history as the contract wants it; tells whether the views read all of that."""
        statements, say = self._means.statements, self._means.say
        if deployed.history is None:
            statements.create(deployed.columns)
            say("made events_history")
            return False
        other = sorted(
            name
            for name, glue_type in deployed.columns.items()
            if deployed.history.get(name, glue_type) != glue_type
        )
        if other:
            message = (
                f"events_history has columns of another type than events: {', '.join(other)};"
                " nothing moves any more"
            )
            raise MoveError(message)
        new = {
            name: glue_type
            for name, glue_type in deployed.columns.items()
            if name not in deployed.history
        }
        if new:
            statements.add(new)
            say(f"added columns to events_history: {', '.join(new)}")
        return deployed.read >= deployed.columns.keys()

    def _copy(self, deployed: DeployedTables, move: Move) -> tuple[str, ...]:
        means = self._means
        there = means.files.there()
        dts = _dts(deployed, there, move.end)
        for dt in dts:
            means.say(f"copying {dt}")
            means.statements.copy(deployed.columns, dt, there[dt])
        move.copied(means.now_s())
        return dts

    def _switch(self, watermark: str, move: Move) -> None:
        means = self._means
        with means.lease() as check:
            if move.checked(means.statements.missing(watermark, move.end)):
                check()
                means.tables.raise_watermark(move.end)
                move.switched(means.now_s())
                means.say(f"the views read files from {move.end} on")

    def _remove(self, dts: tuple[str, ...], move: Move) -> int:
        means = self._means
        removed = 0
        watermark = means.tables.deployed().watermark
        if watermark is not None and move.may_remove(watermark):
            for dt in dts:
                keys = means.statements.covered(dt)
                means.files.remove(keys)
                removed += len(keys)
        move.removed()
        return removed


def _dts(deployed: DeployedTables, there: Iterable[str], end: str) -> tuple[str, ...]:
    """Returns the periods to copy: what lies before the lake's first one no statement sees."""
    return to_copy((dt for dt in there if dt >= deployed.first_dt), end)
