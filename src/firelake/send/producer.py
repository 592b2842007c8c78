"""A producer for apps and scripts: events in, and Kinesis has each, or the app hears which not."""

from __future__ import annotations

import atexit
import os
import time
from collections import Counter
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread, get_ident
from typing import TYPE_CHECKING, Final, Self

from firelake.aws.clients import AwsClients
from firelake.operations.counts import counted
from firelake.operations.errors import OpsError
from firelake.send.event_bytes import outgoing_of
from firelake.send.kinesis import KinesisPut, random_partition_key
from firelake.send.outbox import CALLS_IN_FLIGHT, Outbox, Outlet, ProducerUseError
from firelake.send.pack import PackedEvents, SingleEvents
from firelake.send.put import PATIENCE_S, Pace, Tally

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from mypy_boto3_kinesis import KinesisClient

    from firelake.send.event_bytes import Sendable
    from firelake.send.pack import PartitionJudge
    from firelake.send.records import Outgoing, Record

LINGER_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An event that Kinesis does not have, as far as is known.

    Attributes:
        event: Its JSON, to be kept or sent again.
        why: AWS's code or message.
    """

    event: bytes
    why: str


class UndeliveredError(OpsError, RuntimeError):
    """Raised when events could not be sent, and no callback took them.

    Attributes:
        events: All of them that no such error told before.
    """

    def __init__(self, events: tuple[Undelivered, ...]) -> None:
        """Keep the events and write the first one's reason into the text."""
        super().__init__(
            f"Kinesis does not have {counted(len(events), 'event')}, the first one because:"
            f" {events[0].why}; send those in .events again, or give Producer a callback:"
            " undelivered="
        )
        self.events = events


