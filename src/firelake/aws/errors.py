"""Errors that the package raises."""

from __future__ import annotations


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
