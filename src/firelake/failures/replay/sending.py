"""Events onto the stream, each a record by itself, with the answer for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.send.pack import SingleEvents
from firelake.send.put import put_all
from firelake.send.records import Batcher, Outgoing, fault_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from firelake.send.put import Pace, PutRecords, Tally
    from firelake.send.records import Record

    _Call = tuple[list[int], list[Record]]


class Sender:
    """Sends events by several calls at once.

    Attributes:
        tally: What became of everything that was sent.
    """

    def __init__(
        self,
        put: PutRecords,
        pace: Pace,
        partition_key: Callable[[], str],
        executor: Executor,
        tally: Tally,
    ) -> None:
        """Takes its parts.

        Args:
            put: Sends records once.
            tally: Where everything that is sent is counted.
        """
        self._put = put
        self._pace = pace
        self._packer = SingleEvents(partition_key)
        self._executor = executor
        self.tally = tally

    def __call__(self, events: Sequence[bytes]) -> list[bool]:
        """Send events.

        Returns:
            Of each event whether Kinesis has it for sure. Where it took a part of a call only, none
            of that call's events counts: what it has of them the next run learns by the claims.
        """
        taken = [False] * len(events)
        calls = list(_calls(events, self._packer))
        for (indexes, _), tally in zip(
            calls, self._executor.map(self._put_call, calls), strict=True
        ):
            self.tally.add(tally)
            if not tally.refused and tally.failure is None:
                for index in indexes:
                    taken[index] = True
        return taken

    def _put_call(self, call: _Call) -> Tally:
        return put_all(call[1], self._put, self._pace)


def _calls(events: Sequence[bytes], packer: SingleEvents) -> Iterator[_Call]:
    """Yields calls with the indexes of their events; an event that no record holds is in none."""
    batcher = Batcher()
    indexes: list[int] = []
    for index, event in enumerate(events):
        outgoing = Outgoing(event)
        if fault_of(outgoing) is not None:
            continue
        for record in packer.add(outgoing, 0):
            full = batcher.add(record)
            indexes.append(index)
            if full:
                yield indexes[: len(full)], full
                del indexes[: len(full)]
    rest = batcher.flush()
    if rest:
        yield indexes, rest
