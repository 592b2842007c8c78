"""The right to write, one run's at a time: taken, renewed while it is needed, given back.

Who waits compares what it reads with DynamoDB's own clock. Who holds it adds what has passed by its
own clocks since DynamoDB last said the time, and takes the most: a clock that stands still while
the machine sleeps must not make a lease longer.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, cast

from firelake.history.backfill.errors import LeaseError
from firelake.history.backfill.rules import RENEW_S, Lease

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

_LOOK_AGAIN_S: Final = 3.0


class Leases(Protocol):
    """Where the lease stands. Every method raises LeaseError where it has no answer."""

    def read(self) -> tuple[Lease | None, int]:
        """Returns the lease, and the time by the table's own clock."""
        ...

    def write(self, lease: Lease, as_read: Lease | None) -> tuple[bool, int]:
        """Write it on condition that it still is as read; tell whether it was, and the time."""
        ...

    def delete(self, lease: Lease) -> None:
        """Delete it on condition that it still is this one."""
        ...


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of this machine, and how to wait.

    Attributes:
        readings: Clocks in seconds, of which the one that goes fastest counts.
        sleep: Waits so many seconds.
    """

    readings: Sequence[Callable[[], float]]
    sleep: Callable[[float], None]


class HeldLease:
    """A lease from its taking to its end."""

    def __init__(self, leases: Leases, holder: str, clocks: Clocks) -> None:
        """Takes its parts and nothing of the table yet.

        Args:
            leases: Where it stands.
        """
        self._leases = leases
        self._holder = holder
        self._clocks = clocks
        self._lock = Lock()
        self._lease: Lease | None = None
        self._said_s = 0
        self._heard: Sequence[float] = ()
        self._why = "it was never taken"

    def take(self, say: Callable[[str], None]) -> int:
        """Take the lease, and wait for the end of one that nobody renews.

        Returns:
            The time by the table's clock.

        Raises:
            LeaseError: Another run renews it, or the table has no answer.
        """
        first, has_said = None, False
        while True:
            asked = self._readings()
            found, now_s = self._leases.read()
            if found is None or found.is_expired(now_s):
                lease = Lease.granted(self._holder, now_s)
                is_written, _ = self._leases.write(lease, found)
                if is_written:
                    self._hold(lease, now_s, asked)
                    return now_s
            elif first is not None and found != first:
                message = (
                    "another backfill or a move is running on this lake: let it end, then start"
                    " again"
                )
                raise LeaseError(message)
            elif not has_said:
                say(
                    "another backfill or a move is running or was killed: waiting up to"
                    f" {found.expires_at_s - now_s} s to see which"
                )
                first, has_said = found, True
            self._clocks.sleep(_LOOK_AGAIN_S)

    def renew(self) -> None:
        """Make it last longer, unless another run has it.

        Raises:
            LeaseError: The table has no answer; it lasts as long as it did.
        """
        with self._lock:
            lease = self._lease
        if lease is None:
            return
        asked = self._readings()
        found, now_s = self._leases.read()
        if found is None or found.holder != self._holder:
            self._lose("another run has taken it over")
            return
        renewed = Lease.granted(self._holder, now_s)
        is_written, _ = self._leases.write(renewed, found)
        if is_written:
            self._hold(renewed, now_s, asked)

    def check(self) -> None:
        """Let a write begin or go on.

        Raises:
            LeaseError: The lease has ended or is about to, so that nothing may be written.
        """
        with self._lock:
            lease, said_s, heard, why = self._lease, self._said_s, self._heard, self._why
        if lease is not None:
            passed_s = max(now - then for now, then in zip(self._readings(), heard, strict=True))
            # The table tells whole seconds.
            if lease.allows_writing(said_s + 1 + passed_s):
                return
            why = "it could not be renewed in time"
        message = f"the right to write has ended ({why}): run the same command again"
        raise LeaseError(message)

    def release(self) -> None:
        """Give it back.

        Raises:
            LeaseError: The table has no answer; the lease ends by itself then.
        """
        with self._lock:
            lease, self._lease, self._why = self._lease, None, "it was given back"
        if lease is not None:
            self._leases.delete(lease)

    def _hold(self, lease: Lease, said_s: int, heard: Sequence[float]) -> None:
        with self._lock:
            self._lease, self._said_s, self._heard = lease, said_s, heard

    def _lose(self, why: str) -> None:
        with self._lock:
            self._lease, self._why = None, why

    def _readings(self) -> list[float]:
        return [clock() for clock in self._clocks.readings]


@contextmanager
def renewing(lease: HeldLease) -> Generator[None]:
    """Renew a lease now and then, in a thread, and give it back at the end."""
    stopped = Event()

    def renew() -> None:
        while not stopped.wait(RENEW_S):
            try:
                lease.renew()
            except LeaseError:
                # Tried again next time; `check` tells when it was too often.
                continue

    thread = Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        lease.release()


class LeasedBody(io.RawIOBase):
    """A body that ends in an error where the lease does, so that S3 never has the whole of it."""

    def __init__(self, body: BinaryIO, check: Callable[[], None]) -> None:
        """Takes the body, and what raises once nothing may be written."""
        self._body = body
        self._check = check

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Returns the place."""
        return self._body.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        return self._body.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """Returns what comes next.

        Raises:
            LeaseError: The lease has ended.
        """
        self._check()
        return self._body.read(size)


def leased(body: BinaryIO, lease: HeldLease) -> BinaryIO:
    """Returns a body that is read only while a lease lasts."""
    return cast("BinaryIO", LeasedBody(body, lease.check))
