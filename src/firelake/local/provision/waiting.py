"""Waits for what a service makes in its own time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from firelake.formats.emulation import ProvisionError

if TYPE_CHECKING:
    from collections.abc import Callable

_POLL_S: Final = 0.02
_TIMEOUT_S: Final = 60.0


def wait_until(condition: Callable[[], bool], what: str, *, timeout_s: float = _TIMEOUT_S) -> None:
    """Wait until a condition holds.

    Raises:
        ProvisionError: It does not hold in time; `what` says what was waited for.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            message = f"waited {timeout_s:g} s in vain until {what}"
            raise ProvisionError(message)
        time.sleep(_POLL_S)
