"""The rules of backfill: which events, under which name, and when it may write. No I/O, no clock.

`tests/model` searches what is here, so that it stays a plain state machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from firelake.contract.names import BACKFILL_LEASE_KEY, UNREGISTERED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LEASE_KEY: Final = BACKFILL_LEASE_KEY
LEASE_S: Final = 120
RENEW_S: Final = 30
# Longer than what is on its way when a write is looked at for the last time takes to arrive.
_MARGIN_S: Final = 45

_EXTENSION: Final = ".parquet"
_FILE_NAME: Final = re.compile(rf"backfill-([0-9a-f]{{32}})-([0-9]{{4,}}){re.escape(_EXTENSION)}")


# --- which events ---------------------------------------------------------------------------------


def asked_event_types(
    event_type: str, first_parts: Iterable[str], existing: Collection[str]
) -> list[str]:
    """Returns the event types under which events of one partition may stand in the lake, sorted.

    An event may have come when the contract did not know its type, or did and does no longer.

    Args:
        first_parts: The first parts of the events' names.
    """
    return sorted({event_type, UNREGISTERED, *first_parts}.intersection(existing))


# --- under which name -----------------------------------------------------------------------------


def file_name(slice_digest: str, generation: int) -> str:
    """Name a file of one slice in a partition.

    A slice of the input is what it is before anything is left out, so that a run that was thought
    dead and the one after it give a file the same name, and only one of them makes it. What a
    later run adds, such as events that were not closed yet, has the next generation.

    Args:
        slice_digest: 32 hexadecimal digits of the slice's content.
        generation: How many files the partition had of this slice when the lake was asked.
    """
    return f"backfill-{slice_digest}-{generation:04d}{_EXTENSION}"


def next_generation(slice_digest: str, names: Iterable[str]) -> int:
    """Returns the generation after those of a slice that are among the names of a partition."""
    matches = (_FILE_NAME.fullmatch(name) for name in names)
    own = (match for match in matches if match is not None and match[1] == slice_digest)
    return max((int(match[2]) + 1 for match in own), default=0)


@unique
class Step(StrEnum):
    """What a writing does next."""

    ASK = "ask the lake"
    CREATE = "create the file"
    DONE = "done"


class Writing:
    """One slice's events on their way into one partition.

    A file is only ever created. One that is there already is no sign that all events of the slice
    are in the lake: the lake is asked again, and only what it still lacks gets the next name.
    """

    def __init__(self) -> None:
        """Begin with the question."""
        self.step = Step.ASK
        self.generation = 0

    def answered(self, *, is_missing: bool, generation: int) -> None:
        """Take the lake's answer.

        Args:
            is_missing: Whether the lake lacks any of the slice's events in this partition.
            generation: The one after those that the lake showed with this answer.
        """
        self.generation = generation
        self.step = Step.CREATE if is_missing else Step.DONE

    def created(self, *, was_there: bool) -> None:
        """Take the answer to creating the file, which S3 refuses where it is there."""
        self.step = Step.ASK if was_there else Step.DONE


# --- when it may write ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write, as it stands in the claims table.

    Attributes:
        expires_at_s: When it ends, Unix time by DynamoDB's clock.
    """

    holder: str
    expires_at_s: int

    @classmethod
    def granted(cls, holder: str, now_s: int, lasts_s: int = LEASE_S) -> Lease:
        """Returns the lease that a run writes, for the first time or to renew it.

        Args:
            now_s: DynamoDB's time, or less.
            lasts_s: How long it is to last.
        """
        return cls(holder, now_s + lasts_s)

    def is_expired(self, now_s: int) -> bool:
        """Returns whether another run may take it over, on condition that it is still as read.

        Args:
            now_s: DynamoDB's time, or less.
        """
        return self.expires_at_s < now_s

    def allows_writing(self, now_s: float) -> bool:
        """Returns whether its holder may begin, or go on with, a write.

        Args:
            now_s: DynamoDB's time, or more.
        """
        return now_s + _MARGIN_S < self.expires_at_s
