"""The alarms of moves into history: rows of the table of alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.contract.facts import SECONDS_PER_DAY
from firelake.contract.names import METRIC_MOVES
from firelake.infra.watch.alarm_rows import computed, total
from firelake.infra.watch.metrics import moves, quality
from firelake.infra.watch.spec import Advice, Comparison, MissingData

if TYPE_CHECKING:
    from firelake.infra.naming import Names
    from firelake.infra.watch.alarm_rows import AlarmRow

MOVE_FAILURES: Final = "move-failures"
NO_MOVE: Final = "no-move"

# CloudWatch looks at seven days of daily periods at most.
_DAYS_WITHOUT_MOVE: Final = 3


def move_rows(names: Names) -> list[AlarmRow]:
    """Returns the rows of a stack whose days move by a schedule."""
    return [
        (
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
            Advice(
                "A move of files into history has failed.",
                "Each statement and each call was tried three times before.",
                "Nothing is lost or shown twice, and the next move ends what this one began. Read "
                "the execution's error in Step Functions, and start a move when it is mended.",
            ),
        ),
        (
            NO_MOVE,
            total(quality(names, METRIC_MOVES), SECONDS_PER_DAY),
            (Comparison.BELOW, 1, _DAYS_WITHOUT_MOVE),
            (MissingData.BREACHING, "a move that does not end counts nothing"),
            Advice(
                "No move into history has ended for days.",
                f"One ends a day, and in {_DAYS_WITHOUT_MOVE} days none did: small files pile up, "
                "and nothing else happens.",
                "Look whether the schedule starts moves and how they end. A move that ends without "
                "this count says that the lake must be deployed again, so that views read history.",
            ),
        ),
    ]
