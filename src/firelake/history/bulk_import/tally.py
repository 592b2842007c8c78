"""What became of the rows of an import; every one is in exactly one count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class ImportTally:
    """Counts of rows.

    Attributes:
        rows: All of the table.
        imported: In history by now; with a dry run those that would be.
        there: The lake has them already.
        repeated: Copies of another row of the table.
        later: Not closed yet: a copy may still come by the stream.
        invalid: Left out by the contract.
        erased: Of people who have been erased, and so left out.
        expired: Older than history keeps events of their type.
        undone: Not imported, as something failed.
        unregistered: Of the valid ones, those of an event that the contract does not know.
        latest_s: The latest creation of an event that is not closed yet, Unix time.
        faults: How many rows have a fault, by `reason:field`; one row may have several.
        statements: How many INSERTs it took, or would take.
        scanned_bytes: What Athena read.
        expected_bytes: What it would read at most to import what the lake lacks.
        failure: Why something is undone.
    """

    rows: int = 0
    imported: int = 0
    there: int = 0
    repeated: int = 0
    later: int = 0
    invalid: int = 0
    erased: int = 0
    expired: int = 0
    undone: int = 0
    unregistered: int = 0
    latest_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter[str])
    statements: int = 0
    scanned_bytes: int = 0
    expected_bytes: int = 0
    failure: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether the lake has every row of the table."""
        return not (self.later or self.invalid or self.undone)
