"""Athena's types, and what they are called in Glue and in DuckDB."""

from __future__ import annotations


def athena_type_of_glue(glue_type: str) -> str:
    """Give Athena's type of a Glue (Hive) type, such as `struct<a:int>`.

    Raises:
        QueryError: It is no type that Athena reads.
    """
    raise NotImplementedError


def duckdb_type_of(athena_type: str) -> str:
    """Give the DuckDB type that stands for a value of an Athena type.

    Raises:
        QueryError: It is no type that the translation knows.
    """
    raise NotImplementedError
