"""The errors that the API answers with, in the shapes of Athena's service model."""

from __future__ import annotations

from typing import Final

from athena_on_duckdb.errors import AthenaError

MALFORMED_QUERY: Final = "MALFORMED_QUERY"
"""Code of a statement that is refused when it is started, not when it runs."""


class ApiError(AthenaError, ValueError):
    """Raised when a call is refused.

    Attributes:
        code: The name of the error in the service model.
        members: Its members beside the message.
    """

    code = "InvalidRequestException"

    def __init__(self, message: str, **members: str) -> None:
        super().__init__(message)
        self.members = members


class InvalidRequestError(ApiError):
    """Raised when a request is wrong.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_InvalidRequestException.html
    """


class ResourceNotFoundError(ApiError):
    """Raised when what a request names is not there."""

    code = "ResourceNotFoundException"


class TooManyRequestsError(ApiError):
    """Raised when too many queries wait."""

    code = "TooManyRequestsException"


class AccessDeniedError(ApiError):
    """Raised when no policy of the caller allows a call."""

    code = "AccessDeniedException"


class UnrecognizedClientError(ApiError):
    """Raised when a caller's credentials are not known, or did not sign the request."""

    code = "UnrecognizedClientException"


class UnknownOperationError(ApiError):
    """Raised when there is no such operation."""

    code = "UnknownOperationException"


class InternalServerError(ApiError):
    """Raised when the fault is not the caller's."""

    code = "InternalServerException"
