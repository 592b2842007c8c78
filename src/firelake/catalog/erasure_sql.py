"""The statements of an erasure, in Athena's SQL: what is found, and what goes out of history."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from firelake.catalog.erasures import DELETED_AT, ERASURE
from firelake.catalog.sql_text import identifier, literal
from firelake.contract.names import DT, EVENT_TYPE, TABLE_EVENTS_HISTORY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firelake.catalog.erasures import Hiding

# Between period and type in the name of a partition; neither can have it.
_BETWEEN: Final = "/"


def count_statement(hiding: Hiding, table: str, erasure: str) -> str:
    """Write the question how many rows of a table an entry of the register is about.

    Args:
        table: `events` or `events_history`.
        erasure: Name of the entry.
    """
    of = f"{identifier(hiding.database)}.{identifier(table)}"
    joins = hiding.joins(f"{ERASURE} = {literal(erasure)}")
    return f"SELECT count(*) FROM {of}{joins} WHERE {hiding.erased}"  # noqa: S608 -- quoted


def partitions_statement(hiding: Hiding) -> str:
    """Write the question which partitions of history have rows that must be deleted.

    They are named by period and type, as `delete_statement` takes them.
    """
    joins = hiding.joins(f"{DELETED_AT} IS NULL")
    return (
        f"SELECT DISTINCT {DT} || {literal(_BETWEEN)} || {EVENT_TYPE}"  # noqa: S608 -- quoted
        f" FROM {_history(hiding.database)}{joins} WHERE {hiding.erased} ORDER BY 1"
    )


def delete_statement(database: str, partitions: Sequence[str], conditions: Iterable[str]) -> str:
    """Write DELETE of the rows that are erased from partitions of history.

    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-delete.html

    Args:
        partitions: Names of partitions; 100 at most.
        conditions: What `erased_condition` gives; at least one.
    """
    return (
        f"DELETE FROM {_history(database)}"  # noqa: S608 -- quoted
        f" WHERE ({_among(partitions)}) AND ({' OR '.join(conditions)})"
    )


def rewrite_statement(partitions: Sequence[str]) -> str:
    """Write OPTIMIZE of partitions, for the database that a query is put to.

    A DELETE of Athena's leaves the rows in their files, and notes which they are beside them; the
    table of history says that one such note is enough for a file to be written anew.
    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-data-optimization.html

    Args:
        partitions: Names of partitions; 100 at most.
    """
    return f"OPTIMIZE {TABLE_EVENTS_HISTORY} REWRITE DATA USING BIN_PACK WHERE {_among(partitions)}"


def old_snapshots_statement(database: str, before_s: float) -> str:
    """Write the question how many snapshots of history are older than a moment.

    Args:
        before_s: The moment, Unix time.
    """
    snapshots = f'{identifier(database)}."{TABLE_EVENTS_HISTORY}$snapshots"'
    return (
        f"SELECT count(*) FROM {snapshots}"  # noqa: S608 -- quoted
        f" WHERE to_unixtime(committed_at) <= {before_s:.3f}E0"
    )


def _among(partitions: Sequence[str]) -> str:
    """Returns the condition of partitions, with constants alone, so that they prune."""
    split = sorted(tuple(name.split(_BETWEEN, 1)) for name in partitions)
    return " OR ".join(
        f"({DT} = {literal(dt)} AND {EVENT_TYPE} IN"
        f" ({', '.join(literal(each[1]) for each in found)}))"
        for dt, found in groupby(split, lambda each: each[0])
    )


def _history(database: str) -> str:
    return f"{identifier(database)}.{identifier(TABLE_EVENTS_HISTORY)}"
