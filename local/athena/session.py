"""A DuckDB base that computes as Athena does and reaches nothing but given folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Session:
    """One DuckDB base, with what translations call; many queries may run on it at once."""

    connection: DuckDBPyConnection

    @classmethod
    def open(cls, folders: Sequence[Path]) -> Self:
        """Open a base that may read and write in these folders and nowhere else."""
        raise NotImplementedError

    def cursor(self) -> DuckDBPyConnection:
        """Give a connection to the base for one query; `interrupt()` of it stops the query."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the base."""
        raise NotImplementedError
