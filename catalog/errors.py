"""Errors that the catalog raises."""

from __future__ import annotations


class CatalogError(Exception):
    """Base of everything that this package raises."""


class LocationError(CatalogError, ValueError):
    """A bucket, database or date that no lake can have."""


class LimitError(CatalogError, ValueError):
    """A table or view that is larger than Glue takes."""


class SqlTextError(CatalogError, ValueError):
    """A name, value or placeholder that must not go into SQL."""
