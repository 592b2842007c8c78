"""The keys that say how long the bucket keeps what it does not keep for ever."""

from __future__ import annotations

from typing import Final

from firelake.infra.config_limits import MOST_DAYS, NO_BOUND, S3_API
from firelake.infra.config_setting import Kind, Setting


def _days(key: str, meaning: str, rule: str = NO_BOUND) -> Setting:
    return Setting(
        key=key,
        kind=Kind.WHOLE,
        unit="days",
        lowest=1,
        highest=MOST_DAYS,
        meaning=meaning,
        rule=f"{rule}: {S3_API}/API_LifecycleExpiration.html",
    )


EXPIRY: Final = (
    _days("delivery.rawExpireDays", "How long the source records under `raw/` are kept."),
    _days(
        "delivery.errorsExpireDays",
        "How long what failed is kept under `errors/`, and what replay noted of it. What nobody"
        " puts back until then is lost.",
        "`firelake errors`, and an alarm where files move into history by a schedule, tell 30 days"
        " before, or half of this time, what is about to expire",
    ),
    _days(
        "delivery.oldVersionsExpireDays",
        "How long an object that was deleted or overwritten can be brought back.",
        "what was erased is in such versions until then",
    ),
)
"""Settings of the section `delivery` by which objects expire."""
