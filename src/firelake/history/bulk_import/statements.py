"""The statements of one import: what there is, what the lake lacks of it, and how it gets there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.catalog.glue_types import presto_type
from firelake.catalog.sql_text import identifier, literal
from firelake.contract.facts import SECONDS_PER_DAY
from firelake.contract.layout import dt_of
from firelake.contract.names import (
    CREATED_AT,
    CREATED_DATETIME,
    DT,
    EVENT_NAME,
    EVENT_SUBTYPE,
    EVENT_TYPE,
    EVENT_UUID,
    EXTRAS,
    IDENTITY,
    INGESTED_AT,
    STREAM_POSITION,
    TABLE_EVENTS,
    TABLE_EVENTS_HISTORY,
    UNREGISTERED,
)
from firelake.history.backfill.reading import POSITION_PREFIX
from firelake.history.bulk_import.rows import (
    INVALID,
    ROWS,
    VALID,
    column,
    declared,
    judged_rows,
    value,
)
from firelake.history.bulk_import.sql_names import quoted, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.catalog.erasures import Hiding
    from firelake.contract.events import EventContract
    from firelake.contract.layout import Granularity
    from firelake.contract.retention import Retention
    from firelake.history.bulk_import.chunks import ImportChunk, LakePartition
    from firelake.history.bulk_import.plan import ImportPlan
    from firelake.history.bulk_import.rows import JudgingMoment

MARK: Final = "-- firelake bulk import\n"
"""A line by which a statement that writes is known."""

# No id and no name has a line feed. The text of a double is the engine's own, and the same for
# copies of an event.
_IDENTITY_TEXT: Final = "i || chr(10) || n || chr(10) || CAST(s AS varchar)"
_POSITION: Final = (
    f"'{POSITION_PREFIX}:' || lower(to_hex(md5(to_utf8({_IDENTITY_TEXT})))) || ':0#0'"
)
_EVENTS: Final = "imported"
_COPY_NUMBER: Final = "_copy_number"
_SAME: Final = " AND ".join(f"kept.{name} = asked.{name}" for name in IDENTITY)


@dataclass(frozen=True, slots=True)
class ImportStatements:
    """The statements of one plan.

    Attributes:
        hiding: What leaves out the rows of people who have been erased, and the lake's database.
        retention: For how long rows are kept.
        moment: When the rows are judged.
    """

    plan: ImportPlan
    contract: EventContract
    granularity: Granularity
    hiding: Hiding
    retention: Retention
    moment: JudgingMoment

    def is_kept(self, partition: LakePartition) -> bool:
        """Whether history keeps a partition, of which a move deletes what is too old."""
        days = self.retention.by_type.get(partition.event_type, self.retention.others_days)
        if days is None:
            return True
        return partition.dt >= dt_of(self.moment.now_s - days * SECONDS_PER_DAY, self.granularity)

    def survey(self) -> str:
        """Write the question what there is.

        Each row of the answer is of one verdict, event type, dt and kind of fault (`reason:field`
        with blanks between): how many rows there are, how many of them of an event that the
        contract does not know, the latest creation, and the least and greatest of each key.
        """
        ends = "".join(
            f", CAST(min({own}) AS varchar), CAST(max({own}) AS varchar), count(*) - count({own})"
            for own in (column(self.plan, each.name) for each in self.plan.keys)
        )
        placed = f"IF(verdict = '{INVALID}', NULL, {{}})"
        return (
            f"WITH {self._rows()}\n"
            f"SELECT verdict, {placed.format(EVENT_TYPE)}, {placed.format(DT)}, p, count(*),"
            f" count_if(e IS NULL), max(s){ends}\nFROM {ROWS}\nGROUP BY 1, 2, 3, 4"
        )

    def lacking(self, first_dt: str, last_dt: str) -> str:
        """Write the question what the lake lacks of the valid rows, each event once, none erased.

        Each row of the answer is of one event type and dt: how many rows there are, how many
        events, and how many of these the lake lacks.
        """
        listed = ", ".join((EVENT_TYPE, DT, *IDENTITY))
        return (
            f"WITH {self._rows()},\n{self._events('')},\n"  # noqa: S608 -- quoted
            f"asked AS (SELECT {listed}, count(*) AS copies FROM {self._shown()}"
            f" GROUP BY {listed}),\n"
            f"{self._kept(_between(first_dt, last_dt))}\n"
            f"SELECT asked.{EVENT_TYPE}, asked.{DT}, sum(copies), count(*),"
            f" count_if(kept.{EVENT_UUID} IS NULL)\n"
            f"FROM asked LEFT JOIN kept ON {_SAME}\nGROUP BY 1, 2"
        )

    def insert(self, chunk: ImportChunk) -> str:
        """Write the INSERT of what the lake lacks of a chunk."""
        names = ", ".join(identifier(name) for name, _ in self.columns())
        where = _between(chunk.first_dt, chunk.last_dt)
        wanted = texts([f"{dt} {event_type}" for dt, event_type in chunk.partitions])
        # What is unregistered now may have been of a type under another contract.
        if UNREGISTERED in chunk.event_types:
            kept = where
        else:
            kept = f"{where} AND {EVENT_TYPE} IN ({texts((*chunk.event_types, UNREGISTERED))})"
        events = self._events(f" AND {DT} || ' ' || {EVENT_TYPE} IN ({wanted})")
        return (
            f"INSERT INTO {self._table(TABLE_EVENTS_HISTORY)} ({names})\n{MARK}"  # noqa: S608 -- quoted
            f"WITH {self._rows(chunk.where)},\n{events},\n"
            f"asked AS (SELECT *, row_number() OVER (PARTITION BY {', '.join(IDENTITY)}"
            f" ORDER BY {EXTRAS}) AS {_COPY_NUMBER} FROM {self._shown()}),\n"
            f"{self._kept(kept)}\nSELECT {names}\nFROM asked\n"
            f"WHERE {_COPY_NUMBER} = 1 AND NOT EXISTS (SELECT 1 FROM kept WHERE {_SAME})"
        )

    def left_out(self) -> str:
        """Write a question that shows the rows that are not valid, and what is wrong with each."""
        own = ", ".join(
            f"{column(self.plan, each.name)} AS {quoted(each.name)}" for each in self.plan.used
        )
        return (
            f"WITH {self._rows()}\nSELECT p AS {quoted('problems')}, {own}\nFROM {ROWS}"
            f" WHERE verdict = '{INVALID}'"
        )

    def _rows(self, where: str = "") -> str:
        return judged_rows(self.plan, self.contract, self.granularity, self.moment, where)

    def columns(self) -> Iterator[tuple[str, str]]:
        """Yield the columns of the lake and what goes there of a row."""
        fields = {each.field.name: each for each in self.plan.fields}
        yield EVENT_UUID, "i"
        yield EVENT_NAME, "n"
        yield EVENT_SUBTYPE, "split_part(n, ':', 2)"
        yield CREATED_AT, "s"
        yield CREATED_DATETIME, "t"
        yield INGESTED_AT, "CAST(NULL AS timestamp(3))"
        yield STREAM_POSITION, _POSITION
        for name, field in self.contract.fields.items():
            if name in fields:
                own = value(self.plan, fields[name])
                yield field.column, f"IF({declared(self.contract, name)}, {own})"
            else:
                yield field.column, f"CAST(NULL AS {presto_type(field.type)})"
        yield EXTRAS, "x"
        yield EVENT_TYPE, EVENT_TYPE
        yield DT, DT

    def _events(self, condition: str) -> str:
        """Writes the valid rows, or some of them, as rows of the lake."""
        values = ", ".join(f"{each} AS {identifier(name)}" for name, each in self.columns())
        return f"{_EVENTS} AS (SELECT {values} FROM {ROWS} WHERE verdict = '{VALID}'{condition})"  # noqa: S608 -- quoted

    def _shown(self) -> str:
        """Writes the rows of the lake, without those that have been erased."""
        shown = " AND ".join(self.hiding.shown)
        return f"{_EVENTS}{self.hiding.joins()}{f' WHERE {shown}' if shown else ''}"

    def _kept(self, where: str) -> str:
        listed = ", ".join(IDENTITY)
        parts = " UNION ALL ".join(
            f"SELECT {listed} FROM {self._table(name)} WHERE {where}"  # noqa: S608 -- quoted
            for name in (TABLE_EVENTS_HISTORY, TABLE_EVENTS)
        )
        return f"kept AS (SELECT DISTINCT {listed} FROM ({parts}))"  # noqa: S608 -- quoted

    def _table(self, name: str) -> str:
        return f"{identifier(self.hiding.database)}.{identifier(name)}"


def _between(first_dt: str, last_dt: str) -> str:
    return f"{DT} BETWEEN {literal(first_dt)} AND {literal(last_dt)}"
