"""The function's settings: defaults, bounds on both sides, and messages that say what to do."""

from __future__ import annotations

import pytest

from firelake.contract.layout import Granularity
from firelake.transform.errors import SettingsError
from firelake.transform.settings import Settings

TABLE = {"FIRELAKE_CLAIMS_TABLE": "claims"}
LATENESS_DAYS = "FIRELAKE_LATENESS_DAYS"
DEDUPE_DAYS = "FIRELAKE_DEDUPE_DAYS"
DEADLINE_S = "FIRELAKE_CLAIMS_DEADLINE_S"
CALLS_IN_FLIGHT = "FIRELAKE_CLAIMS_CALLS_IN_FLIGHT"


def test_only_the_table_needs_to_be_given() -> None:
    assert Settings.from_environment(TABLE) == Settings(
        claims_table="claims",
        lateness_days=7,
        dedupe_days=14,
        granularity=Granularity.DAY,
        oldest_contract_version=1,
        claims_deadline_s=45,
        claims_calls_in_flight=8,
    )


def test_every_setting_is_read_from_its_own_variable() -> None:
    environment = {
        "FIRELAKE_CLAIMS_TABLE": "claims-prod",
        "FIRELAKE_LATENESS_DAYS": "30",
        "FIRELAKE_DEDUPE_DAYS": "40",
        "FIRELAKE_GRANULARITY": "hour",
        "FIRELAKE_OLDEST_CONTRACT_VERSION": "4",
        "FIRELAKE_CLAIMS_DEADLINE_S": "20",
        "FIRELAKE_CLAIMS_CALLS_IN_FLIGHT": "3",
        "FIRELAKE_HAS_TYPE_METRICS": "1",
        "AWS_REGION": "eu-west-1",
    }
    assert Settings.from_environment(environment) == Settings(
        claims_table="claims-prod",
        lateness_days=30,
        dedupe_days=40,
        granularity=Granularity.HOUR,
        oldest_contract_version=4,
        claims_deadline_s=20,
        claims_calls_in_flight=3,
        has_type_metrics=True,
    )


@pytest.mark.parametrize("environment", [{}, {"FIRELAKE_CLAIMS_TABLE": ""}], ids=["no", "empty"])
def test_a_missing_table_is_refused_by_the_variables_name(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment(environment)
    assert str(raised.value) == (
        "FIRELAKE_CLAIMS_TABLE is not set; give it the name of the claims table"
    )


@pytest.mark.parametrize(
    ("name", "attribute", "value", "others"),
    [
        (LATENESS_DAYS, "lateness_days", 1, {}),
        (LATENESS_DAYS, "lateness_days", 36_500, {DEDUPE_DAYS: "36600"}),
        (DEDUPE_DAYS, "dedupe_days", 2, {LATENESS_DAYS: "1"}),
        (DEDUPE_DAYS, "dedupe_days", 36_600, {}),
        (DEADLINE_S, "claims_deadline_s", 1, {}),
        (DEADLINE_S, "claims_deadline_s", 290, {}),
        (CALLS_IN_FLIGHT, "claims_calls_in_flight", 1, {}),
        (CALLS_IN_FLIGHT, "claims_calls_in_flight", 64, {}),
    ],
    ids=lambda part: str(part) if isinstance(part, int) else None,
)
def test_a_value_at_its_bound_is_taken(
    name: str, attribute: str, value: int, others: dict[str, str]
) -> None:
    settings = Settings.from_environment({**TABLE, **others, name: str(value)})
    assert getattr(settings, attribute) == value


@pytest.mark.parametrize(
    ("name", "bounds", "text"),
    [
        (name, bounds, text)
        for name, bounds, beyond in [
            (LATENESS_DAYS, "1 to 36500", ["0", "36501"]),
            (DEDUPE_DAYS, "1 to 36600", ["0", "36601"]),
            (DEADLINE_S, "1 to 290", ["0", "291"]),
            (CALLS_IN_FLIGHT, "1 to 64", ["0", "65"]),
        ]
        for text in [*beyond, "-1", "", "7.5", "seven", "1e1", "nan"]
    ],
    ids=repr,
)
def test_any_other_value_is_refused_with_variable_value_and_rule(
    name: str, bounds: str, text: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment({**TABLE, name: text})
    assert str(raised.value) == f"{name} is {text!r}; give it a whole number from {bounds}"
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize(("lateness_days", "dedupe_days"), [(7, 8), (13, 14)], ids=str)
def test_claims_may_outlive_lateness_by_one_day(lateness_days: int, dedupe_days: int) -> None:
    environment = {**TABLE, LATENESS_DAYS: str(lateness_days), DEDUPE_DAYS: str(dedupe_days)}
    settings = Settings.from_environment(environment)
    assert (settings.lateness_days, settings.dedupe_days) == (lateness_days, dedupe_days)


@pytest.mark.parametrize("dedupe_days", [7, 6], ids=["equal", "shorter"])
def test_claims_that_do_not_outlive_lateness_are_refused(dedupe_days: int) -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment({**TABLE, DEDUPE_DAYS: str(dedupe_days)})
    assert str(raised.value) == (
        f"FIRELAKE_DEDUPE_DAYS is {dedupe_days}, not above FIRELAKE_LATENESS_DAYS 7: a copy could "
        "come after its claim has gone"
    )


@pytest.mark.parametrize("granularity", Granularity, ids=lambda each: each.value)
def test_each_granularity_is_named_by_its_value(granularity: Granularity) -> None:
    environment = {**TABLE, "FIRELAKE_GRANULARITY": granularity.value}
    assert Settings.from_environment(environment).granularity is granularity


@pytest.mark.parametrize("text", ["", "Day", "week"], ids=repr)
def test_another_granularity_is_refused_with_the_list_of_what_there_is(text: str) -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment({**TABLE, "FIRELAKE_GRANULARITY": text})
    assert str(raised.value) == (
        f"FIRELAKE_GRANULARITY is {text!r}; give it one of: month, day, hour"
    )
