"""Runs one delivery as a process: `python -m firehose_emulator --settings FILE --state FOLDER`.

The endpoint and the credentials come from the environment (AWS_ENDPOINT_URL and the like). On
SIGTERM or SIGINT it ends after the step at hand and flushes nothing, as AWS has no drain either;
what was not stored is read again at the next start. SIGKILL does the same harm: none.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import logging
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from firehose_emulator.aws import aws_ports
from firehose_emulator.delivery import Delivery
from firehose_emulator.errors import StateError
from firehose_emulator.settings import DeliverySettings
from firelake.formats.parquet import use_system_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

    from firehose_emulator.ports import Ports

_LOG: Final = logging.getLogger("firehose_emulator")

STATUS_FILE: Final = "status.json"

_STEP_S: Final = 0.02
_STATUS_S: Final = 0.5
_THREADS: Final = 32
_M_ARENA_MAX: Final = -8  # of malloc.h
_ARENAS: Final = 2
_M_MMAP_THRESHOLD: Final = -3  # of malloc.h
_LARGE_BYTES: Final = 1024 * 1024


def main(
    arguments: list[str] | None = None,
    ports_of: Callable[[DeliverySettings], Ports] = aws_ports,
) -> int:
    """Deliver until told to stop.

    Args:
        arguments: Those of the command line; None for the process's own.
        ports_of: Gives the world.

    Returns:
        The exit code: 0 after a signal, 1 after an error.
    """
    parser = argparse.ArgumentParser(prog="python -m firehose_emulator", description=__doc__)
    parser.add_argument("--settings", type=Path, required=True, help="what settings.write wrote")
    parser.add_argument("--state", type=Path, required=True, help="folder that outlives us")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)  # it tells where it found each endpoint
    try:
        options.state.mkdir(parents=True, exist_ok=True)
        with _locked(options.state):
            settings = DeliverySettings.read(options.settings)
            _deliver(settings, ports_of(settings), options.state)
    except Exception:  # noqa: BLE001 - the log is all that a background process can tell
        _LOG.exception("delivery ended; it is safe to start it again")
        return 1
    _LOG.info("stopped; what is not stored will be read again")
    return 0


def _deliver(settings: DeliverySettings, ports: Ports, state: Path) -> None:
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    _give_memory_back()
    executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="delivery")
    delivery = Delivery(settings, ports, state, executor)
    _LOG.info("delivers %s, state in %s", settings.arn, state)
    _run(delivery, state / STATUS_FILE, stopping.is_set)


def _run(delivery: Delivery, status_file: Path, is_stopping: Callable[[], bool]) -> None:
    status_next_s = 0.0
    while not is_stopping():
        delivery.step()
        if time.monotonic() >= status_next_s:
            status_next_s = time.monotonic() + _STATUS_S
            new = status_file.with_suffix(".new")
            new.write_bytes(msgspec.json.encode(delivery.status()))
            new.replace(status_file)
        time.sleep(_STEP_S)


def _give_memory_back() -> None:
    """Keep the C library from holding freed memory for each thread apart: it adds up.

    What is large goes back to the system when it is freed. By itself the library raises the size
    that counts as large to that of whatever was freed last, and then keeps as much.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc's alone
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
    use_system_memory()


@contextmanager
def _locked(state: Path) -> Generator[None]:
    """Keep a second process from the folder; the lock ends with the process, however it ends."""
    with (state / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"{state} is in use by another delivery process: stop that one first"
            raise StateError(message) from error
        yield


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: it would wait for calls of the function that may take minutes.
    os._exit(code)
