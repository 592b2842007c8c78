"""What Glue and Hive call the types and forms of tables that Athena makes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import pyarrow as pa

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.types import field_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from athena_on_duckdb.query_result import ResultColumn
    from athena_on_duckdb.types import AthenaType

_arrow: Final = cast("Any", pa)
ArrowType: TypeAlias = Any
"""A `pyarrow.DataType`; pyarrow has no types of its own."""
_SCALARS: Final[dict[str, tuple[str, ArrowType]]] = {
    "boolean": ("boolean", _arrow.bool_()),
    "tinyint": ("tinyint", _arrow.int8()),
    "smallint": ("smallint", _arrow.int16()),
    "integer": ("int", _arrow.int32()),
    "bigint": ("bigint", _arrow.int64()),
    "real": ("float", _arrow.float32()),
    "double": ("double", _arrow.float64()),
    "varchar": ("string", _arrow.string()),
    "char": ("char", _arrow.string()),
    "varbinary": ("binary", _arrow.binary()),
    "date": ("date", _arrow.date32()),
    "timestamp": ("timestamp", _arrow.timestamp("us")),
}


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
    if type_.name in _SCALARS:
        return _SCALARS[type_.name][0]
    children = [hive_type(child) for child in type_.children]
    if type_.name in {"array", "map"}:
        return f"{type_.name}<{','.join(children)}>"
    if type_.name == "row":
        fields = zip(field_names(type_), children, strict=True)
        return f"struct<{','.join(f'{name}:{child}' for name, child in fields)}>"
    # Athena's words: https://repost.aws/knowledge-center/athena-unsupported-hive-type
    detail = f"Unsupported Hive type: {type_}. Cast the column to a type that tables can have."
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)


def arrow_type(type_: AthenaType) -> ArrowType:
    """Give the type by which Arrow writes values of one of Athena's.

    Raises:
        QueryError: A table cannot have it.
    """
    hive_type(type_)
    if type_.name == "decimal":
        return _arrow.decimal128(type_.precision, type_.scale)
    if type_.name in _SCALARS:
        return _SCALARS[type_.name][1]
    children = [arrow_type(child) for child in type_.children]
    if type_.name == "array":
        return _arrow.list_(children[0])
    if type_.name == "map":
        return _arrow.map_(*children)
    names = field_names(type_)
    return _arrow.struct(list(zip(names, children, strict=True)))
