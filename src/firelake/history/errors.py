"""What changes of history raise."""

from __future__ import annotations

from firelake.operations.errors import OpsError


class MoveError(OpsError, RuntimeError):
    """Raised when a move cannot go on: nothing is lost, and the next one ends what this began."""


class StatementFailedError(MoveError):
    """Raised when Athena has failed at a statement as often as it was asked."""