class Producer:
    """Sends events to one stream, gathered into few calls; threads may share it.

    `send` returns at once as a rule: an event waits for at most `linger_s`, a packed one for a
    second, before it leaves. Where Kinesis is slower than the app, `send` waits, so that memory is
    bounded: about 5 MB for each call in flight, and 25 MB where events are packed. What is refused
    is sent again for `patience_s`. The end of `with`, `close` and the end of the process send what
    is left; a process that is killed loses what it had not sent.

    A producer is made in the process that uses it: after a fork, not before.
    """

    def __init__(  # noqa: PLR0913 -- each by its name, and all have a default
        self,
        stream: str,
        *,
        pack: PartitionJudge | None = None,
        undelivered: Callable[[Undelivered], None] | None = None,
        patience_s: float = PATIENCE_S,
        linger_s: float = LINGER_S,
        calls_in_flight: int = CALLS_IN_FLIGHT,
        client: KinesisClient | None = None,
    ) -> None:
        """Starts the threads that send, and calls nothing.

        Args:
            stream: Name or ARN of the Kinesis stream.
            pack: Packs events of one partition into one record, which Firehose bills far cheaper;
                None for one event a record. To be the contract and settings of the stack.
            undelivered: Called with each event that could not be sent, in another thread; it must
                not call the producer. Without it, or where it raises, the next call raises
                UndeliveredError, which holds them.
            patience_s: How long a refused event is sent again.
            linger_s: How long an event waits for others at most.
            calls_in_flight: How many calls go on at once.
            client: One that does not retry, such as `AwsClients(...).kinesis_puts()` makes; by
                default one of the environment's credentials and region.

        Raises:
            ClientsError: The environment does not suffice for AWS.
        """
        packer = (
            SingleEvents(random_partition_key)
            if pack is None
            else PackedEvents(pack.partition_of, random_partition_key)
        )
        if client is None:
            client = AwsClients(calls_in_flight).kinesis_puts()
        self._undelivered = undelivered
        self._untold: list[Undelivered] = []
        self._untold_lock = Lock()
        self._callback_error: Exception | None = None
        self._callback_threads: set[int] = set()
        self._outbox = Outbox(
            Outlet(
                packer=packer,
                put=KinesisPut(client, stream),
                pace=Pace(patience_s=patience_s),
                now_ms=lambda: time.time_ns() // 1_000_000,
                calls_in_flight=calls_in_flight,
            ),
            give_up=self._give_up,
        )
        self._linger_s = linger_s
        self._pid = os.getpid()
        self._closed = Event()
        self._has_some = Event()
        Thread(target=self._linger, name="linger", daemon=True).start()
        atexit.register(self.close)

    def send(self, event: Sendable, *, partition_key: str | None = None) -> None:
        """Send an event; returns before Kinesis has it.

        Args:
            event: A mapping, dataclass or msgspec.Struct; or JSON, as bytes or text.
            partition_key: What Kinesis chooses the shard by; the event's `event_uuid` by default,
                and without one any.

        Raises:
            EventError: It is no JSON object, or larger than a record; nothing of it is sent.
            UndeliveredError: Events before it could not be sent; this one is not taken.
            ProducerUseError: The producer is closed.
        """
        self.take(outgoing_of(event, partition_key))

    def flush(self) -> None:
        """Send all that is there, and wait until Kinesis has it or patience ends.

        Raises:
            UndeliveredError: Some could not be sent.
            ProducerUseError: The producer was made before a fork, or a callback called it.
        """
        self._check()
        self._outbox.send_all()
        self._outbox.wait()
        self._raise_untold()

    def close(self) -> None:
        """Send all that is there, wait for it, and end the threads; again it does nothing.

        Raises:
            UndeliveredError: Some could not be sent.
            ProducerUseError: A callback called it.
        """
        if self._closed.is_set() or os.getpid() != self._pid:
            return
        self._check_thread()
        self._closed.set()
        self._has_some.set()
        atexit.unregister(self.close)
        self._outbox.close(sends_all=True)
        self._raise_untold()

    @property
    def tally(self) -> Tally:
        """What became of the events so far, but for those on their way."""
        tally = self._outbox.tally
        return replace(tally, codes=Counter(tally.codes))

    def take(self, outgoing: Outgoing) -> None:
        """Send what `outgoing_of` made of an event, as `send` does."""
        self._check()
        self._outbox.add((outgoing,))
        self._wake()

    def offer(self, outgoing: Outgoing) -> bool:
        """Send an event as `take` does if that needs no waiting; tells whether it did.

        Raises:
            UndeliveredError: Events before it could not be sent.
            ProducerUseError: The producer is closed.
        """
        self._check()
        is_taken = self._outbox.offer(outgoing)
        if is_taken:
            self._wake()
        return is_taken

    def _wake(self) -> None:
        # Asked first, as setting takes a lock.
        if not self._has_some.is_set():
            self._has_some.set()

    def _check(self) -> None:
        if os.getpid() != self._pid:
            message = "the producer was made before a fork: make one in each process"
            raise ProducerUseError(message)
        self._check_thread()
        if self._untold:
            self._raise_untold()

    def _check_thread(self) -> None:
        if self._callback_threads and get_ident() in self._callback_threads:
            message = (
                "a callback for undelivered events called its producer, which would wait for the"
                " callback: keep the event, and send it from another thread"
            )
            raise ProducerUseError(message)

    def _linger(self) -> None:
        while not self._closed.is_set():
            self._has_some.wait()
            self._closed.wait(self._linger_s)
            self._has_some.clear()
            self._outbox.send_due(flushes_calls=True)
            if self._outbox.wait_ms() is not None:
                self._has_some.set()

    def _give_up(self, record: Record, why: str) -> None:
        for payload in record.payloads:
            given_up = Undelivered(payload, why)
            if self._undelivered is None or not self._is_taken(given_up, self._undelivered):
                with self._untold_lock:
                    self._untold.append(given_up)

    def _is_taken(self, given_up: Undelivered, callback: Callable[[Undelivered], None]) -> bool:
        self._callback_threads.add(get_ident())
        try:
            callback(given_up)
        except Exception as error:  # noqa: BLE001 -- the cause of what the next call raises
            self._callback_error = error
            return False
        finally:
            self._callback_threads.discard(get_ident())
        return True

    def _raise_untold(self) -> None:
        with self._untold_lock:
            events, self._untold = tuple(self._untold), []
            cause, self._callback_error = self._callback_error, None
        if events:
            raise UndeliveredError(events) from cause

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
