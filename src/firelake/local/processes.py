"""Tells processes apart over time: a number alone is given to another process some day."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_POLL_S: Final = 0.02
# In /proc/PID/stat, counted from behind the command, which may hold anything:
# https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
_STATE, _START_TICKS = 0, 19
_DEAD_STATES: Final = frozenset("XZ")


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process: its number, and when it started, in the words of the system it runs on."""

    pid: int
    started: str


def identify(pid: int) -> ProcessIdentity | None:
    """Give the process that has a number now; None where there is none, or only its remains."""
    started = _started_linux(pid) if (_PROC / "self").exists() else _started_ps(pid)
    return None if started is None else ProcessIdentity(pid, started)


def is_running(process: ProcessIdentity) -> bool:
    """Tell whether this very process still runs, and not another one of its number."""
    return identify(process.pid) == process


def end(process: ProcessIdentity, *, patience_s: float = 5) -> bool:
    """End a process: politely, and after some seconds by force.

    Returns:
        Whether it ran at all.
    """
    for signal_, wait_s in ((signal.SIGTERM, patience_s), (signal.SIGKILL, patience_s)):
        if not is_running(process):
            return signal_ is signal.SIGKILL
        try:
            os.kill(process.pid, signal_)
        except ProcessLookupError:
            return True
        deadline = time.monotonic() + wait_s
        while is_running(process) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
    return True


def _started_linux(pid: int) -> str | None:
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
        boot = (_PROC / "sys" / "kernel" / "random" / "boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()
    # Ticks count from the start of the machine, so they say nothing without it.
    return None if fields[_STATE] in _DEAD_STATES else f"{boot} {fields[_START_TICKS]}"


def _started_ps(pid: int) -> str | None:
    asked = subprocess.run(
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C"},
    )
    state, _, started = asked.stdout.strip().partition(" ")
    return None if not started or state[0] in _DEAD_STATES else started.strip()
