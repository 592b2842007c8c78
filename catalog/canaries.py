"""How SQL tells the canaries of `firelake verify` from events that somebody meant."""

from __future__ import annotations

from catalog.sql_text import identifier, literal
from contract.names import CANARY_UUID_PREFIX, EVENT_UUID


def without_canaries(column: str = EVENT_UUID) -> str:
    """Give the condition that leaves canaries out, for the `WHERE` of a query.

    Args:
        column: Name of the column that holds the ids.

    Raises:
        SqlTextError: No column can have this name.
    """
    return f"{identifier(column)} NOT LIKE {literal(f'{CANARY_UUID_PREFIX}%')}"


def only_canaries(run: str, column: str = EVENT_UUID) -> str:
    """Give the condition that leaves nothing but the canaries of one run.

    Args:
        run: What the ids of the run have after the common prefix.
        column: Name of the column that holds the ids.

    Raises:
        SqlTextError: No column can have this name, or the run holds what is not printable.
    """
    return f"{identifier(column)} LIKE {literal(f'{CANARY_UUID_PREFIX}{run}-%')}"
