"""pyarrow, which has no types of its own, and the types by which it holds those of Athena's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.types import field_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.types import AthenaType

arrow: Final = cast("Any", pa)
compute: Final = cast("Any", pc)
parquet: Final = cast("Any", pq)

ArrowType: TypeAlias = Any
"""A `pyarrow.DataType`; pyarrow has no types of its own."""

ARROW_SCALARS: Final[Mapping[str, ArrowType]] = {
    "boolean": arrow.bool_(),
    "tinyint": arrow.int8(),
    "smallint": arrow.int16(),
    "integer": arrow.int32(),
    "bigint": arrow.int64(),
    "real": arrow.float32(),
    "double": arrow.float64(),
    "varchar": arrow.string(),
    "char": arrow.string(),
    "varbinary": arrow.binary(),
    "date": arrow.date32(),
    "timestamp": arrow.timestamp("us"),
    "timestamp with time zone": arrow.timestamp("us", tz="UTC"),
}


def arrow_type(kind: AthenaType) -> ArrowType:
    """Returns Arrow's type of one of Athena's.

    Raises:
        QueryError: There is none.
    """
    if kind.name == "decimal":
        return arrow.decimal128(kind.precision, kind.scale)
    if kind.name in ARROW_SCALARS:
        return ARROW_SCALARS[kind.name]
    children = [arrow_type(child) for child in kind.children]
    if kind.name == "array":
        return arrow.list_(children[0])
    if kind.name == "map":
        return arrow.map_(*children)
    if kind.name != "row":
        detail = f"Values of type {kind} are not written to files here: cast them."
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return arrow.struct(list(zip(field_names(kind), children, strict=True)))
