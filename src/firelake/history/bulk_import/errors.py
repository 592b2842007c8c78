"""What a bulk import raises."""

from __future__ import annotations

from firelake.operations.errors import InputError, OpsError


class BulkImportError(OpsError, RuntimeError):
    """Raised when an import cannot begin or go on; the next one goes on where it was."""


class ImportPlanError(InputError):
    """Raised when a table or its mapping does not fit the contract; the text names every column."""
