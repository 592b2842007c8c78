"""What processes take, and all that they start: memory while something runs, and CPU time."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

_SAMPLE_S: Final = 0.1
# Of /proc/PID/stat behind the command's name: user and system time, and those of ended children.
_CPU_TIMES: Final = slice(11, 15)


class PeakMemory:
    """The most that is taken at one moment while something runs."""

    def __init__(self, taken_mb: Callable[[], float]) -> None:
        """Takes what tells how much there is now, in megabytes."""
        self._taken_mb = taken_mb
        self.most_mb = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(_SAMPLE_S):
            self.most_mb = max(self.most_mb, self._taken_mb())


def tree_mb(pids: Iterable[int]) -> float:
    """What some processes, and those that they started, have of their own, in megabytes."""
    return sum(map(_own_mb, set(_below(pids))))


def tree_cpu_s(pids: Iterable[int]) -> float:
    """CPU seconds of some processes and those that they started, also of those that have ended."""
    return sum(map(_cpu_s, set(_below(pids))))


def _below(pids: Iterable[int]) -> Iterator[int]:
    for pid in pids:
        yield pid
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            texts = [(task / "children").read_text(encoding="ascii") for task in tasks]
        except OSError:
            continue
        yield from _below(int(child) for text in texts for child in text.split())


def _cpu_s(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    ticks = told.rpartition(")")[2].split()[_CPU_TIMES]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _own_mb(pid: int) -> float:
    """What a process has that is in no file; what copies of one share is parted among them."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    lines = (line.split() for line in told.splitlines() if line.startswith("Pss_Anon"))
    return sum(int(words[1]) for words in lines) / 1000
