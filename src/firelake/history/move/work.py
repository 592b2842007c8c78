"""What a move wants done next, and what it did in the end."""

from __future__ import annotations

from dataclasses import dataclass

from firelake.history.statement import RunStatement


@dataclass(frozen=True, slots=True)
class WaitFor:
    """So many seconds until the move can go on; coming back earlier does no harm."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What a run did.

    Attributes:
        dts: The periods that it copied.
        watermark: The first period whose files the views read now.
        removed: How many files it removed.
        needs_deployment: Whether nothing moved, as the views do not read all of history yet.
    """

    dts: tuple[str, ...] = ()
    watermark: str = ""
    removed: int = 0
    needs_deployment: bool = False


Work = RunStatement | WaitFor | Moved
