"""Tests of the guard on what S3 deletes by itself, whatever the configuration of it is called."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from firelake.infra.preview import UNKNOWN
from firelake.infra.replacement import refusals
from tests.helpers.previews import change_of, preview_of

NOW = datetime(2026, 11, 30, tzinfo=UTC)
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def lifecycle(*rules: dict[str, object]) -> dict[str, object]:
    return {"bucket": "a-bucket", "rules": list(rules)}


def rule(prefix: str | None, days: object, status: str = "Enabled") -> dict[str, object]:
    made: dict[str, object] = {"id": "r", "status": status, "expiration": {"days": days}}
    return made if prefix is None else {**made, "filter": {"prefix": prefix}}


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        pytest.param([], [rule("errors/", 90)], ["errors/"], id="errors expire"),
        pytest.param([], [rule("events/event_type=payment/", 90)], ["events/"], id="a part of one"),
        pytest.param(
            [], [rule("e", 90)], ["events/", "errors/", "errors-replayed/"], id="what begins so"
        ),
        pytest.param(
            [rule("raw/", 30)],
            [rule("", 90)],
            ["events/", "errors/", "errors-replayed/"],
            id="everything",
        ),
        pytest.param(
            [],
            [rule(None, UNKNOWN)],
            ["events/", "errors/", "errors-replayed/", "raw/"],
            id="a time that the preview cannot tell",
        ),
        pytest.param([rule("raw/", 30)], [rule("raw/", 60), rule("raw/", 7)], ["raw/"], id="two"),
        pytest.param([rule("errors/", 90)], [], [], id="an expiry taken back"),
        pytest.param([], [rule("errors/", 90, "Disabled")], [], id="a rule that is off"),
        pytest.param([], [rule("athena/", 1)], [], id="results of queries"),
    ],
)
def test_data_that_would_expire_sooner_is_refused(
    before: list[dict[str, object]], after: list[dict[str, object]], kept: list[str]
) -> None:
    step = change_of(LIFECYCLE, "rules", lifecycle(*before), lifecycle(*after))
    found = refusals(preview_of(step), None, NOW)
    assert [each.change.split()[2] for each in found] == kept


@pytest.mark.parametrize(
    ("old", "kept"),
    [
        pytest.param(
            change_of(LIFECYCLE, "old", lifecycle(rule("raw/", 30)), None), ["raw/"], id="renamed"
        ),
        pytest.param(
            change_of(LIFECYCLE, "old", lifecycle(rule("raw/", 7)), None), [], id="no sooner"
        ),
        pytest.param(
            change_of(LIFECYCLE, "old", lifecycle(), lifecycle()), ["raw/"], id="overwritten"
        ),
        pytest.param(
            change_of(LIFECYCLE, "old", {"bucket": UNKNOWN, "rules": []}, None),
            ["raw/"],
            id="of a bucket that the preview cannot tell",
        ),
        pytest.param(
            change_of(LIFECYCLE, "old", {"bucket": "another", "rules": []}, None),
            [],
            id="of another bucket",
        ),
        pytest.param(change_of("aws:s3/bucket:Bucket", "new", None, {}), [], id="of a first time"),
    ],
)
def test_a_lifecycle_under_another_name_is_held_to_the_one_whose_place_it_takes(
    old: dict[str, object], kept: list[str]
) -> None:
    new = change_of(LIFECYCLE, "new", None, lifecycle(rule("raw/", 7)))
    for steps in ((old, new), (new, old)):
        found = refusals(preview_of(*steps), None, NOW)
        assert [(each.name, each.change.split()[2]) for each in found] == [
            ("new", prefix) for prefix in kept
        ]
