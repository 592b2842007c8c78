"""Finds windows of lateness, retention and deduplication that would let a copy in a second time.

A copy of an event may come until `latenessDays` after its creation, be read until the stream's
retention later, and be delivered a day later; the clock of its producer may be a day ahead. A claim
must outlast them all: docs/semantics.md. To widen the window takes claims that were made so from
its first day on, which is why Pulumi's history of the settings is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import CLOCK_SKEW_DAYS
from firelake.contract.names import ENV_DEDUPE_DAYS, ENV_LATENESS_DAYS, ENV_RETENTION_HOURS
from firelake.infra.config import DELIVERY_DAYS, least_dedupe_days
from firelake.infra.losses.refusal import Refusal
from firelake.infra.losses.values import ENVIRONMENT, FUNCTION, RETENTION, STREAM
from firelake.infra.preview import STACK, PreviewStep, mapping, steps_of, value_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from firelake.infra.history import PastUpdate
    from firelake.infra.preview import JsonObject

_LOSS: Final = "a copy of an event could be accepted after the claim of the event has gone"
_FUNCTION_PART: Final = "transform-function"
_STREAM_PART: Final = "stream-stream"
_FUNCTION_NAME: Final = "functionName"
_VARIABLES: Final = {
    "lateness_days": (ENV_LATENESS_DAYS, "latenessDays"),
    "dedupe_days": (ENV_DEDUPE_DAYS, "dedupeDays"),
    "retention_hours": (ENV_RETENTION_HOURS, "retentionHours"),
}
"""Of each setting: the function's variable, and the output of the lake that tells it."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The settings that decide how long a copy may come and how long a claim lasts."""

    lateness_days: float
    dedupe_days: float
    retention_hours: float

    @property
    def least_dedupe_days(self) -> int:
        """The days that a claim must last."""
        return least_dedupe_days(self.lateness_days, self.retention_hours)


def window_refusals(
    digest: JsonObject, history: Sequence[PastUpdate] | None, now: datetime
) -> list[Refusal]:
    """Find windows that do not fit each other, or that older claims do not fit yet.

    Args:
        history: What Pulumi tells of the stack's updates; None if it was not asked.
        now: The present moment, UTC.
    """
    steps = steps_of(digest)
    return [
        refusal
        for lake, step in _lakes(steps).items()
        if (refusal := _refusal(lake, step, steps, history, now))
    ]


def _lakes(steps: Sequence[PreviewStep]) -> dict[str, PreviewStep]:
    """The lakes whose function or stream changes, by what begins the names of their parts.

    Of each its function's step, or its stream's where the function stays.
    """
    found = dict[str, PreviewStep]()
    for type_name, part in ((FUNCTION, _FUNCTION_PART), (STREAM, _STREAM_PART)):
        for step in steps:
            if step.type_name == type_name:
                found.setdefault(step.name.removesuffix(part), step)
    return found


def _refusal(
    lake: str,
    step: PreviewStep,
    steps: Sequence[PreviewStep],
    history: Sequence[PastUpdate] | None,
    now: datetime,
) -> Refusal | None:
    old, new = (_windows(lake, step, steps, is_after=each) for each in (False, True))
    if new is None:
        return None
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
    return Refusal(step.name, FUNCTION, change, _LOSS) if change else None


def _windows(
    lake: str, step: PreviewStep, steps: Sequence[PreviewStep], *, is_after: bool
) -> Windows | None:
    """The settings before or after the change; None if they are not all known."""

    def state(of: PreviewStep) -> JsonObject:
        return of.after if is_after else of.before

    streams = [
        state(each)
        for each in steps
        if (each.type_name, each.name) == (STREAM, f"{lake}{_STREAM_PART}")
    ]
    outputs = _outputs(steps, step.before.get("name"))
    values = dict[str, float]()
    for each in fields(Windows):
        variable, output = _VARIABLES[each.name]
        # The outputs are of the last deployment; a resource that does not change has no step.
        candidates = [
            *(value_at(found, *RETENTION) for found in streams if output == "retentionHours"),
            value_at(state(step), *ENVIRONMENT, variable),
            outputs.get(output),
        ]
        known = [number for value in candidates if (number := _number(value))]
        if not known:
            return None
        values[each.name] = known[0]
    return Windows(**values)


def _outputs(steps: Sequence[PreviewStep], function_name: object) -> Mapping[str, object]:
    """What the stack gives out of the lake of a function: all, or one value of what it does."""
    stack = next((each.listed for each in steps if each.type_name == STACK), dict[str, object]())
    outputs = mapping(value_at(stack, "oldState", "outputs"))
    return next(
        (
            found
            for value in outputs.values()
            if (found := mapping(value)).get(_FUNCTION_NAME) == function_name and found
        ),
        outputs,
    )


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
        if update.dedupe_days is None or update.dedupe_days < least:
            # A claim may have been made so until a later update had replaced the function.
            last_short = update
            break
        if update.started_at <= start and update.has_succeeded:
            return None
    return None if last_short is None else _end_of(last_short, history, least, now)


def _end_of(
    last_short: PastUpdate, history: Sequence[PastUpdate], least: int, now: datetime
) -> str | None:
    """Say until when claims may be there that do not last as long; None if they are gone."""
    if last_short.dedupe_days is None:
        return (
            "and Pulumi's history does not tell how long claims were made for, as the program says "
            f"it and no setting: see that it was {least} days or longer for {least} days"
        )
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
