"""Runs executions, several at once, and brings each to its end."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Protocol

from athena_on_duckdb.api.executions import Ending, Failure, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from athena_on_duckdb.api.executions import Asked, Cancellation, Execution

_LOG: Final = logging.getLogger(__name__)


class Workers(Protocol):
    """What runs executions."""

    def ending(self, asked: Asked, cancellation: Cancellation) -> Ending:
        """Run an execution and return how it ended."""
        ...


class Runner:
    """Runs executions.

    Args:
        executor: Its threads, which wait for workers; as many queries run at once.
        workers: What runs them.
        now_ms: The clock, Unix time in milliseconds.
    """

    def __init__(self, executor: Executor, workers: Workers, now_ms: Callable[[], int]) -> None:
        self._executor, self._workers, self._now_ms = executor, workers, now_ms

    def start(self, execution: Execution) -> None:
        """Run an execution as soon as a thread is free."""
        self._executor.submit(self._to_the_end, execution)

    def _to_the_end(self, execution: Execution) -> None:
        if not execution.begin(self._now_ms()):
            return
        try:
            ending = self._workers.ending(execution.asked, execution.cancellation)
        except Exception as error:  # noqa: BLE001 - nobody else tells of what a thread raised
            _LOG.exception("execution %s broke", execution.asked.id)
            reason = f"GENERIC_INTERNAL_ERROR: {type(error).__name__} in the local Athena"
            ending = Ending(State.FAILED, Failure(reason, category=1))
        execution.end(ending, self._now_ms())
