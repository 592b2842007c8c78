"""Tests of reading what `pulumi stack history --json` writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from firelake.infra.errors import PreviewError
from firelake.infra.history import PastUpdate, history_of

# As stack_history.go of Pulumi 3.274.1 prints them.
UPDATE = {
    "version": 2,
    "kind": "update",
    "startTime": "2026-11-20T02:05:54.000Z",
    "message": "",
    "environment": {"exec.kind": "cli"},
    "config": {
        "aws:region": {"value": "us-east-1", "secret": False},
        "firelake:dedupeDays": {"value": "20", "secret": False},
        "firelake:stream": {
            "value": '{"retentionHours":96}',
            "objectValue": {"retentionHours": 96},
            "secret": False,
        },
    },
    "result": "succeeded",
    "endTime": "2026-11-20T02:06:10.000Z",
    "resourceChanges": {"update": 2},
}
STARTED, ENDED = (
    datetime(2026, 11, 20, 2, 5, 54, tzinfo=UTC),
    datetime(2026, 11, 20, 2, 6, 10, tzinfo=UTC),
)


def past(
    *, ended_at: datetime | None = ENDED, has_succeeded: bool = True, dedupe_days: float | None = 20
) -> PastUpdate:
    return PastUpdate(STARTED, ended_at, has_succeeded, dedupe_days)


@pytest.mark.parametrize(
    ("change", "read"),
    [
        pytest.param({}, [past()], id="an update"),
        pytest.param(
            {"config": {"firelake:startDate": {"value": "2026-11-01", "secret": False}}},
            [past(dedupe_days=14)],
            id="the default of the setting",
        ),
        pytest.param(
            {"config": {}}, [past(dedupe_days=None)], id="settings that the program itself says"
        ),
        pytest.param({"result": "failed"}, [past(has_succeeded=False)], id="one that failed"),
        pytest.param(
            {"result": "in-progress", "endTime": None},
            [past(ended_at=None, has_succeeded=False)],
            id="one that did not end",
        ),
        pytest.param({"kind": "refresh"}, [], id="a refresh"),
    ],
)
def test_updates_are_read_with_their_settings(
    change: dict[str, object], read: list[PastUpdate]
) -> None:
    assert history_of(json.dumps([{**UPDATE, **change}])) == read


@pytest.mark.parametrize("text", ["", "null", "[]"])
def test_a_stack_without_updates_has_none(text: str) -> None:
    assert history_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "error: no stack selected",
        '{"error": 1}',
        json.dumps([{**UPDATE, "startTime": None}]),
        json.dumps([{**UPDATE, "config": {"firelake:dedupeDays": {"value": "x"}}}]),
    ],
)
def test_what_is_no_history_is_refused(text: str) -> None:
    with pytest.raises(PreviewError, match="not what `pulumi stack history --json` writes"):
        history_of(text)
