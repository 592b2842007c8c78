"""What a move and the state of history are told as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.operations.counts import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firelake.history.move.status import Standing
    from firelake.history.move.work import Moved

_DEPLOY: Final = (
    "nothing moved: the views do not read all of events_history yet; deploy, then run it again"
)


def summary(done: Moved) -> Iterator[str]:
    """Yields the lines about a run."""
    if done.needs_deployment:
        yield _DEPLOY
    elif not done.dts:
        yield f"nothing to move: the views read files from {done.watermark} on"
    else:
        yield (
            f"moved {_periods(done.dts)}, removed {counted(done.removed, 'file')};"
            f" the views read files from {done.watermark} on"
        )


def standing(found: Standing) -> Iterator[str]:
    """Yields the lines about how history stands."""
    if found.watermark is None:
        yield "no history: set catalog.hasHistory to true and deploy"
    else:
        yield f"the views read files from {found.watermark} on"
        if not found.is_read:
            yield "the views do not read all of events_history yet: move, then deploy"
        yield f"due: {_periods(found.due) if found.due else 'nothing'}"
    yield f"files: {found.files:,} under events/, {found.history_files:,} of events_history"


def _periods(dts: Sequence[str]) -> str:
    return dts[0] if len(dts) == 1 else f"{len(dts):,} periods, {dts[0]} to {dts[-1]}"
