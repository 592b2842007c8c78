"""Producing: what is read is sent to its end, and told what became of it."""

from __future__ import annotations

import queue
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from firelake.send.outbox import Outbox
from firelake.send.put import Tally
from firelake.send.records import fault_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from firelake.send.outbox import Outlet
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


def produce(
    chunks: Iterable[Sequence[Outgoing]],
    outlet: Outlet,
    show: Callable[[Production], None] = lambda _: None,
    give_up: Callable[[Record, str], None] = lambda _record, _why: None,
) -> Production:
    """Send everything, and tell what became of it.

    What cannot be mended by a retry, and Ctrl-C, end it early: calls in flight are waited for, the
    rest is not sent.

    Args:
        chunks: What is to be sent; read in a thread of its own, as reading may wait.
        show: Is told now and then how far it is.
        give_up: Is told each record that Kinesis does not have in the end, and why, in another
            thread.

    Raises:
        Exception: Whatever reading raised.
    """
    outbox = Outbox(outlet, give_up=give_up, ends_at_failure=True)
    production = Production(outbox.tally)
    reader = _Reader(chunks)
    try:
        _send_all(reader, outbox, production, show)
    except KeyboardInterrupt:
        production.is_interrupted = True
    finally:
        reader.stop()
        try:
            outbox.close(sends_all=False)
        finally:
            show(production)
    if reader.error is not None:
        raise reader.error
    return production


def _send_all(
    reader: _Reader,
    outbox: Outbox,
    production: Production,
    show: Callable[[Production], None],
) -> None:
    while production.tally.failure is None:
        wait_ms = outbox.wait_ms()
        chunk = reader.next(_LOOK_AGAIN_S if wait_ms is None else wait_ms / 1000)
        if chunk is None:
            break
        outbox.add(_fitting(chunk, production))
        outbox.send_due(flushes_calls=reader.has_nothing)
        show(production)
    if production.tally.failure is None:
        outbox.send_all()


def _fitting(chunk: Iterable[Outgoing], production: Production) -> Iterator[Outgoing]:
    for outgoing in chunk:
        fault = fault_of(outgoing)
        if fault is None:
            yield outgoing
        else:
            production.leave(outgoing, fault)


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
