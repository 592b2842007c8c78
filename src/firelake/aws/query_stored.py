"""Which events the lake holds already: the question of whoever wants to put events into it."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Final

from firelake.aws.query_again import until_opened
from firelake.aws.query_run import MAX_QUERY_BYTES
from firelake.catalog.sql_text import identifier, literal
from firelake.contract.names import (
    DT,
    EVENT_TYPE,
    EVENT_UUID,
    IDENTITY,
    TABLE_EVENTS,
    TABLE_EVENTS_HISTORY,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from firelake.aws.query_run import Athena

# `event_uuid`, `event_name` and `created_at`, which tell an event from every other one.
Identity = tuple[str, str, float]

# Each of Athena's quotas on active queries is at least 20, and others ask too:
# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
_QUERIES_AT_ONCE: Final = 4


class StoredEvents:
    """Asks the tables themselves, which have a row of each delivery, copies too.

    Args:
        athena: Runs the queries; its database is the lake's.
        has_history: Tells whether there is a table of history, which is asked as well.
    """

    def __init__(self, athena: Athena, has_history: Callable[[], bool] = lambda: False) -> None:
        self._athena = athena
        self._has_history = has_history

    def stored_identities(
        self, partitions: Iterable[tuple[str, str]], uuids: Iterable[str]
    ) -> set[Identity]:
        """Tell which events with these ids are in these partitions.

        Args:
            partitions: Pairs of `event_type` and `dt`. Those of one `dt` are asked about at once.
            uuids: Ids of events; one that no event can have is an error, not an absent one.

        Returns:
            Id, name and creation time of each event that has a row in any of the partitions;
            several of one id where it was used again.

        Raises:
            SqlTextError: An id or a part of a partition is not printable.
            QueryFailedError: Athena did not answer a query; the others are stopped.
            ClientError: Athena refuses a query.
        """
        asked, ids = list(partitions), list(uuids)
        stored = until_opened(lambda: self._stored_in(TABLE_EVENTS, asked, ids))
        # A row leaves `events` only once history has it: asked in this order, none slips through.
        if self._has_history():
            stored |= self._stored_in(TABLE_EVENTS_HISTORY, asked, ids)
        return stored

    def _stored_in(
        self, table: str, partitions: list[tuple[str, str]], uuids: list[str]
    ) -> set[Identity]:
        running: deque[str] = deque()
        stored: set[Identity] = set()
        try:
            for sql in lake_questions(partitions, uuids, table=table):
                if len(running) == _QUERIES_AT_ONCE:
                    stored |= self._answer(running.popleft())
                running.append(self._athena.start(sql))
            while running:
                stored |= self._answer(running.popleft())
        finally:
            for query_id in running:
                self._athena.stop(query_id)
        return stored

    def _answer(self, query_id: str) -> set[Identity]:
        rows = self._athena.answer(self._athena.wait(query_id)).rows
        return {
            (uuid, name, float(created_at))
            for uuid, name, created_at in rows
            if uuid is not None and name is not None and created_at is not None
        }


def lake_questions(
    partitions: Iterable[tuple[str, str]],
    uuids: Iterable[str],
    *,
    table: str = TABLE_EVENTS,
    max_bytes: int = MAX_QUERY_BYTES,
) -> Iterator[str]:
    """Write the queries for which events with these ids are in these partitions.

    Args:
        partitions: Pairs of `event_type` and `dt`.
        table: Which table is asked.
        max_bytes: How long a query may be, in bytes.

    Yields:
        Queries of the columns of an identity, a few for each `dt` where there are more ids than one
        can hold.

    Raises:
        SqlTextError: An id or a part of a partition is not printable.
    """
    types_of: defaultdict[str, set[str]] = defaultdict(set)
    for event_type, dt in partitions:
        types_of[dt].add(event_type)
    literals = [literal(uuid) for uuid in sorted(set(uuids))]
    for dt, types in sorted(types_of.items()):
        # The partition keys apart and with constants alone, so that they prune.
        head = (
            f"SELECT DISTINCT {', '.join(IDENTITY)} FROM {identifier(table)}"  # noqa: S608 -- quoted
            f" WHERE {DT} = {literal(dt)}"
            f" AND {EVENT_TYPE} IN ({', '.join(map(literal, sorted(types)))})"
            f" AND {EVENT_UUID} IN ("
        )
        room = max_bytes - len(head.encode()) - len(")")
        yield from (f"{head}{listed})" for listed in _listed(literals, room))


def _listed(literals: list[str], max_bytes: int) -> Iterator[str]:
    """Join as many as fit, again and again."""
    chunk: list[str] = []
    size = 0
    for each in literals:
        length = len(each.encode()) + len(", ")
        if chunk and size + length > max_bytes:
            yield ", ".join(chunk)
            chunk, size = [], 0
        chunk.append(each)
        size += length
    if chunk:
        yield ", ".join(chunk)
