"""What a look at an erasure makes of its entry: no I/O, no clock. `tests/model` searches it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from firelake.aws.expiry import SLACK_DAYS
from firelake.contract.facts import SECONDS_PER_DAY

if TYPE_CHECKING:
    from firelake.history.erase.erasure import Erasure
    from firelake.history.erase.looking import Left


def judged(
    erasure: Erasure, *, left: Left, now_s: float, closed_s: float, old_version_days: int | None
) -> Erasure | None:
    """Returns what becomes of an entry of the register.

    It stays for as long as anything may hold what was erased: what is found, what may still come,
    and old versions of the objects that were found last.

    Args:
        left: What was found after `now_s`.
        now_s: The time, Unix time, or less.
        closed_s: When no event can come any more that the erasure is about, Unix time.
        old_version_days: For how many days old versions are kept; None for ever.

    Returns:
        The entry as it is to be; None where it ends.
    """
    if left.history_rows and erasure.deleted_at_s is not None:
        # Somebody brought them into history by other means than a move.
        erasure = replace(erasure, deleted_at_s=None)
    if not left.is_nothing or now_s <= closed_s:
        return replace(erasure, cleared_at_s=None)
    if erasure.cleared_at_s is None:
        return replace(erasure, cleared_at_s=now_s)
    if old_version_days is None:
        return erasure
    gone_s = erasure.cleared_at_s + (old_version_days + SLACK_DAYS) * SECONDS_PER_DAY
    return None if now_s > gone_s else erasure
