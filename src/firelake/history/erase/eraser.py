"""The part of a move that takes rows out of history: erased ones, and those kept for long enough.

As the mover does, it hands out a statement at a time and keeps nothing that its progress or the
register does not tell: whoever comes back after a crash finds in the register which partitions had
rows deleted whose files are not written anew yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from firelake.catalog.erasure_sql import (
    delete_statement,
    partitions_statement,
    rewrite_statement,
)
from firelake.catalog.erasures import erased_condition
from firelake.catalog.history_sql import MAX_OPEN_PARTITIONS, OPTIMIZE_AGAIN
from firelake.history.erase.erasing import ErasingStep
from firelake.history.statement import RunStatement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from firelake.catalog.erasures import Hiding
    from firelake.history.erase.erasing import Erasing
    from firelake.history.erase.erasure import Erasure
    from firelake.history.statement import Rows

# Of the 262,144 bytes that a statement may have, conditions take so many, a digest 68 of them; the
# partitions, and what Step Functions hands on beside the statement, take the rest.
_MOST_CHARACTERS: Final = 150_000
_DIGESTS_A_CONDITION: Final = 1_000
# So many entries of the register are dealt with at once: their names are handed on, too.
_MOST_ENTRIES: Final = 500


class Entries(Protocol):
    """The register. Every method raises EraseError where it fails."""

    def erasures(self) -> Sequence[Erasure]:
        """List what is in it, the oldest first."""
        ...

    def change(self, name: str, change: Callable[[Erasure], Erasure | None]) -> Erasure | None:
        """Change an entry as it is by then; one that has ended stays so."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEraser:
    """Takes what was erased, or is kept no longer, out of history; fulfils `Eraser`.

    Attributes:
        register: Of the lake.
        hiding: Returns what the deployed views hide by, as it is now.
        expired: Returns the statements that delete what is kept no longer.
        sweep: Removes receipts of error objects that have expired.
        now_s: The time, Unix time.
        say: Tells the operator what happens.
    """

    register: Entries
    hiding: Callable[[], Hiding]
    expired: Callable[[], Sequence[str]]
    sweep: Callable[[], None]
    now_s: Callable[[], float]
    say: Callable[[str], None]

    def advance(
        self, erasing: Erasing, rows: Rows | None, run: str, grace_s: float
    ) -> RunStatement | None:
        """Go on until a statement has to be run; None where there is nothing left to do.

        Args:
            erasing: How far it has come; changed.
            rows: The answer to the statement that was handed out last; None where there was none.
            run: Identifies the move: of two at once one alone is at an entry.
            grace_s: How long the longest statement takes: a copy that began before an erasure may
                still bring in its rows.

        Raises:
            EraseError: The register cannot be read or written.
            MoveError: Glue refused.
        """
        if erasing.step is ErasingStep.EXPIRE:
            for sql in self.expired()[erasing.at :]:
                erasing.at += 1
                return RunStatement(sql)
            erasing.step, erasing.at, rows = ErasingStep.FIND, 0, None
        work = self._erase(erasing, rows, run, grace_s)
        if work is None:
            self._let_go(erasing, run)
            self.sweep()
        return work

    def _erase(
        self, erasing: Erasing, rows: Rows | None, run: str, grace_s: float
    ) -> RunStatement | None:
        if rows is not None and erasing.step is ErasingStep.FIND:
            names = tuple(rows)
            self._found(names, erasing, run, grace_s)
            if not names:
                return None
        elif rows is not None and erasing.step is ErasingStep.REWRITE:
            if OPTIMIZE_AGAIN in rows:
                self._hold(erasing.entries, run, grace_s)
                return RunStatement(rewrite_statement(erasing.partitions), OPTIMIZE_AGAIN)
            self._rewritten(erasing, run)
        if erasing.step is not ErasingStep.DELETE:
            pending = [each.name for each in self._pending()[:_MOST_ENTRIES]]
            held = self._hold(pending, run, grace_s)
            noted = {name for each in held for name in each.partitions}
            erasing.partitions = tuple(sorted(noted)[:MAX_OPEN_PARTITIONS])
            erasing.entries = tuple(each.name for each in held)
            erasing.step, erasing.at = ErasingStep.DELETE, 0
        if not erasing.partitions:
            return self._find(erasing)
        return self._delete(erasing, run, grace_s)

    def _find(self, erasing: Erasing) -> RunStatement | None:
        erasing.step, erasing.asked_at_s = ErasingStep.FIND, self.now_s()
        return RunStatement(partitions_statement(self.hiding())) if erasing.entries else None

    def _delete(self, erasing: Erasing, run: str, grace_s: float) -> RunStatement:
        """Deletes from some partitions by so many statements, and then writes their files anew."""
        hiding, some = self.hiding(), erasing.partitions
        held = self._hold(erasing.entries, run, grace_s)
        for conditions in list(_conditions(hiding, held))[erasing.at :]:
            self.say(f"deleting what was erased, {some[0]} to {some[-1]}")
            erasing.at += 1
            return RunStatement(delete_statement(hiding.database, some, conditions))
        erasing.step = ErasingStep.REWRITE
        return RunStatement(rewrite_statement(some), OPTIMIZE_AGAIN)

    def _found(self, names: tuple[str, ...], erasing: Erasing, run: str, grace_s: float) -> None:
        """Notes the partitions; where there are none, what is old enough is out for good."""
        now_s = self.now_s()
        columns = {each.column for each in self.hiding().subjects}

        def noted(each: Erasure) -> Erasure:
            if each.holder != run:
                return each
            return replace(each, partitions=tuple(sorted({*each.partitions, *names})))

        def deleted(each: Erasure) -> Erasure:
            is_asked = each.column in columns and each.erased_at_s + grace_s < erasing.asked_at_s
            is_out = is_asked and each.holder == run and not each.partitions
            return replace(each, deleted_at_s=now_s) if is_out else each

        for name in erasing.entries:
            self.register.change(name, noted if names else deleted)

    def _rewritten(self, erasing: Erasing, run: str) -> None:
        """Takes the partitions that are written anew out of the entries that this was about."""

        def left(each: Erasure) -> Erasure:
            names = (name for name in each.partitions if name not in erasing.partitions)
            return replace(each, partitions=tuple(names)) if each.holder == run else each

        for name in erasing.entries:
            self.register.change(name, left)

    def _hold(self, names: Sequence[str], run: str, grace_s: float) -> list[Erasure]:
        """Returns those of the entries that are this run's for the statement that comes next."""
        now_s = self.now_s()
        found = [
            self.register.change(name, lambda each: each.held(run, now_s, grace_s))
            for name in names
        ]
        return [each for each in found if each is not None and each.holder == run]

    def _let_go(self, erasing: Erasing, run: str) -> None:
        for name in erasing.entries:
            self.register.change(
                name, lambda each: replace(each, holder="") if each.holder == run else each
            )

    def _pending(self) -> list[Erasure]:
        """Lists what is still to be deleted; nobody may read the register where nothing can be."""
        if not self.hiding().subjects:
            return []
        return [each for each in self.register.erasures() if each.deleted_at_s is None]


def _conditions(hiding: Hiding, pending: Sequence[Erasure]) -> Iterator[list[str]]:
    """Yields the conditions of erased rows, as many at once as a statement takes."""
    subjects = {each.column: each for each in hiding.subjects}
    gathered, size = list[str](), 0
    for each in pending:
        subject = subjects.get(each.column)
        for start in range(0, len(each.digests) if subject else 0, _DIGESTS_A_CONDITION):
            some = each.digests[start : start + _DIGESTS_A_CONDITION]
            if subject:
                condition = erased_condition(hiding.database, subject, each.erased_at_s, some)
                if gathered and size + len(condition) > _MOST_CHARACTERS:
                    yield gathered
                    gathered, size = [], 0
                gathered.append(condition)
                size += len(condition)
    if gathered:
        yield gathered
