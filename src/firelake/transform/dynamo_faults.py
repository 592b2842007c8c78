"""Which failures of DynamoDB pass by themselves."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from botocore.exceptions import ChecksumError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

# Codes that say "not now": of a statement (BatchStatementError) and of a whole call.
NOT_NOW: Final = frozenset(
    {
        "InternalServerError",
        "InternalServerErrorException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestLimitExceededException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
# No connection, a connection that broke, or a body that is not whole (DynamoDB sends its checksum).
_NO_ANSWER: Final = (ChecksumError, HTTPClientError, NoConnectionError, ResponseParserError)


def may_pass(error: Exception) -> bool:
    """Whether a call of DynamoDB that failed so may succeed when it is made again.

    A connection that broke says nothing about what the call did: that is no answer, too.
    """
    if not isinstance(error, ClientError):
        return isinstance(error, _NO_ANSWER)
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code in NOT_NOW or status >= HTTPStatus.INTERNAL_SERVER_ERROR
