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
_HEAD: Final = """\
version = 7

[every_event]
optional = ["client_note"]

[sources.segment]
preset = "segment"

[sources.logs]
when = { kind = "log" }
derived_id = ["host", "line"]
fixed_name = "log:line"
created_at = { field = "at", format = "ms" }

[fields.client_note]
type = "json"
description = "What clients write: `a|b`, <b>\\"quoted\\"</b>, $1 and {braces}, früh or 猫."
"""


def large() -> str:
    """Return a contract of every type and 200 events, of which some carry each field."""
    return "\n".join([_HEAD, *_fields(), *_events()])


def _types() -> Iterator[str]:
    yield from _SINGLE_TYPES
    yield from (f"array<{each}>" for each in _SINGLE_TYPES)
    yield "json"


def _names() -> dict[str, str]:
    return {f"f{number}_x": each for number, each in enumerate(_types())}


def _fields() -> Iterator[str]:
    for number, (name, field_type) in enumerate(_names().items()):
        yield (
            f'[fields.{name}]\ntype = "{field_type}"\n'
            f'description = "Of the type {field_type}."\nsince = {number % 7 + 1}\n'
        )


def _events() -> Iterator[str]:
    fields = [*_names()]
    for number in range(LARGE_EVENT_COUNT):
        first = _FIRST_PARTS[number] if number < len(_FIRST_PARTS) else f"type{number % 50}"
        # Of one part, two, and three.
        depth = 0 if number < 2 else number % 3
        name = ":".join([first, *(f"e{number}", "x")[:depth]])
        if depth == 0 and number >= len(_FIRST_PARTS):
            name = f"alone{number}"
        at = number % len(fields)
        required = [fields[at]] if number % 4 else []
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
