"""What verify finds: how a check of the promise, or a fact about AWS, came out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Result(StrEnum):
    """How a check or a fact came out."""

    HOLDS = "holds"
    FAILS = "does not hold"
    UNKNOWN = "not observable here"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result.

    Attributes:
        name: Of a check what was looked at; of a fact its name in docs/verification.md.
        detail: What was seen; text from outside, to be shown harmlessly.
    """

    name: str
    result: Result
    detail: str
