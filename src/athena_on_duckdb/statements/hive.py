"""What Glue and Hive call the types and forms of tables that Athena makes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.arrow import ARROW_SCALARS
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.types import WITH_TIME_ZONE, field_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from athena_on_duckdb.query_result import ResultColumn
    from athena_on_duckdb.types import AthenaType

# Where Hive has another name for a type without others in it.
_NAMES: Final = {"integer": "int", "real": "float", "varchar": "string", "varbinary": "binary"}


class DataFormat(StrEnum):
    """The forms of files that CREATE TABLE AS and UNLOAD write."""

    PARQUET = "PARQUET"
    TEXTFILE = "TEXTFILE"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Storage:
    """What Glue is told of the files of a form."""

    serde: str
    input_format: str
    output_format: str


_TEXT_INPUT: Final = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUTPUT: Final = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
STORAGES: Final[Mapping[DataFormat, Storage]] = {
    DataFormat.PARQUET: Storage(
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    ),
    DataFormat.TEXTFILE: Storage(
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", _TEXT_INPUT, _TEXT_OUTPUT
    ),
    DataFormat.JSON: Storage("org.apache.hive.hcatalog.data.JsonSerDe", _TEXT_INPUT, _TEXT_OUTPUT),
}


def column_names(columns: Sequence[ResultColumn]) -> tuple[str, ...]:
    """Returns the names of a query's columns that are to be a table's, in lower case.

    Raises:
        QueryError: One has no name, or that of another one.
    """
    names = tuple(column.name.lower() for column in columns)
    for index, name in enumerate(names):
        if name == f"_col{index}":
            detail = f"Column name not specified at position {index + 1}"
            raise QueryError(ErrorName.MISSING_COLUMN_NAME, detail)
        if name in names[:index]:
            detail = f"Column name '{name}' specified more than once"
            raise QueryError(ErrorName.DUPLICATE_COLUMN_NAME, detail)
    return names


def hive_type(type_: AthenaType) -> str:
    """Give Hive's type of one of Athena's.

    https://docs.aws.amazon.com/athena/latest/ug/data-types.html

    Raises:
        QueryError: A table cannot have it.
    """
    if type_.name == "decimal":
        return str(type_)
    if type_.name in {"varchar", "char"} and type_.precision is not None:
        return f"{type_.name}({type_.precision})"
    if type_.name in ARROW_SCALARS and type_.name != WITH_TIME_ZONE:
        return _NAMES.get(type_.name, type_.name)
    children = [hive_type(child) for child in type_.children]
    if type_.name in {"array", "map"}:
        return f"{type_.name}<{','.join(children)}>"
    if type_.name == "row":
        fields = zip(field_names(type_), children, strict=True)
        return f"struct<{','.join(f'{name}:{child}' for name, child in fields)}>"
    # Athena's words: https://repost.aws/knowledge-center/athena-unsupported-hive-type
    detail = f"Unsupported Hive type: {type_}. Cast the column to a type that tables can have."
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)
