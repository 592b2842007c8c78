"""Rows of a user's table of many types, and the events that they stand for, as JSON.

What an event is of a row is written here from docs/backfill.md; what a contract makes of the event
is the function's own verdict.
"""

from __future__ import annotations

import base64
import json
import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
from hypothesis import strategies as st

from firelake.contract.events import parse_contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.contract.events import EventContract

_arrow: Final = cast("Any", pa)

Row = dict[str, Any]
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """A field of the contract and the column that it comes from.

    Attributes:
        declared: The field in the contract's TOML.
        glue_type: The column's type.
        arrow_type: The same in a Parquet file.
        values: The column's values, those that fit and those that do not.
    """

    declared: str
    glue_type: str
    arrow_type: Any
    values: st.SearchStrategy[Any]


def _texts(*fitting: str) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(fitting), st.text(max_size=6))


_INTEGERS: Final = st.one_of(
    st.integers(-12, 12).map(str),
    st.sampled_from(
        ["-0", "007", "+1", "1.0", "1e2", "", " 1", "1\n", "\u0663", "9223372036854775807"]
    ),
    st.sampled_from(["9223372036854775808", "-9223372036854775808"]),
)
_NUMBERS: Final = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["0.1", "-0.0", "1e999", "1E+2", ".5", "5.", "NaN", "Infinity", "1_0"]),
)
# A text with an exponent is none of a decimal, though the contract's is.
_DECIMALS: Final = st.one_of(
    st.decimals(-200, 200, places=2).map(str),
    st.sampled_from(["1.500", "1.505", "0.1200000000000000000000000000000000000000000", "00.5"]),
    st.sampled_from(["-0.00", "123456789012345678901234567890123456789", ".5", "1,5", "\u0661"]),
)
_DATETIMES: Final = st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001
_MOMENTS: Final = st.one_of(
    st.sampled_from(
        [
            *("2026-11-02T10:00:00.123456Z", "2026-11-02T10:00Z", "2026-11-02T10:00:00,9+02:00"),
            *("2026-11-02T23:30:00-2330", "1999-12-31T23:59:59.999+05", "2026-02-30T00:00:00Z"),
            *("2026-11-02 10:00:00Z", "2026-11-02T10:00:00", "2026-11-02T24:00:00Z", "2|3|4|5|6|7"),
            *("1678-01-01T00:00:00+00:01", "2261-12-31T23:59:59.999Z", "2262-01-01T00:00:00Z"),
            *("2026-11-02T10:00:00Z\n", "1677-12-31T23:59:00-00:01", "x"),
        ]
    ),
    _DATETIMES.map(lambda each: f"{each.isoformat()}Z"),
)
_TIMES: Final = _DATETIMES.map(
    lambda each: each.replace(microsecond=each.microsecond // 1000 * 1000)
)
_DAYS: Final = _texts(
    "2026-11-02", "0001-01-01", "9999-12-31", "0000-01-01", "2026-02-30", "2026-1-1"
)
_JSON: Final = _texts('{"a": 1.0}', " [1,2]\n", "null", '"x"', "{", "1 2", "01", "", "tru", "é")
_STRINGS: Final = _texts("ab", "abc1", "ABC", "a b", "ab\n", "abcdefghi", "\u017f", "K", "\u212a")


def _mostly(
    usual: st.SearchStrategy[Any], others: st.SearchStrategy[Any], of: int = 12
) -> st.SearchStrategy[Any]:
    return st.integers(1, of).flatmap(lambda number: others if number == of else usual)


def _optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


_ITEM: Final = st.fixed_dictionaries(
    {
        "sku": _optional(_STRINGS),
        "qty": _optional(_INTEGERS),
        "price": _optional(_DECIMALS),
        "sub": _optional(
            st.fixed_dictionaries(
                {"is_on": _optional(_texts("true", "false")), "more": _optional(st.integers(0, 3))}
            )
        ),
        "other": _optional(st.just("x")),
    }
)
_STRING: Final = _arrow.string()
_ITEM_TYPE: Final = _arrow.struct(
    [
        ("sku", _STRING),
        ("qty", _STRING),
        ("price", _STRING),
        ("sub", _arrow.struct([("is_on", _STRING), ("more", _arrow.int32())])),
        ("other", _STRING),
    ]
)
_ITEM_GLUE: Final = (
    "struct<sku:string,qty:string,price:string,sub:struct<is_on:string,more:int>,other:string>"
)

FIELDS: Final[Mapping[str, FieldColumn]] = {
    "score": FieldColumn(
        'type = "double", min = 0.5, max = 1e3', "double", _arrow.float64(), st.floats()
    ),
    "ratio": FieldColumn('type = "double"', "string", _STRING, _NUMBERS),
    "mean": FieldColumn(
        'type = "double", max = 5', "decimal(12,3)", _arrow.decimal128(12, 3),
        st.decimals(-10, 10, places=3),
    ),
    "user_id": FieldColumn(
        "type = \"string\", pattern = '^[a-c](?:[a-z0-9]|\\s)*$', max_length = 4",
        "string", _STRING, _STRINGS,
    ),
    "word": FieldColumn(
        "type = \"string\", pattern = '(?i)k|S|[^\\d\\x{0}-\\x{7f}]'", "string", _STRING, _STRINGS
    ),
    "group": FieldColumn(
        'type = "string", enum = ["1", "2"], column = "team"', "bigint", _arrow.int64(),
        st.integers(0, 4),
    ),
    "level": FieldColumn('type = "bigint", enum = [1, 2, 3]', "string", _STRING, _INTEGERS),
    "count": FieldColumn(
        'type = "bigint", min = -5, max = 10', "int", _arrow.int32(), st.integers(-9, 20)
    ),
    "big": FieldColumn(
        'type = "bigint"', "decimal(20,0)", _arrow.decimal128(20, 0),
        st.integers(-(10**19), 10**19).map(Decimal),
    ),
    "is_new": FieldColumn(
        'type = "boolean"', "string", _STRING, _texts("true", "false", "TRUE", "1")
    ),
    "is_on": FieldColumn('type = "boolean"', "boolean", _arrow.bool_(), st.booleans()),
    "price": FieldColumn('type = "decimal(5,2)", max = 100', "string", _STRING, _DECIMALS),
    "net": FieldColumn(
        'type = "decimal(3,3)", min = "-0.2505"', "decimal(12,4)", _arrow.decimal128(12, 4),
        st.decimals(-2, 2, places=4),
    ),
    "whole": FieldColumn(
        'type = "decimal(3,0)"', "bigint", _arrow.int64(), st.integers(-2000, 2000)
    ),
    "paid_at": FieldColumn(
        'type = "timestamp", min = "2000-01-01T00:00:00Z"', "string", _STRING, _MOMENTS
    ),
    "seen_at": FieldColumn('type = "timestamp"', "timestamp", _arrow.timestamp("ms"), _TIMES),
    "unix": FieldColumn('type = "timestamp"', "double", _arrow.float64(), st.floats(-1e11, 1e11)),
    "born": FieldColumn('type = "date", max = "2026-11-02"', "string", _STRING, _DAYS),
    "day": FieldColumn('type = "date"', "date", _arrow.date32(), st.dates(date(1, 1, 1))),
    "tags": FieldColumn(
        'type = "array<string>", max_length = 3', "array<string>", _arrow.list_(_STRING),
        st.lists(_optional(_STRINGS), max_size=3),
    ),
    "ns": FieldColumn(
        'type = "array<bigint>", max = 5', "array<string>", _arrow.list_(_STRING),
        st.lists(_optional(_INTEGERS), max_size=3),
    ),
    "moments": FieldColumn(
        'type = "array<timestamp>"', "array<string>", _arrow.list_(_STRING),
        st.lists(_optional(_MOMENTS), max_size=2),
    ),
    "by_key": FieldColumn(
        'type = "map<string,bigint>", max = 5', "map<string,string>",
        _arrow.map_(_STRING, _STRING),
        st.dictionaries(_STRINGS, _optional(_INTEGERS), max_size=3),
    ),
    "raw": FieldColumn('type = "json"', "string", _STRING, _JSON),
    "item": FieldColumn(
        'type = "struct<sku:string,qty:bigint,price:decimal(6,2),sub:struct<is_on:boolean>>",'
        " members = { sku = { required = true, pattern = '^[a-c ]' }, price = { min = 0 },"
        " qty = { enum = [1, 2, 3, 4, 5, 6, 7, -1] } }",
        _ITEM_GLUE, _ITEM_TYPE, _ITEM,
    ),
    "items": FieldColumn(
        'type = "array<struct<sku:string,qty:bigint>>", members = { qty = { max = 9 } }',
        f"array<{_ITEM_GLUE}>",
        _arrow.list_(_ITEM_TYPE), st.lists(_optional(_ITEM), max_size=2),
    ),
}  # fmt: skip
EXTRAS: Final[Mapping[str, tuple[str, Any, st.SearchStrategy[Any]]]] = {
    'an "odd" name': ("string", _STRING, st.text(max_size=5)),
    "weight": ("double", _arrow.float64(), st.floats()),
    "at": ("timestamp", _arrow.timestamp("ms"), _TIMES),
    "on": ("date", _arrow.date32(), st.dates(date(1600, 1, 1))),
    "bytes": ("binary", _arrow.binary(), st.binary(max_size=4)),
    "amount": ("decimal(8,3)", _arrow.decimal128(8, 3), st.decimals(-999, 999, places=3)),
    # Tells rows apart.
    "number": ("bigint", _arrow.int64(), st.just(0)),
    "list": ("array<int>", _arrow.list_(_arrow.int32()), st.lists(st.integers(0, 9), max_size=2)),
}
_HALF: Final = [*FIELDS][::2]
_DECLARED: Final = "\n".join(
    f'{name} = {{ {each.declared}, description = "A field." }}' for name, each in FIELDS.items()
)
CONTRACT_TEXT: Final = f"""
version = 1
[fields]
{_DECLARED}
[events."all:of:them"]
description = "Has every field."
required = ["is_on", "level"]
optional = {json.dumps([each for each in FIELDS if each not in ("is_on", "level")])}
[events.half]
description = "Has some."
optional = {json.dumps(_HALF)}
[events."all:but"]
description = "Has the others."
optional = {json.dumps([each for each in FIELDS if each not in _HALF])}
"""
CONTRACT: Final[EventContract] = parse_contract(CONTRACT_TEXT)
COLUMNS: Final = {
    "event_uuid": "string",
    "event_name": "string",
    "created_at": "double",
    **{name: each.glue_type for name, each in FIELDS.items()},
    **{name: glue_type for name, (glue_type, _, _) in EXTRAS.items()},
}
SCHEMA: Final = {
    "event_uuid": _STRING,
    "event_name": _STRING,
    "created_at": _arrow.float64(),
    **{name: each.arrow_type for name, each in FIELDS.items()},
    **{name: arrow_type for name, (_, arrow_type, _) in EXTRAS.items()},
}
_IDS: Final = _mostly(
    st.uuids().map(str),
    st.sampled_from(["", "x" * 128, "x" * 129, "\u200b", "é", "a\n", "🙂", None]),
)
_EVENT_NAMES: Final = _mostly(
    st.sampled_from([*CONTRACT.events, "all:unknown", "other"]),
    st.sampled_from(["other:x", "Bad", "a::b", "", "half\n", "é", "x" * 200, "x" * 201, None]),
)
# Closed, not closed yet, too early, before the year 1678, none.
_CREATED: Final = _mostly(
    st.one_of(st.floats(1_794_000_000, 1_794_139_199), st.floats(-9.2e9, 1_794_139_199)),
    st.sampled_from(
        [1_794_139_200.0, 1_795_176_000.0, 1_795_300_000.0, -9.3e9, math.nan, 1e300, None]
    ),
)
ROWS: Final[st.SearchStrategy[Row]] = st.fixed_dictionaries(
    {
        "event_uuid": _IDS,
        "event_name": _EVENT_NAMES,
        "created_at": _CREATED,
        **{name: _mostly(st.none(), each.values, 4) for name, each in FIELDS.items()},
        **{name: _optional(values) for name, (_, _, values) in EXTRAS.items()},
        "number": st.just(0),
    }
)


def event_of(row: Row) -> tuple[str, set[str]]:
    """Returns the JSON of the event that a row stands for, and problems that no JSON can have."""
    problems: set[str] = set()
    members: dict[str, str] = {
        name: json.dumps(row[name])
        for name in ("event_uuid", "event_name")
        if row[name] is not None
    }
    if row["created_at"] is not None and math.isfinite(row["created_at"]):
        members["created_at"] = repr(row["created_at"])
    known = CONTRACT.events.get(row["event_name"] or "")
    for name in FIELDS:
        value = row[name]
        if value is None:
            continue
        if known is None or name not in known.fields:
            members[name] = plain_json(value)
            continue
        written = _field_json(CONTRACT.fields[name].type, value)
        if written is None:
            problems.add(f"field_type:{name}")
        else:
            members[name] = written
    for name in EXTRAS:
        if row[name] is not None:
            members[name] = plain_json(row[name])
    return _object(members), problems


def _object(members: Mapping[str, str]) -> str:
    return f"{{{','.join(f'{json.dumps(name)}:{text}' for name, text in members.items())}}}"


def plain_json(value: object) -> str:  # noqa: PLR0911 -- one a type
    """Returns the JSON of a value that is of no field's type."""
    match value:
        case float() if not math.isfinite(value):
            return json.dumps("NaN" if math.isnan(value) else f"{'-' * (value < 0)}Infinity")
        case bytes():
            return json.dumps(base64.b64encode(value).decode())
        case Decimal():
            return f"{value:f}"
        case datetime():
            return json.dumps(f"{value.isoformat(timespec='milliseconds')}Z")
        case date():
            return json.dumps(value.isoformat())
        case list():
            return f"[{','.join(map(plain_json, cast('list[object]', value)))}]"
        case dict():
            held = cast("dict[str, object]", value).items()
            return (
                f"{{{','.join(f'{json.dumps(name)}:{plain_json(each)}' for name, each in held)}}}"
            )
        case _:
            return json.dumps(value)


def _field_json(wanted: Any, value: Any) -> str | None:  # noqa: ANN401, PLR0911 -- of any column, one a kind
    """Returns the JSON of a value as a field's; None where there is none."""
    if wanted.is_several:
        members = [
            "null" if each is None else _field_json(wanted.member, each)
            for each in (value.values() if wanted.is_map else value)
        ]
        if None in members:
            return None
        texts = cast("list[str]", members)
        return _object(dict(zip(value, texts, strict=True))) if wanted.is_map else _array(texts)
    if wanted.kind == "struct":
        types = {each.name: each.type for each in wanted.members}
        members = {
            name: _field_json(types[name], each) if name in types else plain_json(each)
            for name, each in value.items()
            if each is not None
        }
        if None in members.values():
            return None
        return _object(cast("dict[str, str]", members))
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, str):
        return _of_text(str(wanted.kind), value)
    # A whole number is the text of a field of texts.
    return json.dumps(str(value)) if wanted.kind == "string" else plain_json(value)


def _array(texts: list[str]) -> str:
    return f"[{','.join(texts)}]"


def _of_text(kind: str, text: str) -> str | None:
    is_literal = {
        "bigint": _NUMBER.fullmatch(text) is not None,
        "double": _NUMBER.fullmatch(text) is not None,
        "boolean": text in {"true", "false"},
        "json": _is_json(text),
    }.get(kind)
    if is_literal is None:
        return json.dumps(text)
    if is_literal:
        return text
    return None if kind == "json" else json.dumps(text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse)
    except ValueError:
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(constant)
