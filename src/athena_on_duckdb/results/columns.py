"""What a result tells of its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.types import parse_type, result_type_name

if TYPE_CHECKING:
    from athena_on_duckdb.query_result import ResultColumn

CATALOG: Final = "hive"
# As the service gives them; no page has them:
# https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html
_PRECISIONS: Final = {
    "tinyint": 3,
    "smallint": 5,
    "integer": 10,
    "bigint": 19,
    "float": 17,
    "double": 17,
    "time": 3,
    "timestamp": 3,
    "timestamp with time zone": 3,
    "varchar": 2_147_483_647,
    "varbinary": 1_073_741_824,
}
_CASE_SENSITIVE: Final = frozenset({"varchar", "char"})


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column of a result, as GetQueryResults tells it.

    Attributes:
        name: Its name.
        type: Its type, without parameters.
        precision: Digits of a decimal, or what the service gives for other types.
        scale: A decimal's digits after the point.
    """

    name: str
    type: str
    precision: int = 0
    scale: int = 0

    @property
    def is_case_sensitive(self) -> bool:
        """Whether its values are texts whose case counts."""
        return self.type in _CASE_SENSITIVE

    def members(self) -> dict[str, object]:
        """Give the structure ColumnInfo of the API."""
        return {
            "CatalogName": CATALOG,
            "SchemaName": "",
            "TableName": "",
            "Name": self.name,
            "Label": self.name,
            "Type": self.type,
            "Precision": self.precision,
            "Scale": self.scale,
            "Nullable": "UNKNOWN",
            "CaseSensitive": self.is_case_sensitive,
        }


def column_info(column: ResultColumn) -> ColumnInfo:
    """Give what is told of a query's column.

    Raises:
        QueryError: Its type is not known.
    """
    type_ = parse_type(column.type)
    name = result_type_name(type_)
    if type_.name == "decimal":
        return ColumnInfo(column.name, "decimal", type_.precision or 0, type_.scale or 0)
    base = name if name == "float" else type_.name
    precision = type_.precision if type_.name == "char" else _PRECISIONS.get(base, 0)
    return ColumnInfo(column.name, base, precision or 0)


def line_columns(*names: str) -> tuple[ColumnInfo, ...]:
    """Give the columns of a statement that answers with lines."""
    return tuple(ColumnInfo(name, "string") for name in names)
