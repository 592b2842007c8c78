"""A statement of Athena that history is changed by, its answer, and how long queries may take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

GRACE_S: Final = 3600
"""How long the longest query may take, twice over: Athena ends one after 30 minutes.

https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
"""

Rows = Iterable[str]
"""The answer to a statement that asks for one column: its values, fetched page by page."""


@dataclass(frozen=True, slots=True)
class RunStatement:
    """A statement of Athena that must be over before the move goes on.

    Attributes:
        tolerates: The name of an error with which it may fail, which is its answer then; empty
            where it must succeed.
    """

    sql: str
    tolerates: str = ""
