"""The contract of a project that has no events yet: one event, and a comment a line."""

from __future__ import annotations

from string import Template
from typing import Final

_TEXT: Final = Template("""\
# Which events $name has, and which fields they carry. Everything else is made of this file:
# the columns and views in Athena, what is checked of each event, sample events, the docs.
# Each event also has event_uuid (its id), event_name and created_at (Unix time in seconds),
# which are not listed here. Every rule: `firelake contract check`.

version = 1  # raise it by one with each change; `firelake contract diff HEAD` tells which are safe

[every_event]  # fields that any event may carry
optional = ["user_id"]

[fields]  # the columns, in their order: a name has one type, whichever events use it
user_id = { type = "string", description = "Who did it." }  # a JSON string
order_id = { type = "string", description = "The order." }  # always there, see below
total = { type = "decimal(10,2)", description = "What it costs." }  # exact: a number, or its text
items = { type = "bigint", description = "How many things." }  # a whole number
is_gift = { type = "boolean", description = "Whether it is wrapped." }  # true or false
deliver_at = { type = "timestamp", description = "When it is wanted." }  # 2026-01-31T12:00:00Z
details = { type = "json", description = "Whatever else the shop knows." }  # any JSON, kept as text
# More types: double, date, array<string> and arrays of the others but json.

[events."order:placed"]  # the first part, order, is the event's type and its partition
description = "A customer placed an order."
required = ["order_id", "total"]  # without one of these the event is invalid, and kept in errors/
optional = ["items", "is_gift", "deliver_at", "details"]

# Producers with another envelope (Segment, CloudEvents, GA4, ISO times ...) are mapped:
# [sources.web]
# preset = "segment"
""")


def first_contract(name: str) -> str:
    """Return the text of the contract.

    Args:
        name: The project's.
    """
    return _TEXT.substitute(name=name)
