"""Child processes on record: a guardian ends those whose parent ends, however that ends."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from firelake.formats.emulation import ProcessError
from firelake.local.guarded import SOURCE_ROOT, guard
from firelake.local.processes import ProcessIdentity, end, identify, is_running

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Mapping, Sequence

_LOG = logging.getLogger(__name__)

_LOCK = "lock"
_STOP_TIMEOUT_S = 10.0
# What a process needs of this one's environment; AWS_ variables would lead it elsewhere, and
# reach the function's code.
_INHERITED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


def default_records() -> Path:
    """Give the folder of the records, one for each user and machine.

    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "firelake" / "processes"


def module_environment(*others: str) -> dict[str, str]:
    """Returns what a child that runs a module of this installation gets of our environment.

    Args:
        others: Variables that it gets too, where they are set.
    """
    inherited = {name: os.environ[name] for name in (*_INHERITED, *others) if name in os.environ}
    return {**inherited, "PYTHONPATH": str(SOURCE_ROOT)}


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A process that outlived its parent and was ended; `what` is how messages call it."""

    what: str
    pid: int


def told(left_overs: Sequence[LeftOver]) -> str:
    """Returns the one sentence that tells the user what was ended."""
    each = ", ".join(f"{one.what} (process {one.pid})" for one in left_overs)
    return f"ended what a killed run had left behind: {each}"


@dataclass(slots=True)
class Child:
    """A running child process of this one; `stop` ends it and takes it off the record."""

    what: str
    process: subprocess.Popen[bytes]
    record: Path

    def stop(self, *, timeout_s: float = _STOP_TIMEOUT_S) -> int:
        """End the process, by force if it takes too long.

        Returns:
            Its exit code, negative for the signal that ended it.
        """
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
        return self._gone()

    def kill(self) -> int:
        """End the process at once, without a word to it.

        Returns:
            Its exit code, negative for the signal that ended it.
        """
        self.process.kill()
        return self._gone()

    def _gone(self) -> int:
        code = self.process.wait()
        self.record.unlink(missing_ok=True)
        return code


def spawn(  # noqa: PLR0913 (a process has so many parts)
    what: str,
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    records: Path,
    folder: Path | None = None,
    keep_open: Collection[int] = (),
) -> Child:
    """Start a child process and put it on record.

    A session of its own keeps the terminal's Ctrl-C from it: its parent stops it in order.

    Args:
        what: How messages call it.
        command: Program and arguments.
        environment: All of its environment.
        log: File that gets what it prints.
        records: Folder of the records.
        folder: What is deleted with the process when it is a left-over; None for nothing.
        keep_open: Numbers of open files that it gets too.

    Raises:
        ProcessError: It ended at once.
    """
    records.mkdir(parents=True, exist_ok=True, mode=0o700)
    guard(records)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=keep_open,
        )
    try:
        record = put_on_record(what, process.pid, records, folder)
    except ProcessError as error:
        process.wait()
        message = f"{error}; its log ends with:\n{tail(log)}"
        raise ProcessError(message) from error
    except BaseException:  # Ctrl-C too: nobody else would ever end it
        process.kill()
        process.wait()
        raise
    return Child(what, process, record)


def put_on_record(what: str, pid: int, records: Path, folder: Path | None = None) -> Path:
    """Puts a process on record as a child of this one, with which it is to end.

    Args:
        what: How messages call it.
        pid: Its number.
        records: Folder of the records.
        folder: What is deleted with it when it is a left-over; None for nothing.

    Returns:
        The file of the record.

    Raises:
        ProcessError: It has ended.
    """
    child, parent = identify(pid), identify(os.getpid())
    if child is None or parent is None:
        message = f"{what} ended as soon as it was started"
        raise ProcessError(message)
    entry = {
        "what": what,
        "child": [child.pid, child.started],
        "parent": [parent.pid, parent.started],
        "folder": None if folder is None else str(folder),
    }
    record = records / f"{parent.pid}-{child.pid}.json"
    unfinished = record.with_suffix(".new")
    unfinished.write_text(json.dumps(entry))
    unfinished.replace(record)
    return record


def end_left_overs(records: Path, *, ending: ProcessIdentity | None = None) -> tuple[LeftOver, ...]:
    """End every process on record whose parent runs no more, and delete its folder.

    A process that a living parent started, such as that of another embedded cloud, is left alone.

    Args:
        records: Folder of the records.
        ending: A parent that is about to end: its processes are left over as well.

    Returns:
        What was still running.
    """
    found: list[LeftOver] = []
    for record in sorted(records.glob("*.json")):
        try:
            entry = cast("dict[str, object]", json.loads(record.read_text()))
        except FileNotFoundError:
            continue  # its own parent has just stopped it
        parent = _identity(entry["parent"])
        if parent != ending and is_running(parent):
            continue
        child = _identity(entry["child"])
        if end(child):
            found.append(LeftOver(str(entry["what"]), child.pid))
        if entry["folder"] is not None:
            shutil.rmtree(str(entry["folder"]), ignore_errors=True)
        record.unlink(missing_ok=True)
    if found:
        _LOG.warning("%s", told(found))
    return tuple(found)


@contextmanager
def one_at_a_time(records: Path) -> Generator[None]:
    """Keep others who start processes waiting until the block ends."""
    records.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (records / _LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def tail(log: Path, characters: int = 2000) -> str:
    """Give the end of a log, for a message."""
    return log.read_text(errors="replace")[-characters:]


def _identity(entry: object) -> ProcessIdentity:
    pid, started = cast("tuple[int, str]", entry)
    return ProcessIdentity(pid, started)
