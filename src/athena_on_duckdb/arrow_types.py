"""The types by which Arrow holds values of Athena's types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import pyarrow as pa

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.types import field_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.types import AthenaType

_arrow: Final = cast("Any", pa)

ArrowType: TypeAlias = Any
"""A `pyarrow.DataType`; pyarrow has no types of its own."""

ARROW_SCALARS: Final[Mapping[str, ArrowType]] = {
    "boolean": _arrow.bool_(),
    "tinyint": _arrow.int8(),
    "smallint": _arrow.int16(),
    "integer": _arrow.int32(),
    "bigint": _arrow.int64(),
    "real": _arrow.float32(),
    "double": _arrow.float64(),
    "varchar": _arrow.string(),
    "char": _arrow.string(),
    "varbinary": _arrow.binary(),
    "date": _arrow.date32(),
    "timestamp": _arrow.timestamp("us"),
    "timestamp with time zone": _arrow.timestamp("us", tz="UTC"),
}


def arrow_type(kind: AthenaType) -> ArrowType:
    """Returns Arrow's type of one of Athena's.

    Raises:
        QueryError: There is none.
    """
    if kind.name == "decimal":
        return _arrow.decimal128(kind.precision, kind.scale)
    if kind.name in ARROW_SCALARS:
        return ARROW_SCALARS[kind.name]
    children = [arrow_type(child) for child in kind.children]
    if kind.name == "array":
        return _arrow.list_(children[0])
    if kind.name == "map":
        return _arrow.map_(*children)
    if kind.name != "row":
        detail = f"Values of type {kind} are not written to files here: cast them."
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return _arrow.struct(list(zip(field_names(kind), children, strict=True)))
