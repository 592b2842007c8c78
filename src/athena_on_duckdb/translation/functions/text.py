"""Text: parts, padding, places, distances, and what texts are made of."""

from __future__ import annotations

import sys
import unicodedata
from functools import partial
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.functions.arrays import joined
from athena_on_duckdb.translation.functions.maps import collected
from athena_on_duckdb.translation.java_format import MOST_PADDED, TOO_WIDE
from athena_on_duckdb.translation.typed import (
    fail,
    fill,
    invalid,
    joined_texts,
    let,
    text,
    variables,
)
from athena_on_duckdb.types import VARCHAR, array

if TYPE_CHECKING:
    from athena_on_duckdb.translation.signatures import Call, Entries

# What Java calls whitespace: trim() of DuckDB takes off spaces alone.
WHITESPACE: Final = "".join(
    character
    for character in map(chr, range(0x3001))
    if (
        unicodedata.category(character) in {"Zs", "Zl", "Zp"}
        and character not in "\u00a0\u2007\u202f"
    )
    or character in "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f"
)
_SPACES: Final = text(WHITESPACE)
_INTEGER_MAX: Final = 2**31 - 1
_EMPTY_DELIMITER: Final = "The delimiter may not be the empty string"
# The pieces between delimiters; DuckDB takes NULL for no delimiter at all.
_PIECES: Final = "CAST(CASE WHEN {1} IS NOT NULL THEN string_split({0}, {1}) END AS VARCHAR[])"


def _substring(call: Call) -> str:
    start = call.value(1).literal
    size = call.value(2) if len(call.arguments) > 2 else None  # noqa: PLR2004 -- the number is the thing itself
    length = ""
    if size is not None:
        within = f"greatest(least({size.sql}, {_INTEGER_MAX}), 0)"
        length = f", CASE WHEN {size.sql} IS NOT NULL THEN {within} END"
    if isinstance(start, int) and 0 < start <= _INTEGER_MAX:
        return f"substring({call.sqls[0]}, {start}{length})"
    unknown = "" if size is None else " OR {2} IS NULL"
    return fill(
        f"CASE WHEN {{0}} IS NULL{unknown} THEN NULL"
        f" WHEN {{1}} = 0 OR {{1}} NOT BETWEEN -length({{0}}) AND length({{0}}) THEN ''"
        f" ELSE substring({{0}}, {{1}}{length}) END",
        call.sqls,
    )


def _concat_ws(call: Call) -> str:
    separator, *rest = call.sqls
    return joined_texts(f"CAST([{', '.join(rest)}] AS VARCHAR[])", separator)


def _split_limit(call: Call) -> str:
    whole, delimiter, limit = call.sqls

    def cut(p: str) -> str:
        rest = joined_texts(f"{p}[CAST({limit} AS BIGINT):]", delimiter)
        return (
            f"CASE WHEN {limit} <= 0 THEN {invalid('Limit must be positive', array(VARCHAR))}"
            f" WHEN {limit} > {_INTEGER_MAX} THEN {invalid('Limit is too large', array(VARCHAR))}"
            f" WHEN len({p}) <= {limit} THEN {p}"
            f" WHEN len({p}) > {limit} THEN list_append({p}[:CAST({limit} AS BIGINT) - 1], {rest})"
            " END"
        )

    empty = invalid(_EMPTY_DELIMITER, array(VARCHAR))
    made = let(fill(_PIECES, [whole, delimiter]), cut)
    return f"CASE WHEN {delimiter} = '' THEN {empty} ELSE {made} END"


def _split_to_map(call: Call, *, every_value: bool) -> str:
    whole, entries, pairs = call.sqls
    (entry,) = variables(1, whole, entries, pairs)
    place = f"instr({entry}, {pairs})"
    failed = invalid("Key-value delimiter must appear exactly once in each entry", VARCHAR)
    value = f"substring({entry}, {place} + length({pairs}))"
    key = (
        f"CASE WHEN {place} = 0 OR instr({value}, {pairs}) > 0 THEN {failed}"
        f" ELSE left({entry}, {place} - 1) END"
    )
    items = f"list_filter(string_split({whole}, {entries}), lambda {entry}: {entry} <> '')"
    struct = f"struct_pack(key := {key}, value := {value})"
    made = f"list_transform({items}, lambda {entry}: {struct})"
    made = collected(made, every_value=True) if every_value else f"map_from_entries({made})"
    wrong = invalid("entryDelimiter and keyValueDelimiter must be two texts", call.returns)
    same = f"'' IN ({entries}, {pairs}) OR {entries} = {pairs}"
    return f"CASE WHEN {same} THEN {wrong} ELSE {made} END"


def _pad(call: Call, function: str) -> str:
    whole, size, padding = call.sqls
    long = invalid(f"Target length must be in the range [0..{_INTEGER_MAX}]", VARCHAR)
    empty = invalid("Padding string must not be empty", VARCHAR)
    wide = fail(ErrorName.NOT_SUPPORTED, TOO_WIDE, VARCHAR)
    made = f"{function}({whole}, CAST({size} AS INTEGER), {padding})"
    return (
        f"CASE WHEN {size} NOT BETWEEN 0 AND {_INTEGER_MAX} THEN {long}"
        f" WHEN {padding} = '' THEN {empty}"
        f" WHEN {size} > {MOST_PADDED} THEN {wide} ELSE {made} END"
    )


