"""Sample values for the fields of any contract: valid by type, believable by name and description.

A value is the text of a JSON value. Values of one field come from a pool that is made once, as
making each afresh would take most of a generator's time.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from firelake.contract.types import Kind
from firelake.samples.constrained_values import constrained_value

if TYPE_CHECKING:
    from random import Random

    from firelake.contract.events import Field
    from firelake.contract.types import FieldType

_POOL_SIZE: Final = 512
_LONGEST_ARRAY: Final = 5
_NULL_SHARE: Final = 0.05
_NULL: Final = "null"

# What a description lists: "ios, android or web", after its start, a colon or "such as".
_LIST: Final = re.compile(r"(?:^|: |such as )([a-z0-9_]+(?:, [a-z0-9_]+)* or [a-z0-9_]+)[.;,]")
_EXAMPLE: Final = re.compile(r"such as ([\w./-]*\w)\.?$")

# By the last part of the name.
_CHOICES: Final = {
    "code": ("DE", "BR", "IN", "JP", "MX", "PL", "US", "VN"),
    "currency": ("EUR", "USD", "BRL", "INR", "JPY", "PLN"),
    "direction": ("left-to-right", "right-to-left"),
    "domain": ("example.com", "example.net", "example.org", "mail.example.com"),
    "language": ("de", "en", "es", "fr", "ja", "pt-BR", "vi", "zh-Hant"),
    "level": ("A1", "A2", "B1", "B2", "C1", "C2"),
    "link": ("firelake://lesson", "firelake://shop", "firelake://friends/invite"),
    "model": ("Pixel 9", "iPhone17,1", "SM-S921B", ""),
    "network": ("amex", "mastercard", "visa"),
    "tier": ("bronze", "silver", "gold", "sapphire", "ruby", "diamond"),
    "version": ("7.40.0", "7.41.1", "7.41.2", "8.0.0", "8.0.1"),
    "zone": ("America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo", "Europe/Berlin", "UTC"),
}
_WORDS: Final = (
    *("apple", "bread", "\u00e7a va", "fr\u00fch", "ma\u00f1ana", "the river", "voil\u00e0"),
    *("\u732b", "\u0437\u0438\u043c\u0430", 'a "quote"', "back\\slash", "smile \U0001f642"),
)

# Largest value by the last part of the name.
_LARGEST: Final = {
    "amount": 5_000,
    "attempts": 5,
    "balance": 20_000,
    "bytes": 2_000_000_000,
    "count": 30,
    "days": 400,
    "gems": 2_000,
    "hours": 23,
    "id": 50_000,
    "ids": 50_000,
    "level": 10,
    "mb": 900,
    "ms": 30_000,
    "number": 12,
    "rank": 30,
    "s": 1_800,
    "score": 5,
    "xp": 500,
}
_DEFAULT_LARGEST: Final = 1_000
_SHARES: Final = frozenset(
    {"accuracy", "probability", "progress", "rate", "score", "scores", "share", "weights"}
)
# As producers call them: with capitals, dots and blanks.
_KEYS: Final = ("de", "en-US", "utmSource", "UTM_SOURCE", "a.b", "Größe (cm)", "1", "")
_JSON_VALUES: Final = (
    '{"streaks":true,"new_shop":false}',
    '{"name":{"old":"a","new":"b"},"picture":null}',
    '{"model":"grader-3","scores":[0.25,0.5,1],"nested":{"a":[[]]}}',
    '["first",2,null]',
    "{}",
)


def sample_values(field: Field, random: Random, around_s: float) -> tuple[str, ...]:
    """Make the pool of a field's values.

    Args:
        field: The field; its description may list or show values.
        random: The source of chance, which alone decides the pool.
        around_s: Unix time near which dates and moments lie.

    Returns:
        JSON texts, each of the field's type; equal ones among them where there are few values.
    """
    singles = tuple(sample_value(field, random, around_s) for _ in range(_POOL_SIZE))
    if not field.type.is_several:
        return singles
    return tuple(_several(field.type, singles, random) for _ in range(_POOL_SIZE))


def sample_value(field: Field, random: Random, around_s: float) -> str:
    """Make one value of a field, or of an array a member; arguments as of `sample_values`."""
    make = _struct if field.type.kind is Kind.STRUCT else _single
    return make(field, random, around_s)


def _single(  # noqa: PLR0911 -- one a kind
    field: Field, random: Random, around_s: float
) -> str:
    word = field.name.rpartition("_")[2]
    if field.constraints:
        return constrained_value(field, random, _text(field, word, random), around_s)
    match field.type.kind:
        case Kind.STRING:
            return json.dumps(_text(field, word, random), ensure_ascii=False)
        case Kind.BIGINT:
            return str(random.randint(0, _LARGEST.get(word, _DEFAULT_LARGEST)))
        case Kind.DOUBLE:
            largest = 1 if word in _SHARES else _LARGEST.get(word, _DEFAULT_LARGEST)
            return f"{random.random() * largest:.4f}"
        case Kind.BOOLEAN:
            return random.choice(("true", "false"))
        case Kind.DECIMAL:
            return _decimal(field.type, random)
        case Kind.TIMESTAMP:
            return f'"{_moment(around_s, random).isoformat(timespec="milliseconds")[:23]}Z"'
        case Kind.DATE:
            return f'"{_moment(around_s, random).date().isoformat()}"'
        case _:
            return random.choice(_JSON_VALUES)


def _struct(field: Field, random: Random, around_s: float) -> str:
    """An object with most of its members, and with all that must be there."""
    chosen = [
        each
        for each in field.type.members
        if random.random() >= _NULL_SHARE or field.members.of(each.name).is_required
    ]
    members = (f'"{each.name}":{_inner(field.inner(each), random, around_s)}' for each in chosen)
    return f"{{{','.join(members)}}}"


def _inner(field: Field, random: Random, around_s: float) -> str:
    if not field.type.is_several:
        return sample_value(field, random, around_s)
    members = tuple(sample_value(field, random, around_s) for _ in range(_LONGEST_ARRAY))
    return _several(field.type, members, random)


def _several(field_type: FieldType, values: tuple[str, ...], random: Random) -> str:
    """An array or a map of some values, with nulls among them."""
    chosen = [
        _NULL if random.random() < _NULL_SHARE else each
        for each in random.choices(values, k=random.randint(0, _LONGEST_ARRAY))
    ]
    if not field_type.is_map:
        return f"[{','.join(chosen)}]"
    keys = random.sample(_KEYS, len(chosen))
    members = (f'"{key}":{each}' for key, each in zip(keys, chosen, strict=True))
    return f"{{{','.join(members)}}}"


def _text(field: Field, word: str, random: Random) -> str:
    listed = _LIST.search(field.description)
    if listed is not None:
        return random.choice(re.split(", | or ", listed[1]))
    if word in {"id", "ids"}:
        return f"{field.name.partition('_')[0]}_{random.getrandbits(40):010x}"
    if word in _CHOICES:
        return random.choice(_CHOICES[word])
    example = _EXAMPLE.search(field.description)
    if example is not None:
        return re.sub(r"[0-9]+", lambda _: str(random.randint(1, 20)), example[1])
    if word == "text":
        return " ".join(random.choices(_WORDS, k=random.randint(1, 8)))
    return f"{word}-{random.randint(1, 40)}"


def _decimal(field_type: FieldType, random: Random) -> str:
    precision, scale = field_type.precision or 1, field_type.scale or 0
    # Three digits before the point are enough to look like money.
    digits = f"{random.randrange(10 ** min(precision, scale + 3)):0{scale + 1}d}"
    return f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits


def _moment(around_s: float, random: Random) -> datetime:
    around = datetime.fromtimestamp(around_s, UTC)
    return around + timedelta(milliseconds=random.randint(-30 * 86_400_000, 30 * 86_400_000))
