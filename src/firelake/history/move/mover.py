"""The next piece of work of a move, by the rules: what is quick is done here, the rest handed out.

Statements of Athena take minutes and waits take hours, so whoever drives a move runs the one, sits
the other out, and comes back with the answer: `run.py` on this machine, Step Functions on AWS.
Every call may be repeated with the progress of before.
"""

from __future__ import annotations

from itertools import groupby, islice
from math import ceil
from typing import TYPE_CHECKING, Final

from firelake.catalog.history_sql import (
    MAX_OPEN_PARTITIONS,
    OPTIMIZE_AGAIN,
    VACUUM_AGAIN,
    period_of_partition,
)
from firelake.catalog.history_table import raised
from firelake.history.errors import MoveError
from firelake.history.move.rules import Step, next_dt, periods_between, to_copy
from firelake.history.move.work import Moved, WaitFor
from firelake.history.objects import FILES_A_CALL
from firelake.history.statement import RunStatement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firelake.history.glue_tables import DeployedTables
    from firelake.history.move.means import Means
    from firelake.history.move.progress import Progress
    from firelake.history.move.work import Work
    from firelake.history.statement import Rows

_LOOK_AGAIN_S: Final = 60


class Mover:
    """Takes one move further; keeps nothing that its progress does not tell."""

    def __init__(self, means: Means) -> None:
        """Takes what it works with, and asks nothing yet."""
        self._means = means
        self._deployed: DeployedTables | None = None
        self._there: Mapping[str, Sequence[str]] | None = None
        # A step's method changes the progress. It returns None where the next step is due.
        self._steps = {
            Step.BEGIN: self._begin,
            Step.COPY: self._copy,
            Step.SWITCH: self._switch,
            Step.REMOVE: self._remove,
            Step.ERASE: self._erase,
            Step.COMPACT: self._compact,
            Step.VACUUM: self._vacuum,
            Step.DONE: self._done,
        }

    def advance(self, progress: Progress, rows: Rows | None = None) -> Work:
        """Go on until something takes long.

        Args:
            progress: How far the move has come; changed.
            rows: The answer to the statement that was handed out last; None where there was none.

        Raises:
            MoveError: The lake has no history, or Glue or S3 refused.
            LeaseError: DynamoDB has no answer.
            LakeQueryError: The answer cannot be fetched.
        """
        if rows is None:
            progress.is_asked = False
        while True:
            move, now_s = progress.move, self._means.now_s()
            if not progress.is_asked and not move.may_go_on(now_s):
                return WaitFor(ceil(1 + move.waits_until_s - now_s))
            work = self._steps[move.step](progress, rows or ())
            if work is not None:
                return work

    def abandon(self, progress: Progress) -> None:
        """Give back what a move holds that will not go on.

        Raises:
            LeaseError: DynamoDB has no answer.
        """
        if progress.move.step is Step.SWITCH:
            self._means.lease.release(progress.run)

    def _begin(self, progress: Progress, _: Rows) -> Work | None:
        means = self._means
        self._deployed = deployed = means.tables.deployed()
        if deployed.watermark is None:
            message = "this lake has no history: set catalog.hasHistory to true and deploy"
            raise MoveError(message)
        progress.watermark = progress.move.end = deployed.watermark
        new = _new_columns(deployed)
        if new or deployed.history is None or not deployed.read >= deployed.columns.keys():
            progress.needs_deployment, progress.move.step = True, Step.DONE
        if deployed.history is None:
            means.say("making events_history")
            return RunStatement(means.statements.create(deployed.columns))
        if new:
            means.say(f"adding columns to events_history: {', '.join(new)}")
            return RunStatement(means.statements.add(new))
        if progress.needs_deployment:
            return None
        progress.move.end = means.closed_end(deployed.watermark, progress.most)
        progress.move.raises = progress.move.end > deployed.watermark
        is_due = progress.move.raises or self._dts(progress)
        progress.move.step = Step.COPY if is_due else Step.ERASE
        return None

    def _copy(self, progress: Progress, rows: Rows) -> Work | None:
        """Copies period by period, and asks at the end what history is by then."""
        means = self._means
        if progress.is_asked:
            progress.is_asked, progress.at, self._there = False, 0, None
            progress.move.copied(next(iter(rows), ""), means.now_s())
            self._say_wait(progress)
            return None
        deployed = self._deployed = self._deployed or means.tables.deployed()
        there = self._there = self._there or means.files.there()
        if deployed.history is None or _new_columns(deployed):
            message = "the lake was deployed with other columns meanwhile: the next move goes on"
            raise MoveError(message)
        if not progress.at and not progress.after_type:
            progress.dts = self._dts(progress)
        for dt in progress.dts[progress.at :]:
            types = [each for each in there.get(dt, ()) if each > progress.after_type]
            if types:
                if not progress.after_type:
                    means.say(f"copying {dt}")
                progress.after_type = types[:MAX_OPEN_PARTITIONS][-1]
                return RunStatement(next(means.statements.copy(deployed.columns, dt, types)))
            progress.at, progress.after_type = progress.at + 1, ""
        progress.is_asked = True
        return RunStatement(means.statements.snapshot())

    def _switch(self, progress: Progress, rows: Rows) -> Work | None:
        """Asks whether history lacks a row, and raises the watermark, both under the lease.

        One period a statement: Athena reads no more for that, and each has time and limits of its
        own.
        """
        means, move = self._means, progress.move
        if progress.is_asked:
            progress.is_asked = False
            if not move.checked(int(next(iter(rows)))):
                means.lease.release(progress.run)
                progress.at = 0
                return None
            # Where the lease ended meanwhile, a backfill may have written: all is asked again.
            progress.at = progress.at + 1 if means.lease.is_held(progress.run) else 0
        else:
            progress.at = 0
        periods = periods_between(progress.watermark, move.end)
        if progress.at < len(periods):
            if not means.lease.take(progress.run):
                means.say("a backfill is running: waiting for its end")
                return WaitFor(_LOOK_AGAIN_S)
            progress.is_asked = True
            dt = periods[progress.at]
            return RunStatement(means.statements.missing(dt, next_dt(dt), move.snapshot))
        if periods:
            means.tables.raise_watermark(move.end)
            means.lease.release(progress.run)
            means.say(f"the views read files from {move.end} on")
        progress.at = 0
        move.switched(means.now_s())
        self._say_wait(progress)
        return None

    def _remove(self, progress: Progress, rows: Rows) -> Work | None:
        means, move = self._means, progress.move
        if progress.is_asked:
            progress.is_asked = False
            progress.at += self._remove_files(progress, rows)
        elif not progress.at:
            watermark = means.tables.deployed().watermark or ""
            may_go = [dt for dt in progress.dts if move.may_remove(dt, watermark)]
            progress.at = len(progress.dts) - len(may_go)
        if progress.at < len(progress.dts):
            progress.is_asked = True
            sql = means.statements.covered(progress.dts[progress.at], move.snapshot)
            return RunStatement(sql)
        move.removed()
        return None

    def _erase(self, progress: Progress, rows: Rows) -> Work | None:
        """Takes rows out of history, also where nothing moves."""
        answer = rows if progress.is_asked else None
        work = self._means.eraser.advance(
            progress.erasing, answer, progress.run, progress.move.grace_s
        )
        progress.is_asked = work is not None
        if work is None:
            progress.move.erased()
        return work

    def _compact(self, progress: Progress, rows: Rows) -> Work | None:
        """Asks which partitions need it, and compacts those of the first period among them."""
        statements, move = self._means.statements, progress.move
        if not progress.is_asked:
            progress.is_asked = True
            watermark = raised(progress.watermark, move.end)
            return RunStatement(statements.scattered(watermark, progress.compacted))
        progress.is_asked = False
        _, some = next(groupby(rows, period_of_partition), ("", ()))
        partitions = list(some)
        if not partitions:
            move.compacted()
            return None
        progress.compacted = partitions[-1]
        self._means.say(f"compacting {period_of_partition(progress.compacted)}")
        # What a round leaves the next move finds.
        return RunStatement(statements.compact(partitions), tolerates=OPTIMIZE_AGAIN)

    def _vacuum(self, progress: Progress, rows: Rows) -> Work | None:
        """Runs VACUUM until it does not say any more that there is more to do."""
        if progress.is_asked and VACUUM_AGAIN not in rows:
            progress.is_asked = False
            progress.move.vacuumed()
            return None
        if not progress.is_asked:
            self._means.say("deleting what history needs no more")
        progress.is_asked = True
        return RunStatement(self._means.statements.vacuum(), tolerates=VACUUM_AGAIN)

    def _remove_files(self, progress: Progress, uris: Rows) -> bool:
        """Returns whether there was time for all of them."""
        left = iter(uris)
        while some := list(islice(left, FILES_A_CALL)):
            if not self._means.has_time():
                return False
            self._means.files.remove(some)
            progress.removed += len(some)
        return True

    def _done(self, progress: Progress, _: Rows) -> Moved:
        return Moved(
            progress.dts,
            raised(progress.watermark, progress.move.end),
            progress.removed,
            progress.needs_deployment,
        )

    def _dts(self, progress: Progress) -> tuple[str, ...]:
        """Returns the periods to copy: what lies before the lake's first one no statement sees."""
        deployed = self._deployed = self._deployed or self._means.tables.deployed()
        there = self._there = self._there or self._means.files.there()
        seen = (dt for dt in there if dt >= deployed.first_dt)
        return to_copy(seen, progress.move.end, progress.most)

    def _say_wait(self, progress: Progress) -> None:
        minutes = progress.move.grace_s / 60
        if minutes:
            self._means.say(f"waiting {minutes:g} min for queries that began before")


def _new_columns(deployed: DeployedTables) -> dict[str, str]:
    """Returns the columns that history does not have yet.

    Raises:
        MoveError: It has one of another type.
    """
    history = deployed.history or {}
    other = sorted(
        name
        for name, glue_type in deployed.columns.items()
        if history.get(name, glue_type) != glue_type
    )
    if other:
        message = (
            f"events_history has columns of another type than events: {', '.join(other)};"
            " nothing moves any more"
        )
        raise MoveError(message)
    return {name: type_ for name, type_ in deployed.columns.items() if name not in history}
