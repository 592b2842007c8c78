"""How far a move has come with what must go out of history, as JSON between two calls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@unique
class ErasingStep(StrEnum):
    """What comes next."""

    EXPIRE = "delete what is kept no longer"
    FIND = "find the partitions that have erased rows"
    DELETE = "delete them"
    REWRITE = "write the files anew that have them"


@dataclass(slots=True)
class Erasing:
    """How far it has come.

    Attributes:
        step: What comes next.
        asked_at_s: A moment before the partitions were asked for, Unix time.
        at: Which of the step's statements is next.
        partitions: Those that the step is about; 100 at most.
        entries: Names of the entries of the register that it is about.
    """

    step: ErasingStep = ErasingStep.EXPIRE
    asked_at_s: float = 0
    at: int = 0
    partitions: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()

    @classmethod
    def of_json(cls, written: Mapping[str, Any]) -> Self:
        """Returns what `dataclasses.asdict` has written."""
        return cls(
            ErasingStep(written["step"]),
            written["asked_at_s"],
            written["at"],
            tuple(written["partitions"]),
            tuple(written["entries"]),
        )
