"""checksum(), of the values that it knows how Trino hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.translation.typed import not_supported
from athena_on_duckdb.types import INTERVAL_DAY, INTERVAL_YEAR

if TYPE_CHECKING:
    from athena_on_duckdb.translation.signatures import Call

# What a value is hashed as; the others are 64 bits by their number.
_HASHED: Final = {
    "varchar": "encode({0})",
    "char": "encode(rtrim({0}, ' '))",
    "json": "encode({0})",
    "varbinary": "{0}",
    "double": "athena_reverse_bytes(athena_ieee754({0}, 8))",
}
_NUMBERS_HASHED: Final = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), "CAST({0} AS BIGINT)"),
    "boolean": "CAST({0} AS BIGINT)",
    "time": "(epoch_us({0}) * 1000000)",
    "timestamp": "epoch_us({0})",
    INTERVAL_DAY.name: "{0}",
    INTERVAL_YEAR.name: "CAST({0} AS BIGINT)",
    "date": "CAST({0} - DATE '1970-01-01' AS BIGINT)",
    "real": "athena_from_big_endian(athena_ieee754(CAST({0} AS DOUBLE), 4), 4)",
}
# A decimal of so many digits is a number of 64 bits.
_SHORT_DECIMAL: Final = 18
# What a NULL counts as: a prime, as a signed number of 64 bits.
_OF_NULL: Final = "CAST('-7046029288634856825' AS BIGINT)"


def checksum(call: Call) -> str:
    """Write the aggregate, which adds the XXH64 of all values, in whatever order."""
    type_ = call.value(0).type
    made = _HASHED.get(type_.name)
    if type_.name in _NUMBERS_HASHED:
        made = f"athena_reverse_bytes(athena_big_endian({_NUMBERS_HASHED[type_.name]}, 8))"
    if type_.name == "decimal" and (type_.precision or 0) <= _SHORT_DECIMAL:
        unscaled = "CAST(replace(CAST({0} AS VARCHAR), '.', '') AS BIGINT)"
        made = f"athena_reverse_bytes(athena_big_endian({unscaled}, 8))"
    if made is None:
        raise not_supported(what=f"checksum of values of type {type_}")
    one = f"CASE WHEN {{0}} IS NULL THEN {_OF_NULL} ELSE athena_checksum_part({made}) END"
    return f"athena_checksum(CAST(sum({one})@ AS VARCHAR))"
