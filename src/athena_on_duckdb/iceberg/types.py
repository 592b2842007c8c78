"""Types of Iceberg's columns as Athena's, and back.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.library import module
from athena_on_duckdb.types import field_names, parse_type, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from athena_on_duckdb.types import AthenaType

_ATHENA: Final = {
    "BinaryType": "varbinary",
    "BooleanType": "boolean",
    "DateType": "date",
    "DoubleType": "double",
    "FixedType": "varbinary",
    "FloatType": "real",
    "IntegerType": "integer",
    "LongType": "bigint",
    "StringType": "varchar",
    "TimeType": "time(6)",
    "TimestampType": "timestamp(6)",
    "TimestamptzType": "timestamp(6) with time zone",
    "UUIDType": "uuid",
}
# What a column can be made with; Athena has no column of the others.
_UNMADE: Final = frozenset({"FixedType", "TimeType", "TimestamptzType", "UUIDType"})
_ICEBERG: Final = {
    athena.partition("(")[0]: name for name, athena in _ATHENA.items() if name not in _UNMADE
}


def athena_type(kind: Any) -> str:  # noqa: ANN401 -- a type of pyiceberg
    """Returns Athena's text of a type of Iceberg.

    Raises:
        QueryError: Athena reads no column of it.
    """
    name = type(kind).__name__
    if name in _ATHENA:
        return _ATHENA[name]
    if name == "DecimalType":
        return f"decimal({kind.precision},{kind.scale})"
    if name == "ListType":
        return f"array({athena_type(kind.element_type)})"
    if name == "MapType":
        return f"map({athena_type(kind.key_type)}, {athena_type(kind.value_type)})"
    if name == "StructType":
        fields = (f"{quoted(each.name)} {athena_type(each.field_type)}" for each in kind.fields)
        return f"row({', '.join(fields)})"
    detail = f"The Iceberg type {kind} is not read by Athena."
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)


def iceberg_type(text: str, ids: Iterator[int] | None = None) -> Any:  # noqa: ANN401 -- a type of pyiceberg
    """Returns Iceberg's type of one in a DDL statement; nested fields are numbered by `ids`.

    Raises:
        QueryError: It is no type, or none that an Iceberg table can have.
    """
    return _iceberg(parse_type(text), text, count(1) if ids is None else ids)


def _iceberg(kind: AthenaType, text: str, ids: Iterator[int]) -> Any:  # noqa: ANN401 -- a type of pyiceberg
    types = module("types")
    if kind.name == "decimal":
        return types.DecimalType(kind.precision, kind.scale)
    if kind.name in _ICEBERG and not (kind.name == "varchar" and kind.precision is not None):
        return getattr(types, _ICEBERG[kind.name])()
    if kind.name == "array":
        element = _iceberg(kind.children[0], text, ids)
        return types.ListType(next(ids), element, element_required=False)
    if kind.name == "map":
        key, value = (_iceberg(child, text, ids) for child in kind.children)
        return types.MapType(next(ids), key, next(ids), value, value_required=False)
    if kind.name == "row":
        return types.StructType(*(
            types.NestedField(next(ids), name.lower(), _iceberg(child, text, ids), required=False)
            for name, child in zip(field_names(kind), kind.children, strict=True)
        ))  # fmt: skip
    detail = (
        f"Type {text} is not supported in Iceberg tables: use string for texts, int for small"
        " integers, timestamp without a zone"
    )
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)
