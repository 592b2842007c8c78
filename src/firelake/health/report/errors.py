"""What the report raises."""

from __future__ import annotations

from firelake.operations.errors import OpsError


class ReportError(OpsError, RuntimeError):
    """Raised when a part of the report cannot be had, or all of it."""
