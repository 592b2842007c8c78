"""What DuckDB says when a query fails, by Athena's names; never with a path of this machine."""

from __future__ import annotations

import re
from typing import Final

import duckdb

from athena_on_duckdb.errors import (
    AthenaError,
    CancelledError,
    ErrorName,
    ExhaustedError,
    QueryError,
)
from athena_on_duckdb.translation.typed import MARK

_MARKED: Final = re.compile(f"{MARK}([A-Z_]+): (.*?){MARK}", re.DOTALL)
_NAMES: Final = frozenset(name.value for name in ErrorName)
_BY_TEXT: Final = (
    ("Division by zero", ErrorName.DIVISION_BY_ZERO, "Division by zero"),
    ("More than one row returned", ErrorName.SUBQUERY_MULTIPLE_ROWS,
     "Scalar sub-query has returned multiple rows"),
    ("GROUP BY clause", ErrorName.EXPRESSION_NOT_AGGREGATE,
     "An expression must be an aggregate expression or appear in GROUP BY clause"),
    ("Map keys must be unique", ErrorName.INVALID_FUNCTION_ARGUMENT,
     "Duplicate map keys are not allowed"),
    ("Map keys can not be NULL", ErrorName.INVALID_FUNCTION_ARGUMENT, "map key cannot be null"),
    ("Could not parse string", ErrorName.INVALID_FUNCTION_ARGUMENT,
     "A value does not fit its date format"),
    ("TRY can not be used", ErrorName.NOT_SUPPORTED, "try() around this expression is not known"),
    ("Malformed JSON", ErrorName.INVALID_FUNCTION_ARGUMENT, "Cannot convert value to JSON"),
    ("field value out of range", ErrorName.INVALID_CAST_ARGUMENT,
     "A value is no date or time that there is"),
    ("out of range", ErrorName.NUMERIC_VALUE_OUT_OF_RANGE, "A value is out of range"),
    ("Overflow", ErrorName.NUMERIC_VALUE_OUT_OF_RANGE, "A value is out of range"),
    ("overflow", ErrorName.NUMERIC_VALUE_OUT_OF_RANGE, "A value is out of range"),
    ("Could not cast value", ErrorName.INVALID_CAST_ARGUMENT, "A value cannot be cast"),
)  # fmt: skip
_BY_CLASS: Final[tuple[tuple[type[duckdb.Error], ErrorName, str], ...]] = (
    (duckdb.OutOfRangeException, ErrorName.NUMERIC_VALUE_OUT_OF_RANGE, "A value is out of range"),
    (duckdb.ConversionException, ErrorName.INVALID_CAST_ARGUMENT, "A value cannot be cast"),
    (duckdb.IOException, ErrorName.HIVE_BAD_DATA, "A data file cannot be read"),
    (duckdb.PermissionException, ErrorName.NOT_SUPPORTED, "The query reaches outside the lake"),
    (
        duckdb.BinderException,
        ErrorName.NOT_SUPPORTED,
        "The local Athena does not know these arguments",
    ),
)


def marked(said: str) -> QueryError | None:
    """Give the error that a text is marked with, as ours are; none where there is no mark."""
    found = _MARKED.search(said)
    # What a query holds itself may look like a mark, but names no error.
    if found is None or found[1] not in _NAMES:
        return None
    return QueryError(ErrorName(found[1]), found[2])


def failure(error: duckdb.Error) -> AthenaError:
    """Give the error that Athena has for one of DuckDB's."""
    said = str(error)
    if isinstance(error, duckdb.InterruptException):
        message = "The query was stopped."
        return CancelledError(message)
    if isinstance(error, duckdb.OutOfMemoryException):
        message = "The query needs more memory or disk than it may take."
        return ExhaustedError(message)
    if (found := marked(said)) is not None:
        return found
    for part, name, detail in _BY_TEXT:
        if part in said:
            return QueryError(name, detail)
    for class_, name, detail in _BY_CLASS:
        if isinstance(error, class_):
            return QueryError(name, detail)
    return QueryError(
        ErrorName.GENERIC_INTERNAL_ERROR,
        f"DuckDB could not run the translated query ({type(error).__name__}).",
    )
