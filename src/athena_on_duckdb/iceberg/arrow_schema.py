"""The Arrow schema by which data files are written: with Iceberg's ids, and small types.

pyiceberg writes texts and lists with 64-bit offsets. A map whose keys Arrow turns into those, as
DuckDB gives it, ends the process (pyarrow 25.0.1: a failed check in `array_nested.cc`).
"""

from __future__ import annotations

from typing import Any, Final

from athena_on_duckdb.arrow import arrow
from athena_on_duckdb.iceberg.library import module

_types: Final = arrow.types


def file_schema(schema: Any) -> Any:  # noqa: ANN401 -- of pyiceberg and pyarrow
    """Returns the Arrow schema of pyiceberg's."""
    wide = module("io.pyarrow").schema_to_pyarrow(schema, include_field_ids=True)
    return arrow.schema([_field(each) for each in wide])


def _field(field: Any) -> Any:  # noqa: ANN401 -- pyarrow has no types
    return field.with_type(_small(field.type))


def _small(kind: Any) -> Any:  # noqa: ANN401 -- pyarrow has no types
    if _types.is_large_string(kind):
        return arrow.string()
    if _types.is_large_binary(kind):
        return arrow.binary()
    if _types.is_large_list(kind) or _types.is_list(kind):
        return arrow.list_(_field(kind.value_field))
    if _types.is_map(kind):
        return arrow.map_(_field(kind.key_field), _field(kind.item_field))
    if _types.is_struct(kind):
        return arrow.struct([_field(each) for each in kind])
    return kind
