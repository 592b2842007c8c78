"""Faults made on purpose between the delivery and the world."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, Final

from firehose_emulator.errors import InvocationError, StoreError
from firehose_emulator.invoke import (
    FUNCTION_TIMED_OUT,
    FUNCTION_TIMED_OUT_MESSAGE,
    INVOKE_LIMIT_EXCEEDED,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from firehose_emulator.ports import Function, Ports, Store
    from firehose_emulator.settings import Faults

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=(?:\.[^/]*)?$)")


class EveryNth:
    """Counts, and tells every n-th time; with 0 never. Several threads may ask."""

    def __init__(self, every: int) -> None:
        self._every = every
        self._count = 0
        self._lock = threading.Lock()

    def strikes(self) -> bool:
        """Count once, and tell whether this is an n-th time."""
        with self._lock:
            self._count += 1
            return self._every > 0 and self._count % self._every == 0


class FaultyFunction:
    """A function whose answers get lost."""

    def __init__(self, function: Function, faults: Faults) -> None:
        self._function = function
        self._times_out = EveryNth(faults.function_times_out)
        self._is_lost = EveryNth(faults.response_lost)

    def invoke(self, payload: bytes) -> bytes:
        """Call the function, with all its effects, and then perhaps lose the answer."""
        answer = self._function.invoke(payload)
        if self._times_out.strikes():
            raise InvocationError(FUNCTION_TIMED_OUT_MESSAGE, FUNCTION_TIMED_OUT)
        if self._is_lost.strikes():
            message = "The connection to the Lambda function ended before its response came."
            raise InvocationError(message, INVOKE_LIMIT_EXCEEDED)
        return answer


class FaultyStore:
    """A store that writes twice, or not at all for a while."""

    def __init__(
        self, store: Store, faults: Faults, now_ms: Callable[[], int], new_uuid: Callable[[], str]
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._new_uuid = new_uuid
        self._is_repeated = EveryNth(faults.write_repeated)
        self._down_from_ms = now_ms() + round(faults.s3_down_after_s * 1000)
        self._down_until_ms = self._down_from_ms + round(faults.s3_down_for_s * 1000)

    def put(self, bucket: str, key: str, body: BinaryIO, *, content_encoding: str | None) -> None:
        """Write an object, perhaps a second time under another name, or refuse."""
        if self._down_from_ms <= self._now_ms() < self._down_until_ms:
            message = f"s3://{bucket}/{key} not written: S3 is down on purpose"
            raise StoreError(message)
        self._store.put(bucket, key, body, content_encoding=content_encoding)
        if self._is_repeated.strikes():
            body.seek(0)
            other_key = _UUID.sub(self._new_uuid(), key)
            self._store.put(bucket, other_key, body, content_encoding=content_encoding)


def with_faults(ports: Ports, faults: Faults) -> Ports:
    """Give the same world with faults between."""
    return replace(
        ports,
        function=FaultyFunction(ports.function, faults),
        store=FaultyStore(ports.store, faults, ports.now_ms, ports.new_uuid),
    )
