"""What became of the events of a backfill; every one that was read is in exactly one count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from firelake.history.backfill.reading import Invalid

MAX_SAMPLES: Final = 5
_MAX_FAULTS: Final = 20


@dataclass(slots=True)
class Tally:
    """Counts of events.

    Attributes:
        written: Brought into the lake; with a dry run those that would be.
        there: The lake has them already.
        repeated: Copies of an event of the same slice.
        later: Not closed yet: a copy may still come by the stream.
        invalid: Refused by the transform's own code, or with the id of another event.
        undone: Not written, as something failed.
        latest_s: The latest creation of an event that is not closed yet, Unix time.
        reasons: Reasons of the invalid ones; one event may have several.
        samples: The first invalid ones.
        faults: What failed, the first of them; anything here leaves something undone.
        is_interrupted: Whether the run was ended before all was read.
        read_bytes: How much of the inputs was read, as they are stored.
    """

    events: int = 0
    written: int = 0
    there: int = 0
    repeated: int = 0
    later: int = 0
    invalid: int = 0
    undone: int = 0
    files: int = 0
    files_bytes: int = 0
    latest_s: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter[str])
    samples: list[Invalid] = field(default_factory=list["Invalid"])
    faults: list[str] = field(default_factory=list[str])
    is_interrupted: bool = False
    read_bytes: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether every event that was read is in one count."""
        return self.events == (
            self.written + self.there + self.repeated + self.later + self.invalid + self.undone
        )

    @property
    def is_complete(self) -> bool:
        """Whether the lake has every event of the input."""
        lacking = self.later or self.invalid or self.undone or self.faults or self.is_interrupted
        return not lacking and self.adds_up

    def count_invalid(self, event: Invalid) -> None:
        """Count an event that is not brought in."""
        self.invalid += 1
        self.reasons.update({problem.reason.value for problem in event.problems})
        if len(self.samples) < MAX_SAMPLES:
            self.samples.append(event)

    def add_fault(self, fault: str) -> None:
        """Note what failed."""
        if len(self.faults) < _MAX_FAULTS:
            self.faults.append(fault)
