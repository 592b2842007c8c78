"""The alarms of moves into history, and of what they see: rows of the table of alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.contract.facts import ERRORS_WARNED_DAYS, SECONDS_PER_DAY
from firelake.contract.names import METRIC_ERASURES_LATE, METRIC_ERRORS_EXPIRING, METRIC_MOVES
from firelake.infra.watch.alarm_rows import AlarmRow, computed, largest, total
from firelake.infra.watch.metrics import moves, quality
from firelake.infra.watch.spec import Comparison, MissingData

if TYPE_CHECKING:
    from firelake.infra.naming import Names

MOVE_FAILURES: Final = "move-failures"
NO_MOVE: Final = "no-move"
ERRORS_EXPIRING: Final = "errors-expiring"
ERASURES_LATE: Final = "erasures-late"
OF_MOVES: Final = frozenset({MOVE_FAILURES, NO_MOVE, ERRORS_EXPIRING, ERASURES_LATE})
"""All of them: there is none where nothing moves by itself."""

# CloudWatch looks at seven days of daily periods at most.
_DAYS_WITHOUT_MOVE: Final = 3


def move_rows(names: Names) -> list[AlarmRow]:
    """Returns the rows of a stack whose days move by a schedule."""
    has_not_looked = "a move that does not end has not looked, and no-move tells"
    return [
        AlarmRow(
            MOVE_FAILURES,
            computed(
                "failures",
                "FILL(failed, 0) + FILL(timed_out, 0)",
                "Moves that failed",
                failed=moves(names, "ExecutionsFailed"),
                timed_out=moves(names, "ExecutionsTimedOut"),
            ),
            (Comparison.AT_LEAST, 1, 1),
            (
                MissingData.NOT_BREACHING,
                "Step Functions counts failures when there are some: FILL makes the others zero",
            ),
            meaning="A move of files into history has failed.",
            why="Each statement and each call was tried three times before.",
            action="Nothing is lost or shown twice, and the next move ends what this one began. "
            "Read the execution's error in Step Functions, and start a move when it is mended.",
        ),
        AlarmRow(
            NO_MOVE,
            total(quality(names, METRIC_MOVES), SECONDS_PER_DAY),
            (Comparison.BELOW, 1, _DAYS_WITHOUT_MOVE),
            (MissingData.BREACHING, "a move that does not end counts nothing"),
            meaning="No move into history has ended for days.",
            why=f"One ends a day, and in {_DAYS_WITHOUT_MOVE} days none did: small files pile up, "
            "and nothing else happens.",
            action="Look whether the schedule starts moves and how they end. A move that ends "
            "without this count says that the lake must be deployed again, so that views read "
            "history.",
        ),
        AlarmRow(
            ERRORS_EXPIRING,
            largest(quality(names, METRIC_ERRORS_EXPIRING), SECONDS_PER_DAY),
            (Comparison.AT_LEAST, 1, 1),
            (MissingData.IGNORE, has_not_looked),
            meaning="Errors that nobody has put back expire soon, and their events with them.",
            why=f"S3 deletes objects under errors/ within {ERRORS_WARNED_DAYS} days, or half of "
            "the time that they are kept, and replay has noted nothing of them.",
            action="See what is in them by firelake errors, then put it back, or raise "
            "delivery.errorsExpireDays. It is OK once they are put back, or gone.",
        ),
        AlarmRow(
            ERASURES_LATE,
            largest(quality(names, METRIC_ERASURES_LATE), SECONDS_PER_DAY),
            (Comparison.AT_LEAST, 1, 1),
            (MissingData.IGNORE, has_not_looked),
            meaning="An erasure is past the day by which everything was to be gone.",
            why="That day, as it was told, is over by a move's count, and no look has found since "
            "that nothing is left. The views hide the rows all the same.",
            action="Run firelake erase --status: it tells what is left and what keeps it, and "
            "notes where nothing is.",
        ),
    ]
