"""Which lake is meant: options first, then the environment, then an error that names both."""

from __future__ import annotations

from typing import Final

import pytest

from firelake.aws.errors import LakeRefError
from firelake.aws.lake_ref import Fact, LakeRef
from firelake.contract.layout import Granularity

ENVIRONMENT: Final = {
    "FIRELAKE_STREAM": "events",
    "FIRELAKE_BUCKET": "a-bucket",
    "FIRELAKE_DELIVERY_STREAM": "delivery",
    "FIRELAKE_DATABASE": "a_lake",
    "FIRELAKE_WORKGROUP": "firelake-dev",
    "FIRELAKE_CLAIMS_TABLE": "claims",
    "FIRELAKE_GRANULARITY": "hour",
    "FIRELAKE_LATENESS_DAYS": "3",
    "FIRELAKE_DEDUPE_DAYS": "9",
    "FIRELAKE_SETTLE_S": "600",
    "FIRELAKE_RETENTION_HOURS": "48",
    "FIRELAKE_NAME_PREFIX": "acme",
    "FIRELAKE_FUNCTION": "judge",
    "FIRELAKE_CRAWLER": "nightly",
    "FIRELAKE_ALARM_PREFIX": "acme-lake",
    "FIRELAKE_TAKES_PACKED_RECORDS": "1",
    "PATH": "elsewhere",
}


def test_the_environment_tells_every_fact() -> None:
    lake = LakeRef.resolve({}, ENVIRONMENT, Fact)
    assert (lake.stream, lake.bucket, lake.delivery_stream) == ("events", "a-bucket", "delivery")
    assert (lake.database, lake.workgroup) == ("a_lake", "firelake-dev")
    assert (lake.claims_table, lake.granularity) == ("claims", Granularity.HOUR)
    assert (lake.lateness_days, lake.dedupe_days) == (3, 9)
    assert (lake.settle_s, lake.retention_hours) == (600, 48)
    assert lake.name_prefix == "acme"
    assert [lake.given(fact) for fact in (Fact.FUNCTION, Fact.CRAWLER, Fact.ALARM_PREFIX)] == [
        "judge",
        "nightly",
        "acme-lake",
    ]


def test_what_not_every_lake_has_is_not_known_where_it_was_not_given() -> None:
    assert LakeRef.resolve({}, {}).given(Fact.CRAWLER) is None


def test_an_option_goes_before_the_environment() -> None:
    options = {Fact.BUCKET: "another", Fact.LATENESS_DAYS: 1, Fact.STREAM: None}
    lake = LakeRef.resolve(options, ENVIRONMENT)
    assert (lake.bucket, lake.lateness_days, lake.stream) == ("another", 1, "events")


def test_an_empty_option_is_refused_and_means_no_lake_of_the_environment() -> None:
    with pytest.raises(LakeRefError, match=r"^--bucket is empty: give a value"):
        LakeRef.resolve({Fact.BUCKET: ""}, ENVIRONMENT)


def test_with_all_options_the_environment_is_not_read() -> None:
    options = {Fact.BUCKET: "another", Fact.GRANULARITY: Granularity.DAY, Fact.SETTLE_S: 1}
    wrong = {"FIRELAKE_GRANULARITY": "week", "FIRELAKE_SETTLE_S": "soon", "FIRELAKE_BUCKET": "b"}
    lake = LakeRef.resolve(options, wrong, options)
    assert (lake.bucket, lake.granularity, lake.settle_s) == ("another", Granularity.DAY, 1)


@pytest.mark.parametrize("empty", [True, False], ids=["empty", "missing"])
def test_all_that_is_missing_is_told_at_once_by_option_and_variable(empty: bool) -> None:
    environment = {"FIRELAKE_WORKGROUP": "", "FIRELAKE_CLAIMS_TABLE": ""} if empty else {}
    with pytest.raises(LakeRefError) as caught:
        LakeRef.resolve({}, environment, [Fact.WORKGROUP, Fact.CLAIMS_TABLE])
    assert str(caught.value) == (
        "which lake? not given: --workgroup (FIRELAKE_WORKGROUP), --claims-table"
        " (FIRELAKE_CLAIMS_TABLE); give the option or set the variable: for the lake on this"
        ' machine run eval "$(firelake env)", for a stack on AWS eval "$(pulumi stack output'
        ' --json | firelake env --outputs -)"'
    )


def test_a_fact_that_nobody_asked_for_is_missed_when_it_is_used() -> None:
    lake = LakeRef.resolve({}, {"FIRELAKE_STREAM": "events"}, [Fact.STREAM])
    with pytest.raises(LakeRefError, match=r"--granularity \(FIRELAKE_GRANULARITY\)"):
        _ = lake.granularity


@pytest.mark.parametrize(
    ("variable", "value", "wanted"),
    [
        ("FIRELAKE_GRANULARITY", "week", "output granularity, one of month, day, hour, or the"),
        (
            "FIRELAKE_LATENESS_DAYS",
            "0",
            "output latenessDays, a whole number from 1 to 36500, or the",
        ),
        ("FIRELAKE_DEDUPE_DAYS", "36601", "a whole number from 1 to 36600, or the"),
        ("FIRELAKE_DEDUPE_DAYS", "9" * 5000, "a whole number from 1 to 36600, or the"),
        (
            "FIRELAKE_SETTLE_S",
            "1.5",
            "output settleSeconds, a whole number from 1 to 3162240000, or the",
        ),
        ("FIRELAKE_RETENTION_HOURS", "\u0663\u0663", "a whole number from 24 to 8760, or the"),
    ],
)
def test_a_variable_with_a_wrong_value_is_refused(variable: str, value: str, wanted: str) -> None:
    with pytest.raises(LakeRefError) as caught:
        LakeRef.resolve({}, {**ENVIRONMENT, variable: value})
    assert str(caught.value).startswith(f"{variable} is {value!r}: give the stack's ")
    assert wanted in str(caught.value)


@pytest.mark.parametrize(("value", "packs"), [("1", True), ("0", False), (None, False)])
def test_producers_pack_where_the_stack_says_so_and_nowhere_else(
    value: str | None, *, packs: bool
) -> None:
    environment = {} if value is None else {"FIRELAKE_TAKES_PACKED_RECORDS": value}
    assert LakeRef.resolve({}, environment).takes_packed_records is packs
