"""Moves into history, one a day: statements, what Athena reads for them, and what stays small.

ADR 8 has the steps, and the counts of files that these formulas give.
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg.html
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from firelake.catalog.history_sql import MAX_OPEN_PARTITIONS
from firelake.operations.settings_history import DELIVERY_DAYS
from firelake.plan.delivery import periods_in
from firelake.plan.limits import ATHENA_LEAST_BYTES
from firelake.plan.units import DAY_S, DAYS_A_MONTH

if TYPE_CHECKING:
    from firelake.plan.delivery import DeliveryNeeds
    from firelake.plan.situation import Situation

# Just before a move there are the files of a day, and of both of its waits.
DAYS_OF_FILES: Final = 26 / 24
# Ask, Which, and Statement or Wait; and what stands before and after.
_TRANSITIONS_A_WORK: Final = 3
_TRANSITIONS_A_MOVE: Final = 4
_WAITS: Final = 2
# The snapshot, the partitions to compact (asked once more than there are any), VACUUM.
_STATEMENTS_A_MOVE: Final = 3
# Length of the footer, the footer, the columns.
_READS_OF_A_FILE: Final = 3
# New files are read by the copy, and by the proof of what may go.
_READINGS: Final = 2
_FUNCTION_GB: Final = 0.25


class MoveNeeds:
    """What moves take in a month.

    Attributes:
        statements: Athena's, of a move.
        files: Files that a move removes.
        scanned_bytes: What Athena reads for one.
        transitions: Of Step Functions.
        function_gb_s: Memory by time of the function.
        get_requests: Of Athena at S3.
    """

    def __init__(self, situation: Situation, delivery: DeliveryNeeds) -> None:
        """Works out what a move a day takes in a month."""
        workload, config, given = situation.workload, situation.config, situation.assumptions
        days = _open_days(situation)
        periods = max(1.0, periods_in(config.granularity, days))
        closed = periods_in(config.granularity, 1)
        groups = ceil(len(workload.type_shares) / MAX_OPEN_PARTITIONS)
        # Each period is copied and proved; what has closed is asked for, found small, compacted.
        of_periods = periods * (groups + 1) + closed * (1 + 1 + groups)
        self.statements: Final = of_periods + _STATEMENTS_A_MOVE
        self.files: Final = delivery.objects_per_hour * 24
        rows = workload.unique_per_s * DAY_S * situation.parquet_row_bytes
        ids = rows * given.id_share
        read = (
            _READINGS * self.files * given.parquet_file_bytes
            # Whole by the copy and by OPTIMIZE; by its ids for the proof.
            + 2 * rows
            + ids
            # Of history: by copy and proof the days that may have the same events, by the question
            # one.
            + ids * (2 * days + 1)
        )
        self.scanned_bytes: Final = max(read, self.statements * ATHENA_LEAST_BYTES)
        works = self.statements + _WAITS
        transitions = works * _TRANSITIONS_A_WORK + _TRANSITIONS_A_MOVE
        self.transitions: Final = transitions * DAYS_A_MONTH
        self.invocations: Final = (works + 1) * DAYS_A_MONTH
        busy_s = works * given.mover_call_s + self.files / given.mover_files_per_s
        self.function_gb_s: Final = busy_s * _FUNCTION_GB * DAYS_A_MONTH
        self.get_requests: Final = _READINGS * _READS_OF_A_FILE * self.files * DAYS_A_MONTH


def files_of_a_type(situation: Situation, delivery: DeliveryNeeds, days: int) -> float:
    """Returns how many files a question about the newest days of one type reads, with history.

    Those that came since the last move lie under `events/`. Of history a closed day has one file,
    and an open one a file of each move that found any for it.

    Args:
        days: How many; more than are open.
    """
    config = situation.config
    recent = delivery.objects_per_hour * 24 / len(situation.workload.type_shares) * DAYS_OF_FILES
    open_days = config.lateness_days + config.stream.retention_days + DELIVERY_DAYS
    moves = _open_days(situation)
    in_history = sum(min(age, moves) for age in range(1, min(open_days, days) + 1))
    return recent + in_history + max(0, days - open_days)


def _open_days(situation: Situation) -> int:
    """Returns of how many days the events of one day are, that of their arrival among them."""
    return 1 + (situation.config.lateness_days if situation.workload.late else 0)
