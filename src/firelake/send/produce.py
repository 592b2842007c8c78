"""Producing: what is read becomes records, the records calls, several of them in flight."""

from __future__ import annotations

import queue
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from firelake.send.put import Tally, put_all
from firelake.send.records import Batcher, fault_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from firelake.send.pack import Packer
    from firelake.send.put import Pace, PutRecords
    from firelake.send.records import Outgoing, Record

# Chunks read ahead.
_READ_AHEAD: Final = 8
_LOOK_AGAIN_S: Final = 0.1
# Bounds the memory, and what is shown.
MOST_TOLD: Final = 20


@dataclass(slots=True)
class Production:
    """What a producer has done so far.

    Attributes:
        tally: What became of what was sent.
        left: What cannot be sent: it is no JSON object, or larger than a record.
        first_left: Where the first of it stands, and why it cannot.
        is_interrupted: Whether it was ended from outside before all was sent.
    """

    tally: Tally = field(default_factory=Tally)
    left: int = 0
    first_left: list[str] = field(default_factory=list[str])
    is_interrupted: bool = False

    def leave(self, outgoing: Outgoing, fault: str) -> None:
        """Count what cannot be sent."""
        self.left += 1
        if len(self.first_left) < MOST_TOLD:
            self.first_left.append(f"{outgoing.place}: {fault}" if outgoing.place else fault)

    @property
    def is_complete(self) -> bool:
        """Whether Kinesis has everything that was to be sent."""
        lacking = self.tally.refused or self.left or self.is_interrupted
        return not lacking and self.tally.failure is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """The way to Kinesis.

    Attributes:
        packer: Makes records.
        put: Sends records once.
        pace: The clock of the retries.
        now_ms: The wall clock, Unix time in milliseconds.
        calls_in_flight: How many calls go on at once.
    """

    packer: Packer
    put: PutRecords
    pace: Pace
    now_ms: Callable[[], int]
    calls_in_flight: int = 4


def produce(
    chunks: Iterable[Sequence[Outgoing]],
    outlet: Outlet,
    show: Callable[[Production], None] = lambda _: None,
) -> Production:
    """Send everything, and tell what became of it.

    What cannot be mended by a retry, and Ctrl-C, end it early: calls in flight are waited for, the
    rest is not sent.

    Args:
        chunks: What is to be sent; read in a thread of its own, as reading may wait.
        outlet: The way to Kinesis.
        show: Is told now and then how far it is.

    Raises:
        Exception: Whatever reading raised.
    """
    production = Production()
    with ThreadPoolExecutor(outlet.calls_in_flight, thread_name_prefix="put") as executor:
        calls = _Calls(executor, outlet, production)
        reader = _Reader(chunks)
        try:
            _send_all(reader, outlet, calls, show)
        except KeyboardInterrupt:
            production.is_interrupted = True
        finally:
            reader.stop()
            calls.finish()
            show(production)
    if reader.error is not None:
        raise reader.error
    return production


def _send_all(
    reader: _Reader, outlet: Outlet, calls: _Calls, show: Callable[[Production], None]
) -> None:
    production, packer = calls.production, outlet.packer
    while production.tally.failure is None:
        wait_ms = packer.wait_ms(outlet.now_ms())
        chunk = reader.next(_LOOK_AGAIN_S if wait_ms is None else wait_ms / 1000)
        if chunk is None:
            break
        now_ms = outlet.now_ms()
        for outgoing in chunk:
            fault = fault_of(outgoing)
            if fault is None:
                calls.send(packer.add(outgoing, now_ms))
            else:
                production.leave(outgoing, fault)
        calls.send(packer.due(now_ms))
        if reader.has_nothing:
            calls.flush()
        calls.collect()
        show(production)
    if production.tally.failure is None:
        calls.send(packer.flush())
        calls.flush()


class _Calls:
    """The calls in flight, and the one that is being filled."""

    def __init__(
        self, executor: ThreadPoolExecutor, outlet: Outlet, production: Production
    ) -> None:
        self._executor = executor
        self._outlet = outlet
        self._batcher = Batcher()
        self._in_flight: set[Future[Tally]] = set()
        self.production = production

    def send(self, records: Iterable[Record]) -> None:
        """Starts a call for each batch that is full; waits while too many are in flight."""
        for record in records:
            full = self._batcher.add(record)
            if full:
                self._start(full)

    def flush(self) -> None:
        """Starts a call for what there is."""
        records = self._batcher.flush()
        if records:
            self._start(records)

    def collect(self) -> None:
        """Counts the calls that have ended."""
        self._count({call for call in self._in_flight if call.done()})

    def finish(self) -> None:
        """Waits for all calls, and counts them."""
        wait(self._in_flight)
        self.collect()

    def _start(self, records: Sequence[Record]) -> None:
        while len(self._in_flight) >= self._outlet.calls_in_flight:
            self._count(wait(self._in_flight, return_when=FIRST_COMPLETED).done)
        if self.production.tally.failure is not None:
            # Nothing more is tried after that.
            self.production.tally.refused += sum(record.event_count for record in records)
            return
        outlet = self._outlet
        self._in_flight.add(self._executor.submit(put_all, records, outlet.put, outlet.pace))

    def _count(self, ended: Iterable[Future[Tally]]) -> None:
        for call in ended:
            self._in_flight.discard(call)
            self.production.tally.add(call.result())


class _Reader:
    """Reads ahead in a thread, so that records are sent in time while the input is silent."""

    def __init__(self, chunks: Iterable[Sequence[Outgoing]]) -> None:
        self._chunks = chunks
        self._queue: queue.Queue[Sequence[Outgoing] | None] = queue.Queue(_READ_AHEAD)
        self._stopped = Event()
        self.error: Exception | None = None
        # A daemon: a read from a terminal or a pipe cannot be ended from here.
        Thread(target=self._read, name="reader", daemon=True).start()

    @property
    def has_nothing(self) -> bool:
        """Whether nothing waits to be sent."""
        return self._queue.empty()

    def next(self, timeout_s: float) -> Sequence[Outgoing] | None:
        """The next chunk; an empty one if none came in time, None at the end."""
        try:
            return self._queue.get(timeout=timeout_s) if timeout_s else self._queue.get_nowait()
        except queue.Empty:
            return ()

    def stop(self) -> None:
        """Ends the reading at its next chunk."""
        self._stopped.set()

    def _read(self) -> None:
        try:
            for chunk in self._chunks:
                if not self._put(chunk):
                    return
        except Exception as error:  # noqa: BLE001 -- raised again by whoever produces
            self.error = error
        self._put(None)

    def _put(self, chunk: Sequence[Outgoing] | None) -> bool:
        while not self._stopped.is_set():
            try:
                self._queue.put(chunk, timeout=_LOOK_AGAIN_S)
            except queue.Full:
                continue
            return True
        return False
