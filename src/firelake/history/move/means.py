"""What a move works with: tables in Glue, statements of Athena, files in S3, a lease, a clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from firelake.history.erase.erasing import Erasing
    from firelake.history.glue_tables import DeployedTables
    from firelake.history.statement import Rows, RunStatement


class Tables(Protocol):
    """The tables in Glue. Every method raises MoveError where it fails."""

    def deployed(self) -> DeployedTables:
        """Return what there is."""
        ...

    def raise_watermark(self, end: str) -> None:
        """Let the views read files from a period on, unless they read none before it already."""
        ...


class Statements(Protocol):
    """Writes the statements of one lake; runs none."""

    def create(self, columns: Mapping[str, str]) -> str:
        """Make `events_history` unless it is there."""
        ...

    def add(self, columns: Mapping[str, str]) -> str:
        """Add columns to it."""
        ...

    def copy(self, columns: Iterable[str], dt: str, event_types: Sequence[str]) -> Iterator[str]:
        """Copy what it lacks of a period, `MAX_OPEN_PARTITIONS` types a statement, in order."""
        ...

    def snapshot(self) -> str:
        """Name its newest snapshot; there is no answer before its first one."""
        ...

    def missing(self, first: str, end: str, snapshot: str) -> str:
        """Count the rows that a snapshot of it lacks."""
        ...

    def covered(self, dt: str, snapshot: str) -> str:
        """List the URIs of the files of a period of which a snapshot of it has every row."""
        ...

    def scattered(self, watermark: str, after: str) -> str:
        """List its partitions, after one of them, that have too many small files."""
        ...

    def compact(self, partitions: Sequence[str]) -> str:
        """Join the small files of partitions of one period, as `scattered` names them."""
        ...

    def vacuum(self) -> str:
        """Forget its old snapshots, and delete what nothing needs any more."""
        ...


class Files(Protocol):
    """The files under `events/`. Every method raises MoveError where it fails."""

    def there(self) -> Mapping[str, Sequence[str]]:
        """Return the periods that have files, each with its event types, sorted."""
        ...

    def remove(self, uris: Sequence[str]) -> None:
        """Remove files; those that are gone already stay so."""
        ...


class Lease(Protocol):
    """Keeps backfill out. Every method raises LeaseError where it has no answer."""

    def take(self, holder: str) -> bool:
        """Take it for as long as a statement may run, unless another holder has it."""
        ...

    def is_held(self, holder: str) -> bool:
        """Return whether a holder may still do one thing under it, at once."""
        ...

    def release(self, holder: str) -> None:
        """Give it back, if it is this holder's."""
        ...


class Eraser(Protocol):
    """Takes rows out of history."""

    def advance(
        self, erasing: Erasing, rows: Rows | None, run: str, grace_s: float
    ) -> RunStatement | None:
        """Go on until a statement has to be run; None where there is nothing left to do."""
        ...


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a move works with.

    Attributes:
        eraser: Takes out of history what was erased, and what is kept no longer.
        closed_end: Returns the end of the closed periods, from a watermark on and so many at most.
        now_s: The time, Unix time.
        say: Tells the operator what happens.
        has_time: Whether there is time for more than what must be done.
    """

    tables: Tables
    statements: Statements
    files: Files
    lease: Lease
    eraser: Eraser
    closed_end: Callable[[str, int], str]
    now_s: Callable[[], float]
    say: Callable[[str], None]
    has_time: Callable[[], bool] = lambda: True
