"""Whether a lake has a table of history, asked of Glue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.contract.names import TABLE_EVENTS_HISTORY

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient


def has_history(client: GlueClient, database: str) -> bool:
    """Tell whether a lake has a table of history.

    Raises:
        ClientError: Glue refuses.
    """
    try:
        client.get_table(DatabaseName=database, Name=TABLE_EVENTS_HISTORY)
    except client.exceptions.EntityNotFoundException:
        return False
    return True
