"""A worker: the process that runs one execution after the other, until it is told to end."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import threading
import time
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.api.forward import Forward
from athena_on_duckdb.api.permissions import Permissions
from athena_on_duckdb.clients import shared_clients
from athena_on_duckdb.engine import Engine
from athena_on_duckdb.session import Session
from athena_on_duckdb.workers.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection
    from pathlib import Path
    from types import FrameType

    from athena_on_duckdb.api.executions import Asked, Ending

# The number of the option in Linux's prctl.
_PR_SET_PDEATHSIG: Final = 1
# What libraries and threads map before any query: their stacks and arenas count as data.
_BASE_BYTES: Final = 4 << 30
# DuckDB's, where rows are taken piece by piece for files, which take memory while they are written.
_STREAMING_BYTES: Final = 256 << 20


# Those that nearly every statement needs.
CLIENTS: Final = ("s3", "glue")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """What a worker is started with.

    Attributes:
        environment: Variables of the cloud behind and of its root user.
        lake: Folder of the lake's files, which all workers share.
        scratch: Folder of the worker's own, which is deleted with it.
        memory_bytes: How much memory DuckDB may take before it spills.
        spill_bytes: How much it may spill to disk.
    """

    environment: Mapping[str, str]
    lake: Path
    scratch: Path
    memory_bytes: int
    spill_bytes: int


class _StoppedError(BaseException):
    """Raised wherever the worker is when it is told to stop, so that it leaves nothing behind."""


def serve(connection: Connection[Ending | None, Asked], settings: WorkerSettings) -> None:
    """Sends None when it is ready, then runs executions as they come.

    It ends the process when it is told to stop, or when there is no parent any more.
    """
    _end_with_the_parent()
    is_stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_stopping
        is_stopping = True
        raise _StoppedError

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)
    _limit_memory(settings.memory_bytes)
    try:
        work = _work(settings)
        connection.send(None)
        # DuckDB may swallow what the handler raises, where it calls Python.
        while not is_stopping:
            ending = work.ending(connection.recv())
            if not is_stopping:
                connection.send(ending)
    except (_StoppedError, EOFError, BrokenPipeError):
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        shutil.rmtree(settings.scratch, ignore_errors=True)
        sys.stderr.flush()
        # Its threads may still wait for S3.
        os._exit(0)


def _work(settings: WorkerSettings) -> Work:
    settings.scratch.mkdir(parents=True)
    opening = partial(Session.open, [settings.lake], spill_bytes=settings.spill_bytes)
    streaming_bytes = min(settings.memory_bytes, _STREAMING_BYTES)
    environment = settings.environment
    root = shared_clients(tuple(sorted(environment.items())))
    for service in CLIENTS:
        root.client(service)
    return Work(
        engine=Engine(
            folder=settings.lake,
            session=opening(memory_bytes=settings.memory_bytes, spill=settings.scratch / "spill"),
            now_ms=unix_ms,
            open_streaming=partial(
                opening, memory_bytes=streaming_bytes, spill=settings.scratch / "streaming"
            ),
        ),
        forward=Forward(environment["AWS_ENDPOINT_URL"]),
        permissions=Permissions(root),
        folder=settings.scratch,
        now_ms=unix_ms,
    )


def unix_ms() -> int:
    """Returns the time, Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def _limit_memory(memory_bytes: int) -> None:
    """Lets an allocation fail here rather than take the machine's last memory."""
    most = _BASE_BYTES + 2 * memory_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _end_with_the_parent() -> None:
    """Sees to it that no kill of the endpoint, however hard, leaves this process behind."""
    if sys.platform == "linux":
        # Also where a regular expression keeps every thread of Python waiting.
        libc: Any = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - it is started by one

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent", daemon=True).start()
