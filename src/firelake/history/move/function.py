"""The Lambda function that takes a move further; Step Functions calls it between its works.

It answers with what is to be done, and with the progress that the next call must bring: keys of
files and rows never pass through Step Functions, which takes 256 KiB between two states.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from __future__ import annotations

import json
import os
import time
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import LakeRef
from firelake.aws.query_run import Athena, Execution
from firelake.contract.layout import granularity_of, period_of
from firelake.contract.names import (
    DIMENSION_SERVICE,
    METRIC_ERASURES_LATE,
    METRIC_ERRORS_EXPIRING,
    METRIC_FILES_REMOVED,
    METRIC_MOVES,
    METRIC_WATERMARK_AGE,
    METRICS_NAMESPACE,
)
from firelake.history.erase.late import late_erasures
from firelake.history.errors import MoveError, StatementFailedError
from firelake.history.move.expiring_errors import count_expiring
from firelake.history.move.mover import Mover
from firelake.history.move.progress import Progress
from firelake.history.move.wiring import means_of, values
from firelake.history.move.work import Moved, WaitFor
from firelake.history.statement import RunStatement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firelake.history.move.means import Means
    from firelake.history.move.work import Work
    from firelake.history.statement import Rows

MOST: Final = 31
"""How many periods a run moves at most: some ten events of Step Functions' 25,000 a statement."""

# What an answer holds beside the statement: the progress, and the frame of Lambda's.
_MAX_ANSWER_BYTES: Final = 262_144 - 4096
# Kept back from Lambda's own time-out for what is under way, and for the next statement.
_MARGIN_MS: Final = 120_000


class LambdaContext(Protocol):
    """What Lambda tells of a call."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the call may still take."""
        ...


@dataclass(frozen=True, kw_only=True)
class MoveFunction:
    """The function without Lambda.

    Attributes:
        means_of: Returns what a move works with, given what tells whether there is time.
        rows_of: Returns the answer to a statement, by Athena's id of it.
        due: Returns what somebody has to see to in time, as counts by the names of metrics.
        service: The lake's prefix, by which metrics tell lakes apart.
        emit: Takes a line of the log.
    """

    means_of: Callable[[Callable[[], bool]], Means]
    rows_of: Callable[[str], Rows]
    due: Callable[[], Mapping[str, int]]
    service: str
    emit: Callable[[str], None]
    now_s: Callable[[], float] = field(default=time.time)

    def answer(self, event: Mapping[str, Any], remaining_ms: Callable[[], int]) -> dict[str, Any]:
        """Take a move further.

        Args:
            event: `progress`, null at the beginning; `ran`, what became of the statement that was
                handed out last, null where there was none; `tolerates`, as it was told with the
                statement; and `abandoned` where nothing more follows.
            remaining_ms: How long the call may still take.

        Returns:
            `work` and what belongs to it, and what the next call must bring.

        Raises:
            StatementFailedError: The statement has failed.
            MoveError: The progress is of another release, the statement too long, or AWS refused.
            OpsError: AWS refused.
        """
        progress = _progress_of(event["progress"])
        mover = Mover(self.means_of(lambda: remaining_ms() > _MARGIN_MS))
        if event.get("abandoned"):
            mover.abandon(progress)
            return {"work": "abandoned"}
        work = mover.advance(progress, self._rows(event["ran"], event["tolerates"]))
        if isinstance(work, Moved):
            self.emit(self._metrics(work))
        answer = {
            "ran": None,
            "tolerates": "",
            **_told(work),
            "progress": progress.to_json(),
        }
        size = len(json.dumps(answer).encode())
        if size > _MAX_ANSWER_BYTES:
            message = f"a statement of {size:,} bytes: Step Functions takes {_MAX_ANSWER_BYTES:,}"
            raise MoveError(message)
        return answer

    def _rows(self, ran: Mapping[str, Any] | None, tolerates: str) -> Rows | None:
        """Returns the answer to a statement; of a failure that is tolerated, its name.

        Step Functions tells a failure by `Error` and `Cause`, which has Athena's reason in it.
        """
        if ran is None:
            return None
        if "query_id" in ran:
            return self.rows_of(ran["query_id"])
        cause = f"{ran['Error']}: {ran.get('Cause', '')}"
        if tolerates and tolerates in cause:
            return (tolerates,)
        message = f"a statement has failed, the next move goes on: {cause}"
        raise StatementFailedError(message)

    def _metrics(self, moved: Moved) -> str:
        """Writes metrics as CloudWatch takes them out of a log.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
        """
        metrics = {name: ("Count", count) for name, count in self.due().items()}
        if not moved.needs_deployment:
            period = period_of(moved.watermark, granularity_of(moved.watermark))
            age_s = self.now_s() - period[0].astimezone(UTC).timestamp()
            metrics |= {
                METRIC_MOVES: ("Count", 1),
                METRIC_FILES_REMOVED: ("Count", moved.removed),
                METRIC_WATERMARK_AGE: ("Seconds", int(age_s)),
            }
        definition = {
            "Namespace": METRICS_NAMESPACE,
            "Dimensions": [[DIMENSION_SERVICE]],
            "Metrics": [{"Name": name, "Unit": unit} for name, (unit, _) in metrics.items()],
        }
        return json.dumps(
            {
                "_aws": {
                    "Timestamp": int(1000 * self.now_s()),
                    "CloudWatchMetrics": [definition],
                },
                DIMENSION_SERVICE: self.service,
                **{name: value for name, (_, value) in metrics.items()},
            }
        )


def _progress_of(written: Mapping[str, Any] | None) -> Progress:
    if written is None:
        return Progress.begun(uuid.uuid4().hex, most=MOST)
    try:
        return Progress.of_json(written)
    except (KeyError, TypeError, ValueError) as error:
        message = f"the move was begun by another release, the next one goes on: {error}"
        raise MoveError(message) from error


def _told(work: Work) -> dict[str, Any]:
    match work:
        case RunStatement(sql, tolerates):
            return {"work": "statement", "sql": sql, "tolerates": tolerates}
        case WaitFor(seconds):
            return {"work": "wait", "seconds": seconds}
        case Moved():
            return {"work": "done", "moved": asdict(work)}


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take a move further; Lambda calls this."""
    lake, clients = LakeRef.resolve({}, os.environ), AwsClients()
    athena = Athena.of_lake(lake, clients)
    function = MoveFunction(
        means_of=lambda has_time: means_of(lake, clients, _log, has_time),
        rows_of=lambda query_id: values(athena, Execution(query_id, "DML", 0, 0)),
        due=lambda: {
            METRIC_ERRORS_EXPIRING: count_expiring(clients.s3(), lake.bucket, datetime.now(UTC)),
            METRIC_ERASURES_LATE: late_erasures(lake, clients),
        },
        service=lake.name_prefix,
        emit=_log,
    )
    return function.answer(event, context.get_remaining_time_in_millis)


def _log(line: str) -> None:
    print(line)  # noqa: T201 -- the log of Lambda
