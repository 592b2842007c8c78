"""Errors that the catalog raises."""

from __future__ import annotations


class CatalogError(Exception):
    """Base of everything that this package raises."""


class LocationError(CatalogError, ValueError):
    """A bucket, database or date that no lake can have."""


class LimitError(CatalogError, ValueError):
    """A table or view that is larger than Glue takes."""


class DeployedTableError(CatalogError, ValueError):
    """A deployed table whose parameters are none that Firelake has written."""


class SqlTextError(CatalogError, ValueError):
    """A name, value or placeholder that must not go into SQL."""


class QuerySettingsError(CatalogError, ValueError):
    """An environment that does not say which lake to ask."""


class QueryArgumentError(CatalogError, ValueError):
    """A question that cannot be put: an unknown name, a period that is none, a text too long."""


class QueryFailedError(CatalogError, RuntimeError):
    """A query that Athena did not answer.

    Attributes:
        query_id: Athena's id of the query, by which its console and API find it.
    """

    def __init__(self, query_id: str, why: str) -> None:
        """Keep the id and write it into the text.

        Args:
            query_id: Athena's id of the query.
            why: What became of it and what to do.
        """
        super().__init__(f"query {query_id} {why}")
        self.query_id = query_id


class QueryDeadlineError(QueryFailedError, TimeoutError):
    """A query that took too long and was stopped."""
