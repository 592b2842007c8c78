"""The errors of the delivery."""

from __future__ import annotations

from firelake.formats.emulation import LocalError


class FirehoseError(LocalError):
    """Base of every error that the delivery raises."""


class InvalidArgumentError(FirehoseError, ValueError):
    """Raised for what CreateDeliveryStream answers with InvalidArgumentException."""


class ValidationError(FirehoseError, ValueError):
    """Raised for what AWS's models refuse: the API's ValidationException."""


class UnsupportedSettingError(FirehoseError, NotImplementedError):
    """Raised for a setting that Firehose has and this delivery has not."""


class InvocationError(FirehoseError, RuntimeError):
    """Raised when an invocation of the function gave no answer.

    Attributes:
        code: Firehose's error code, such as `Lambda.FunctionError`.
    """

    def __init__(self, message: str, code: str) -> None:
        """Keep Firehose's code beside the message."""
        super().__init__(message)
        self.code = code


class StoreError(FirehoseError, OSError):
    """Raised when an object could not be written; the delivery tries again for ever."""


class SourceError(FirehoseError, OSError):
    """Raised when a shard could not be read; the delivery tries again for ever."""


class ExpiredIteratorError(SourceError):
    """Raised when Kinesis no longer knows a shard iterator: another one must be asked for."""


class StateError(FirehoseError, RuntimeError):
    """Raised when the state folder cannot be used: it is in use, or not of this stream."""
