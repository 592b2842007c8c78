"""A schedule of claims on a living stack: what a deployment tells, keeps and refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from firelake.infra.errors import ConfigError
from firelake.infra.program import program
from tests.helpers.contracts import TINY_FILE
from tests.helpers.pulumi_recorder import run, zip_at
from tests.unit.infra.components.recordings import TODAY, ZIP_PATH, stack_config
from tests.unit.infra.test_deployed import events_table, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.helpers.pulumi_recorder import Recording

NOW = datetime(2026, 12, 3, 0, tzinfo=UTC)
PAGES = "2026-12-04T06:00Z pages 2s/16"
PARAMETER = "firelake.claims_schedule"


def deployed_with(schedule: list[str] | None, table: Mapping[str, Any] | None = None) -> Recording:
    config = stack_config("dev")
    claims = {} if schedule is None else {"firelake:claims": {"schedule": schedule}}
    return run(
        lambda: program(zip_at(ZIP_PATH), lambda: TODAY, TINY_FILE, now=lambda: NOW),
        {**config, **claims},
        events_table=table,
    )


def told(recording: Recording) -> str:
    function = recording.only("aws:lambda/function:Function")
    return function.inputs["environment"]["variables"]["FIRELAKE_CLAIMS_SCHEDULE"]


def actions_on_claims(recording: Recording) -> set[str]:
    return {
        action
        for each in (*recording.all("RolePolicy"), *recording.all("Policy"))
        if "UpdateItem" in str(each.inputs["policy"])
        for action in [each.name]
    }


def test_without_a_schedule_events_have_items_and_nothing_is_kept() -> None:
    recording = deployed_with(None)
    assert told(recording) == "items"
    assert PARAMETER not in events_table(recording)["parameters"]
    assert actions_on_claims(recording) == set()


def test_a_new_stack_may_begin_with_pages() -> None:
    recording = deployed_with(["pages 2s/16"])
    assert told(recording) == "pages 2s/16"
    assert events_table(recording)["parameters"][PARAMETER] == "pages 2s/16"
    assert actions_on_claims(recording) == {
        "firelake-transform-policy",
        "firelake-access-operator",
    }


def test_an_entry_that_begins_in_time_is_deployed_and_the_next_one_follows_it() -> None:
    first = table_of(deployed_with(None))
    second = deployed_with(["items", PAGES], first)
    assert told(second) == f"items, {PAGES}"
    back = ["items", PAGES, "2026-12-06T00:00Z items"]
    assert told(deployed_with(back, table_of(second))) == ", ".join(back)


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, ["pages 2s/16"]), (None, ["2026-12-04T05:59Z pages 2s/16"]), (["pages 2s/16"], None)],
    ids=["at once", "too early", "taken back"],
)
def test_an_entry_that_begins_too_early_is_refused_before_anything_is_made(
    before: list[str] | None, after: list[str] | None
) -> None:
    table = table_of(deployed_with(before))
    with pytest.raises(ConfigError, match=r"claims\.schedule: .*begin at 2026-12-04T06:00Z or"):
        deployed_with(after, table)


def test_a_schedule_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"claims\.schedule: .*must begin after"):
        deployed_with(["2026-12-04T06:00Z items", "2026-12-03T06:00Z pages 2s/16"])
