"""What the deployed catalog tells of history: its columns, and from where on files are read.

`events_recent` is `events` from the watermark on: the beginning of its projected range is the one
place that says which files the views still read, so that one change of one table moves it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from firelake.catalog.errors import DeployedTableError
from firelake.contract.layout import DT_PATTERN
from firelake.contract.names import DT, PARTITION_KEYS, TABLE_EVENTS_RECENT

if TYPE_CHECKING:
    from collections.abc import Mapping

RANGE_PARAMETER: Final = f"projection.{DT}.range"
# Of the view of all events: the columns of history that the deployed views read.
COLUMNS_PARAMETER: Final = "firelake.history_columns"

_RANGE: Final = re.compile(rf"({DT_PATTERN}),(.+)")


@dataclass(frozen=True, slots=True)
class DeployedHistory:
    """What there is of history before a deployment.

    Attributes:
        columns: Glue types of the columns of `events_history`, without those by which it is
            partitioned; empty where there is no such table yet.
        watermark: The first `dt` whose files the views read; None where there is no such table yet.
        start: The first `dt` that `events` shows; None where there is no such table yet.
    """

    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    watermark: str | None = None
    start: str | None = None

    @property
    def exists(self) -> bool:
        """Whether anything has moved, or may have."""
        return bool(self.columns) or self.watermark is not None

    def next_watermark(self, start: str) -> str:
        """Returns the watermark as it is, unless the lake is to show older periods from now on.

        Args:
            start: The first period that `events` is to show.
        """
        if self.watermark is None or self.start is None or start < self.start:
            return start
        return max(start, self.watermark)


NO_HISTORY: Final = DeployedHistory()


def history_columns(columns: Mapping[str, str]) -> dict[str, str]:
    """Returns columns without those that are partition keys of `events`."""
    return {name: type_ for name, type_ in columns.items() if name not in PARTITION_KEYS}


def watermark_of(parameters: Mapping[str, str]) -> str:
    """Returns the watermark that parameters of `events_recent` tell.

    Raises:
        DeployedTableError: They tell none.
    """
    return _range(parameters)[1]


def with_watermark(parameters: Mapping[str, str], watermark: str) -> dict[str, str]:
    """Returns parameters of `events_recent` with another watermark.

    Raises:
        DeployedTableError: They have none.
    """
    return {**parameters, RANGE_PARAMETER: f"{watermark},{_range(parameters)[2]}"}


def raised(watermark: str, end: str) -> str:
    """Returns the watermark after a move up to an end: it never goes back.

    Args:
        watermark: As it was read last.
        end: The first period that the move left open.
    """
    return max(watermark, end)


def columns_parameter(columns: Mapping[str, str]) -> str:
    """Returns how a view notes which columns of history it reads."""
    return ",".join(sorted(columns))


def _range(parameters: Mapping[str, str]) -> re.Match[str]:
    text = parameters.get(RANGE_PARAMETER, "")
    match = _RANGE.fullmatch(text)
    if match is None:
        message = (
            f"{TABLE_EVENTS_RECENT} has {text!r} as its parameter {RANGE_PARAMETER}: expected a dt,"
            " a comma and the end; deploy again"
        )
        raise DeployedTableError(message)
    return match
