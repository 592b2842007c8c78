"""Processes that run functions, one call at a time each, and end when their parent does.

`concurrent.futures` would have each of them import the whole command line first, and leave them
behind where their parent is killed.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from threading import Lock, local
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar, cast

from firelake.formats.parquet import use_system_memory
from firelake.history.backfill.errors import ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Processes(Executor):
    """An executor on processes. A thread waits for each of them."""

    def __init__(self, count: int) -> None:
        """Start nothing yet.

        Args:
            count: How many processes run at once.
        """
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="process")
        self._of_thread = local()
        self._started: list[subprocess.Popen[bytes]] = []
        self._lock = Lock()

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Call a function of a module in one of the processes.

        Its future raises what the function raised; ProcessError where the process has ended.
        """
        return self._threads.submit(self._call, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 -- of Executor
        """End the processes, after what they are running."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        for process in self._started:
            process.communicate()

    def __enter__(self) -> Self:
        return self

    def _call(
        self, function: Callable[..., _T], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> _T:
        process = self._process()
        try:
            pickle.dump((function, args, kwargs), cast("BinaryIO", process.stdin), protocol=5)
            cast("BinaryIO", process.stdin).flush()
            is_raised, result = pickle.load(cast("BinaryIO", process.stdout))  # noqa: S301 -- of our own process
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            message = (
                f"a process of this run has ended by itself (exit code {process.poll()}), as for "
                "want of memory: run the same command again, with fewer processes"
            )
            raise ProcessError(message) from error
        if is_raised:
            raise result
        return result

    def _process(self) -> subprocess.Popen[bytes]:
        process: subprocess.Popen[bytes] | None = getattr(self._of_thread, "process", None)
        if process is None:
            process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # Ctrl-C is for the parent alone: what is begun is finished.
                start_new_session=True,
            )
            self._of_thread.process = process
            with self._lock:
                self._started.append(process)
        return process


def serve(calls: BinaryIO, answers: BinaryIO) -> None:
    """Run calls until there are no more, as when the parent has ended.

    Args:
        calls: Functions and arguments, pickled.
        answers: Gets of each whether it raised, and what it gave or raised.
    """
    while True:
        try:
            function, args, kwargs = pickle.load(calls)  # noqa: S301 -- of our own parent
        except EOFError:
            return
        try:
            answer = False, function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 -- raised again by the parent
            answer = True, error
        pickle.dump(answer, answers, protocol=5)
        answers.flush()


if __name__ == "__main__":
    _answers = sys.stdout.buffer
    # Whatever a library prints must not get among the answers.
    sys.stdout = sys.stderr
    use_system_memory()
    serve(sys.stdin.buffer, _answers)
