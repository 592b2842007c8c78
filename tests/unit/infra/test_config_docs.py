"""Tests that docs/configuration.md says what the configuration is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from firelake.contract.layout import Granularity
from firelake.infra.config import SETTINGS, LakeConfig
from firelake.infra.config_docs import tables
from firelake.infra.partitions import open_periods

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"


def test_the_page_holds_the_tables_as_the_table_of_settings_makes_them() -> None:
    assert tables() in PAGE.read_text()


def test_every_key_has_one_row_and_the_reverse() -> None:
    rows = re.findall(r"^\| `([A-Za-z.]+)` \| (?:none|must|`)", PAGE.read_text(), re.MULTILINE)
    assert rows == [setting.key for setting in SETTINGS]


def test_a_row_tells_default_unit_range_meaning_and_reason() -> None:
    row = next(line for line in tables().splitlines() if "`stream.retentionHours`" in line)
    assert row == (
        "| `stream.retentionHours` | `72` | hours | a whole number from 24 to 8760 | How long"
        " Kinesis keeps a record: so long may everything behind it fail. |"
        " https://docs.aws.amazon.com/kinesis/latest/APIReference/"
        "API_IncreaseStreamRetentionPeriod.html |"
    )


def test_no_cell_breaks_its_table() -> None:
    for line in tables().splitlines():
        assert not line.startswith("|") or line.count(" | ") == 5, line


def test_the_example_of_the_page_is_a_configuration() -> None:
    text = PAGE.read_text()
    assert 'firelake:startDate: "2026-11-01"' in text
    config = LakeConfig.parse(
        {
            "startDate": "2026-11-01",
            "latenessDays": 7,
            "stream": {"mode": "on_demand", "retentionHours": 72},
        }
    )
    assert config == LakeConfig(start_date=date(2026, 11, 1))


def test_the_page_counts_partitions_as_the_rule_does() -> None:
    for granularity in Granularity:
        counts = " | ".join(str(open_periods(granularity, days)) for days in (1, 7, 30))
        assert f"| `{granularity}` | {counts} |\n" in PAGE.read_text()
