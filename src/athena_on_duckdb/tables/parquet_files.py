"""What a Parquet file tells of itself: whether its columns are the table's, and their bytes.

https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from athena_on_duckdb.arrow import arrow, parquet
from athena_on_duckdb.errors import ErrorName, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from athena_on_duckdb.types import AthenaType

_T = TypeVar("_T")
_types: Final = arrow.types
_MOST_KNOWN: Final = 10_000
_FIELD_ID: Final = b"PARQUET:field_id"
_shared: dict[tuple[tuple[str, str], ...], Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest value of a column in a row group, and whether there are nulls."""

    least: object
    greatest: object
    has_nulls: bool
    has_values: bool


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """What is kept of a file's footer, which takes a third of a megabyte where columns are many.

    Attributes:
        uri: The object's address.
        fields: Arrow's type of each column, by its name in lower case; files of the same columns
            share one mapping.
        ids: Iceberg's id of each column that has one, by the same name.
        rows: How many rows each row group has.
    """

    uri: str
    fields: Mapping[str, Any]
    ids: Mapping[str, int]
    rows: tuple[int, ...]
    _path: Path
    _leaves: Mapping[str, tuple[int, ...]]
    _sizes_bytes: tuple[array[int], ...]
    _bounds: dict[str, tuple[Bounds | None, ...]] = field(
        default_factory=dict[str, "tuple[Bounds | None, ...]"]
    )

    @classmethod
    def read(cls, path: Path, uri: str) -> ParquetFile:
        """Read the footer of a file.

        Raises:
            QueryError: It is no Parquet.
        """
        try:
            metadata = parquet.read_metadata(path)
            # Its own `schema` would hold it, and it that: nothing would go before a collection.
            parquet_schema = parquet.ParquetSchema(metadata)
            schema = parquet_schema.to_arrow_schema()
        except (arrow.ArrowException, OSError) as error:
            detail = f"Not valid Parquet file: {uri}: {error}".replace(str(path), uri)
            raise QueryError(ErrorName.HIVE_BAD_DATA, detail) from error
        leaves: dict[str, list[int]] = {}
        for position in range(metadata.num_columns):
            top = parquet_schema.column(position).path.partition(".")[0].lower()
            leaves.setdefault(top, []).append(position)
        return cls(
            uri,
            _sharing({each.name.lower(): _as_stored(each.type) for each in schema}),
            _sharing(
                {
                    each.name.lower(): int(each.metadata[_FIELD_ID])
                    for each in schema
                    if each.metadata and _FIELD_ID in each.metadata
                }
            ),
            tuple(each.num_rows for each in _row_groups(metadata)),
            path,
            _sharing({name: tuple(positions) for name, positions in leaves.items()}),
            tuple(_sizes_bytes(each) for each in _row_groups(metadata)),
        )

    def require_types(self, columns: Iterable[tuple[str, AthenaType]]) -> None:
        """Refuse a file whose columns cannot be read as the table's.

        Raises:
            QueryError: A column has another type.
        """
        for name, kind in columns:
            if name in self.fields and not is_readable(self.fields[name], kind):
                detail = (
                    f"Field {name}'s type {self.fields[name]} in parquet file {self.uri} is"
                    f" incompatible with type {kind} defined in table schema"
                )
                raise QueryError(ErrorName.HIVE_BAD_DATA, detail)

    def bytes_of(self, columns: Iterable[str], row_groups: Sequence[int]) -> int:
        """Add up the bytes, as stored, of columns in row groups."""
        positions = [at for name in columns for at in self._leaves.get(name, ())]
        return sum(self._sizes_bytes[group][at] for group in row_groups for at in positions)

    def bounds(self, row_group: int) -> Callable[[str], Bounds | None]:
        """Give what tells the bounds of a column in a row group; None where they are not known."""

        def bounds_of(name: str) -> Bounds | None:
            if name not in self._leaves:
                return Bounds(None, None, has_nulls=True, has_values=False)
            if len(self._leaves[name]) != 1 or _types.is_nested(self.fields[name]):
                return None
            if name not in self._bounds:
                metadata, (leaf,) = parquet.read_metadata(self._path), self._leaves[name]
                self._bounds[name] = tuple(_bounds(each, leaf) for each in _row_groups(metadata))
            return self._bounds[name][row_group]

        return bounds_of


