"""Tests of the names that AWS takes."""

from __future__ import annotations

import pytest

from firelake.infra.name_rules import name_problems
from firelake.infra.naming import Names
from firelake.infra.watch.alarms import alarms
from tests.helpers.configurations import parsed


def problems(prefix: str, region: str = "eu-central-1") -> dict[str, str]:
    project, _, stack = prefix.rpartition("-")
    names = Names(project or prefix, stack, "111122223333", region)
    return {each.key: each.rule for each in name_problems(names)}


@pytest.mark.parametrize("prefix", ["firelake-dev", "a-1", "my-lake-prod-2"])
def test_a_short_name_of_letters_digits_and_single_dashes_is_taken(prefix: str) -> None:
    assert problems(prefix) == {}


@pytest.mark.parametrize(
    "prefix",
    ["Firelake-dev", "1lake-dev", "fire_lake-dev", "fire.lake-dev", "fire--lake-dev", "lake-dev_1"],
)
def test_a_name_that_suits_not_every_service_is_refused(prefix: str) -> None:
    assert problems(prefix) == {
        "name of project and stack": (
            "must be of a-z, 0-9 and single -, a letter first: the bucket bears it, and with _ for"
            " - the Glue database, which Athena wants quoted else"
            " (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html)"
        )
    }


def test_an_empty_stack_is_refused() -> None:
    names = Names("firelake", "", "111122223333", "eu-central-1")
    assert [each.key for each in name_problems(names)] == ["name of project and stack"]


@pytest.mark.parametrize("prefix", ["sthree-lake", "amzn-s3-demo-lake"])
def test_a_beginning_that_s3_keeps_for_itself_is_refused(prefix: str) -> None:
    assert problems(prefix)["name of project and stack"].startswith(
        "must not begin with xn--, sthree-, amzn-s3-demo-, which S3 keeps for itself"
    )


@pytest.mark.parametrize("account_id", ["", "11112222333", "1111222233334", "11112222333x"])
def test_an_account_has_twelve_digits(account_id: str) -> None:
    names = Names("firelake", "dev", account_id, "eu-central-1")
    assert [each.key for each in name_problems(names)] == ["account"]


def test_the_bucket_takes_63_characters() -> None:
    # 12 of the account, 12 of the Region and two dashes leave 37 for the prefix.
    assert problems("p" * 33 + "-dev") == {}
    assert problems("p" * 34 + "-dev") == {
        "name of the bucket": (
            "has 64 characters: AWS takes 63; shorten the name of the project or of the stack by 1,"
            " or give names.prefix or the name itself"
            " (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html)"
        )
    }


@pytest.mark.parametrize(
    ("length", "kinds"),
    [
        (54, set[str]()),
        (55, {"function", "function's role"}),
        (56, {"Firehose stream", "Firehose's role"}),
        (57, {"crawler's role"}),
        (121, {"analyst's policy"}),
        (122, {"stream"}),
        (120, {"workgroup", "producer's policy", "operator's policy"}),
        (215, {"alarms"}),
        (249, {"claims table", "crawler"}),
        (250, {"topic"}),
        (251, {"key alias"}),
        (256, {"database", "dashboard"}),
        (483, {"Firehose's log group"}),
        (491, {"function's log group"}),
    ],
    # A set's own text has another order in each process.
    ids=lambda value: str(value) if isinstance(value, int) else "kinds",
)
def test_each_kind_of_name_has_its_limit(length: int, kinds: set[str]) -> None:
    def too_long(characters: int) -> set[str]:
        prefix = "p" * (characters - 4) + "-dev"
        return {key.removeprefix("name of the ") for key in problems(prefix)}

    assert kinds == too_long(length) - too_long(length - 1)


def test_no_alarm_has_a_longer_name_than_the_rule_counts_with() -> None:
    names = Names("firelake", "dev", "111122223333", "eu-central-1")
    longest = max(len(alarm.name) for alarm in alarms(names, parsed({})))
    assert longest <= len(names.alarm("x" * 40))
