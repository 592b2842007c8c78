"""The statements of the move into `events_history`, in Athena's SQL.

An identity has no event type, but the views look for copies within one partition alone, and so do
these: a row of `unregistered` is another one than that of its type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.catalog.sql_text import identifier, literal
from firelake.contract.layout import HISTORY_PREFIX
from firelake.contract.names import (
    DT,
    EVENT_TYPE,
    IDENTITY,
    PARTITION_KEYS,
    STREAM_POSITION,
    TABLE_EVENTS,
    TABLE_EVENTS_HISTORY,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# "Athena supports writing to 100 partitions at once":
# https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html
MAX_OPEN_PARTITIONS: Final = 100

_COPY_NUMBER: Final = "_copy_number"
_KEY: Final = (EVENT_TYPE, *IDENTITY)
_SAME: Final = " AND ".join(f"kept.{name} = arrived.{name}" for name in _KEY)


def create_statement(database: str, root: str, columns: Mapping[str, str]) -> str:
    """Write CREATE TABLE of the history, which does nothing where it is there.

    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html

    Args:
        root: URI of the lake, with a slash at its end.
        columns: Glue types by the names of the columns of `events`, without partition keys.
    """
    listed = ",\n".join(_definitions({**columns, **dict.fromkeys(PARTITION_KEYS, "string")}))
    return (
        f"CREATE TABLE IF NOT EXISTS {_ddl_table(database)} (\n{listed}\n)\n"
        f"PARTITIONED BY ({', '.join(map(_ddl_name, PARTITION_KEYS))})\n"
        f"LOCATION {literal(root + HISTORY_PREFIX)}\n"
        "TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet',"
        " 'write_compression' = 'zstd')"
    )


def add_columns_statement(database: str, columns: Mapping[str, str]) -> str:
    """Write ALTER TABLE for columns that history does not have yet.

    Iceberg gives each an id of its own, so that older files have nulls in it.
    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-add-columns.html

    Args:
        columns: Glue types by name; not empty.
    """
    return f"ALTER TABLE {_ddl_table(database)} ADD COLUMNS ({', '.join(_definitions(columns))})"


def copy_statements(
    database: str, columns: Iterable[str], dt: str, event_types: Sequence[str]
) -> Iterator[str]:
    """Write INSERTs of what history lacks of one period, each event once.

    Args:
        columns: The columns of `events`, without partition keys.
        dt: The period.
        event_types: The types that have files in it; a statement takes 100 of them.

    Raises:
        SqlTextError: A type or the period is not printable.
    """
    names = ", ".join(map(identifier, (*columns, *PARTITION_KEYS)))
    arrived, kept = _tables(database)
    number = identifier(_COPY_NUMBER)
    for start in range(0, len(event_types), MAX_OPEN_PARTITIONS):
        types = ", ".join(map(literal, event_types[start : start + MAX_OPEN_PARTITIONS]))
        # With constants alone, in both tables, so that they prune.
        where = f"{DT} = {literal(dt)} AND {EVENT_TYPE} IN ({types})"
        yield (
            f"INSERT INTO {kept} ({names})\n"  # noqa: S608 -- quoted names and literals
            f"SELECT {names} FROM (\n"
            f"  SELECT *, row_number() OVER (PARTITION BY {', '.join(_KEY)}"
            f" ORDER BY {STREAM_POSITION}) AS {number}\n"
            f"  FROM {arrived} WHERE {where}\n"
            f") AS arrived\nWHERE {number} = 1 AND NOT EXISTS (\n"
            f"  SELECT 1 FROM (SELECT {', '.join(_KEY)} FROM {kept} WHERE {where}) AS kept\n"
            f"  WHERE {_SAME}\n)"
        )


def missing_statement(database: str, first: str, end: str) -> str:
    """Write the question how many rows of `events` history lacks, from one period to another.

    Args:
        first: The first period.
        end: The one after the last.
    """
    arrived, kept = _tables(database)
    key = ", ".join((DT, *_KEY))
    where = f"{DT} >= {literal(first)} AND {DT} < {literal(end)}"
    return (
        f"SELECT count(*) FROM (SELECT {key} FROM {arrived} WHERE {where}) AS arrived"  # noqa: S608 -- quoted
        f" WHERE NOT EXISTS (SELECT 1 FROM (SELECT {key} FROM {kept} WHERE {where}) AS kept"
        f" WHERE kept.{DT} = arrived.{DT} AND {_SAME})"
    )


def covered_statement(database: str, dt: str) -> str:
    """Write the question which files of a period history has every row of.

    Args:
        dt: The period.
    """
    arrived, kept = _tables(database)
    key = ", ".join(_KEY)
    where = f"{DT} = {literal(dt)}"
    return (
        f"SELECT path FROM (SELECT arrived.path, kept.{EVENT_TYPE} AS found"  # noqa: S608 -- quoted
        f' FROM (SELECT "$path" AS path, {key} FROM {arrived} WHERE {where}) AS arrived'
        f" LEFT JOIN (SELECT DISTINCT {key} FROM {kept} WHERE {where}) AS kept ON {_SAME})"
        " GROUP BY path HAVING count(*) = count(found)"
    )


def _tables(database: str) -> tuple[str, str]:
    of = identifier(database)
    return f"{of}.{identifier(TABLE_EVENTS)}", f"{of}.{identifier(TABLE_EVENTS_HISTORY)}"


def _definitions(columns: Mapping[str, str]) -> Iterator[str]:
    return (f"{_ddl_name(name)} {glue_type}" for name, glue_type in columns.items())


def _ddl_table(database: str) -> str:
    return f"{_ddl_name(database)}.{_ddl_name(TABLE_EVENTS_HISTORY)}"


def _ddl_name(name: str) -> str:
    """Quotes a name as DDL takes it, by backticks.

    https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html
    """
    return identifier(name).replace('"', "`")
