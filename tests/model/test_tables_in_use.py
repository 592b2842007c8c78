"""No value is lost between the function and a table that Firehose may still go by.

The rule is that of `firelake.catalog.deployed_table`; each weaker one loses a field, and how is
told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.model.tables_in_use import (
    as_shipped,
    columns_of_today,
    explore,
    last_table_only,
    newest_version_only,
)

if TYPE_CHECKING:
    from tests.model.tables_in_use import Rule


def test_no_order_of_deployments_and_rollbacks_loses_a_value() -> None:
    states, lost = explore(as_shipped, last_tick=4, deployments=4)

    assert lost == ""
    assert states >= 2_500


@pytest.mark.parametrize(
    ("rule", "story"),
    [
        (newest_version_only, "first 1, table 3, function 3: f2 lost"),
        (last_table_only, "first 1, table 2, table 2, function 2: f2 lost"),
        (columns_of_today, "first 2, table 1: f2 lost"),
    ],
    ids=["only the newest version is young", "nothing is remembered", "a rollback takes columns"],
)
def test_a_weaker_rule_loses_a_value(rule: Rule, story: str) -> None:
    _, lost = explore(rule, last_tick=4, deployments=4)

    assert lost == story
