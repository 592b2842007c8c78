"""For how long rows are kept, by the contract: what it may say, and what of it changes."""

from __future__ import annotations

import pytest

from firelake.contract.changes import changes
from firelake.contract.errors import ContractFileError
from firelake.contract.events import parse_contract

EVENTS = """\
version = {version}
{table}
[events."payment:declined"]
description = "Refused."
[events.ping]
description = "Alive."
"""
TABLE = """\
[retention_days]
payment = 3650
"*" = 730
"""


def contract_of(table: str, version: int = 1) -> str:
    return EVENTS.format(table=table, version=version)


def test_types_are_kept_for_so_long_and_all_others_for_the_rest() -> None:
    retention = parse_contract(contract_of(TABLE)).retention
    assert (dict(retention.by_type), retention.others_days) == ({"payment": 3650}, 730)
    assert retention.table == {"payment": 3650, "*": 730}


def test_without_the_table_rows_are_kept_for_ever() -> None:
    assert parse_contract(contract_of("")).retention.table == {}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            "lesson = 30",
            (
                "retention_days.lesson: 'lesson': is no event type of this contract,"
                " 'unregistered' or '*'"
            ),
        ),
        ("ping = 0", "retention_days.ping: 0: must be a number of days, 1 to 36500"),
        ("ping = true", "retention_days.ping: True: must be a number of days, 1 to 36500"),
        ('ping = "30"', "retention_days.ping: '30': must be a number of days, 1 to 36500"),
    ],
)
def test_what_it_may_not_say_is_told(line: str, problem: str) -> None:
    with pytest.raises(ContractFileError) as raised:
        parse_contract(contract_of(f"[retention_days]\n{line}"))
    assert [str(each).partition(", ")[2] for each in raised.value.problems] == [problem]


def test_another_time_may_be_set_and_what_it_does_is_told() -> None:
    old, new = parse_contract(contract_of(TABLE)), parse_contract(contract_of("", 2))
    reason = "the next move after the deployment deletes the rows that are kept no longer"
    assert [(each.key, each.what, each.allowed, each.reason) for each in changes(old, new)][1:] == [
        ("retention_days.payment", "3650 -> none", True, reason),
        ('retention_days."*"', "730 -> none", True, reason),
    ]
