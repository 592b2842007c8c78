"""The statements of the move into `events_history`, in Athena's SQL.

An identity has no event type, but the views look for copies within one partition alone, and so do
these: a row of `unregistered` is another one than that of its type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.catalog.sql_text import identifier, literal
from firelake.contract.facts import SECONDS_PER_DAY
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

    from firelake.catalog.erasures import Hiding

# "Athena supports writing to 100 partitions at once":
# https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html
MAX_OPEN_PARTITIONS: Final = 100

# A file of history below this is small: Athena's own default, three quarters of its 512 MB.
# https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
_SMALL_BYTES: Final = 384 << 20
# So many small files an open partition may have, before it is compacted for the first time.
_OPEN_FILES: Final = 24
# Two are enough to be joined, where Athena wants five.
_COMPACTED_FROM: Final = 2
SNAPSHOT_AGE_S: Final = 5 * SECONDS_PER_DAY
"""How far back history can be read, and how long files stay that it needs no more."""
# With these Athena ends a round where there is more to do, after 1,000 files (later 20,000) and
# after 100 partitions. Its pages do not say so:
# https://github.com/dbt-labs/dbt-athena/pull/703, https://github.com/dbt-labs/dbt-athena/issues/531
OPTIMIZE_AGAIN: Final = "ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED"
VACUUM_AGAIN: Final = "ICEBERG_VACUUM_MORE_RUNS_NEEDED"

# Between period and type; it comes before all that either can have in it.
_BETWEEN: Final = "/"
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
        " 'write_compression' = 'zstd',"
        f" 'optimize_rewrite_data_file_threshold' = '{_COMPACTED_FROM}',"
        # A DELETE notes which rows of a file are gone: OPTIMIZE is to write it anew for one note.
        " 'optimize_rewrite_delete_file_threshold' = '1',"
        f" 'vacuum_max_snapshot_age_seconds' = '{SNAPSHOT_AGE_S}')"
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
    hiding: Hiding, columns: Iterable[str], dt: str, event_types: Sequence[str]
) -> Iterator[str]:
    """Write INSERTs of what history lacks of one period, each event once, none that is erased.

    Args:
        hiding: What leaves out erased rows.
        columns: The columns of `events`, without partition keys.
        dt: The period.
        event_types: The types that have files in it; a statement takes 100 of them.

    Raises:
        SqlTextError: A type or the period is not printable.
    """
    names = ", ".join(map(identifier, (*columns, *PARTITION_KEYS)))
    arrived, kept = _tables(hiding.database)
    number = identifier(_COPY_NUMBER)
    shown = "".join(f" AND {each}" for each in hiding.shown)
    for where in _partitions(dt, event_types):
        yield (
            f"INSERT INTO {kept} ({names})\n"  # noqa: S608 -- quoted names and literals
            f"SELECT {names} FROM (\n"
            f"  SELECT *, row_number() OVER (PARTITION BY {', '.join(_KEY)}"
            f" ORDER BY {STREAM_POSITION}) AS {number}\n"
            f"  FROM {arrived}{hiding.joins()} WHERE {where}{shown}\n"
            f") AS arrived\nWHERE {number} = 1 AND NOT EXISTS (\n"
            f"  SELECT 1 FROM (SELECT {', '.join(_KEY)} FROM {kept} WHERE {where}) AS kept\n"
            f"  WHERE {_SAME}\n)"
        )


def snapshot_statement(database: str) -> str:
    """Write the question which snapshot history has now; there is no row before its first one.

    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html
    """
    refs = _about(database, "refs")
    return f"SELECT CAST(snapshot_id AS varchar) FROM {refs} WHERE name = 'main'"  # noqa: S608 -- quoted


def missing_statement(hiding: Hiding, first: str, end: str, snapshot: str) -> str:
    """Write the question how many rows of `events` history lacks, from one period to another.

    Args:
        hiding: What leaves out erased rows, which history is to lack.
        first: The first period.
        end: The one after the last.
        snapshot: That of history which is asked; empty for one before its first.
    """
    key = ", ".join((DT, *_KEY))
    where = f"{DT} >= {literal(first)} AND {DT} < {literal(end)}"
    arrived, kept = _tables(hiding.database)
    shown = "".join(f" AND {each}" for each in hiding.shown)
    return (
        f"SELECT count(*) FROM (SELECT {key} FROM {arrived}{hiding.joins()}"  # noqa: S608 -- quoted
        f" WHERE {where}{shown}) AS arrived"
        f" WHERE NOT EXISTS (SELECT 1 FROM (SELECT {key} FROM {kept}{_at(snapshot, where)}) AS kept"
        f" WHERE kept.{DT} = arrived.{DT} AND {_SAME})"
    )


def covered_statement(hiding: Hiding, dt: str, snapshot: str) -> str:
    """Write the question which files of a period history has every row of that is not erased.

    Args:
        hiding: What tells erased rows.
        dt: The period.
        snapshot: That of history which is asked; empty for one before its first.
    """
    key = ", ".join(_KEY)
    where = f"{DT} = {literal(dt)}"
    arrived, kept = _tables(hiding.database)
    return (
        "SELECT path FROM ("  # noqa: S608 -- quoted
        f"SELECT arrived.path, arrived.is_erased OR kept.{EVENT_TYPE} IS NOT NULL AS is_covered"
        f' FROM (SELECT "$path" AS path, {key}, {hiding.erased} AS is_erased'
        f" FROM {arrived}{hiding.joins()} WHERE {where}) AS arrived"
        f" LEFT JOIN (SELECT DISTINCT {key} FROM {kept}{_at(snapshot, where)}) AS kept ON {_SAME})"
        " GROUP BY path HAVING bool_and(is_covered)"
    )


def scattered_statement(database: str, watermark: str, after: str) -> str:
    """Write the question which partitions of history have more small files than one.

    No more than one is small where there are as many as fit, and one. Those of open periods get
    files with every move, and are asked for where they have many. A partition is named by its
    period and type.

    Args:
        watermark: The first period that may be open.
        after: The partition after which they are asked for, by its name; empty for all.
    """
    name = f"partition.{DT} || {literal(_BETWEEN)} || partition.{EVENT_TYPE}"
    return (
        f"SELECT {name} FROM {_about(database, 'partitions')}"  # noqa: S608 -- quoted
        f" WHERE {name} > {literal(after)} AND file_count > total_size / {_SMALL_BYTES}"
        f" + CASE WHEN partition.{DT} < {literal(watermark)} THEN 1 ELSE {_OPEN_FILES} END"
        f" ORDER BY 1 LIMIT {MAX_OPEN_PARTITIONS}"
    )


def period_of_partition(partition: str) -> str:
    """Returns the period of a partition as `scattered_statement` names it."""
    return partition.partition(_BETWEEN)[0]


def compact_statement(partitions: Sequence[str]) -> str:
    """Write OPTIMIZE of partitions, for the database that a query is put to.

    https://docs.aws.amazon.com/athena/latest/ug/optimize-statement.html

    Args:
        partitions: Some of one period, as `scattered_statement` names them; 100 at most.
    """
    types = [each.partition(_BETWEEN)[2] for each in partitions]
    (where,) = _partitions(period_of_partition(partitions[0]), types)
    return f"OPTIMIZE {TABLE_EVENTS_HISTORY} REWRITE DATA USING BIN_PACK WHERE {where}"


def vacuum_statement() -> str:
    """Write VACUUM, for the database that a query is put to.

    https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html
    """
    return f"VACUUM {TABLE_EVENTS_HISTORY}"


def _partitions(dt: str, event_types: Sequence[str]) -> Iterator[str]:
    """Yields conditions of a period and of as many types as a statement takes.

    With constants alone, so that they prune.
    """
    for start in range(0, len(event_types), MAX_OPEN_PARTITIONS):
        types = ", ".join(map(literal, event_types[start : start + MAX_OPEN_PARTITIONS]))
        yield f"{DT} = {literal(dt)} AND {EVENT_TYPE} IN ({types})"


def _at(snapshot: str, where: str) -> str:
    """Returns what follows the table of history where a snapshot of it is read.

    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-time-travel-and-version-travel-queries.html
    """
    return f" FOR VERSION AS OF {int(snapshot)} WHERE {where}" if snapshot else " WHERE false"


def _about(database: str, kind: str) -> str:
    return f'{identifier(database)}."{TABLE_EVENTS_HISTORY}${kind}"'


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
