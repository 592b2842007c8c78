"""By when everything is gone: the days of each place added up."""

from __future__ import annotations

from datetime import UTC, datetime

from firelake.history.erase.dates import Keeping, gone_by_s, later_than_a_month, places
from firelake.operations.settings_history import Closing

ERASED_AT_S = datetime(2026, 11, 30, tzinfo=UTC).timestamp()
# Lateness of 7 days, retention of 3 and 2 for delivery.
CLOSING = Closing(12 * 86_400)
EXPIRE = {"raw/": 30, "errors/": 400, "errors-replayed/": 400, "athena/": 14}


def keeping(
    expire: dict[str, int] | None = None,
    old_version_days: int | None = 14,
    *,
    has_history: bool = True,
) -> Keeping:
    days = EXPIRE if expire is None else expire
    return Keeping(
        closing=CLOSING,
        expire_days=days.get,
        old_version_days=lambda prefix: 1 if prefix in days else old_version_days,
        has_history=has_history,
        grace_s=3600,
    )


def hours_of(of: Keeping) -> dict[str, float | None]:
    return {
        each.name: None if each.gone_s is None else (each.gone_s - ERASED_AT_S) / 3600
        for each in places(ERASED_AT_S, of)
    }


def test_each_place_has_its_own_date() -> None:
    # Events may be dated a day ahead, and come for 12 days more: 13. S3 takes two days to delete
    # what expires, and two more for the old version that this leaves, which is kept for one.
    assert hours_of(keeping()) == {
        "events/": 24 * (13 + 1 + 14 + 2) + 2,
        "history/": 24 * (1 + 1 + 5 + 14 + 2) + 1,
        "raw/": 24 * (13 + 30 + 5),
        "errors/": 24 * (13 + 400 + 5),
        "errors-replayed/": 24 * (13 + 1 + 400 + 5),
        "athena/": 24 * (14 + 5),
    }


def test_the_last_of_them_is_the_date_that_is_told() -> None:
    found = places(ERASED_AT_S, keeping())
    assert gone_by_s(found) == ERASED_AT_S + 419 * 86_400
    late = later_than_a_month(found, ERASED_AT_S)
    assert [each.name for each in late] == ["events/", "raw/", "errors/", "errors-replayed/"]


def test_a_month_is_kept_by_settings_that_do_so() -> None:
    days = {"raw/": 9, "errors/": 9, "errors-replayed/": 9, "athena/": 9}
    found = places(ERASED_AT_S, keeping(days, 11))
    assert later_than_a_month(found, ERASED_AT_S) == []


def test_what_never_goes_has_no_date_and_says_why() -> None:
    assert hours_of(keeping(has_history=False))["events/"] is None
    assert hours_of(keeping({}))["raw/"] is None
    assert hours_of(keeping(old_version_days=None))["history/"] is None
    found = places(ERASED_AT_S, keeping(has_history=False))
    assert gone_by_s(found) is None
    assert [each.why for each in found if each.gone_s is None] == [
        "files stay, hidden: set catalog.hasHistory to true, deploy, and move"
    ]
