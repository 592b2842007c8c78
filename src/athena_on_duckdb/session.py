"""A DuckDB base that computes as Athena does and reaches nothing but given folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import duckdb

from athena_on_duckdb.translation.udfs import register

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

_SETTINGS: Final = {
    "TimeZone": "UTC",
    "Calendar": "gregorian",
    # Athena's doubles follow IEEE 754: 1e0 / 0 is infinite.
    "ieee_floating_point_ops": True,
    "error_on_division_by_zero": True,
    "scalar_subquery_error_on_multiple_rows": True,
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}


@dataclass(frozen=True, slots=True)
class Session:
    """One DuckDB base, with what translations call; many queries may run on it at once."""

    connection: DuckDBPyConnection

    @classmethod
    def open(
        cls,
        folders: Sequence[Path],
        *,
        spill: Path | None = None,
        memory_bytes: int | None = None,
        spill_bytes: int | None = None,
    ) -> Self:
        """Open a base.

        Args:
            folders: Where it may read and write; nowhere else.
            spill: Where it puts what does not fit into memory; None for DuckDB's choice.
            memory_bytes: How much memory it may take; None for DuckDB's choice.
            spill_bytes: How much it may spill; None for DuckDB's choice.
        """
        connection = duckdb.connect(":memory:")
        register(connection)
        for name, value in _SETTINGS.items():
            connection.execute(f"SET GLOBAL {name} = ?", [value])
        for name, value in (
            ("temp_directory", None if spill is None else str(spill)),
            ("memory_limit", None if memory_bytes is None else f"{memory_bytes}B"),
            ("max_temp_directory_size", None if spill_bytes is None else f"{spill_bytes}B"),
        ):
            if value is not None:
                connection.execute(f"SET GLOBAL {name} = ?", [value])
        connection.execute(
            "SET GLOBAL allowed_directories = ?", [[f"{folder.resolve()}/" for folder in folders]]
        )
        connection.execute("SET GLOBAL enable_external_access = false")
        connection.execute("SET GLOBAL lock_configuration = true")
        return cls(connection)

    def cursor(self) -> DuckDBPyConnection:
        """Give a connection to the base for one query; `interrupt()` of it stops the query."""
        return self.connection.cursor()

    def close(self) -> None:
        """Close the base."""
        self.connection.close()
