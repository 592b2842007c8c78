"""What the demonstration shows of history: files under `events/` before a move and after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.aws.clients import AwsClients
from firelake.history.move.progress import Progress
from firelake.history.move.run import move_lake
from firelake.history.move.status import status_of
from firelake.operations.counts import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.aws.lake_ref import LakeRef
    from firelake.history.move.work import Moved

# Today and yesterday have nearly all of a day's events; each day takes some statements.
_DAYS: Final = 2


@dataclass(frozen=True, slots=True)
class FilesMoved:
    """Files of the two stores.

    Attributes:
        dts: The days that moved.
        before: Files under `events/` before.
        after: Files there after.
        in_history: Files of the table of history after.
    """

    dts: tuple[str, ...]
    before: int
    after: int
    in_history: int

    def __str__(self) -> str:
        """Returns the line that tells it."""
        days = " and ".join(self.dts)
        return (
            f"{days} moved into history: {counted(self.before, 'file')} under events/ before,"
            f" {self.after:,} and {self.in_history:,} of history after, and the same answer."
        )


def move_files(lake: LakeRef) -> FilesMoved:
    """Moves the newest days into history.

    Raises:
        OpsError: AWS refused.
    """
    clients = AwsClients()
    before = status_of(lake, clients).files
    done = move(lake, lambda _: None)
    after = status_of(lake, clients)
    return FilesMoved(done.dts, before, after.files, after.history_files)


def move(lake: LakeRef, say: Callable[[str], None]) -> Moved:
    """Runs one move, without a wait: nobody else asks this lake.

    Args:
        say: Is told what happens.

    Raises:
        OpsError: AWS refused.
    """
    return move_lake(lake, AwsClients(), Progress.begun("demo", most=_DAYS, grace_s=0), say)