def _row_groups(metadata: Any) -> Iterator[Any]:  # noqa: ANN401 -- pyarrow has no types
    return map(metadata.row_group, range(metadata.num_row_groups))


def _sizes_bytes(row_group: Any) -> array[int]:  # noqa: ANN401 -- pyarrow has no types
    """Give the bytes of each column of a row group, as stored."""
    columns = map(row_group.column, range(row_group.num_columns))
    return array("q", (each.total_compressed_size for each in columns))


def _bounds(row_group: Any, leaf: int) -> Bounds | None:  # noqa: ANN401 -- pyarrow has no types
    found = row_group.column(leaf).statistics
    if found is None or found.null_count is None:
        return None
    has_values = int(found.null_count) < row_group.num_rows
    if has_values and not found.has_min_max:
        return None
    low, high = (found.min, found.max) if found.has_min_max else (None, None)
    return Bounds(low, high, has_nulls=bool(found.null_count), has_values=has_values)


def _as_stored(kind: Any) -> Any:  # noqa: ANN401, PLR0911 -- pyarrow has no types; one way out a kind
    """Give the type that Parquet stores for one that only Arrow's own metadata tells of."""
    if _types.is_dictionary(kind):
        return _as_stored(kind.value_type)
    if isinstance(kind, arrow.BaseExtensionType):
        return _as_stored(kind.storage_type)
    if _types.is_string_view(kind):
        return arrow.string()
    if _types.is_binary_view(kind):
        return arrow.binary()
    if _types.is_duration(kind):
        return arrow.int64()
    if _types.is_list(kind) or _types.is_large_list(kind) or _types.is_fixed_size_list(kind):
        return arrow.list_(_as_stored(kind.value_type))
    if _types.is_map(kind):
        return arrow.map_(_as_stored(kind.key_type), _as_stored(kind.item_type))
    if _types.is_struct(kind):
        return arrow.struct([(each.name, _as_stored(each.type)) for each in kind])
    return kind


def _sharing(found: dict[str, _T]) -> Mapping[str, _T]:
    """Give one mapping for all files in which the same was found by the columns' names."""
    key = tuple((name, str(each)) for name, each in found.items())
    if len(_shared) > _MOST_KNOWN:
        _shared.clear()
    return _shared.setdefault(key, found)


def is_readable(stored: Any, kind: AthenaType) -> bool:  # noqa: ANN401, PLR0911 -- pyarrow has no types; one answer a type
    """Tell whether Athena reads a stored type as a column's type."""
    if kind.name in {"varchar", "char"}:
        return _is_bytes(stored) or bool(_types.is_large_string(stored) or _types.is_string(stored))
    if kind.name in _INTEGERS:
        return bool(_types.is_integer(stored)) and stored.bit_width <= _INTEGERS[kind.name]
    if kind.name == "array":
        is_list = _types.is_list(stored) or _types.is_large_list(stored)
        return bool(is_list) and is_readable(stored.value_type, kind.children[0])
    if kind.name == "map":
        return bool(_types.is_map(stored))
    if kind.name == "row":
        return bool(_types.is_struct(stored))
    if kind.name == "decimal":
        return bool(_types.is_decimal(stored)) and (
            stored.scale <= (kind.scale or 0)
            and stored.precision - stored.scale <= (kind.precision or 0) - (kind.scale or 0)
        )
    return bool(_READABLE.get(kind.name, lambda _: False)(stored))


def _is_bytes(stored: Any) -> bool:  # noqa: ANN401 -- pyarrow has no types
    return bool(_types.is_binary(stored) or _types.is_large_binary(stored))


_INTEGERS: Final = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}
_READABLE: Final[Mapping[str, Callable[[Any], bool]]] = {
    "boolean": _types.is_boolean,
    "real": _types.is_float32,
    "double": lambda stored: _types.is_float32(stored) or _types.is_float64(stored),
    "date": _types.is_date,
    "timestamp": _types.is_timestamp,
    "varbinary": _is_bytes,
}
