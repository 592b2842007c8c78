"""What backfill raises."""

from __future__ import annotations

from firelake.operations.errors import OpsError


class BackfillError(OpsError):
    """Base of every error of backfill."""


class RowError(BackfillError, ValueError):
    """Raised when rows cannot be made a file of the table."""


class LakeError(BackfillError, RuntimeError):
    """Raised when the lake cannot be asked, or does not take a file."""


class FileGoneError(LakeError):
    """Raised when a file that was listed is not there any more."""


class LeaseError(BackfillError, RuntimeError):
    """Raised when there is no right to write: another backfill has it, or it has ended."""


class SourceError(BackfillError, ValueError):
    """Raised when an input cannot be read to its end."""


class ProcessError(BackfillError, RuntimeError):
    """Raised when a process of a run has ended by itself."""
