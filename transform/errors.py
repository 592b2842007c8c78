"""What the transform raises: always about the batch as a whole, never about a record's content.

A raised error makes Firehose invoke the function again with the same records, so each of these
loses nothing. A record whose content is wrong is answered `ProcessingFailed` and raises nothing.
"""


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