TEXT: Final[Entries] = {
    "length(varchar) -> bigint": "length({0})",
    "length(char) -> bigint": "length({0})",
    "length(varbinary) -> bigint": "octet_length({0})",
    # Athena turns each character into one, DuckDB may turn it into another.
    "lower(varchar) -> $0": (
        "CASE WHEN strlen({0}) = length({0}) THEN lower({0}) ELSE athena_lower({0}) END"
    ),
    "upper(varchar) -> $0": (
        "CASE WHEN strlen({0}) = length({0}) THEN upper({0}) ELSE athena_upper({0}) END"
    ),
    "lower(char) -> $0": "lower({0})",
    "upper(char) -> $0": "upper({0})",
    **{
        # Blanks at the end do not belong to a char.
        signature: made
        for name in ("trim", "ltrim", "rtrim")
        for signature, made in {
            f"{name}(char) -> varchar": f"{name}(rtrim({{0}}, ' '), {_SPACES})",
            f"{name}(char, pattern) -> varchar": f"{name}(rtrim({{0}}, ' '), {{1}})",
            f"{name}(varchar) -> $0": f"{name}({{0}}, {_SPACES})",
            f"{name}(varchar, pattern) -> $0": f"{name}({{0}}, {{1}})",
        }.items()
    },
    "replace(varchar, varchar) -> $0": "replace({0}, {1}, '')",
    "replace(varchar, varchar, varchar) -> varchar": (
        "CASE WHEN {1} = '' THEN athena_replace({0}, {1}, {2}) ELSE replace({0}, {1}, {2}) END"
    ),
    "reverse(varchar) -> $0": (
        "CASE WHEN strlen({0}) = length({0}) THEN reverse({0}) ELSE athena_reverse({0}) END"
    ),
    "concat(varchar, varchar...) -> varchar": joined,
    "concat(varbinary, varbinary...) -> varbinary": joined,
    "concat_ws(varchar, varchar...) -> varchar": _concat_ws,
    "concat_ws(varchar, array(varchar)) -> varchar": lambda call: joined_texts(
        call.sqls[1], call.sqls[0]
    ),
    **{
        f"{name}({whole}, bigint{size}) -> {returns}": _substring
        for name in ("substr", "substring")
        for whole, returns in (("char", "varchar"), ("varchar", "$0"))
        for size in ("", ", bigint")
    },
    "strpos(varchar, varchar) -> bigint": "instr({0}, {1})",
    "strpos(varchar, varchar, bigint) -> bigint": "athena_strpos({0}, {1}, {2})",
    "starts_with(varchar, varchar) -> boolean": "starts_with({0}, {1})",
    "ends_with(varchar, varchar) -> boolean": "ends_with({0}, {1})",
    "split(varchar, varchar) -> array(varchar)": (
        f"CASE WHEN {{1}} = '' THEN {{!{_EMPTY_DELIMITER}}} ELSE {_PIECES} END"
    ),
    "split(varchar, varchar, bigint) -> array(varchar)": _split_limit,
    "split_part(varchar, varchar, bigint) -> varchar": (
        # By an empty delimiter each character is a part.
        "CASE WHEN {2} <= 0 THEN {!Index must be greater than zero}"
        " WHEN {1} = '' THEN nullif(substring({0}, {2}, 1), '')"
        f" ELSE ({_PIECES})[{{2}}] END"
    ),
    "split_to_multimap(varchar, varchar, varchar) -> map(varchar, array(varchar))": (
        partial(_split_to_map, every_value=True)
    ),
    "split_to_map(varchar, varchar, varchar) -> map(varchar, varchar)": (
        partial(_split_to_map, every_value=False)
    ),
    "lpad(varchar, bigint, varchar) -> varchar": partial(_pad, function="lpad"),
    "rpad(varchar, bigint, varchar) -> varchar": partial(_pad, function="rpad"),
    "translate(varchar, varchar, varchar) -> varchar": "translate({0}, {1}, {2})",
    # In Trino's words, but for the value: errors of rows have a text that is known beforehand.
    "chr(bigint) -> varchar(1)": (
        f"CASE WHEN {{0}} NOT BETWEEN 0 AND {sys.maxunicode}"
        " THEN {!Not a valid Unicode code point} ELSE chr(CAST({0} AS INTEGER)) END"
    ),
    "codepoint(varchar(1)) -> integer": (
        "CASE WHEN length({0}) <> 1 THEN {!codepoint takes one character} ELSE unicode({0}) END"
    ),
    "levenshtein_distance(varchar, varchar) -> bigint": "athena_levenshtein({0}, {1})",
    "hamming_distance(varchar, varchar) -> bigint": (
        "CASE WHEN length({0}) <> length({1})"
        " THEN {!The input strings to hamming_distance must be of same length}"
        " ELSE athena_hamming({0}, {1}) END"
    ),
    "soundex(varchar) -> varchar(4)": "athena_soundex({0})",
    "parse_data_size(varchar) -> decimal(38,0)": (
        "CAST(athena_parse_data_size({0}) AS DECIMAL(38, 0))"
    ),
    "luhn_check(varchar) -> boolean": "athena_luhn_check({0})",
    "normalize(varchar) -> varchar": "athena_normalize({0}, 'NFC')",
    "format_number(bigint) -> varchar": "athena_format_number(CAST({0} AS DOUBLE))",
    "format_number(double) -> varchar": "athena_format_number({0})",
    **{
        f"url_extract_{part}(varchar) -> $0": f"athena_url_part({{0}}, '{part}')"
        for part in ("protocol", "host", "path", "query", "fragment")
    },
    "url_extract_port(varchar) -> bigint": "CAST(athena_url_part({0}, 'port') AS BIGINT)",
    "url_extract_parameter(varchar, varchar) -> varchar": "athena_url_parameter({0}, {1})",
    "url_encode(varchar) -> varchar": "athena_url_encode({0})",
    "url_decode(varchar) -> varchar": "athena_url_decode({0})",
    "to_utf8(varchar) -> varbinary": "encode({0})",
    "uuid() -> uuid": "uuid()",
}
