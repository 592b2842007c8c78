"""How the canaries of `firelake verify` are told from events that somebody meant."""

from __future__ import annotations

from typing import Final

from firelake.catalog.sql_text import identifier, literal
from firelake.contract.names import CANARY_UUID_PREFIX, EVENT_UUID

# A record that holds a canary, as it was sent: also the one that is no JSON, which begins with its
# id. A regular expression as Java, RE2 and Python read it.
CANARY_TEXT: Final = rf'"{EVENT_UUID}"\s*:\s*"{CANARY_UUID_PREFIX}|^\s*"{CANARY_UUID_PREFIX}'


def without_canaries(column: str = EVENT_UUID) -> str:
    """Give the condition that leaves canaries out, for the `WHERE` of a query.

    Args:
        column: Name of the column that holds the ids.

    Raises:
        SqlTextError: No column can have this name.
    """
    return f"{identifier(column)} NOT LIKE {literal(f'{CANARY_UUID_PREFIX}%')}"


def without_canary_records(expression: str) -> str:
    """Give the condition that leaves records of canaries out, for the `WHERE` of a query.

    Args:
        expression: SQL that gives the text of a record; null for one that is no text stays.
    """
    return f"NOT regexp_like(coalesce({expression}, ''), {literal(CANARY_TEXT)})"


def only_canaries(run: str, column: str = EVENT_UUID) -> str:
    """Give the condition that leaves nothing but the canaries of one run.

    Args:
        run: What the ids of the run have after the common prefix.
        column: Name of the column that holds the ids.

    Raises:
        SqlTextError: No column can have this name, or the run holds what is not printable.
    """
    return f"{identifier(column)} LIKE {literal(f'{CANARY_UUID_PREFIX}{run}-%')}"
