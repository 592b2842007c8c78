"""Texts and bytes: URLs, hashes, patterns and distances that DuckDB lacks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from decimal import Decimal
from typing import Any, Final, cast

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.java_format import wrong
from athena_on_duckdb.types import MAX_DECIMAL_PRECISION

# Trino's: StringFunctions.levenshteinDistance.
_MOST_COMPARED: Final = 1_000_000
_SOUNDEX_LENGTH: Final = 4
# Of sizes, each 1,024 of the one before.
_UNITS: Final = "kMGTPEZY"
_SOUNDEX: Final = {
    **dict.fromkeys("BFPV", "1"), **dict.fromkeys("CGJKQSXZ", "2"), **dict.fromkeys("DT", "3"),
    "L": "4", **dict.fromkeys("MN", "5"), "R": "6",
}  # fmt: skip


def digest(value: bytes, name: str) -> bytes:
    """Give the digest of bytes by the name of its algorithm."""
    return hashlib.new(name, value).digest()


def keyed_digest(value: bytes, key: bytes, name: str) -> bytes:
    """Give the keyed digest of bytes."""
    if not key:
        wrong("Empty key", ErrorName.GENERIC_INTERNAL_ERROR)
    return hmac.digest(key, value, name)


def replace(value: str, old: str, new: str) -> str:
    """Replace a text also where it is empty."""
    return value.replace(old, new)


def reverse(value: str) -> str:
    """Reverse a text by its code points."""
    return value[::-1]


def lower(value: str) -> str:
    """Turn each character into its one small letter, if it has one."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in value)


def upper(value: str) -> str:
    """Turn each character into its one capital, if it has one."""
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in value)


def normalize(value: str, form: str) -> str:
    """Give a text in a normalization form of Unicode."""
    return unicodedata.normalize(cast("Any", form), value)


def hamming(left: str, right: str) -> int:
    """Count the places where two texts differ."""
    return sum(a != b for a, b in zip(left, right, strict=True))


def from_base64(value: str) -> bytes:
    """Read base64."""
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except ValueError:
        wrong("Illegal base64 character, or input not padded")


def strpos(value: str, wanted: str, instance: int) -> int:
    """Find the n-th place of a text, from the end where n is negative; 0 where there is none."""
    if instance == 0:
        wrong("'instance' must be a positive or negative number.")
    if not wanted:
        return 1
    found = [match.start() + 1 for match in re.finditer(f"(?={re.escape(wanted)})", value)]
    place = instance - 1 if instance > 0 else instance
    return found[place] if -len(found) <= place < len(found) else 0


def soundex(value: str) -> str:
    """Give the Soundex code of a word."""
    letters = [letter for letter in value.upper() if letter.isalpha()]
    made, last = "", ""
    for letter in letters:
        if len(made) == _SOUNDEX_LENGTH:
            break
        if not letter.isascii():
            wrong(f"The character is not mapped: {value!r}")
        if not made:
            made, last = letter, _SOUNDEX.get(letter, "")
            continue
        code = _SOUNDEX.get(letter, "")
        if code and code != last:
            made += code
        if letter not in "HW":
            last = code
    return made.ljust(_SOUNDEX_LENGTH, "0") if made else ""


def parse_data_size(value: str) -> str:
    """Give the bytes of a size such as 2.3MB, as the text of a whole number."""
    found = re.fullmatch(rf"(\d+(?:\.\d+)?)(B|[{_UNITS}]B)", value, re.ASCII)
    if found is None:
        wrong(f"Invalid data size: '{value}'")
    step = 1 + _UNITS.index(found[2][0]) if len(found[2]) > 1 else 0
    size = str(int(Decimal(found[1]) * (1 << 10 * step)))
    if len(size) > MAX_DECIMAL_PRECISION:
        wrong(f"Value out of range: '{value}'", ErrorName.NUMERIC_VALUE_OUT_OF_RANGE)
    return size


def luhn_check(value: str) -> bool:
    """Check a number by its last digit."""
    if not re.fullmatch(r"[0-9]*", value):
        wrong("Luhn check takes digits")
    if not value:
        return False
    total = 0
    for index, digit in enumerate(reversed(value)):
        doubled = int(digit) * 2 if index % 2 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 -- the number is the thing itself
    return total % 10 == 0


def levenshtein(left: str, right: str) -> int:
    """Count the edits between two texts."""
    longer, shorter = sorted((left, right), key=len, reverse=True)
    if len(longer) * (len(shorter) - 1) > _MOST_COMPARED:
        wrong("The combined inputs for Levenshtein distance are too large")
    row = list(range(len(shorter) + 1))
    for i, a in enumerate(longer, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(shorter, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
