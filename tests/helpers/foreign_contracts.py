"""Contracts that are not this repository's own: what anybody may put in its place.

`python -m tests.helpers.foreign_contracts tiny` prints one, `large` the other.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

TINY: Final = """\
version = 1

[events.ping]
description = "Somebody is there."
"""

LARGE_EVENT_COUNT: Final = 200

_SINGLE_TYPES: Final = (
    *("string", "bigint", "double", "boolean", "timestamp", "date"),
    *("decimal(1,0)", "decimal(1,1)", "decimal(12,2)", "decimal(38,0)", "decimal(38,38)"),
)
# Among them what sample events are called whose type no contract declares.
_FIRST_PARTS: Final = ("prototype", "canary", "client", "view_1", "0", "9a", "a" * 30)
_ITEM_RULES: Final = """\
members.sku = { required = true, pattern = '^[A-Z]{2}$' }
members.Qty = { min = 1 }
members.size = { required = true }
members."size.w" = { max = 0.5, required = true }
"""
_CONSTRAINED: Final = (
    ("string", 'enum = ["free", "pro", "früh"]'),
    ("string", "pattern = '^[A-Z]{2}-[0-9]{1,4}$'\nmax_length = 6"),
    ("array<bigint>", "enum = [36, 38, 40]"),
    ("double", "min = 0\nmax = 1"),
    ("decimal(12,2)", 'min = "0.01"'),
    ("timestamp", "min = 2020-01-01T00:00:00Z"),
    ("array<date>", "max = 2100-12-31"),
    (
        "array<struct<sku:string,Qty:bigint,size:struct<w:double>>>",
        _ITEM_RULES,
    ),
    ("string", 'column = "renamed"'),
    ("string", "until = 6"),
)
_HEAD: Final = """\
version = 7

[every_event]
required = ["tenant"]
optional = ["client_note"]

[sources.segment]
preset = "segment"

[sources.logs]
when = { kind = "log" }
derived_id = ["host", "line"]
fixed_name = "log:line"
created_at = { field = "at", format = "ms" }

[fields.tenant]
type = "bigint"
description = "Whose event it is."
min = 1

[fields.client_note]
type = "json"
description = "What clients write: `a|b`, <b>\\"quoted\\"</b>, $1 and {braces}, früh or 猫."
"""


def large() -> str:
    """Return a contract of every type and constraint, and 200 events, of which some have each."""
    return "\n".join([_HEAD, *_fields(), *_events()])


def _types() -> Iterator[str]:
    yield from _SINGLE_TYPES
    yield from (f"array<{each}>" for each in _SINGLE_TYPES)
    yield from (f"map<string,{each}>" for each in _SINGLE_TYPES)
    members = ",".join(f"M{number}:{each}" for number, each in enumerate(_SINGLE_TYPES))
    yield from (
        f"struct<{members},more:array<struct<tags:array<string>>>>",
        f"array<struct<{members},by_key:map<string,double>>>",
        f"map<string,struct<{members}>>",
    )
    yield "json"


def _names() -> dict[str, tuple[str, str]]:
    """Each field's type and constraints."""
    kinds = [*((each, "") for each in _types()), *_CONSTRAINED]
    return {f"f{number}_x": each for number, each in enumerate(kinds)}


def _fields() -> Iterator[str]:
    for number, (name, (field_type, constraints)) in enumerate(_names().items()):
        yield (
            f'[fields.{name}]\ntype = "{field_type}"\n{constraints}\n'
            f'description = "Of the type {field_type}."\nsince = {number % 6 + 1}\n'
        )


def _events() -> Iterator[str]:
    fields = [*_names()]
    ended = f"f{len(fields) - 1}_x"
    for number in range(LARGE_EVENT_COUNT):
        first = _FIRST_PARTS[number] if number < len(_FIRST_PARTS) else f"type{number % 50}"
        # Of one part, two, and three.
        depth = 0 if number < 2 else number % 3
        name = ":".join([first, *(f"e{number}", "x")[:depth]])
        if depth == 0 and number >= len(_FIRST_PARTS):
            name = f"alone{number}"
        at = number % len(fields)
        required = [fields[at]] if number % 4 and fields[at] != ended else []
        optional = [each for each in (*fields, *fields)[at + 1 : at + 5] if each not in required]
        yield (
            f'[events."{name}"]\ndescription = "Number {number} of 200."\n'
            f"required = {required}\noptional = {optional}\n".replace("'", '"')
        )


def main() -> None:
    """Print the contract that the command line names."""
    sys.stdout.write({"tiny": TINY, "large": large()}[sys.argv[1]])


if __name__ == "__main__":
    main()
