"""Starts processes of a cloud again that ended by themselves, ever more slowly if they go on to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.formats.emulation import ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 60.0


@dataclass(slots=True)
class _Watched:
    """A process: the wait after its last restart, and when that is over."""

    restart: Callable[[], str | None]
    wait_s: float = 0.0
    not_before_s: float = 0.0


class Supervisor:
    """Looks after processes when it is told to; it has no thread of its own.

    Args:
        restarts: By how messages call a process, what starts it again if it has ended, and returns
            how it ended; None while it runs.
        now_s: Returns the time of a clock that only goes forward.
    """

    def __init__(
        self, restarts: Mapping[str, Callable[[], str | None]], *, now_s: Callable[[], float]
    ) -> None:
        self._watched = {what: _Watched(restart) for what, restart in restarts.items()}
        self._now_s = now_s

    def tend(self) -> tuple[str, ...]:
        """Starts again what has ended, as soon as its waiting time is over.

        Returns:
            What there is to say, a sentence each.
        """
        said = [self._look(what, watched) for what, watched in self._watched.items()]
        return tuple(each for each in said if each is not None)

    def _look(self, what: str, watched: _Watched) -> str | None:
        now_s = self._now_s()
        if now_s < watched.not_before_s:
            return None
        try:
            ended = watched.restart()
        except (ProcessError, OSError) as error:
            said = f"{what} cannot be started again: {error}"
        else:
            if ended is None:
                if now_s >= watched.not_before_s + _LONGEST_WAIT_S:
                    watched.wait_s = 0.0  # what ended it is over
                return None
            said = f"{what} had ended by itself, {ended}, and was started again"
        watched.wait_s = min(max(2 * watched.wait_s, _FIRST_WAIT_S), _LONGEST_WAIT_S)
        watched.not_before_s = now_s + watched.wait_s
        return f"{said}; next try, if one is needed, in {watched.wait_s:.0f} s"
