"""What of `extras` is in the common fields already, as a part of a named query."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from firelake.catalog.sql_text import literal
from firelake.contract.sources import SOURCE_MEMBER

if TYPE_CHECKING:
    from firelake.contract.events import EventContract


def but_mapped(contract: EventContract) -> str:
    """Write what restricts `named` in `contract_drift.sql`; empty for no sources.

    Left out are fields that a source maps to the id or the time, of its events alone: another
    producer's field of that name is unknown all the same.
    """
    source = f"json_format(element_at(fields, {literal(SOURCE_MEMBER)}))"
    conditions: list[str] = []
    for each in contract.sources:
        # What is kept of a mapping begins with the source's name.
        start = literal(f"[{json.dumps(each.name, ensure_ascii=False)},")
        names = ", ".join(literal(path) for path in each.held)
        conditions.append(
            f"NOT (field IN ({names}) AND coalesce(strpos({source}, {start}), 0) = 1)"
        )
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""
