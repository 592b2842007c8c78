"""What the transform raises: about a batch as a whole, never about a record's content.

An error that leaves the handler makes Firehose invoke it again with the same records, so it loses
nothing. A record whose content is wrong is answered `ProcessingFailed` and raises nothing.
"""

from __future__ import annotations


class TransformError(Exception):
    """Base of everything that the transform raises on purpose.

    Attributes:
        retryable: Whether the same call may succeed later with nothing changed by hand.
    """

    retryable = False


class SettingsError(TransformError, ValueError):
    """Raised at the function's first call when an environment variable is missing or wrong."""


class FirehoseEventError(TransformError, ValueError):
    """Raised when an invocation is not one that Firehose makes for a Kinesis source."""


class ClaimStoreError(TransformError, RuntimeError):
    """Raised when DynamoDB refuses a claim call for a reason that no retry mends.

    Attributes:
        code: DynamoDB's error code, such as `AccessDeniedException`.
    """

    def __init__(self, message: str, code: str) -> None:
        """Keeps DynamoDB's code beside the message."""
        super().__init__(message)
        self.code = code


class ClaimsUndecidedError(TransformError, TimeoutError):
    """Raised when the deadline comes before every id of the batch is decided.

    Attributes:
        undecided: How many ids have no verdict yet.
    """

    retryable = True

    def __init__(self, message: str, undecided: int) -> None:
        """Keeps the number of undecided ids beside the message."""
        super().__init__(message)
        self.undecided = undecided


class RestoreError(TransformError, ValueError):
    """Raised when bytes that should be one row of the function's output are not."""


class UnfitValueError(TransformError, ValueError):
    """Raised and caught within the transform when a JSON value is not of a field's type.

    Attributes:
        path: Where inside the value, such as `[2].qty`; empty for the value itself.
        expected: What a member of a struct must be there; empty where the field's type says it.
        is_missing: Whether what must be there is not.
    """

    def __init__(self, path: str = "", expected: str = "", *, is_missing: bool = False) -> None:
        """Keeps the place, and of a struct what was expected there."""
        super().__init__(path)
        self.path = path
        self.expected = expected
        self.is_missing = is_missing

    def within(self, step: str, expected: str = "") -> UnfitValueError:
        """The same, seen from what the value is in: a step before its path."""
        return UnfitValueError(
            f"{step}{self.path}", self.expected or expected, is_missing=self.is_missing
        )
