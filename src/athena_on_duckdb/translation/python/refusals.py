"""Errors that TRY does not take for NULL, which are noted as DuckDB's TRY takes every error."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.failures import marked
from athena_on_duckdb.translation.typed import MARK

# io.trino.operator.scalar.TryFunction takes these for NULL, and no others.
_TRIED: Final = frozenset({
    ErrorName.DIVISION_BY_ZERO, ErrorName.INVALID_CAST_ARGUMENT,
    ErrorName.INVALID_FUNCTION_ARGUMENT, ErrorName.NUMERIC_VALUE_OUT_OF_RANGE,
})  # fmt: skip
# How `typed.fail` writes an error.
_WRITTEN: Final = re.compile(rf"CAST\(('{MARK}([A-Z_]+): (?:[^']|'')*{MARK}') AS INTEGER\)")
_NOTED: Final[list[str]] = []


def noting(sql: str, row: str) -> str:
    """Write SQL that notes the errors that TRY does not take.

    Args:
        sql: What stands within TRY.
        row: SQL that is no constant, as DuckDB computes constants also where no row needs them.
    """

    def written(found: re.Match[str]) -> str:
        return found[0] if found[2] in _TRIED else f"athena_fail_noted({found[1]}, {row} IS NULL)"

    return _WRITTEN.sub(written, sql)


def note(name: ErrorName, message: str) -> None:
    """Note an error before it is raised, whatever becomes of it."""
    if name not in _TRIED:
        _NOTED.append(message)


def fail_noted(message: str, _row: bool) -> NoReturn:  # noqa: FBT001 -- DuckDB gives it by place
    """Note an error and raise it."""
    _NOTED.append(message)
    raise ValueError(message)


def forget_noted() -> None:
    """Forget what was noted, before a query runs."""
    _NOTED.clear()


def raise_noted(sql: str) -> None:
    """Fail a query with what was noted while it ran.

    Args:
        sql: The query; one without TRY tells its errors itself.

    Raises:
        QueryError: An error within TRY is none that it takes.
    """
    if _NOTED and "TRY(" in sql and (error := marked(_NOTED[0])) is not None:
        raise error
