"""The errors of the local Athena: each has the name that Athena begins its message with."""

from __future__ import annotations

from enum import StrEnum

from firelake.formats.emulation import LocalError


class ErrorName(StrEnum):
    """Names of errors of a query, which `StateChangeReason` begins with.

    https://trino.io/docs/current/ (StandardErrorCode), as Athena's engine version 3 tells them.
    """

    AMBIGUOUS_FUNCTION_CALL = "AMBIGUOUS_FUNCTION_CALL"
    AMBIGUOUS_NAME = "AMBIGUOUS_NAME"
    CATALOG_NOT_FOUND = "CATALOG_NOT_FOUND"
    COLUMN_NOT_FOUND = "COLUMN_NOT_FOUND"
    COLUMN_TYPE_UNKNOWN = "COLUMN_TYPE_UNKNOWN"
    CONSTRAINT_VIOLATION = "CONSTRAINT_VIOLATION"
    DIVISION_BY_ZERO = "DIVISION_BY_ZERO"
    DUPLICATE_COLUMN_NAME = "DUPLICATE_COLUMN_NAME"
    EXPRESSION_NOT_AGGREGATE = "EXPRESSION_NOT_AGGREGATE"
    EXPRESSION_NOT_IN_DISTINCT = "EXPRESSION_NOT_IN_DISTINCT"
    EXPRESSION_NOT_SCALAR = "EXPRESSION_NOT_SCALAR"
    FUNCTION_NOT_FOUND = "FUNCTION_NOT_FOUND"
    GENERIC_INTERNAL_ERROR = "GENERIC_INTERNAL_ERROR"
    GENERIC_USER_ERROR = "GENERIC_USER_ERROR"
    HIVE_BAD_DATA = "HIVE_BAD_DATA"
    HIVE_CANNOT_OPEN_SPLIT = "HIVE_CANNOT_OPEN_SPLIT"
    HIVE_CURSOR_ERROR = "HIVE_CURSOR_ERROR"
    HIVE_INVALID_PARTITION_VALUE = "HIVE_INVALID_PARTITION_VALUE"
    HIVE_METASTORE_ERROR = "HIVE_METASTORE_ERROR"
    HIVE_PARTITION_SCHEMA_MISMATCH = "HIVE_PARTITION_SCHEMA_MISMATCH"
    HIVE_COLUMN_ORDER_MISMATCH = "HIVE_COLUMN_ORDER_MISMATCH"
    HIVE_PATH_ALREADY_EXISTS = "HIVE_PATH_ALREADY_EXISTS"
    HIVE_TOO_MANY_OPEN_PARTITIONS = "HIVE_TOO_MANY_OPEN_PARTITIONS"
    INVALID_CAST_ARGUMENT = "INVALID_CAST_ARGUMENT"
    INVALID_FUNCTION_ARGUMENT = "INVALID_FUNCTION_ARGUMENT"
    INVALID_PARAMETER_USAGE = "INVALID_PARAMETER_USAGE"
    INVALID_COLUMN_REFERENCE = "INVALID_COLUMN_REFERENCE"
    INVALID_LITERAL = "INVALID_LITERAL"
    INVALID_VIEW = "INVALID_VIEW"
    INVALID_WINDOW_FRAME = "INVALID_WINDOW_FRAME"
    JSON_INPUT_CONVERSION_ERROR = "JSON_INPUT_CONVERSION_ERROR"
    JSON_VALUE_RESULT_ERROR = "JSON_VALUE_RESULT_ERROR"
    MISSING_COLUMN_NAME = "MISSING_COLUMN_NAME"
    MISSING_ORDER_BY = "MISSING_ORDER_BY"
    NOT_SUPPORTED = "NOT_SUPPORTED"
    NUMERIC_VALUE_OUT_OF_RANGE = "NUMERIC_VALUE_OUT_OF_RANGE"
    PARTITION_ALREADY_EXISTS = "PARTITION_ALREADY_EXISTS"
    PARTITION_NOT_FOUND = "PARTITION_NOT_FOUND"
    PATH_EVALUATION_ERROR = "PATH_EVALUATION_ERROR"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    SCHEMA_ALREADY_EXISTS = "SCHEMA_ALREADY_EXISTS"
    SCHEMA_NOT_EMPTY = "SCHEMA_NOT_EMPTY"
    SCHEMA_NOT_FOUND = "SCHEMA_NOT_FOUND"
    SUBQUERY_MULTIPLE_ROWS = "SUBQUERY_MULTIPLE_ROWS"
    SYNTAX_ERROR = "SYNTAX_ERROR"
    TABLE_ALREADY_EXISTS = "TABLE_ALREADY_EXISTS"
    TABLE_NOT_FOUND = "TABLE_NOT_FOUND"
    TYPE_MISMATCH = "TYPE_MISMATCH"


class AthenaError(LocalError):
    """Base of every error of the local Athena."""


class QueryError(AthenaError, ValueError):
    """Raised when a query cannot be run or is refused; fails the execution, not the call.

    Attributes:
        name: The name of the error.
        detail: What is wrong, which piece of the query, and what to do.
    """

    def __init__(self, name: ErrorName, detail: str) -> None:
        """Make Athena's text of it."""
        super().__init__(f"{name}: {detail}")
        self.name = name
        self.detail = detail


class CancelledError(AthenaError, RuntimeError):
    """Raised when a query was stopped by its user or by the workgroup's scan limit."""


class ExhaustedError(AthenaError, MemoryError):
    """Raised when a query needs more memory or disk than it may take."""
