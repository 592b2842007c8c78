"""Registers in a DuckDB base what translations call and DuckDB lacks."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.translation.java_format import (
    double_as_varchar,
    java_double,
    java_format,
    java_real,
    real_as_varchar,
)
from athena_on_duckdb.translation.python import (
    binaries,
    histogram,
    json_building,
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
    times,
    urls,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection

_T, _B, _D, _L, _TS = "VARCHAR", "BLOB", "DOUBLE", "BIGINT", "VARCHAR[]"
_UDFS: Final[dict[str, tuple[Callable[..., Any], list[str], str]]] = {
    "athena_double_text": (double_as_varchar, [_D], _T),
    "athena_real_text": (real_as_varchar, ["FLOAT"], _T),
    "athena_java_double": (java_double, [_D], _T),
    "athena_java_real": (java_real, ["FLOAT"], _T),
    "athena_json_double": (json_texts.json_double, [_D], _T),
    "athena_json_real": (json_texts.json_real, ["FLOAT"], _T),
    "athena_format": (java_format, [_T, "VARCHAR[]"], _T),
    "athena_date_format": (time_patterns.date_format, [_L, _T], _T),
    "athena_format_datetime": (time_patterns.format_datetime, [_L, _L, _T, _T], _T),
    "athena_date_parse": (time_parsing.date_parse, [_T, _T], _L),
    "athena_parse_datetime": (time_parsing.parse_datetime, [_T, _T], _TS),
    "athena_from_iso8601": (time_parsing.from_iso8601, [_T], _TS),
    "athena_from_iso8601_date": (time_parsing.from_iso8601_date, [_T], _L),
    "athena_shown": (times.shown, [_L, _T], _L),
    "athena_digits": (numbers.digits, [_T], _T),
    "athena_decimal_divide": (numbers.decimal_divide, [_T, _T, _L], _T),
    "athena_fail": (refusals.fail_noted, [_T, "BOOLEAN"], _L),
    "athena_decimal_compare": (numbers.decimal_compare, [_T, _T], _L),
    "athena_cbrt": (numbers.cbrt, [_D], _D),
    "athena_log10": (numbers.log10, [_D], _D),
    "athena_moments": (moments.of_numbers, [_T, "DOUBLE[]"], _T),
    "athena_comoments": (moments.of_pairs, [_T, "DOUBLE[][]"], _T),
    "athena_json_parse": (json_texts.json_parse, [_T], _T),
    "athena_json_string": (json_texts.json_string, [_T], _T),
    "athena_json_extract": (json_stream.json_extract, [_T, _T], _T),
    "athena_json_extract_scalar": (json_stream.json_extract_scalar, [_T, _T], _T),
    "athena_is_json_scalar": (json_stream.is_json_scalar, [_T], "BOOLEAN"),
    "athena_json_size": (json_stream.json_size, [_T, _T], _L),
    "athena_json_array_length": (json_stream.json_array_length, [_T], _L),
    "athena_json_array_get": (json_stream.json_array_get, [_T, _L], _T),
    "athena_json_array_contains": (json_stream.json_array_contains, [_T, _T, _T], "BOOLEAN"),
    "athena_json_members": (json_stream.json_members, [_T], "VARCHAR[][]"),
    "athena_json_fields": (json_stream.json_fields, [_T, _TS], _TS),
    "athena_json_places": (json_stream.json_places, [_T, _L], _TS),
    "athena_json_exists": (json_evaluation.json_exists, [_T, _T, _T], _T),
    "athena_json_value": (json_evaluation.json_value, [_T, _T, _T], _T),
    "athena_json_query": (json_evaluation.json_query, [_T, _T, _T, _T], _T),
    "athena_json_input": (json_building.json_input, [_T], _T),
    "athena_json_object": (json_building.json_object, [_TS, _TS, _T], _T),
    "athena_json_array": (json_building.json_array, [_TS, _T], _T),
    "athena_url_part": (urls.url_part, [_T, _T], _T),
    "athena_url_parameter": (urls.url_parameter, [_T, _T], _T),
    "athena_url_encode": (urls.url_encode, [_T], _T),
    "athena_url_decode": (urls.url_decode, [_T], _T),
    "athena_from_base64": (texts.from_base64, [_T], _B),
    "athena_hash": (texts.digest, [_B, _T], _B),
    "athena_hmac": (texts.keyed_digest, [_B, _B, _T], _B),
    "athena_lower": (texts.lower, [_T], _T),
    "athena_upper": (texts.upper, [_T], _T),
    "athena_from_hex": (binaries.from_hex, [_T], _B),
    "athena_to_base32": (binaries.to_base32, [_B], _T),
    "athena_from_base32": (binaries.from_base32, [_T], _B),
    "athena_decode_or": (binaries.decode_or, [_B, _T], _T),
    "athena_reverse_bytes": (binaries.reverse_bytes, [_B], _B),
    "athena_slice_bytes": (binaries.slice_bytes, [_B, _L, _L], _B),
    "athena_pad_bytes": (binaries.pad_bytes, [_B, _L, _B, _T], _B),
    "athena_big_endian": (binaries.big_endian, [_L, _L], _B),
    "athena_from_big_endian": (binaries.from_big_endian, [_B, _L], _L),
    "athena_ieee754": (binaries.ieee754, [_D, _L], _B),
    "athena_from_ieee754": (binaries.from_ieee754, [_B, _L], _D),
    "athena_xxhash64": (binaries.xxhash64, [_B], _B),
    "athena_checksum_part": (binaries.checksum_part, [_B], _L),
    "athena_checksum": (binaries.checksum, [_T], _B),
    "athena_numeric_histogram": (
        histogram.numeric_histogram, [_L, "DOUBLE[]"], "DOUBLE[][]",
    ),
    "athena_normal_cdf": (normal.normal_cdf, [_D, _D, _D], _D),
    "athena_inverse_normal_cdf": (normal.inverse_normal_cdf, [_D, _D, _D], _D),
    "athena_crc32": (zlib.crc32, [_B], _L),
    "athena_strpos": (texts.strpos, [_T, _T, _L], _L),
    "athena_replace": (texts.replace, [_T, _T, _T], _T),
    "athena_reverse": (texts.reverse, [_T], _T),
    "athena_normalize": (texts.normalize, [_T, _T], _T),
    "athena_soundex": (texts.soundex, [_T], _T),
    "athena_parse_data_size": (texts.parse_data_size, [_T], _T),
    "athena_luhn_check": (texts.luhn_check, [_T], "BOOLEAN"),
    "athena_levenshtein": (texts.levenshtein, [_T, _T], _L),
    "athena_hamming": (
        texts.hamming, [_T, _T], _L,
    ),
    "athena_format_number": (numbers.format_number, [_D], _T),
    "athena_to_base": (numbers.to_base, [_L, _L], _T),
    "athena_from_base": (numbers.from_base, [_T, _L], _L),
    "athena_shift_left": (numbers.shift_left, [_L, _L, _L], _L),
    "athena_shift_right": (numbers.shift_right, [_L, _L, _L], _L),
    "athena_shift_right_signed": (numbers.shift_right_signed, [_L, _L], _L),
    "athena_bit_count": (numbers.bit_count, [_L, _L], _L),
    "athena_human_readable_seconds": (numbers.human_readable_seconds, [_D], _T),
    "athena_regexp_like": (regex.regexp_like, [_T, _T], "BOOLEAN"),
    "athena_regexp_extract": (regex.regexp_extract, [_T, _T, _L], _T),
    "athena_regexp_extract_all": (regex.regexp_extract_all, [_T, _T, _L], _TS),
    "athena_regexp_count": (regex.regexp_count, [_T, _T], _L),
    "athena_regexp_position": (regex.regexp_position, [_T, _T, _L, _L], "INTEGER"),
    "athena_regexp_split": (regex.regexp_split, [_T, _T], _TS),
    "athena_regexp_pieces": (regex.regexp_pieces, [_T, _T], "VARCHAR[][]"),
    "athena_regexp_replace": (regex.regexp_replace, [_T, _T, _T], _T),
}  # fmt: skip


def _null_of_null(function: Callable[..., Any], arity: int) -> Callable[..., Any]:
    """Give a function NULL for NULL; DuckDB counts the parameters that it sees."""

    def one(a: Any) -> Any:  # noqa: ANN401 -- whatever DuckDB hands over
        return None if a is None else function(a)

    def two(a: Any, b: Any) -> Any:  # noqa: ANN401
        return None if a is None or b is None else function(a, b)

    def three(a: Any, b: Any, c: Any) -> Any:  # noqa: ANN401
        return None if a is None or b is None or c is None else function(a, b, c)

    def four(a: Any, b: Any, c: Any, d: Any) -> Any:  # noqa: ANN401
        nulls = a is None or b is None or c is None or d is None
        return None if nulls else function(a, b, c, d)

    by_arity: tuple[Callable[..., Any], ...] = (one, two, three, four)
    return by_arity[arity - 1]


def register(connection: DuckDBPyConnection) -> None:
    """Give a DuckDB base the functions that translations call."""
    # Types may be given by name, and null handling too, which the stubs do not say.
    untyped: Any = connection
    for name, (function, parameters, returns) in _UDFS.items():
        called = _null_of_null(function, len(parameters))
        untyped.create_function(name, called, parameters, returns, null_handling="special")
