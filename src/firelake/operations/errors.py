"""What ops raises: things that an operator can put right, told without a traceback."""

from __future__ import annotations


class OpsError(Exception):
    """Base of every error that ops raises; the command line prints its text."""


class InputError(OpsError, ValueError):
    """Raised when an option of a command, or the file that it names, cannot be used: wrong use."""


class OutputError(OpsError, RuntimeError):
    """Raised when a result cannot be written where it was to go: nothing was wrong with the use."""


class CloudError(OpsError, RuntimeError):
    """Raised when an embedded cloud cannot be started, used or stopped."""


class LakeQueryError(OpsError, RuntimeError):
    """Raised when the lake does not answer a query."""


class StreamError(OpsError, RuntimeError):
    """Raised when Kinesis refuses a whole call for a reason that no retry mends.

    Attributes:
        code: AWS's error code, such as `ResourceNotFoundException`; empty if it came to no call.
    """

    def __init__(self, message: str, code: str = "") -> None:
        """Keep AWS's code beside the message."""
        super().__init__(message)
        self.code = code
