"""Reads what `pulumi stack history --json` writes: with which settings a stack was deployed, when.

Its form: https://github.com/pulumi/pulumi/blob/master/pkg/cmd/pulumi/stack/stack_history.go
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

from firelake.infra.config import defaults
from firelake.infra.errors import PreviewError
from firelake.infra.preview import objects, value_at

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_HISTORY: Final = "not what `pulumi stack history --json` writes"
_UPDATE: Final = "update"
_SUCCEEDED: Final = "succeeded"
_DEDUPE_DAYS: Final = "firelake:dedupeDays"
_ALWAYS_SET: Final = "firelake:startDate"


@dataclass(frozen=True, slots=True)
class PastUpdate:
    """One update of a stack.

    Attributes:
        started_at: When it began, UTC.
        ended_at: When it ended, UTC; None if it did not.
        has_succeeded: Whether it made everything; if not, the update before may still be in force.
        dedupe_days: The setting that it brought; None where the program says it itself.
    """

    started_at: datetime
    ended_at: datetime | None
    has_succeeded: bool
    dedupe_days: float | None


def history_of(text: str) -> list[PastUpdate]:
    """Return the updates of a stack, previews and refreshes left out.

    Args:
        text: What `pulumi stack history --json` wrote.

    Raises:
        PreviewError: The text is not such a history.
    """
    try:
        updates: object = json.loads(text or "null")
        read = [_update(each) for each in objects(updates) if each.get("kind") == _UPDATE]
    except (TypeError, ValueError) as error:
        message = f"{_NO_HISTORY}: {error}"
        raise PreviewError(message) from error
    # A stack without updates has the history `null`.
    if updates is not None and not isinstance(updates, list):
        message = f"{_NO_HISTORY}: a {type(updates).__name__} instead of a list"
        raise PreviewError(message)
    return read


def _update(update: Mapping[str, object]) -> PastUpdate:
    ended = update.get("endTime")
    given = value_at(update, "config", _DEDUPE_DAYS, "value")
    has_settings = value_at(update, "config", _ALWAYS_SET, "value") is not None
    dedupe_days = cast(
        "str | int | None", defaults()["dedupeDays"] if given is None and has_settings else given
    )
    return PastUpdate(
        started_at=_time(update.get("startTime")),
        ended_at=None if ended is None else _time(ended),
        has_succeeded=update.get("result") == _SUCCEEDED,
        dedupe_days=None if dedupe_days is None else float(dedupe_days),
    )


def _time(value: object) -> datetime:
    time = datetime.fromisoformat(str(value))
    return time if time.tzinfo else time.replace(tzinfo=UTC)
