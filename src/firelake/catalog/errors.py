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


class QueryArgumentError(CatalogError, ValueError):
    """A question that cannot be put: an unknown name, a period that is none, a text too long."""
