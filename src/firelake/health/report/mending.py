"""The commands that look at failed events and put them back, by what fails them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from firelake.contract.reasons import Reason

if TYPE_CHECKING:
    from firelake.failures.errors.causes import Cause, Failed
    from firelake.health.report.findings import Span

# What there is no event in, so that nothing can be put back.
_NO_EVENT: Final = frozenset(
    (
        Reason.NOT_UTF8.value,
        Reason.NOT_JSON.value,
        Reason.EMPTY_RECORD.value,
        Reason.NOT_AN_OBJECT.value,
        Reason.NESTED_TOO_DEEP.value,
    )
)
_MOST_NAMES: Final = 3
_MINUTE: Final = "%Y-%m-%dT%H:%MZ"


def remedy(cause: Cause, failed: Failed, span: Span) -> tuple[str, tuple[str, ...]]:
    """Returns what to do about events of one cause, in words and as commands.

    Args:
        span: When they arrived.
    """
    since, until = f"{span.since:{_MINUTE}}", f"{span.until:{_MINUTE}}"
    names = [name for name in failed.by_name if not name.startswith("(")]
    chosen = ["--reason", cause.reason]
    if len(failed.by_name) == len(names) <= _MOST_NAMES:
        chosen += [word for name in sorted(names) for word in ("--event", name)]
    chosen += ["--since", since, "--until", until]
    look = _command("errors", *chosen)
    if cause.reason in _NO_EVENT:
        return "There is no event in it to put back: mend what sends it.", (look,)
    if cause.reason == Reason.TOO_LATE:
        return (
            "Backfill brings late events in.",
            (look, _command("backfill", "--errors", since, until)),
        )
    if cause.reason == Reason.TOO_EARLY:
        return "Put back once their time has come.", (look, _command("replay", *chosen))
    if failed.sample.valid is not None and cause.reason != Reason.UUID_REUSED:
        return "The events are valid: put them back.", (look, _command("replay", *chosen))
    what = cause.field or "what is wrong"
    text = (
        f"Mend what sends them; then put them back by a file with fix(event), which sets {what},"
        " or by a contract that takes them."
    )
    return text, (look, _command("replay", "--fix", "mend.py", *chosen))


def _command(*words: str) -> str:
    return shlex.join(("firelake", *words))
