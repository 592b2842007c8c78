"""The producer for event loops: the same threads send, and no call of it holds the loop up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

from firelake.send.event_bytes import outgoing_of
from firelake.send.producer import Producer

if TYPE_CHECKING:
    from types import TracebackType

    from firelake.send.event_bytes import Sendable


class AsyncProducer:
    """A `Producer` whose `send` is awaited while Kinesis is slower than the app."""

    def __init__(self, stream: str, **settings: Any) -> None:  # noqa: ANN401 -- those of Producer
        """Takes what `Producer` takes; a callback is still called in another thread."""
        self._producer = Producer(stream, **settings)

    async def send(self, event: Sendable, *, partition_key: str | None = None) -> None:
        """Send an event, as `Producer.send` does."""
        outgoing = outgoing_of(event, partition_key)
        if not self._producer.offer(outgoing):
            await asyncio.to_thread(self._producer.take, outgoing)

    async def flush(self) -> None:
        """Send all that is there, and wait for it, as `Producer.flush` does."""
        await asyncio.to_thread(self._producer.flush)

    async def close(self) -> None:
        """Send all that is there, wait for it, and end, as `Producer.close` does."""
        await asyncio.to_thread(self._producer.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
