"""Firelake: JSON events from a Kinesis stream as an Athena table, each event once, nothing lost.

`Lake` asks a lake from scripts and notebooks. It is imported when it is used, so that neither the
command line nor the function waits for what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.aws.query import Lake

__all__ = ["Lake"]

_MODULES: Final[Mapping[str, str]] = {"Lake": "firelake.aws.query"}


def __getattr__(name: str) -> object:
    """Returns a name of the public interface.

    Raises:
        AttributeError: There is no such name.
    """
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_MODULES[name]), name)
