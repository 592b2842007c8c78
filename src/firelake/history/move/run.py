"""A move from beginning to end on this machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from firelake.history.move.mover import Mover
from firelake.history.move.wiring import means_of, runs_statements
from firelake.history.move.work import Moved
from firelake.history.statement import RunStatement
from firelake.operations.errors import LakeQueryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.aws.clients import AwsClients
    from firelake.aws.lake_ref import LakeRef
    from firelake.history.move.progress import Progress
    from firelake.history.statement import Rows

# A machine that slept looks at the clock again.
_LONGEST_SLEEP_S: Final = 60


def run_move(
    mover: Mover,
    progress: Progress,
    run: Callable[[str], Rows],
    sleep: Callable[[float], None],
) -> Moved:
    """Do all the work of a move.

    Args:
        mover: Tells what comes next.
        progress: How far the move has come; changed.
        run: Runs a statement to its end, and returns what gives its answer.
        sleep: Waits for so many seconds.

    Raises:
        MoveError: The lake has no history, or Glue or S3 refused.
        LakeQueryError: A statement failed.
        LeaseError: DynamoDB has no answer.
    """
    rows: Rows | None = None
    try:
        while True:
            work = mover.advance(progress, rows)
            if isinstance(work, Moved):
                return work
            if isinstance(work, RunStatement):
                rows = _answer(run, work)
            else:
                rows = None
                sleep(min(work.seconds, _LONGEST_SLEEP_S))
    except BaseException:
        mover.abandon(progress)
        raise


def move_lake(
    lake: LakeRef, clients: AwsClients, progress: Progress, say: Callable[[str], None]
) -> Moved:
    """Do all the work of a move of a lake, with this machine's clock.

    Args:
        progress: How far the move has come; changed.
        say: Tells the operator what happens.

    Raises:
        AwsError: The environment does not suffice, or does not say which lake.
        OpsError: AWS refused.
    """
    mover = Mover(means_of(lake, clients, say))
    return run_move(mover, progress, runs_statements(lake, clients), time.sleep)


def _answer(run: Callable[[str], Rows], work: RunStatement) -> Rows:
    try:
        return run(work.sql)
    except LakeQueryError as error:
        if work.tolerates and work.tolerates in str(error):
            return (work.tolerates,)
        raise
