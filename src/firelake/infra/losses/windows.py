"""Finds windows of lateness, retention and deduplication that would let a copy in a second time.

A copy of an event may come until `latenessDays` after its creation, be read until the stream's
retention later, and be delivered a day later; the clock of its producer may be a day ahead. A claim
must outlast them all: docs/semantics.md. To widen the window takes claims that were made so from
its first day on, which is why Pulumi's history of the settings is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import CLOCK_SKEW_DAYS
from firelake.contract.names import ENV_DEDUPE_DAYS, ENV_LATENESS_DAYS
from firelake.infra.config import DELIVERY_DAYS
from firelake.infra.losses.refusal import Refusal
from firelake.infra.losses.values import ENVIRONMENT, FUNCTION, RETENTION, STREAM
from firelake.infra.preview import STACK, states, steps_of, type_and_name, urn_of, value_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from firelake.infra.history import PastUpdate

_HOURS_A_DAY: Final = 24
_LOSS: Final = "a copy of an event could be accepted after the claim of the event has gone"
_PLACES: Final = {
    "lateness_days": (FUNCTION, (*ENVIRONMENT, ENV_LATENESS_DAYS), "latenessDays"),
    "dedupe_days": (FUNCTION, (*ENVIRONMENT, ENV_DEDUPE_DAYS), "dedupeDays"),
    "retention_hours": (STREAM, RETENTION, "retentionHours"),
}
"""Of each setting: the type and path that it is in, and the output of the stack that tells it."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The settings that decide how long a copy may come and how long a claim lasts."""

    lateness_days: float
    dedupe_days: float
    retention_hours: float

    @property
    def least_dedupe_days(self) -> int:
        """The days that a claim must last."""
        retention_days = ceil(self.retention_hours / _HOURS_A_DAY)
        return ceil(self.lateness_days) + CLOCK_SKEW_DAYS + retention_days + DELIVERY_DAYS


def window_refusals(
    digest: Mapping[str, object], history: Sequence[PastUpdate] | None, now: datetime
) -> list[Refusal]:
    """Find windows that do not fit each other, or that older claims do not fit yet.

    Args:
        digest: The preview.
        history: What Pulumi tells of the stack's updates; None if it was not asked.
        now: The present moment, UTC.
    """
    steps = steps_of(digest)
    old, new = _windows(steps, 0), _windows(steps, 1)
    if new is None:
        return []
    name = next(
        (
            type_and_name(urn_of(step))[1]
            for type_name in (FUNCTION, STREAM)
            for step in steps
            if type_and_name(urn_of(step))[0] == type_name
        ),
        None,
    )
    if name is None:  # neither of the two changes
        return []
    least = new.least_dedupe_days
    change = None
    if new.dedupe_days < least:
        change = (
            f"would keep claims for {new.dedupe_days:g} days, which must be at least {least}: "
            f"{new.lateness_days:g} (latenessDays) + {CLOCK_SKEW_DAYS} (clock skew) + "
            f"{new.retention_hours:g} hours (stream.retentionHours) + {DELIVERY_DAYS} (delivery)"
        )
    elif old is not None and least > old.least_dedupe_days:
        too_early = _too_early(old, least, history, now)
        if too_early:
            change = (
                f"would take copies for {least} days after a claim instead of "
                f"{old.least_dedupe_days} (latenessDays {old.lateness_days:g} to "
                f"{new.lateness_days:g}, retentionHours {old.retention_hours:g} to "
                f"{new.retention_hours:g}), {too_early}"
            )
    return [Refusal(name, FUNCTION, change, _LOSS)] if change else []


def _windows(steps: Sequence[Mapping[str, object]], side: int) -> Windows | None:
    """The settings before (0) or after (1) the change; None if they are not all known."""
    values = dict[str, float]()
    for each in fields(Windows):
        type_name, path, output = _PLACES[each.name]
        of_stack = [
            value_at(step, "oldState", "outputs", output)
            for step in steps
            if type_and_name(urn_of(step))[0] == STACK
        ]
        of_resource = [
            value_at(states(step)[side], *path)
            for step in steps
            if type_and_name(urn_of(step))[0] == type_name
        ]
        # The stack's output is of the last deployment; a resource that does not change has no step.
        known = [number for value in (*of_resource, *of_stack) if (number := _number(value))]
        if not known:
            return None
        values[each.name] = known[0]
    return Windows(**values)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _too_early(
    old: Windows, least: int, history: Sequence[PastUpdate] | None, now: datetime
) -> str | None:
    """Say why claims that are there may not last as long; None if all do."""
    if old.dedupe_days < least:
        return (
            f"while claims are made for {old.dedupe_days:g}: deploy dedupeDays of at least {least} "
            f"first, and this {least} days later"
        )
    if history is None:
        return (
            f"and how long claims were made for {least} days is not known: give --history what "
            "`pulumi stack history --json --page-size 10000` writes"
        )
    if not history:
        return "and Pulumi has no history of the stack that tells how long claims were made for"
    start = now - timedelta(days=least)
    last_short = None
    for update in sorted(history, key=lambda each: each.started_at, reverse=True):
        if update.dedupe_days < least:
            # A claim may have been made so until a later update had replaced the function.
            last_short = update
            break
        if update.started_at <= start and update.has_succeeded:
            return None
    if last_short is None:
        return None  # no claim is older than the first update
    later = [
        each.ended_at or now
        for each in history
        if each.started_at > last_short.started_at and each.has_succeeded
    ]
    allowed = min(later, default=now) + timedelta(days=least)
    return (
        f"while claims were made for {last_short.dedupe_days:g} until "
        f"{(allowed - timedelta(days=least)):%Y-%m-%d %H:%M} UTC: deploy this after "
        f"{allowed:%Y-%m-%d %H:%M} UTC"
        if allowed > now
        else None
    )
