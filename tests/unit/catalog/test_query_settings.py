"""Which lake to ask: the variables of the environment."""

from __future__ import annotations

from typing import Final

import pytest

from catalog.errors import QuerySettingsError
from catalog.query_settings import QuerySettings
from contract.layout import Granularity

ENVIRONMENT: Final = {
    "FIRELAKE_DATABASE": "a_lake",
    "FIRELAKE_WORKGROUP": "analysts",
    "FIRELAKE_BUCKET": "a-bucket",
    "FIRELAKE_GRANULARITY": "hour",
    "PATH": "elsewhere",
}


def test_four_variables_say_which_lake_to_ask() -> None:
    assert QuerySettings.from_environment(ENVIRONMENT) == QuerySettings(
        "a_lake", "analysts", "a-bucket", Granularity.HOUR, deadline_s=300.0
    )


def test_the_deadline_is_the_callers() -> None:
    assert QuerySettings.from_environment(ENVIRONMENT, deadline_s=5.0).deadline_s == 5.0


@pytest.mark.parametrize("empty", [True, False], ids=["empty", "missing"])
def test_all_that_is_missing_is_told_at_once(empty: bool) -> None:
    gone = ("FIRELAKE_WORKGROUP", "FIRELAKE_GRANULARITY")
    environment = {name: value for name, value in ENVIRONMENT.items() if name not in gone}
    environment |= dict.fromkeys(gone, "") if empty else {}
    with pytest.raises(QuerySettingsError) as caught:
        QuerySettings.from_environment(environment)
    assert str(caught.value) == (
        "FIRELAKE_WORKGROUP, FIRELAKE_GRANULARITY not set: give the stack's outputs, or for the"
        ' lake on this machine run eval "$(firelake env)"'
    )


def test_a_granularity_must_be_one() -> None:
    with pytest.raises(QuerySettingsError) as caught:
        QuerySettings.from_environment({**ENVIRONMENT, "FIRELAKE_GRANULARITY": "week"})
    assert str(caught.value) == (
        "FIRELAKE_GRANULARITY is 'week': give the stack's output granularity, one of month, day,"
        " hour"
    )
