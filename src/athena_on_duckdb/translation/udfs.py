"""Registers in a DuckDB base what translations call and DuckDB lacks."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final, NoReturn, get_args, get_origin, get_type_hints

from athena_on_duckdb.translation import java_format
from athena_on_duckdb.translation.python import (
    binaries,
    histogram,
    json_evaluation,
    json_stream,
    json_texts,
    moments,
    normal,
    numbers,
    refusals,
    regex,
    texts,
    time_parsing,
    time_patterns,
    urls,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection

# Each is called `athena_` and its name, and its annotations tell the types in DuckDB.
_UDFS: Final[tuple[Callable[..., Any], ...]] = (
    java_format.double_text, java_format.real_text, java_format.java_double,
    java_format.java_real, java_format.java_format,
    binaries.big_endian, binaries.checksum, binaries.checksum_part, binaries.crc32,
    binaries.decode_or, binaries.from_base32, binaries.from_big_endian, binaries.from_hex,
    binaries.from_ieee754, binaries.ieee754, binaries.pad_bytes, binaries.reverse_bytes,
    binaries.slice_bytes, binaries.to_base32, binaries.xxhash64,
    histogram.numeric_histogram,
    json_evaluation.json_exists, json_evaluation.json_query, json_evaluation.json_value,
    json_stream.is_json_scalar, json_stream.json_array_contains, json_stream.json_array_get,
    json_stream.json_array_length, json_stream.json_extract, json_stream.json_extract_scalar,
    json_stream.json_fields, json_stream.json_members, json_stream.json_places,
    json_stream.json_size,
    json_texts.json_array, json_texts.json_double, json_texts.json_input, json_texts.json_object,
    json_texts.json_parse, json_texts.json_real, json_texts.json_string,
    moments.comoments, moments.moments,
    normal.inverse_normal_cdf, normal.normal_cdf,
    numbers.bit_count, numbers.cbrt, numbers.decimal_compare, numbers.decimal_divide,
    numbers.digits, numbers.format_number, numbers.from_base, numbers.human_readable_seconds,
    numbers.log10, numbers.shift_left, numbers.shift_right, numbers.shift_right_signed,
    numbers.to_base,
    refusals.fail_noted,
    regex.regexp_count, regex.regexp_extract, regex.regexp_extract_all, regex.regexp_like,
    regex.regexp_pieces, regex.regexp_position, regex.regexp_replace, regex.regexp_split,
    texts.digest, texts.from_base64, texts.hamming, texts.keyed_digest, texts.levenshtein,
    texts.lower, texts.luhn_check, texts.normalize, texts.parse_data_size, texts.replace,
    texts.reverse, texts.soundex, texts.strpos, texts.upper,
    time_parsing.date_parse, time_parsing.from_iso8601, time_parsing.from_iso8601_date,
    time_parsing.parse_datetime, time_parsing.shown,
    time_patterns.date_format, time_patterns.format_datetime,
    urls.url_decode, urls.url_encode, urls.url_parameter, urls.url_part,
)  # fmt: skip
_TYPES: Final = {
    str: "VARCHAR", bytes: "BLOB", bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE",
    NoReturn: "BIGINT",
}  # fmt: skip


def register(connection: DuckDBPyConnection) -> None:
    """Give a DuckDB base the functions that translations call."""
    # Types may be given by name, and null handling too, which the stubs do not say.
    untyped: Any = connection
    for function in _UDFS:
        *parameters, returns = map(_type, get_type_hints(function).values())
        untyped.create_function(
            f"athena_{function.__name__}", _null_of_null(function), parameters, returns,
            null_handling="special",
        )  # fmt: skip


def _type(annotation: Any) -> str:  # noqa: ANN401 -- of whatever kind annotations are
    """Write DuckDB's type; an optional one is the type that comes first."""
    inner = get_args(annotation)
    if get_origin(annotation) is list:
        return f"{_type(inner[0])}[]"
    return _type(inner[0]) if inner else _TYPES[annotation]


def _null_of_null(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function NULL for NULL; DuckDB counts the parameters of what is wrapped."""

    @wraps(function)
    def called(*given: object) -> object:
        return None if None in given else function(*given)

    return called
