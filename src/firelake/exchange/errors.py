"""What cannot be made a contract of."""

from __future__ import annotations

from firelake.operations.errors import InputError


class ExchangeError(InputError):
    """A file that is no sample, schema or contract of the form that was named."""
