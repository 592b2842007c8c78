"""Runs the Athena endpoint as a process: `python -m athena_on_duckdb --socket FD --folder FOLDER`.

Its parent has bound the socket, so that clients may connect from the first moment on and wait
until this process is ready. The cloud behind and the root user's credentials come from the
environment (AWS_ENDPOINT_URL and the like). It stops at SIGTERM or SIGINT; queries end with it.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.api.callers import Callers
from athena_on_duckdb.api.executions import Executions
from athena_on_duckdb.api.forward import Forward
from athena_on_duckdb.api.operations import Operations
from athena_on_duckdb.api.permissions import Permissions
from athena_on_duckdb.api.runner import Runner
from athena_on_duckdb.clients import Clients
from athena_on_duckdb.glue_gaps import GlueGaps
from athena_on_duckdb.server import Server, Services
from athena_on_duckdb.workers.child import WorkerSettings, unix_ms
from athena_on_duckdb.workers.pool import Workers, shares

if TYPE_CHECKING:
    from types import FrameType

_LOG: Final = logging.getLogger("athena_on_duckdb")
_SPILL_BYTES: Final = 16 << 30
# Environment that Clients does not need but the credentials chain would look for.
_VARIABLES: Final = (
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop.

    Args:
        arguments: Those of the command line; None for the process's own.

    Returns:
        The exit code: 0 after a signal, 1 after an error.
    """
    parser = argparse.ArgumentParser(prog="python -m athena_on_duckdb", description=__doc__)
    parser.add_argument("--socket", type=int, required=True, help="a listening socket")
    parser.add_argument("--folder", type=Path, required=True, help="for files; not kept")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)  # it tells where it found each endpoint
    try:
        _serve(socket.socket(fileno=options.socket), options.folder)
    except Exception:  # noqa: BLE001 - the log is all that a background process can tell
        _LOG.exception("the Athena endpoint ended")
        return 1
    _LOG.info("stopped")
    return 0


def services(environment: dict[str, str], folder: Path) -> tuple[Services, Workers]:
    """Give what answers requests, and the processes that run statements for it.

    Args:
        environment: The root user's variables, as `Ministack.environment` gives them.
        folder: For files of the lake, files that are put together, and managed results.
    """
    lake, scratch, managed = (folder / name for name in ("lake", "scratch", "managed"))
    for each in (lake, scratch, managed):
        each.mkdir(parents=True, exist_ok=True)
    forward, callers = Forward(environment["AWS_ENDPOINT_URL"]), Callers(environment)
    at_once, memory_bytes = shares(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    workers = Workers(
        WorkerSettings(
            environment=environment,
            lake=lake,
            scratch=scratch,
            memory_bytes=memory_bytes,
            spill_bytes=_SPILL_BYTES,
        )
    )
    waiting = ThreadPoolExecutor(at_once, thread_name_prefix="query")
    athena = Operations(
        forward=forward,
        permissions=Permissions(Clients(environment)),
        executions=Executions(),
        runner=Runner(waiting, workers, now_ms=unix_ms),
        new_id=lambda: str(uuid.uuid4()),
        now_ms=unix_ms,
        managed=managed,
    )
    glue = GlueGaps(forward, callers)
    return Services(athena=athena, glue=glue, callers=callers, forward=forward), workers


def _serve(listening: socket.socket, folder: Path) -> None:
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    environment = {name: os.environ[name] for name in _VARIABLES}
    answering, workers = services(environment, folder)
    server = Server(listening, answering)
    threading.Thread(target=server.serve_forever, name="server", daemon=True).start()
    _LOG.info("serves on port %s", listening.getsockname()[1])
    workers.warm()
    stopping.wait()
    server.shutdown()
    workers.close()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: it would wait for queries that may take minutes.
    os._exit(code)
