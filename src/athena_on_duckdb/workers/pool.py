"""The workers of an endpoint: started before they are needed, and ended with what they run."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
import uuid
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from athena_on_duckdb.api.executions import Ending, Failure, State
from athena_on_duckdb.statements.model import StatementType
from athena_on_duckdb.workers.child import serve
from athena_on_duckdb.workers.work import EXHAUSTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from athena_on_duckdb.api.executions import Asked, Cancellation
    from athena_on_duckdb.workers.child import WorkerSettings

# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
_TIMEOUT_S: Final = {
    StatementType.DML: 30 * 60,
    StatementType.DDL: 600 * 60,
    StatementType.UTILITY: 600 * 60,
}
_EXHAUSTED: Final = Ending(State.FAILED, Failure(EXHAUSTED))
_TIMED_OUT: Final = Ending(State.FAILED, Failure("Query timeout"))
# What runs longer gives way to what others ask for.
_SLOW_S: Final = 2.0
_PRIORITY_STEP: Final = 10
# To give up what it has begun in S3; then it is killed.
_GRACE_S: Final = 2.0
_WARM: Final = 2
# As many DML queries run at once where Athena's quota is least.
_MOST_AT_ONCE: Final = 20
_LEAST_AT_ONCE: Final = 4
_LEAST_MEMORY_BYTES: Final = 512 << 20
_SHARE_OF_MEMORY: Final = 0.75


def shares(machine_bytes: int) -> tuple[int, int]:
    """Returns how many statements run at once, and how many bytes of memory each may take."""
    all_bytes = int(machine_bytes * _SHARE_OF_MEMORY)
    most = min(max(all_bytes // _LEAST_MEMORY_BYTES, _LEAST_AT_ONCE), _MOST_AT_ONCE)
    return most, all_bytes // most


class Worker:
    """One worker process.

    Attributes:
        is_slowed: Whether it has given way to others, which no process can take back.
    """

    def __init__(self, settings: WorkerSettings) -> None:
        """Starts the process; it becomes ready while others go on."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["__main__", "athena_on_duckdb.workers.template"])
        ours, its = context.Pipe()
        self._connection = cast("Connection[Asked, Ending | None]", ours)
        self._scratch = settings.scratch
        self._process = context.Process(
            target=serve, args=(its, settings), name="athena-worker", daemon=True
        )
        self._process.start()
        its.close()
        self.is_slowed = self._is_ready = False

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    def ending(self, asked: Asked, timeout_s: float) -> Ending:
        """Runs an execution and returns how it ended; a worker that ended too is not alive."""
        try:
            if not self._is_ready:
                self._is_ready = self._connection.recv() is None
            self._connection.send(asked)
            if not self._connection.poll(_SLOW_S):
                self._slow_down()
                if not self._connection.poll(timeout_s - _SLOW_S):
                    self.kill()
                    return _TIMED_OUT
            ending = self._connection.recv()
        except (EOFError, OSError):
            # Stopped, which the execution tells itself, or ended by the system for its memory.
            ending = None
        if ending is None:
            self.kill()
        return ending or _EXHAUSTED

    def stop(self) -> None:
        """Tells it to give up what it does, and kills it where it does not."""
        self._signal(signal.SIGTERM)
        timer = threading.Timer(_GRACE_S, self.end)
        timer.daemon = True
        timer.start()

    def end(self) -> None:
        """Ends it at once; for any thread, while another one waits for it."""
        self._signal(signal.SIGKILL)

    def kill(self) -> None:
        """Ends it at once, and gives back what it had."""
        self.end()
        self._process.join()
        self._connection.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _signal(self, number: int) -> None:
        pid = self._process.pid
        if pid is not None and self._process.is_alive():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _slow_down(self) -> None:
        self.is_slowed = True
        # To Linux, each thread has a priority of its own.
        tasks = Path(f"/proc/{self._process.pid}/task")
        found = [int(each.name) for each in tasks.iterdir()] if tasks.is_dir() else []
        for each in found or [self._process.pid or 0]:
            with suppress(OSError):
                now = os.getpriority(os.PRIO_PROCESS, each)
                os.setpriority(os.PRIO_PROCESS, each, now + _PRIORITY_STEP)


class Workers:
    """The workers of an endpoint.

    Args:
        settings: Those of a worker; each gets a folder of its own in `scratch`.
        start: Starts a worker.
    """

    def __init__(
        self, settings: WorkerSettings, start: Callable[[WorkerSettings], Worker] = Worker
    ) -> None:
        self._settings, self._start = settings, start
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._is_closed = False

    def warm(self) -> None:
        """Starts workers for the statements that may come."""
        with self._lock:
            while len(self._idle) < _WARM and not self._is_closed:
                scratch = self._settings.scratch / str(uuid.uuid4())
                # The one that was used last is taken first, as it has the most at hand.
                self._idle.insert(0, self._start(replace(self._settings, scratch=scratch)))

    def ending(self, asked: Asked, cancellation: Cancellation) -> Ending:
        """Runs an execution in a worker and returns how it ended."""
        worker = self._taken()
        try:
            cancellation.attach(worker.stop)
            return worker.ending(asked, _TIMEOUT_S[asked.statement.type])
        finally:
            cancellation.attach(None)
            self._give_back(worker, is_kept=not cancellation.is_cancelled)

    def close(self) -> None:
        """Ends every worker at once."""
        with self._lock:
            self._is_closed = True
            for each in (*self._idle, *self._busy):
                each.end()

    def _taken(self) -> Worker:
        self.warm()
        with self._lock:
            worker = self._idle.pop()
            self._busy.add(worker)
        if not worker.is_alive:
            self._give_back(worker, is_kept=False)
            return self._taken()
        self.warm()
        return worker

    def _give_back(self, worker: Worker, *, is_kept: bool) -> None:
        with self._lock:
            self._busy.discard(worker)
            if is_kept and not worker.is_slowed and worker.is_alive and len(self._idle) <= _WARM:
                self._idle.append(worker)
                return
        worker.kill()
