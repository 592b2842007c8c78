"""The properties of Iceberg tables that Athena knows, and Iceberg's names of them.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE_TYPE: Final = "table_type"
ICEBERG: Final = "ICEBERG"
_MIB: Final = 1 << 20
TARGET_BYTES: Final = "write_target_data_file_size_bytes"
MIN_BYTES: Final = "optimize_rewrite_min_data_file_size_bytes"
MAX_BYTES: Final = "optimize_rewrite_max_data_file_size_bytes"
DATA_FILES: Final = "optimize_rewrite_data_file_threshold"
DELETE_FILES: Final = "optimize_rewrite_delete_file_threshold"
SNAPSHOT_AGE_S: Final = "vacuum_max_snapshot_age_seconds"
SNAPSHOTS: Final = "vacuum_min_snapshots_to_keep"
METADATA_FILES: Final = "vacuum_max_metadata_files_to_keep"
# Whole numbers with their defaults; those of the bounds of sizes follow the target.
_DEFAULTS: Final = {
    TARGET_BYTES: 512 * _MIB,
    MIN_BYTES: 0,
    MAX_BYTES: 0,
    DATA_FILES: 5,
    DELETE_FILES: 2,
    SNAPSHOT_AGE_S: 432_000,
    SNAPSHOTS: 1,
    METADATA_FILES: 100,
}
_CODECS: Final = {"zstd": "zstd", "snappy": "snappy", "gzip": "gzip", "none": "uncompressed"}
_CODEC: Final = "write.parquet.compression-codec"


def iceberg_properties(given: Mapping[str, str]) -> dict[str, str]:
    """Returns what a table's metadata keeps of properties in a statement.

    Args:
        given: Properties by their names in Athena, `table_type` among them or not.

    Raises:
        QueryError: One is not known to Athena, or has no value of its kind.
    """
    found: dict[str, str] = {}
    for name, value in given.items():
        key = name.lower()
        if key == TABLE_TYPE:
            continue
        if key == "format":
            _require(name, value, ("parquet",))
            found["write.format.default"] = value.lower()
        elif key == "write_compression":
            _require(name, value, tuple(_CODECS))
            found[_CODEC] = _CODECS[value.lower()]
        elif key in _DEFAULTS:
            if not value.isascii() or not value.isdigit():
                detail = f"table property {name} is {value!r}: give a whole number"
                raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
            found[key] = value
        else:
            # Athena's words.
            detail = f"Unsupported table property key: {name}"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return found


def removed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the names in a table's metadata of properties that a statement removes."""
    known = {"write_compression": _CODEC, "format": "write.format.default"}
    return tuple(known.get(name.lower(), name.lower()) for name in names)


def number(properties: Mapping[str, str], name: str) -> int:
    """Returns a number among a table's properties, or Athena's default of it."""
    if name in properties:
        return int(properties[name])
    if name in {MIN_BYTES, MAX_BYTES}:
        target = number(properties, TARGET_BYTES)
        return target * 3 // 4 if name == MIN_BYTES else target * 9 // 5
    return _DEFAULTS[name]


def codec(properties: Mapping[str, str]) -> str:
    """Returns the name that Parquet has for a table's compression."""
    found = properties.get(_CODEC, "zstd").lower()
    return "none" if found == "uncompressed" else found


def _require(name: str, value: str, known: tuple[str, ...]) -> None:
    if value.lower() not in known:
        detail = f"table property {name} is {value!r}: {', '.join(known)} are written here"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
