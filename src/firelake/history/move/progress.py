"""How far a move has come: what whoever goes on with it must know, as JSON between two calls."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from firelake.history.erase.erasing import Erasing
from firelake.history.move.rules import Move, Step
from firelake.history.statement import GRACE_S

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True, kw_only=True)
class Progress:
    """A move under way. It names periods, never files, so that it stays small.

    Attributes:
        run: Identifies the run, as the holder of the lease.
        most: How many periods may move at once.
        move: By the rules: the end, the step, the wait.
        watermark: The first period whose files the views read, as the run found it.
        dts: The periods that are on their way.
        at: Which of them is next in this step.
        after_type: The event type up to which that period is copied.
        is_asked: Whether the answer to a question must come with the next call.
        removed: How many files have been removed.
        erasing: How far it has come with what must go out of history.
        compacted: The partition up to which history is compacted.
        needs_deployment: Whether nothing can move before a deployment.
    """

    run: str
    most: int
    move: Move = field(default_factory=lambda: Move("", step=Step.BEGIN))
    watermark: str = ""
    dts: tuple[str, ...] = ()
    at: int = 0
    after_type: str = ""
    is_asked: bool = False
    removed: int = 0
    erasing: Erasing = field(default_factory=Erasing)
    compacted: str = ""
    needs_deployment: bool = False

    @classmethod
    def begun(cls, run: str, *, most: int, grace_s: float = GRACE_S) -> Self:
        """Returns the progress of a move of which nothing is done yet.

        Args:
            run: Identifies it.
            most: How many periods may move at once.
            grace_s: How long the longest query may take.
        """
        return cls(run=run, most=most, move=Move("", grace_s=grace_s, step=Step.BEGIN))

    @classmethod
    def of_json(cls, written: Mapping[str, Any]) -> Self:
        """Returns what `to_json` has written."""
        move: dict[str, Any] = {**written["move"], "step": Step(written["move"]["step"])}
        read: dict[str, Any] = {**written, "move": Move(**move), "dts": tuple(written["dts"])}
        read["erasing"] = Erasing.of_json(written["erasing"])
        return cls(**read)

    def to_json(self) -> dict[str, Any]:
        """Returns it as an object that JSON can hold."""
        return asdict(self)
