"""What an erasure raises."""

from __future__ import annotations

from firelake.operations.errors import OpsError


class EraseError(OpsError, RuntimeError):
    """Raised when an erasure cannot go on; what is in the register stays hidden."""
