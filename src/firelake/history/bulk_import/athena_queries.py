"""The statements of an import in Athena, and an end to those that a killed run left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.aws.errors import QueryFailedError
from firelake.history.bulk_import.run import ImportAnswer, InsertOutcome
from firelake.history.bulk_import.statements import MARK
from firelake.operations.athena import athena_errors

if TYPE_CHECKING:
    from firelake.aws.query_run import Athena

_UNDER_WAY: Final = frozenset({"QUEUED", "RUNNING"})


class AthenaQueries:
    """Athena of one lake; fulfils `ImportQueries`."""

    def __init__(self, athena: Athena) -> None:
        """Takes what runs statements, for as long as Athena lets them."""
        self._athena = athena

    def ask(self, sql: str) -> ImportAnswer:
        """Answer a question.

        Raises:
            LakeQueryError: Athena did not.
        """
        with athena_errors():
            execution = self._athena.run(sql)
            return ImportAnswer(list(self._athena.answer(execution).rows), execution.scanned_bytes)

    def insert(self, sql: str) -> InsertOutcome:
        """Run an INSERT to its end.

        Raises:
            LakeQueryError: It failed; nothing of it is in the table.
        """
        with athena_errors():
            execution = self._athena.run(sql)
            return InsertOutcome(self._athena.changed_rows(execution), execution.scanned_bytes)

    def end_others(self, since_s: float) -> int:
        """Stop INSERTs that an import began and nobody waits for, and wait for their end.

        What one has committed by then, the next question sees.

        Args:
            since_s: No statement that began before it still runs, Unix time.

        Returns:
            How many there were.

        Raises:
            LakeQueryError: Athena refused.
        """
        count = 0
        with athena_errors():
            for query_id in self._athena.recent(since_s, _UNDER_WAY, MARK):
                count += 1
                self._athena.stop(query_id)
                try:
                    self._athena.wait(query_id)
                except QueryFailedError:
                    continue  # as it was to
        return count
