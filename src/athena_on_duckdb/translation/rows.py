"""Rows without names."""

from __future__ import annotations

from athena_on_duckdb.translation.typed import Typed, struct
from athena_on_duckdb.types import field_names, row


def make_row(items: list[Typed]) -> Typed:
    """Write a row whose fields have no names."""
    type_ = row(tuple((None, item.type) for item in items))
    fields = zip(field_names(type_), items, strict=True)
    return Typed(struct([(name, i.sql) for name, i in fields]), type_)
