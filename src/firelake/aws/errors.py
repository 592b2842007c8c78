"""Errors that the package raises, and what AWS's say."""

from __future__ import annotations

from typing import Final

from botocore.exceptions import ClientError

NO_OBJECT: Final = frozenset({"NoSuchKey", "404"})
"""Codes of an object that is not there."""

OBJECT_DIFFERS: Final = frozenset({"PreconditionFailed", "412"})
"""Codes of a conditional write to an object that is not as the condition says.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

OBJECT_IN_WRITING: Final = frozenset({"ConditionalRequestConflict", "409"})
"""Codes of a conditional write to an object that another call is writing just now."""


def error_code(error: Exception) -> str:
    """Returns the code by which AWS refused, such as `NoSuchKey`; empty where it gave none."""
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""


class AwsError(Exception):
    """Base of everything that this package raises."""


class LakeRefError(AwsError, ValueError):
    """Neither an option nor the environment says which lake is meant, or one says it wrongly."""


class ClientsError(AwsError, RuntimeError):
    """The environment does not suffice for AWS, such as for want of a region."""


class QueryFailedError(AwsError, RuntimeError):
    """A query that Athena did not answer.

    Attributes:
        query_id: Athena's id of the query, by which its console and API find it.
    """

    def __init__(self, query_id: str, why: str) -> None:
        """Keep the id and write it into the text.

        Args:
            why: What became of it and what to do.
        """
        super().__init__(f"query {query_id} {why}")
        self.query_id = query_id


class QueryDeadlineError(QueryFailedError, TimeoutError):
    """A query that took too long and was stopped."""
