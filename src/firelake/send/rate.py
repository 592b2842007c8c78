"""What is to be sent, in chunks and no faster than wanted."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from firelake.send.records import Outgoing

# A chunk of at most so much time, so that low rates send little and high ones not event by event.
_TICK_S: Final = 0.05


def at_rate(
    chunks: Iterable[Sequence[Outgoing]],
    rate_per_s: float,
    now_s: Callable[[], float],
    sleep: Callable[[float], None],
) -> Iterator[Sequence[Outgoing]]:
    """Hold chunks back, so that no moment sees more than the rate allows since the start.

    Args:
        rate_per_s: Events a second, more than 0.
        now_s: A clock that never goes back.
        sleep: Waits so many seconds.
    """
    start_s = now_s()
    sent = 0
    for chunk in chunks:
        rest = chunk
        while rest:
            elapsed_s = now_s() - start_s
            allowed = int(elapsed_s * rate_per_s) + 1 - sent
            if allowed > 0:
                yield rest[:allowed]
                sent += len(rest[:allowed])
                rest = rest[allowed:]
            else:
                sleep(max(_TICK_S, sent / rate_per_s - elapsed_s))


def chunked(outgoing: Iterable[Outgoing], size: int = 500) -> Iterator[list[Outgoing]]:
    """Cut a stream that never waits into chunks, as a call to a thread for each would take long."""
    rest = iter(outgoing)
    while chunk := list(islice(rest, size)):
        yield chunk
