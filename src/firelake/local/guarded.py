"""Has a guardian watch over this process: when it ends, however it ends, so do its children."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, cast

SOURCE_ROOT: Final = Path(__file__).resolve().parents[2]
"""Where a child of this installation finds its packages."""

_LOCK: Final = threading.Lock()


@dataclass(slots=True)
class _Guardian:
    """The guardian of one process; a forked process has none until it asks for its own."""

    owner: int = 0
    process: subprocess.Popen[bytes] | None = None
    folders: list[Path] = field(default_factory=list[Path])


_GUARDIAN: Final = _Guardian()


def guard(records: Path) -> None:
    """Lets the children of this process that are on record in a folder end with it.

    The guardian holds the other end of a pipe, which the system closes with this process: no
    signal, and no crash, gets around that.

    Args:
        records: Folder of the records.
    """
    with _LOCK:
        if _GUARDIAN.owner != os.getpid():
            _GUARDIAN.owner, _GUARDIAN.process, _GUARDIAN.folders = os.getpid(), None, []
        if records not in _GUARDIAN.folders:
            _GUARDIAN.folders.append(records)
        elif _GUARDIAN.process is not None and _GUARDIAN.process.poll() is None:
            return
        _tell(_GUARDIAN)


def _start() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        # What the system's own Python starts with is enough for it, and takes half the time.
        [sys.executable, "-S", "-P", "-m", "firelake.local.guardian", str(os.getpid())],
        env={"PYTHONPATH": str(SOURCE_ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    atexit.register(_release, process, os.getpid())
    return process


def _tell(guardian: _Guardian) -> None:
    """Names all folders, as one of its own kind may have killed the guardian that knew some."""
    if guardian.process is None or guardian.process.poll() is not None:
        guardian.process = _start()
    pipe = cast("IO[bytes]", guardian.process.stdin)
    for folder in guardian.folders:
        pipe.write(os.fsencode(folder.absolute()) + b"\n")
    pipe.flush()


def _release(guardian: subprocess.Popen[bytes], owner: int) -> None:
    """Waits until the guardian has ended what this process leaves behind."""
    if os.getpid() == owner:
        guardian.communicate()
