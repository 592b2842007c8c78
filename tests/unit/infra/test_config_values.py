"""Tests of single values of the configuration: their bounds on both sides, their types."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from firelake.infra.config import SETTINGS, LakeConfig, defaults, values_of
from tests.helpers.configurations import nested, parsed, refusals

BOUNDS: dict[str, tuple[float, float, float, float]] = {
    # key: refused, least, greatest, refused
    "latenessDays": (0, 1, 36_500, 36_501),
    "dedupeDays": (0, 1, 36_600, 36_601),
    "stream.shardCount": (0, 1, 20_000, 20_001),
    "stream.retentionHours": (23, 24, 8760, 8761),
    "stream.warmThroughputMibS": (0, 1, 10_240, 10_241),
    "claims.minWriteUnits": (0, 1, 1_000_000, 1_000_001),
    "claims.maxWriteUnits": (0, 1, 1_000_000, 1_000_001),
    "claims.minReadUnits": (0, 1, 1_000_000, 1_000_001),
    "claims.maxReadUnits": (0, 1, 1_000_000, 1_000_001),
    "claims.warmWriteUnits": (3_999, 4_000, 1_000_000, 1_000_001),
    "claims.warmReadUnits": (11_999, 12_000, 1_000_000, 1_000_001),
    "transform.memoryMb": (127, 128, 10_240, 10_241),
    "transform.reservedConcurrency": (0, 1, 100_000, 100_001),
    "transform.callsInFlight": (0, 1, 64, 65),
    "delivery.bufferSizeMb": (63, 64, 128, 129),
    "delivery.bufferIntervalS": (59, 60, 900, 901),
    "delivery.batchSizeMb": (0.19, 0.2, 3, 3.01),
    "delivery.batchIntervalS": (-1, 0, 900, 901),
    "delivery.transformRetries": (-1, 0, 300, 301),
    "delivery.activePartitionsQuota": (0, 1, 5000, 5001),
    "delivery.rawExpireDays": (0, 1, 36_500, 36_501),
    "delivery.errorsExpireDays": (0, 1, 36_500, 36_501),
    "delivery.oldVersionsExpireDays": (0, 1, 36_500, 36_501),
    "delivery.rawBufferIntervalS": (59, 60, 900, 901),
    "catalog.scanLimitBytes": (9_999_999, 10_000_000, 7 * 10**18, 7 * 10**18 + 1),
    "catalog.resultsExpireDays": (0, 1, 36_500, 36_501),
    "watch.noDataMinutes": (4, 5, 1440, 1441),
}


def test_the_bounds_below_are_those_of_every_number() -> None:
    numbers = {each.key for each in SETTINGS if each.kind in {"whole number", "number"}}
    assert numbers == BOUNDS.keys()


@pytest.mark.parametrize("key", BOUNDS)
def test_a_number_is_taken_up_to_its_bounds_and_not_beyond(key: str) -> None:
    too_low, least, greatest, too_high = BOUNDS[key]
    for value in (least, greatest):
        assert values_of(parsed(nested(key, value)))[key] == value
    for value in (too_low, too_high):
        (problem,) = refusals(nested(key, value))
        assert problem.startswith(f"{key}: {value!r}: must be a ")


@pytest.mark.parametrize(
    "value", [True, "7.0", "7d", "07", "+7", " 7", "1e1", "\u0667", 7.0, [7], {}], ids=repr
)
def test_a_whole_number_is_nothing_else(value: object) -> None:
    (problem,) = refusals({"latenessDays": value})
    assert problem == (
        f"latenessDays: {value!r}: must be a whole number from 1 to 36500; every period of it may"
        " be an open partition of Firehose: see delivery.activePartitionsQuota"
    )


@pytest.mark.parametrize(
    "value", [True, "nan", "5e-1", ".5", "0,5", float("nan"), float("inf")], ids=repr
)
def test_a_number_is_finite_and_has_one_reading(value: object) -> None:
    (problem,) = refusals({"delivery": {"batchSizeMb": value}})
    assert problem.startswith(
        f"delivery.batchSizeMb: {value!r}: must be a number from 0.2 to 3; not 1, which is"
        " Firehose's default and would show as a change for ever"
    )


def test_a_text_of_more_digits_than_python_reads_is_refused_like_any_other() -> None:
    (problem,) = refusals({"latenessDays": "7" * 5000})
    assert problem.startswith(f"latenessDays: '{'7' * 76}...: must be a whole number")


@pytest.mark.parametrize(
    ("key", "text", "read"),
    [
        ("latenessDays", "7", 7),
        ("stream.retentionHours", "96", 96),
        ("delivery.batchSizeMb", "0.4", 0.4),
        ("delivery.batchSizeMb", "2", 2),
        ("delivery.batchIntervalS", "0", 0),
        ("transform.logRetentionDays", "30", 30),
        ("transform.pythonVersion", 3.12, "3.12"),
        ("isProtected", "true", True),
        ("catalog.hasCrawler", "false", False),
    ],
)
def test_what_pulumi_stores_as_a_text_or_as_a_number_is_read_where_it_has_one_reading(
    key: str, text: object, read: object
) -> None:
    assert values_of(parsed(nested(key, text)))[key] == read


@pytest.mark.parametrize(
    ("value", "text"), [(42, "42"), (0, "0"), (True, "true"), ("007", "007"), ("1.10", "1.10")]
)
def test_a_tag_that_looks_like_a_number_or_a_truth_is_its_text(value: object, text: str) -> None:
    assert LakeConfig.parse({"startDate": "2026-11-01", "tags": {"n": value}}).tags == {"n": text}


def test_a_tag_whose_writing_is_lost_is_refused() -> None:
    (problem,) = refusals({"tags": {"release": 1.1}})
    assert problem.startswith("tags: {'release': 1.1}: must be a map of at most 40 tags")


CHOICES: dict[str, tuple[object, ...]] = {
    "granularity": ("month", "day", "hour"),
    "stream.mode": ("on_demand", "provisioned"),
    "claims.mode": ("on_demand", "provisioned"),
    "claims.tableClass": ("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
    "transform.pythonVersion": ("3.11", "3.12", "3.13", "3.14"),
    "transform.architecture": ("arm64", "x86_64"),
    "transform.logRetentionDays": (
        *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096),
        *(1827, 2192, 2557, 2922, 3288, 3653),
    ),
}


@pytest.mark.parametrize("key", CHOICES)
def test_a_choice_takes_what_it_offers_and_nothing_else(key: str) -> None:
    for value in CHOICES[key]:
        assert values_of(parsed(nested(key, value)))[key] == value
    for value in ("", "DAY", "On_demand", "3.10", 3.1, "arm", 2, 30.0, True, None):
        if value is None:
            assert values_of(parsed(nested(key, value)))[key] == defaults()[key]
        else:
            (problem,) = refusals(nested(key, value))
            offered = ", ".join(str(choice) for choice in CHOICES[key])
            assert problem.startswith(f"{key}: {value!r}: must be one of {offered}; ")


def test_the_choices_above_are_those_of_every_choice() -> None:
    assert {each.key for each in SETTINGS if each.kind == "choice"} == CHOICES.keys()


@pytest.mark.parametrize(
    "key",
    [
        "isProtected",
        "claims.hasPointInTimeRecovery",
        "stream.takesPackedRecords",
        "watch.hasTypeMetrics",
        "delivery.acceptPartitionOverflow",
        "catalog.hasCrawler",
    ],
)
def test_a_truth_is_true_or_false_and_nothing_like_it(key: str) -> None:
    for value in (True, False):
        assert values_of(parsed(nested(key, value)))[key] is value
    for value in (0, 1, "True", "yes", ""):
        (problem,) = refusals(nested(key, value))
        assert problem.startswith(f"{key}: {value!r}: must be true or false; ")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1970-01-01", date(1970, 1, 1)),
        ("2026-02-28", date(2026, 2, 28)),
        (date(2026, 2, 28), date(2026, 2, 28)),
    ],
    ids=["the first", "a text", "a date"],
)
def test_the_start_date_is_a_day(value: object, expected: date) -> None:
    assert LakeConfig.parse({"startDate": value}).start_date == expected


@pytest.mark.parametrize(
    "value",
    [
        "1969-12-31",
        "2026-02-29",
        "20260228",
        "2026-W09-6",
        "28.02.2026",
        "",
        20260228.0,
        datetime(2026, 2, 28, 12, tzinfo=UTC),
    ],
    ids=repr,
)
def test_what_is_no_day_is_no_start_date(value: object) -> None:
    (problem,) = refusals({"startDate": value})
    assert problem.startswith(
        f"startDate: {value!r}: must be a date yyyy-MM-dd from 1970-01-01 on; "
    )


@pytest.mark.parametrize(
    "schedule",
    ["cron(30 2 * * ? *)", "cron(0/15 0 ? * MON-FRI 2026)"],
    ids=str,
)
def test_a_schedule_of_six_fields_is_taken(schedule: str) -> None:
    assert parsed({"catalog": {"crawlerSchedule": schedule}}).catalog.crawler_schedule == schedule


@pytest.mark.parametrize(
    "schedule",
    ["", "30 2 * * ? *", "cron(30 2 * * ?)", "cron(1 2 3 4 5 6 7)", "rate(1 day)", 5],
    ids=str,
)
def test_another_schedule_is_refused(schedule: object) -> None:
    (problem,) = refusals({"catalog": {"crawlerSchedule": schedule}})
    assert problem == (
        f"catalog.crawlerSchedule: {schedule!r}: must be cron(...) with six fields, such as"
        " cron(30 2 * * ? *); at most every five minutes:"
        " https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html"
    )


@pytest.mark.parametrize("email", ["", "nobody", "a b@example.com", "a@b@c", "@", 5], ids=str)
def test_what_is_no_address_gets_no_alarms(email: object) -> None:
    (problem,) = refusals({"watch": {"alarmEmail": email}})
    assert problem.startswith(f"watch.alarmEmail: {email!r}: must be an e-mail address; ")


def test_the_runbook_may_be_300_characters_away() -> None:
    url = "https://example.com/" + "r" * 280
    assert parsed({"watch": {"runbookUrl": url}}).watch.runbook_url == url
    for wrong in ("", "run book", url + "r", "rünbook"):
        (problem,) = refusals({"watch": {"runbookUrl": wrong}})
        assert problem.startswith("watch.runbookUrl: ")


def test_40_tags_are_taken() -> None:
    tags = {f"tag-{number}": "x" * 256 for number in range(39)} | {"t" * 128: ""}
    assert parsed({"tags": tags}).tags == tags


@pytest.mark.parametrize(
    "tags",
    [
        {f"tag-{number}": "" for number in range(41)},
        {"": "empty"},
        {"t" * 129: "long"},
        {"aws:owner": "kept"},
        {"AWS:owner": "kept"},
        {"owner": "x" * 257},
        {"owner": "semi;colon"},
        {"owner": 5.0},
        {5: "owner"},
        ["owner"],
        "owner",
    ],
    ids=[
        "41 tags",
        "empty name",
        "long name",
        "a name of AWS",
        "a name of AWS in capitals",
        "long text",
        "a character too many",
        "a fraction for a text",
        "a number for a name",
        "a list",
        "a text",
    ],
)
def test_tags_that_aws_would_not_take_are_refused(tags: object) -> None:
    (problem,) = refusals({"tags": tags})
    assert problem.startswith("tags: ")
    assert "must be a map of at most 40 tags" in problem


ACCOUNTS = ["444455556666", "777788889999"]


def test_a_list_is_taken_as_it_is_written() -> None:
    config = parsed({"stream": {"producerAccounts": ACCOUNTS}})
    assert config.stream.producer_accounts == ("444455556666", "777788889999")
    assert parsed({}).stream.producer_accounts == ()


@pytest.mark.parametrize(
    "value",
    [
        "444455556666",
        [444455556666],
        ["44445555666"],
        ["444455556666", "444455556666"],
        ["444455556666", ""],
        {"444455556666": True},
        [["444455556666"]],
        True,
    ],
    ids=repr,
)
def test_a_list_has_different_texts_of_the_form_of_its_setting(value: object) -> None:
    (problem,) = refusals({"stream": {"producerAccounts": value}})
    assert "must be a list of account ids of 12 digits, each in quotes; " in problem


@pytest.mark.parametrize(
    ("arn", "is_taken"),
    [
        ("arn:aws:iam::111122223333:role/analyst", True),
        ("arn:aws-cn:iam::111122223333:user/division/anna@example.com", True),
        ("arn:aws:iam::111122223333:root", False),
        ("arn:aws:sts::111122223333:assumed-role/analyst/anna", False),
        ("analyst", False),
    ],
)
def test_principals_are_roles_and_users(arn: str, *, is_taken: bool) -> None:
    values = {"catalog": {"hasLakeFormation": True, "lakeFormationPrincipals": [arn]}}
    if is_taken:
        assert parsed(values).catalog.lake_formation_principals == (arn,)
    else:
        assert len(refusals(values)) == 1
