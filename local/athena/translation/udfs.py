"""What DuckDB lacks, in Python: Java's texts of numbers, URLs, hashes, regular expressions, JSON."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import math
import re
import unicodedata
import zlib
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus, unquote_plus, urlsplit

from local.athena.errors import ErrorName
from local.athena.translation.java_format import java_double, java_format, java_real
from local.athena.translation.typed import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_DECIMAL_DIGITS: Final = 100
_SOUNDEX: Final = {
    **dict.fromkeys("BFPV", "1"), **dict.fromkeys("CGJKQSXZ", "2"), **dict.fromkeys("DT", "3"),
    "L": "4", **dict.fromkeys("MN", "5"), "R": "6",
}  # fmt: skip
_URL: Final = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL
)


def _wrong(detail: str, name: ErrorName = ErrorName.INVALID_FUNCTION_ARGUMENT) -> ValueError:
    return ValueError(f"{MARK}{name}: {detail}{MARK}")


def _decimal_divide(dividend: str, divisor: str, scale: int) -> str:
    if not Decimal(divisor):
        raise _wrong("Division by zero", ErrorName.DIVISION_BY_ZERO)
    with localcontext() as context:
        context.prec = _DECIMAL_DIGITS
        quotient = Decimal(dividend) / Decimal(divisor)
        return f"{quotient.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP):f}"


def _cbrt(value: float) -> float:
    root = math.cbrt(value)
    if math.isinf(root) or math.isnan(root):
        return root
    # The C library may miss by one bit where Java is exact.
    return float(round(root)) if round(root) ** 3 == value else root


def _json_parse(written: str) -> str:
    try:
        value = json.loads(written, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _wrong("Cannot convert value to JSON") from error
    return _json_text(value, sort=True)


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _json_text(value: Any, *, sort: bool) -> str:  # noqa: ANN401
    """Write JSON as Athena does: no spaces, sorted keys where it was parsed, Java's doubles."""
    if isinstance(value, dict):
        members = sorted(value.items()) if sort else value.items()
        return (
            "{"
            + ",".join(f"{_json_string(k)}:{_json_text(v, sort=sort)}" for k, v in members)
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(_json_text(item, sort=sort) for item in value) + "]"
    if isinstance(value, float):
        return java_double(value)
    return _json_string(value) if isinstance(value, str) else json.dumps(value)


def _json_string(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _json_numbers(written: str) -> str:
    """Write the doubles within a JSON text as Java does, where DuckDB may not have."""
    if not re.search(r"\d[eE]|\d{8}\.|\.000", written):
        return written
    return _json_text(json.loads(written), sort=False)


_STEP: Final = re.compile(r'\."([^"]*)"|\[(\d+)\]')


class _AsWritten(str):
    """A number of a JSON text, as it stands there."""

    __slots__ = ()


def _json_number(written: str, path: str) -> str | None:
    value = json.loads(written, parse_float=_AsWritten, parse_int=_AsWritten)
    for key, index in _STEP.findall(path):
        value = value[int(index)] if index else value[key]
    return str(value) if isinstance(value, _AsWritten) else None


def _url_part(url: str, part: str) -> str | None:
    if re.search(r"[\s<>\"{}|\\^`]", url):
        return None
    found = _URL.fullmatch(url)
    if found is None:
        return None
    scheme, authority, path, query, fragment = found.groups()
    if part in {"host", "port"}:
        try:
            split = urlsplit(f"//{authority or ''}")
            host, port = split.hostname, split.port
        except ValueError:
            return None
        if part == "port":
            return None if port is None else str(port)
        return None if host is None else re.sub(r":\d*$", "", (authority or "").split("@")[-1])
    taken = {"protocol": scheme, "path": path, "query": query, "fragment": fragment}[part]
    return None if taken is None else (taken if part == "protocol" else _unescaped(taken, part))


def _unescaped(taken: str, part: str) -> str:
    # java.net.URI gives a query as it stands, and the others too: Athena decodes none of them.
    del part
    return taken


def _url_parameter(url: str, name: str) -> str | None:
    query = _url_part(url, "query")
    for pair in (query or "").split("&"):
        key, _, value = pair.partition("=")
        if key == name:
            return unquote_plus(value)
    return None


def _url_encode(value: str) -> str:
    return quote_plus(value, safe="*-._").replace("~", "%7E")


def _url_decode(value: str) -> str:
    if re.search(r"%(?![0-9a-fA-F]{2})", value):
        raise _wrong("Illegal hex characters in escape (%) pattern")
    return unquote_plus(value)


def _from_base64(value: str) -> bytes:
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except binascii.Error as error:
        raise _wrong("Illegal base64 character, or input not padded") from error


def _strpos(value: str, wanted: str, instance: int) -> int:
    if instance == 0:
        raise _wrong("'instance' must be a positive or negative number.")
    found = [match.start() + 1 for match in re.finditer(f"(?={re.escape(wanted)})", value)]
    place = instance - 1 if instance > 0 else instance
    return found[place] if -len(found) <= place < len(found) else 0


def _soundex(value: str) -> str:
    letters = [letter for letter in value.upper() if letter.isalpha()]
    if any(not letter.isascii() for letter in letters):
        raise _wrong(f"The character is not mapped: {value!r}")
    if not letters:
        return ""
    made, last = letters[0], _SOUNDEX.get(letters[0], "")
    for letter in letters[1:]:
        code = _SOUNDEX.get(letter, "")
        if code and code != last:
            made += code
        if letter not in "HW":
            last = code
    return (made + "000")[:4]


def _luhn_check(value: str) -> bool:
    if not re.fullmatch(r"[0-9]*", value):
        raise _wrong("Luhn check takes digits")
    if not value:
        return False
    total = 0
    for index, digit in enumerate(reversed(value)):
        doubled = int(digit) * 2 if index % 2 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _format_number(value: float) -> str:
    if math.isnan(value) or math.isinf(value):
        return java_double(value)
    sign = "-" if value < 0 else ""
    value, unit = abs(value), ""
    for unit in ("", "K", "M", "B", "T", "Q"):
        if value < 1000 or unit == "Q":
            break
        value /= 1000
    digits = 2 if value < 10 else 1 if value < 100 else 0
    written = f"{Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return f"{sign}{written}{unit}"


def _to_base(value: int, radix: int) -> str:
    rest, made = abs(value), ""
    while rest:
        rest, digit = divmod(rest, radix)
        made = _DIGITS[digit] + made
    return ("-" if value < 0 else "") + (made or "0")


def _from_base(value: str, radix: int) -> int:
    if not 2 <= radix <= 36:
        raise _wrong("Radix must be between 2 and 36")
    if not re.fullmatch(r"[+-]?[0-9a-zA-Z]+", value):
        raise _wrong(f"Not a valid base-{radix} number: {value}")
    try:
        found = int(value, radix)
    except ValueError as error:
        raise _wrong(f"Not a valid base-{radix} number: {value}") from error
    if not -(2**63) <= found < 2**63:
        raise _wrong(f"Not a valid base-{radix} number: {value}")
    return found


def _signed(value: int, bits: int) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def _shift_left(value: int, shift: int, bits: int) -> int:
    if shift < 0:
        raise _wrong("Specified shift must be positive")
    return 0 if shift >= bits else _signed(value << shift, bits)


def _shift_right(value: int, shift: int, bits: int) -> int:
    if shift < 0:
        raise _wrong("Specified shift must be positive")
    return 0 if shift >= bits else _signed((value & ((1 << bits) - 1)) >> shift, bits)


def _shift_right_signed(value: int, shift: int) -> int:
    if shift < 0:
        raise _wrong("Specified shift must be positive")
    return value >> min(shift, 63)


def _bit_count(value: int, bits: int) -> int:
    if not 2 <= bits <= 64 or not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise _wrong(f"Number must be representable with the bits specified. {value} cannot")
    return (value & ((1 << bits) - 1)).bit_count()


def _human_readable_seconds(value: float) -> str:
    seconds = int(Decimal(abs(value)).quantize(Decimal(1), ROUND_HALF_UP))
    parts: list[str] = []
    for name, size in (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    if seconds or not parts:
        parts.append(f"{seconds} second{'' if seconds == 1 else 's'}")
    return ", ".join(parts)


def _regexp_extract(value: str, pattern: str, group: int) -> str | None:
    found = re.search(pattern, value)
    return None if found is None else found.group(group)


def _regexp_extract_all(value: str, pattern: str, group: int) -> list[str | None]:
    return [found.group(group) for found in re.finditer(pattern, value)]


def _regexp_replace(value: str, pattern: str, replacement: str) -> str:
    return re.sub(pattern, re.sub(r"\\([0-9])", r"\\g<\1>", replacement), value)


def _regexp_position(value: str, pattern: str, start: int, occurrence: int) -> int:
    if start < 1 or occurrence < 1:
        raise _wrong("start and occurrence must be positive")
    if start > len(value):
        return -1
    found = [match.start() for match in re.finditer(pattern, value[start - 1 :])]
    return found[occurrence - 1] + start if occurrence <= len(found) else -1


def _levenshtein(left: str, right: str) -> int:
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


_T, _B, _D, _L = "VARCHAR", "BLOB", "DOUBLE", "BIGINT"
_UDFS: Final[dict[str, tuple[Callable[..., Any], list[str], str]]] = {
    "athena_double_text": (java_double, [_D], _T),
    "athena_real_text": (java_real, ["FLOAT"], _T),
    "athena_format": (java_format, [_T, "VARCHAR[]"], _T),
    "athena_decimal_divide": (_decimal_divide, [_T, _T, _L], _T),
    "athena_cbrt": (_cbrt, [_D], _D),
    "athena_json_parse": (_json_parse, [_T], _T),
    "athena_json_numbers": (_json_numbers, [_T], _T),
    "athena_json_number": (_json_number, [_T, _T], _T),
    "athena_url_part": (_url_part, [_T, _T], _T),
    "athena_url_parameter": (_url_parameter, [_T, _T], _T),
    "athena_url_encode": (_url_encode, [_T], _T),
    "athena_url_decode": (_url_decode, [_T], _T),
    "athena_from_utf8": (lambda value: value.decode("utf-8", "replace"), [_B], _T),
    "athena_from_base64": (_from_base64, [_T], _B),
    "athena_hash": (lambda value, name: hashlib.new(name, value).digest(), [_B, _T], _B),
    "athena_hmac": (lambda value, key, name: hmac.digest(key, value, name), [_B, _B, _T], _B),
    "athena_crc32": (zlib.crc32, [_B], _L),
    "athena_strpos": (_strpos, [_T, _T, _L], _L),
    "athena_replace": (lambda value, old, new: value.replace(old, new), [_T, _T, _T], _T),
    "athena_reverse": (lambda value: value[::-1], [_T], _T),
    "athena_normalize": (lambda value, form: unicodedata.normalize(form, value), [_T, _T], _T),
    "athena_soundex": (_soundex, [_T], _T),
    "athena_luhn_check": (_luhn_check, [_T], "BOOLEAN"),
    "athena_levenshtein": (_levenshtein, [_T, _T], _L),
    "athena_hamming": (
        lambda left, right: sum(a != b for a, b in zip(left, right, strict=True)), [_T, _T], _L,
    ),
    "athena_format_number": (_format_number, [_D], _T),
    "athena_to_base": (_to_base, [_L, _L], _T),
    "athena_from_base": (_from_base, [_T, _L], _L),
    "athena_shift_left": (_shift_left, [_L, _L, _L], _L),
    "athena_shift_right": (_shift_right, [_L, _L, _L], _L),
    "athena_shift_right_signed": (_shift_right_signed, [_L, _L], _L),
    "athena_bit_count": (_bit_count, [_L, _L], _L),
    "athena_human_readable_seconds": (_human_readable_seconds, [_D], _T),
    "athena_regexp_like": (
        lambda value, pattern: re.search(pattern, value) is not None, [_T, _T], "BOOLEAN",
    ),
    "athena_regexp_extract": (_regexp_extract, [_T, _T, _L], _T),
    "athena_regexp_extract_all": (_regexp_extract_all, [_T, _T, _L], "VARCHAR[]"),
    "athena_regexp_replace": (_regexp_replace, [_T, _T, _T], _T),
    "athena_regexp_position": (_regexp_position, [_T, _T, _L, _L], "INTEGER"),
}  # fmt: skip


def _null_of_null(function: Callable[..., Any], arity: int) -> Callable[..., Any]:
    """Give a function NULL for NULL; DuckDB counts the parameters that it sees."""
    if arity == 1:
        return lambda a: None if a is None else function(a)
    if arity == 2:  # noqa: PLR2004
        return lambda a, b: None if a is None or b is None else function(a, b)
    if arity == 3:  # noqa: PLR2004
        return lambda a, b, c: None if None in (a, b, c) else function(a, b, c)
    return lambda a, b, c, d: None if None in (a, b, c, d) else function(a, b, c, d)


def register(connection: DuckDBPyConnection) -> None:
    """Give a DuckDB base the functions that translations call."""
    for name, (function, parameters, returns) in _UDFS.items():
        connection.create_function(
            name,
            _null_of_null(function, len(parameters)),
            parameters,  # pyright: ignore[reportArgumentType] (types by name are allowed)
            returns,  # pyright: ignore[reportArgumentType]
            null_handling="special",  # pyright: ignore[reportArgumentType]
        )
