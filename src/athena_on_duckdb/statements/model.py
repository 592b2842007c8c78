"""What every statement has: Athena's names for it, what is written of its result, and its run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Self, TypeAlias

from athena_on_duckdb.results.outcome import Form

if TYPE_CHECKING:
    from athena_on_duckdb.results.outcome import Given
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.tokens import Reader

TableName: TypeAlias = "tuple[str | None, str]"
"""A table's database, None for that of the execution, and its name."""

Value: TypeAlias = "str | int | bool | tuple[str, ...]"
"""Of a property in `WITH (...)`."""


class StatementType(StrEnum):
    """Athena's kinds of statements.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html
    """

    DDL = "DDL"
    DML = "DML"
    UTILITY = "UTILITY"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement: each kind is a class, whose `read` takes what follows its first words.

    Attributes:
        type: Athena's kind.
        subtype: Athena's finer kind.
        form: What is written of its result.
    """

    type: ClassVar[StatementType] = StatementType.DDL
    subtype: ClassVar[str]
    form: ClassVar[Form] = Form.LINES

    def run(self, context: Context) -> Given:
        """Runs the statement.

        Raises:
            QueryError: It is wrong or not supported, or failed on the data.
            CancelledError: It was stopped, or would read more than it may.
            ApiError: The caller may not, or the cloud behind refused.
            botocore.exceptions.ClientError: S3 or Glue refused.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class TableStatement(Statement):
    """A statement that names one table first."""

    table: TableName

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the name of the table."""
        return cls(reader.qualified_name())
