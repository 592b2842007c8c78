"""What is on its way to Kinesis: packed, gathered into calls, several of them in flight.

Its memory is bounded: whoever adds waits while as many calls as wanted are in flight. Its threads
are daemons, so that it still works while Python ends: an executor's are over by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from queue import SimpleQueue
from threading import Condition, RLock, Thread
from typing import TYPE_CHECKING, Final

from firelake.operations.errors import OpsError
from firelake.send.put import Tally, put_all
from firelake.send.records import Batcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from firelake.send.pack import Packer
    from firelake.send.put import Pace, PutRecords
    from firelake.send.records import Outgoing, Record

# How many calls go on at once where nobody says otherwise.
CALLS_IN_FLIGHT: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """The way to Kinesis.

    Attributes:
        put: Sends records once.
        now_ms: The wall clock, Unix time in milliseconds.
        calls_in_flight: How many calls go on at once.
    """

    packer: Packer
    put: PutRecords
    pace: Pace
    now_ms: Callable[[], int]
    calls_in_flight: int = CALLS_IN_FLIGHT


class ProducerUseError(OpsError, RuntimeError):
    """Raised when something is to be sent after the end, after a fork, or from a callback."""


class Outbox:
    """Sends what is added, and counts what became of it; threads may share it.

    What putting raises, StreamError aside, is raised again by the next call of a method.
    """

    def __init__(
        self,
        outlet: Outlet,
        *,
        give_up: Callable[[Record, str], None] = lambda _record, _why: None,
        ends_at_failure: bool = False,
    ) -> None:
        """Starts the threads that send.

        Args:
            give_up: Is told each record that Kinesis does not have in the end, and why, in a thread
                of its own.
            ends_at_failure: Whether nothing more is tried after what no retry mends.
        """
        self.tally = Tally()
        self._outlet = outlet
        self._give_up = give_up
        self._ends_at_failure = ends_at_failure
        # One guards what is gathered, the other what is in flight. The first is held while a call
        # waits for its turn: whoever adds meanwhile waits too.
        self._gathering = RLock()
        self._batcher = Batcher()
        self._flying = Condition()
        self._calls: SimpleQueue[tuple[int, Sequence[Record]] | None] = SimpleQueue()
        self._is_closed = False
        self._started = 0
        self._in_flight: set[int] = set()
        self._error: BaseException | None = None
        for _ in range(outlet.calls_in_flight):
            Thread(target=self._work, name="put", daemon=True).start()

    def add(self, outgoing: Iterable[Outgoing]) -> None:
        """Take what fits a record, and start each call that it fills; may wait for a free one.

        Raises:
            ProducerUseError: It is closed; nothing is taken.
        """
        self._raise_error()
        with self._gathering:
            self._add(outgoing)

    def offer(self, outgoing: Outgoing) -> bool:
        """Take what fits a record if that needs no waiting; tells whether it did.

        Raises:
            ProducerUseError: It is closed.
        """
        self._raise_error()
        if not self._gathering.acquire(blocking=False):
            return False
        try:
            is_free = len(self._in_flight) < self._outlet.calls_in_flight
            if is_free or self._batcher.has_room:
                self._add((outgoing,))
                return True
            return False
        finally:
            self._gathering.release()

    def wait_ms(self) -> int | None:
        """Tell how long until a packed record is due; None where none is open."""
        with self._gathering:
            return self._outlet.packer.wait_ms(self._outlet.now_ms())

    def send_due(self, *, flushes_calls: bool) -> None:
        """Start the calls of packed records that are due.

        Args:
            flushes_calls: Whether to start a call that is not full, too.
        """
        with self._gathering:
            self._send(self._outlet.packer.due(self._outlet.now_ms()))
            if flushes_calls:
                self._start(self._batcher.flush())

    def send_all(self) -> None:
        """Start the calls of all that is there."""
        with self._gathering:
            self._send(self._outlet.packer.flush())
            self._start(self._batcher.flush())

    def wait(self) -> None:
        """Wait for the calls that are in flight now."""
        with self._flying:
            calls = set(self._in_flight)
            while not calls.isdisjoint(self._in_flight):
                self._flying.wait()
        self._raise_error()

    def close(self, *, sends_all: bool) -> None:
        """Take nothing more, wait for the calls in flight, and end the threads.

        Args:
            sends_all: Whether to send what is there first.
        """
        with self._gathering:
            self._is_closed = True
            if sends_all:
                self.send_all()
        try:
            self.wait()
        finally:
            for _ in range(self._outlet.calls_in_flight):
                self._calls.put(None)

    def _add(self, outgoing: Iterable[Outgoing]) -> None:
        if self._is_closed:
            message = "the producer is closed: make a new one"
            raise ProducerUseError(message)
        packer, now_ms = self._outlet.packer, self._outlet.now_ms()
        for each in outgoing:
            self._send(packer.add(each, now_ms))

    def _send(self, records: Iterable[Record]) -> None:
        for record in records:
            full = self._batcher.add(record)
            if full:
                self._start(full)

    def _start(self, records: Sequence[Record]) -> None:
        if not records:
            return
        with self._flying:
            try:
                while len(self._in_flight) >= self._outlet.calls_in_flight:
                    self._flying.wait()
            finally:
                # Also where Ctrl-C ends the waiting: what was added is sent.
                self._started += 1
                self._in_flight.add(self._started)
                self._calls.put((self._started, records))

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            number, records = call
            try:
                self._put(records)
            except BaseException as error:  # noqa: BLE001 -- raised again by whoever adds or waits
                self._error = error
            with self._flying:
                self._in_flight.discard(number)
                self._flying.notify_all()

    def _put(self, records: Sequence[Record]) -> None:
        failure = self.tally.failure
        if failure is not None and self._ends_at_failure:
            tally = Tally(refused=sum(record.event_count for record in records))
            for record in records:
                self._give_up(record, str(failure))
        else:
            tally = put_all(records, self._outlet.put, self._outlet.pace, self._give_up)
        with self._flying:
            self.tally.add(tally)

    def _raise_error(self) -> None:
        if self._error is not None:
            error, self._error = self._error, None
            raise error
