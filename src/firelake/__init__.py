"""Firelake: JSON events from a Kinesis stream as an Athena table, each event once, nothing lost.

`Lake` asks a lake from scripts and notebooks, `Producer` sends events from an app; the rest is what
they take and raise. All is imported when it is used, so that neither the command line nor the
function waits for what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.aws.query import Lake
    from firelake.contract.events import load_contract
    from firelake.contract.layout import Granularity
    from firelake.send.async_producer import AsyncProducer
    from firelake.send.event_bytes import EventError
    from firelake.send.outbox import ProducerUseError
    from firelake.send.pack import PartitionJudge
    from firelake.send.producer import Producer, Undelivered, UndeliveredError

__all__ = [
    "AsyncProducer",
    "EventError",
    "Granularity",
    "Lake",
    "PartitionJudge",
    "Producer",
    "ProducerUseError",
    "Undelivered",
    "UndeliveredError",
    "load_contract",
]

_MODULES: Final[Mapping[str, str]] = {
    "AsyncProducer": "firelake.send.async_producer",
    "EventError": "firelake.send.event_bytes",
    "Granularity": "firelake.contract.layout",
    "Lake": "firelake.aws.query",
    "PartitionJudge": "firelake.send.pack",
    "Producer": "firelake.send.producer",
    "ProducerUseError": "firelake.send.outbox",
    "Undelivered": "firelake.send.producer",
    "UndeliveredError": "firelake.send.producer",
    "load_contract": "firelake.contract.events",
}


def __getattr__(name: str) -> object:
    """Returns a name of the public interface.

    Raises:
        AttributeError: There is no such name.
    """
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_MODULES[name]), name)
